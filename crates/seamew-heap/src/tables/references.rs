//! References between objects: pairs, each once, without those of objects to their classes.

use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// References of an object, on average, for planning alone.
const USUAL_REFERENCES: u64 = 2;

pub struct References;

impl TableRows for References {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let classes = IndexColumn::Class.kind(heap);
        let own = [
            ("source_id", Kind::Id),
            ("target_id", Kind::Id),
            ("source_class", classes.clone()),
            ("target_class", classes),
        ];
        super::columns(heap, &[], &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        u64::from(heap.reachable.count()) * USUAL_REFERENCES
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        let others = scan.filter.other_objects(heap);
        let mut push = |source: ObjectIndex, target: ObjectIndex| {
            let is_wanted = others.as_ref().is_none_or(|it| it.contains(target));
            if !is_wanted || !heap.reachable.contains(target) {
                return Ok(());
            }
            rows.push(source, |place| match place {
                0 => Cell::Id(heap.id(source)),
                1 => Cell::Id(heap.id(target)),
                2 => Cell::Name(heap.classes.get(source).0),
                _ => Cell::Name(heap.classes.get(target).0),
            })
        };
        if let (Some(targets), None) = (&others, &scan.filter.ids) {
            for target in targets.iter() {
                let sources = heap.referrers(target).into_iter();
                sources
                    .filter(|source| scan.filter.takes(heap, *source))
                    .try_for_each(|source| push(source, target))?;
            }
        } else {
            scan.filter.for_each(heap, |source| {
                let mut targets = heap.targets(source);
                targets.sort_unstable();
                targets.dedup();
                (targets.into_iter()).try_for_each(|target| push(source, target))
            })?;
        }
        rows.flush()
    }
}
