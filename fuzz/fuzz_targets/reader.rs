//! Any bytes: survey, repair and walk must end without a panic, and what `repair` returns must
//! stand a strict walk. Memory stays within twice the input.
//!
//! Run with `cargo fuzz run -s none reader` (stable toolchain) from the repository's root. The
//! corpus is replayed by `crates/seamew-hprof/tests/fuzz_corpus.rs`.

#![no_main]

use std::alloc::System;

use cap::Cap;
use libfuzzer_sys::fuzz_target;
use seamew_hprof::progress::unwatched;
use seamew_hprof::salvage::repair;
use seamew_hprof::source::MemorySource;
use seamew_hprof::survey::survey;
use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::{ClassDumpRecord, HeapVisitor, RootRecord, walk};

/// Memory beyond twice the input: buffers that are there whatever the dump.
const SPARE_BYTES: usize = 16 << 20;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Visits without looking.
struct Idle;

impl HeapVisitor for Idle {
    const NEEDS_CONTENTS: bool = true;

    fn root(&mut self, _root: RootRecord) {}
    fn class_dump(&mut self, _at: u64, _class: ClassDumpRecord<'_>) {}
    fn instance(&mut self, _at: u64, _address: u64, _class: u64, _fields: &[u8]) {}
    fn object_array(&mut self, _at: u64, _address: u64, _class: u64, _length: u32) {}
    fn elements(&mut self, _bytes: &[u8]) {}
    fn object_array_end(&mut self) {}
    fn primitive_array(&mut self, _at: u64, _address: u64, _type: BasicType, _length: u32) {}
}

fuzz_target!(|bytes: &[u8]| {
    let most = MEMORY.allocated() + 2 * bytes.len() + SPARE_BYTES;
    MEMORY.set_limit(most).expect("room above what is in use");
    let source = MemorySource(bytes.to_vec());
    let Ok(surveyed) = survey(&source) else {
        return;
    };
    let Ok(repaired) = repair(&source, &surveyed, 0, &unwatched) else {
        return;
    };
    let id_size = repaired.survey.id_size(0);
    let mut buffer = Vec::new();
    for segment in &repaired.segments {
        walk(&source, *segment, id_size, &mut buffer, &mut Idle).expect("repaired segments walk");
    }
});
