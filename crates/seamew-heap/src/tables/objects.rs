//! All reachable objects.

use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::heap::Heap;

pub struct Objects;

impl TableRows for Objects {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        super::columns(heap, &IndexColumn::ALL, &[])
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        u64::from(heap.reachable.count())
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        scan.filter
            .for_each(heap, |object| rows.push(object, |_| Cell::Null))?;
        rows.flush()
    }
}
