//! Arrays with their lengths, which stand in the dump alone.

use seamew_hprof::tag::BasicType;

use super::fields::{type_cell, type_names};
use super::rows::{IndexColumn, RowBuilder, read_rows};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap};
use crate::ids::ObjectIndex;

pub struct Arrays;

impl TableRows for Arrays {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let index = [
            IndexColumn::Id,
            IndexColumn::Address,
            IndexColumn::Class,
            IndexColumn::ShallowBytes,
            IndexColumn::RetainedBytes,
        ];
        let own = [("length", Kind::Integer), ("element_type", type_names())];
        super::columns(heap, &index, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        (heap.table.classes.iter().zip(&heap.class_sums))
            .filter(|(class, _)| class.is_array())
            .map(|(_, sums)| sums.objects)
            .sum()
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let is_array = (heap.table.classes.iter()).map(|class| class.kind != ClassKind::Instance);
        let is_array: Vec<bool> = is_array.collect();
        let all = heap.instances_of(&is_array);
        let arrays = scan.filter.within(heap, &all);
        let visitor = |rows| LengthVisitor { rows };
        read_rows(heap, (scan, output), arrays, visitor, |it| it.rows)
    }
}

struct LengthVisitor<'a> {
    rows: RowBuilder<'a>,
}

impl ContentVisitor for LengthVisitor<'_> {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        self.rows.add(object, |place| match place {
            0 => Cell::Integer(i64::from(length)),
            _ => type_cell(element_type),
        });
        false
    }
}
