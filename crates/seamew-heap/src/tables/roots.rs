//! The garbage-collection roots: a row for each object and kind of root.

use std::sync::Arc;

use super::batch::Names;
use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::graph::RootType;
use crate::heap::Heap;

pub struct Roots;

impl TableRows for Roots {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let types = Names::new(RootType::ALL.map(RootType::label));
        let index = [
            IndexColumn::Id,
            IndexColumn::Class,
            IndexColumn::ShallowBytes,
            IndexColumn::RetainedBytes,
        ];
        let own = [
            ("type", Kind::Name(Arc::new(types))),
            ("records", Kind::Integer),
        ];
        super::columns(heap, &index, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        heap.roots.roots.len() as u64
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        let roots = heap.roots.roots.iter();
        for root in roots.filter(|root| heap.reachable.contains(root.object)) {
            let place = RootType::ALL.iter().position(|it| *it == root.root_type);
            rows.push(root.object, |own| match (own, place) {
                (0, Some(place)) => Cell::Name(place as u32),
                (0, None) => Cell::Null,
                _ => Cell::Integer(i64::from(root.records)),
            })?;
        }
        rows.flush()
    }
}
