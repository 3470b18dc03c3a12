//! The sub-records before a break, and a walker that sees whether a chain holds beyond it.

use super::evidence::Belief;
use super::shape::{Kind, Shape};
use crate::tag::BasicType;
use crate::walk::{ClassDumpRecord, HeapVisitor, RootRecord};

/// A sub-record before a break.
#[derive(Clone, Copy)]
pub(super) struct Tail {
    pub(super) at: u64,
    pub(super) shape: Shape,
    pub(super) belief: Belief,
}

impl Tail {
    /// True where nothing confirms the length, and the length decides what comes next.
    pub(super) fn has_free_length(&self) -> bool {
        let is_fixed = matches!(
            self.shape.kind,
            Kind::Root | Kind::StickyClass | Kind::HeapInfo
        );
        !is_fixed && self.belief != Belief::Proven
    }

    pub(super) fn is_object(&self) -> bool {
        !matches!(
            self.shape.kind,
            Kind::Root | Kind::StickyClass | Kind::HeapInfo
        )
    }
}

/// End of the sub-records before a break that can be believed: what contradicts the rest is cut
/// off, with all behind it, unless something confirmed follows.
pub(super) fn believable_end(tail: &[Tail], broken_at: u64) -> u64 {
    let confirmed = tail
        .iter()
        .rposition(|entry| entry.belief >= Belief::Likely);
    let behind = &tail[confirmed.map_or(0, |index| index + 1)..];
    let contradicted = behind
        .iter()
        .find(|entry| entry.belief == Belief::Contradicted);
    contradicted.map_or(broken_at, |entry| entry.at)
}

/// Those of the tail before `keep_end`.
pub(super) fn kept(tail: &[Tail], keep_end: u64) -> &[Tail] {
    &tail[..tail.partition_point(|entry| entry.at < keep_end)]
}

/// Those behind the last one that is proven.
pub(super) fn unproven_end(tail: &[Tail]) -> &[Tail] {
    let proven = tail
        .iter()
        .rposition(|entry| entry.belief == Belief::Proven);
    &tail[proven.map_or(0, |index| index + 1)..]
}

/// Sees how far a chain goes, and stops some way behind its target.
pub(super) struct Pathfinder {
    pub(super) target: u64,
}

impl HeapVisitor for Pathfinder {
    const NEEDS_CONTENTS: bool = false;

    fn root(&mut self, _root: RootRecord) {}
    fn class_dump(&mut self, _at: u64, _class: ClassDumpRecord<'_>) {}
    fn instance(&mut self, _at: u64, _address: u64, _class: u64, _fields: &[u8]) {}
    fn object_array(&mut self, _at: u64, _address: u64, _class: u64, _length: u32) {}
    fn elements(&mut self, _bytes: &[u8]) {}
    fn object_array_end(&mut self) {}
    fn primitive_array(&mut self, _at: u64, _address: u64, _type: BasicType, _length: u32) {}

    fn window(&mut self, at: u64) -> bool {
        at <= self.target
    }
}
