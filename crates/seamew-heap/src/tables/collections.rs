//! Collections with their sizes.

use std::sync::Arc;

use super::batch::Names;
use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::collections::{Filter, Kind as CollectionKind, Registry};
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::ClassIndex;

pub struct Collections;

impl TableRows for Collections {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let index = [
            IndexColumn::Id,
            IndexColumn::Address,
            IndexColumn::Class,
            IndexColumn::ShallowBytes,
            IndexColumn::RetainedBytes,
        ];
        let kinds = Names::new(CollectionKind::ALL.map(CollectionKind::label));
        let own = [
            ("kind", Kind::Name(Arc::new(kinds))),
            ("size", Kind::Integer),
            ("capacity", Kind::Integer),
            ("fill_ratio", Kind::Float),
            ("collision_ratio", Kind::Float),
            ("wasted_bytes", Kind::Integer),
        ];
        super::columns(heap, &index, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        let Ok(registry) = Registry::new(heap, Vec::new()) else {
            return 0;
        };
        (heap.class_sums.iter().zip(0..))
            .filter(|(_, class)| registry.of_class(ClassIndex(*class)).is_some())
            .map(|(sums, _)| sums.objects)
            .sum()
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let wanted = scan.filter.within(heap, &heap.all_objects());
        let progress = output.progress();
        let found = heap.collections(Some(&wanted), Vec::new(), Filter::default(), progress)?;
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        found.each(|object, kind, measured| {
            let integer = |value: Option<u64>| {
                value.map_or(Cell::Null, |value| Cell::Integer(value.cast_signed()))
            };
            let ratio = |value: Option<f64>| value.map_or(Cell::Null, Cell::Float);
            rows.push(object, |place| match place {
                0 => (CollectionKind::ALL.iter().position(|it| *it == kind))
                    .map_or(Cell::Null, |place| Cell::Name(place as u32)),
                1 => integer(measured.size),
                2 => integer(measured.capacity),
                3 => ratio(measured.fill_ratio()),
                4 => ratio(measured.collision_ratio()),
                _ => integer(Some(measured.wasted_bytes)),
            })
        })?;
        rows.flush()
    }
}
