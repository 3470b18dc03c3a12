//! The dominator tree in preorder: an object is followed by all that it retains.

use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::heap::Heap;

pub struct Dominators;

impl TableRows for Dominators {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let index = [
            IndexColumn::Id,
            IndexColumn::DominatorId,
            IndexColumn::RetainedBytes,
        ];
        let own = [
            ("retained_objects", Kind::Integer),
            ("position", Kind::Integer),
            ("depth", Kind::Integer),
        ];
        super::columns(heap, &index, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        heap.tree.len() as u64
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        let mut depths = Depths::default();
        let others = scan.filter.other_objects(heap);
        let is_wanted = |position: u32| {
            let above = heap.tree.dominators(position).next();
            let above = above.map(|above| heap.tree.object_at(above));
            let (first, last) = scan.filter.positions;
            (first..=last).contains(&position)
                && scan.filter.takes(heap, heap.tree.object_at(position))
                && (others.as_ref()).is_none_or(|it| above.is_some_and(|above| it.contains(above)))
        };
        let mut push = |position: u32| {
            if !is_wanted(position) {
                return Ok(());
            }
            let depth = depths.of(heap, position);
            let end = heap.tree.subtree_end(position);
            rows.push(heap.tree.object_at(position), |place| {
                Cell::Integer(i64::from(match place {
                    0 => end - position,
                    1 => position,
                    _ => depth,
                }))
            })
        };
        if let Some(objects) = scan.filter.named(heap) {
            let positions = objects.iter().map(|object| heap.tree.position_of(*object));
            let last = heap.tree.len() as u32;
            (positions.filter(|position| *position < last)).try_for_each(&mut push)?;
        } else if let Some(dominators) = &others {
            for dominator in dominators.iter() {
                let position = heap.tree.position_of(dominator);
                heap.tree.children(Some(position)).try_for_each(&mut push)?;
            }
        } else {
            let (first, last) = scan.filter.positions;
            let end = last.saturating_add(1).min(heap.tree.len() as u32);
            (first..end).try_for_each(&mut push)?;
        }
        rows.flush()
    }
}

/// Depths of positions; those that follow each other cost next to nothing.
#[derive(Default)]
struct Depths {
    /// Ends of the subtrees that the position asked for last lies in, its own included.
    ends: Vec<u32>,
    next: u32,
}

impl Depths {
    fn of(&mut self, heap: &Heap, position: u32) -> u32 {
        if position != self.next {
            let above = heap.tree.dominators(position);
            self.ends = above.map(|above| heap.tree.subtree_end(above)).collect();
            self.ends.reverse();
        }
        while self.ends.last().is_some_and(|end| *end <= position) {
            self.ends.pop();
        }
        let depth = self.ends.len() as u32;
        self.ends.push(heap.tree.subtree_end(position));
        self.next = position + 1;
        depth
    }
}
