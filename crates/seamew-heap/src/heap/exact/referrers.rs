//! Who refers to the positions of a sweep, looked up ahead.

use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Positions of what refers to the object at a position; `NOWHERE` for dead objects.
pub fn referrers_of(heap: &Heap, position: u32) -> impl Iterator<Item = u32> + '_ {
    let list = heap.inbound.of(heap.tree.object_at(position).0);
    let objects = list.into_iter().flatten().map(ObjectIndex);
    objects.map(|referrer| heap.tree.position_of(referrer))
}

/// The referrers of a block of positions, looked up by another thread ahead of their use: they
/// depend on the heap alone, and finding them waits for memory most of the time.
pub struct Referrers<'a> {
    positions: &'a [u32],
    /// Where the list of each position ends; `CUT`: it is too long to be kept.
    ends: Vec<u32>,
    lists: Vec<u32>,
}

/// Positions that are looked up at a time, and how many such blocks ahead.
pub const BLOCK_POSITIONS: usize = 1 << 13;
pub const BLOCKS_AHEAD: usize = 2;
/// Longer lists are mostly decided by their beginning.
const LONGEST_LIST: usize = 64;
const CUT: u32 = u32::MAX;

impl<'a> Referrers<'a> {
    pub fn of(heap: &Heap, positions: &'a [u32]) -> Self {
        let mut lists = Vec::with_capacity(positions.len() * 2);
        let mut list_of = |position: &u32| {
            let before = lists.len();
            lists.extend(referrers_of(heap, *position).take(LONGEST_LIST + 1));
            if lists.len() - before > LONGEST_LIST {
                lists.truncate(before);
                return CUT;
            }
            lists.len() as u32
        };
        let ends = positions.iter().map(&mut list_of).collect();
        Self {
            positions,
            ends,
            lists,
        }
    }

    /// Each position with its referrers, None where they are too many.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Option<&[u32]>)> {
        let mut start = 0;
        (self.positions.iter().zip(&self.ends)).map(move |(position, end)| {
            if *end == CUT {
                return (*position, None);
            }
            let list = self.lists.get(start..*end as usize);
            start = *end as usize;
            (*position, list)
        })
    }
}
