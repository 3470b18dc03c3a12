//! The part of an index that is no column: classes, roots, stacks, facts.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

use crate::classes::ClassTable;
use crate::graph::Roots;
use crate::heap::{ClassSums, Facts, Heap, Stack};

/// See the module's head. Borrowed when written, owned when read.
#[derive(Serialize, Deserialize)]
pub struct Model<'a> {
    pub facts: Cow<'a, Facts>,
    pub table: Cow<'a, ClassTable>,
    pub roots: Cow<'a, Roots>,
    pub stacks: Cow<'a, [Stack]>,
    pub class_sums: Cow<'a, [ClassSums]>,
    pub unreachable_sums: Cow<'a, [ClassSums]>,
    pub class_targets: Cow<'a, [u32]>,
    pub shallow_overflow: Vec<(u32, u64)>,
    pub retained_overflow: Vec<(u32, u64)>,
    /// Chunks of the address bitmap; None for sorted addresses.
    pub chunk_numbers: Option<Cow<'a, [u64]>>,
    pub address_count: u32,
    pub reachable_count: u32,
    pub wide_classes: bool,
    pub sampled_positions: bool,
}

/// The model of a heap, as bytes.
///
/// # Errors
/// When it cannot be encoded.
pub fn encode(heap: &Heap) -> io::Result<Vec<u8>> {
    let sorted = |map: &rustc_hash::FxHashMap<u32, u64>| {
        let mut entries: Vec<(u32, u64)> = map.iter().map(|(key, value)| (*key, *value)).collect();
        entries.sort_unstable();
        entries
    };
    let model = Model {
        facts: Cow::Borrowed(&heap.facts),
        table: Cow::Borrowed(&heap.table),
        roots: Cow::Borrowed(&heap.roots),
        stacks: Cow::Borrowed(&heap.stacks),
        class_sums: Cow::Borrowed(&heap.class_sums),
        unreachable_sums: Cow::Borrowed(&heap.unreachable_sums),
        class_targets: Cow::Borrowed(&heap.class_targets),
        shallow_overflow: sorted(&heap.shallow.overflow),
        retained_overflow: sorted(&heap.tree.retained_overflow),
        chunk_numbers: heap.addresses.chunk_numbers().map(Cow::Borrowed),
        address_count: (heap.addresses.object_count() - 1) as u32,
        reachable_count: heap.reachable.count(),
        wide_classes: heap.classes.is_wide(),
        sampled_positions: heap.positions.is_sampled(),
    };
    postcard::to_stdvec(&model).map_err(io::Error::other)
}

/// Decodes a model.
///
/// # Errors
/// When the bytes are no model of this version.
pub fn decode(bytes: &[u8]) -> io::Result<Model<'static>> {
    postcard::from_bytes(bytes).map_err(io::Error::other)
}
