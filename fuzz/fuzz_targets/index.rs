//! Indexes with wrong contents: opening one and asking everything must end without a panic.
//!
//! Run with `cargo fuzz run -s none index` (stable toolchain) from the repository's root. What a
//! script is stands in `crates/seamew-heap/tests/engine/forged.rs`; the corpus is replayed by
//! `fuzz_corpus.rs` beside it.

#![no_main]

use std::alloc::System;
use std::sync::LazyLock;

use cap::Cap;
use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/seamew-heap/tests/engine/exercise.rs"]
mod exercise;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/seamew-heap/tests/engine/forged.rs"]
mod forged;
#[path = "../../crates/seamew-heap/tests/engine/samples.rs"]
mod samples;

/// No index of these small heaps may lead to more memory than this.
const MOST_BYTES: usize = 64 << 20;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

static FORGES: LazyLock<forged::Forges> = LazyLock::new(forged::Forges::new);

fuzz_target!(|script: &[u8]| {
    let forges = &*FORGES;
    MEMORY
        .set_limit(MEMORY.allocated() + MOST_BYTES)
        .expect("room above what is in use");
    forges.survive(script);
});
