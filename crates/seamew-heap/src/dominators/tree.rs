//! The dominator tree as arrays in preorder, with retained sizes.
//!
//! Children of the object at position p start at p + 1, each followed by its whole subtree; the
//! retained set of an object is one contiguous range.

use std::io;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::graph::ShallowColumn;
use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::progress::{Phase, Progress};
use crate::storage::{Column, Data, Storage};

/// No position: the virtual root.
pub const NOWHERE: u32 = u32::MAX;
/// A retained size that is not in the column.
const OVERFLOW: u32 = u32::MAX;

/// The dominator tree. A position is a place in its preorder.
pub struct DominatorTree {
    /// By position: the object.
    pub(crate) order: Data<u32>,
    /// By object: its position, `NOWHERE` where unreachable.
    pub(crate) position: Data<u32>,
    /// By position: objects in the subtree, the object itself included.
    pub(crate) subtree: Data<u32>,
    /// By position: position of the immediate dominator.
    pub(crate) parent: Data<u32>,
    /// By position: retained bytes in units of eight.
    pub(crate) retained_units: Data<u32>,
    /// By position: retained bytes that do not fit.
    pub(crate) retained_overflow: FxHashMap<u32, u64>,
}

impl DominatorTree {
    /// Objects in the tree.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    #[inline]
    pub fn position_of(&self, object: ObjectIndex) -> u32 {
        self.position.get(object.at()).copied().unwrap_or(NOWHERE)
    }

    #[inline]
    pub fn object_at(&self, position: u32) -> ObjectIndex {
        ObjectIndex(self.order.get(position as usize).copied().unwrap_or(0))
    }

    /// The immediate dominator; None for objects that only the virtual root dominates.
    pub fn dominator(&self, object: ObjectIndex) -> Option<ObjectIndex> {
        let above = self.dominators(self.position_of(object)).next()?;
        Some(self.object_at(above))
    }

    /// Positions of the dominators of what stands at a position, the immediate one first.
    pub fn dominators(&self, position: u32) -> impl Iterator<Item = u32> + '_ {
        // A dominator is always further up: what a damaged index says else is no dominator.
        let above = |position: &u32| {
            let parent = self.parent.get(*position as usize).copied();
            parent.filter(|parent| parent < position)
        };
        std::iter::successors(above(&position), move |position| above(position))
    }

    /// Retained bytes of the object at a position.
    #[inline]
    pub fn retained_at(&self, position: u32) -> u64 {
        match self
            .retained_units
            .get(position as usize)
            .copied()
            .unwrap_or(0)
        {
            OVERFLOW => self.retained_overflow.get(&position).copied().unwrap_or(0),
            units => u64::from(units) * 8,
        }
    }

    /// Retained bytes of an object.
    pub fn retained(&self, object: ObjectIndex) -> u64 {
        self.retained_at(self.position_of(object))
    }

    /// First position behind the subtree of a position.
    #[inline]
    pub fn subtree_end(&self, position: u32) -> u32 {
        position.saturating_add(
            self.subtree
                .get(position as usize)
                .map_or(1, |count| (*count).max(1)),
        )
    }

    /// Positions of the objects immediately dominated; None: by the virtual root.
    pub fn children(&self, position: Option<u32>) -> impl Iterator<Item = u32> + '_ {
        let last = self.len() as u32;
        let (mut next, end) = match position {
            Some(position) => (position.saturating_add(1), self.subtree_end(position)),
            None => (0, last),
        };
        let end = end.min(last);
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.subtree_end(child);
                child
            })
        })
    }
}

/// What the tree is built from; all by preorder number of the search, 0 the virtual root.
pub struct TreeInput<'a> {
    pub dominators: Column<u32>,
    pub objects: Column<u32>,
    /// By object: its number.
    pub numbers: Column<u32>,
    pub shallow: &'a ShallowColumn,
}

