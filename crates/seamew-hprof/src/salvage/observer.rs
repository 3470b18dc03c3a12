//! Watches the strict walker, learns from what it passes, and remembers the last sub-records:
//! when the walk fails, the damage may lie some records back.

use std::collections::VecDeque;

use super::evidence::Evidence;
use super::shape::{Kind, Shape};
use crate::progress::Progress;
use crate::tag::BasicType;
use crate::walk::{ClassDumpRecord, HeapVisitor, RootRecord};

/// Sub-records (roots apart) that are remembered, and not yet learned from.
const REMEMBERED: usize = 16;

pub(crate) struct Observer<'a> {
    pub(crate) evidence: Evidence,
    /// Offsets and shapes of the last sub-records, the oldest first; their lengths are not set.
    recent: VecDeque<(u64, Shape)>,
    progress: &'a Progress<'a>,
    total_bytes: u64,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(evidence: Evidence, progress: &'a Progress<'a>, total_bytes: u64) -> Self {
        let recent = VecDeque::with_capacity(REMEMBERED + 1);
        Self {
            evidence,
            recent,
            progress,
            total_bytes,
        }
    }

    /// Offset of the oldest sub-record that is remembered.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.recent.front().map(|(at, _)| *at)
    }

    /// Learns from the remembered sub-records before `end` and forgets all.
    pub(crate) fn accept_before(&mut self, end: u64) {
        for (at, shape) in self.recent.drain(..) {
            if at < end {
                self.evidence.learn(&shape);
            }
        }
    }

    fn remember(&mut self, at: u64, kind: Kind, address: u64) {
        self.recent.push_back((
            at,
            Shape {
                kind,
                address,
                length: 0,
            },
        ));
        if self.recent.len() > REMEMBERED
            && let Some((_, shape)) = self.recent.pop_front()
        {
            self.evidence.learn(&shape);
        }
    }
}

impl HeapVisitor for Observer<'_> {
    // The length of an instance is told by its fields alone.
    const NEEDS_CONTENTS: bool = true;

    fn root(&mut self, _root: RootRecord) {}

    fn class_dump(&mut self, at: u64, class: ClassDumpRecord<'_>) {
        self.evidence.add_class(&class);
        self.remember(at, Kind::Class, class.address);
    }

    fn instance(&mut self, at: u64, address: u64, class_address: u64, fields: &[u8]) {
        let field_bytes = fields.len() as u32;
        self.remember(
            at,
            Kind::Instance {
                class: class_address,
                field_bytes,
            },
            address,
        );
    }

    fn object_array(&mut self, at: u64, address: u64, class_address: u64, _length: u32) {
        self.remember(
            at,
            Kind::ObjectArray {
                class: class_address,
            },
            address,
        );
    }

    fn elements(&mut self, _bytes: &[u8]) {}

    fn object_array_end(&mut self) {}

    fn primitive_array(&mut self, at: u64, address: u64, _type: BasicType, _length: u32) {
        self.remember(at, Kind::PrimitiveArray, address);
    }

    fn window(&mut self, at: u64) -> bool {
        (self.progress)(at, self.total_bytes).is_continue()
    }
}
