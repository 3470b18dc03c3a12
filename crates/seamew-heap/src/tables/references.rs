//! References between objects: pairs, each once, without those of objects to their classes.

use super::rows::RowBuilder;
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
        super::columns(
            heap,
            &[],
            &[("source_id", Kind::Id), ("target_id", Kind::Id)],
        )
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        u64::from(heap.reachable.count()) * USUAL_REFERENCES
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        let mut push = |source: ObjectIndex, target: ObjectIndex| {
            let (source_id, target_id) = (heap.id(source), heap.id(target));
            rows.push(source, |place| {
                Cell::Id(if place == 0 { source_id } else { target_id })
            })
        };
        match &scan.filter.others {
            Some(targets) if scan.filter.ids.is_none() => {
                let targets = targets.iter().filter_map(|id| heap.reachable.object(*id));
                for target in targets {
                    for source in heap.referrers(target) {
                        push(source, target)?;
                    }
                }
            }
            _ => scan.filter.for_each(heap, |source| {
                let mut targets = heap.targets(source);
                targets.retain(|target| heap.reachable.contains(*target));
                targets.dedup();
                (targets.into_iter()).try_for_each(|target| push(source, target))
            })?,
        }
        rows.flush()
    }
}