/// Lays out the tree; with a writer, each column is written as soon as it is done.
///
/// # Errors
/// When there is no room, or on cancellation.
pub fn build(
    mut input: TreeInput<'_>,
    writer: Option<&IndexWriter<'_>>,
    storage: &Storage,
    progress: &Progress,
) -> Result<DominatorTree> {
    let count = input.dominators.len() - 1;
    progress.enter(Phase::Tree, 4 * count as u64);
    let (counts, retained) = sums(&input, storage)?;
    progress.advance(count as u64)?;
    let places = place(&input.dominators, counts, storage)?;
    drop(input.dominators);
    progress.advance(count as u64)?;
    let Places {
        position: place_of,
        subtree,
        parent,
    } = places;
    let (order, objects, shape) = std::thread::scope(|scope| {
        let spilling = scope.spawn(|| {
            (
                spill(writer, "tree_subtree", subtree),
                spill(writer, "tree_parent", parent),
            )
        });
        let order = Ordered::new(&input.objects, &place_of, &retained, storage);
        let shape = spilling
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (order, input.objects, shape)
    });
    let order = order?;
    drop((retained, objects));
    progress.advance(count as u64)?;
    std::thread::scope(|scope| {
        let spilling = scope.spawn(|| {
            let order_column = spill(writer, "tree_order", order.order);
            (
                order_column,
                spill(writer, "tree_retained", order.retained_units),
            )
        });
        for number in input.numbers.iter_mut() {
            *number = if *number == 0 {
                NOWHERE
            } else {
                place_of[*number as usize]
            };
        }
        drop(place_of);
        let position = spill(writer, "tree_position", input.numbers);
        let (order_column, retained_units) = spilling
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(DominatorTree {
            order: order_column,
            position,
            subtree: shape.0,
            parent: shape.1,
            retained_units,
            retained_overflow: order.retained_overflow,
        })
    })
}

fn spill<T: bytemuck::Pod>(
    writer: Option<&IndexWriter<'_>>,
    name: &str,
    column: Column<T>,
) -> Data<T> {
    match writer {
        Some(writer) => writer.spill(name, column),
        None => column.into(),
    }
}

/// Objects and retained sizes by position.
struct Ordered {
    order: Column<u32>,
    retained_units: Column<u32>,
    retained_overflow: FxHashMap<u32, u64>,
}

impl Ordered {
    fn new(
        objects: &[u32],
        place_of: &[u32],
        retained: &[u64],
        storage: &Storage,
    ) -> io::Result<Self> {
        let count = place_of.len() - 1;
        let mut order: Column<u32> = storage.column("tree_order", count)?;
        let mut retained_units: Column<u32> = storage.column("tree_retained", count)?;
        let mut retained_overflow = FxHashMap::default();
        for number in 1..=count {
            let position = place_of[number] as usize;
            order[position] = objects[number];
            let bytes = retained[number];
            retained_units[position] = match u32::try_from(bytes / 8) {
                Ok(units) if units != OVERFLOW && bytes.is_multiple_of(8) => units,
                _ => {
                    retained_overflow.insert(position as u32, bytes);
                    OVERFLOW
                }
            };
        }
        Ok(Self {
            order,
            retained_units,
            retained_overflow,
        })
    }
}

/// Subtree counts and retained bytes by number: each adds itself to its dominator, last first.
fn sums(input: &TreeInput<'_>, storage: &Storage) -> io::Result<(Column<u32>, Column<u64>)> {
    let numbers = input.dominators.len();
    let mut counts: Column<u32> = storage.column("tree_counts", numbers)?;
    let mut retained: Column<u64> = storage.column("tree_sums", numbers)?;
    for number in (1..numbers).rev() {
        let dominator = input.dominators[number] as usize;
        let own = counts[number] + 1;
        counts[number] = own;
        counts[dominator] = counts[dominator].wrapping_add(own);
        let bytes = retained[number] + input.shallow.get(ObjectIndex(input.objects[number]));
        retained[number] = bytes;
        retained[dominator] = retained[dominator].wrapping_add(bytes);
    }
    Ok((counts, retained))
}

struct Places {
    /// By number: the position.
    position: Column<u32>,
    /// By position: see [`DominatorTree`].
    subtree: Column<u32>,
    parent: Column<u32>,
}

/// Gives each number its position: behind its dominator and its earlier siblings' subtrees. A
/// number's count is not needed once it is placed; its slot then holds the next free position
/// among its children.
fn place(dominators: &[u32], mut counts: Column<u32>, storage: &Storage) -> io::Result<Places> {
    let count = dominators.len() - 1;
    let mut places = Places {
        position: storage.column("tree_place", dominators.len())?,
        subtree: storage.column("tree_subtree", count)?,
        parent: storage.column("tree_parent", count)?,
    };
    counts[0] = 0;
    for number in 1..=count {
        let dominator = dominators[number] as usize;
        let position = counts[dominator];
        let own = counts[number];
        counts[dominator] = position + own;
        counts[number] = position + 1;
        places.position[number] = position;
        places.subtree[position as usize] = own;
        places.parent[position as usize] = if dominator == 0 {
            NOWHERE
        } else {
            places.position[dominator]
        };
    }
    Ok(places)
}
