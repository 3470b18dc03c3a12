//! Any text as a query: reading it must end without a panic, writing it and reading it again must
//! give the same query, and asking a small heap must end in rows or in an error.
//!
//! Run with `cargo fuzz run -s none oql` (stable toolchain) from the repository's root. The heap
//! stands in `crates/seamew-oql/tests/oql/shop.rs`; the corpus is replayed by `fuzz_corpus.rs`
//! beside it.

#![no_main]

use std::alloc::System;

use cap::Cap;
use libfuzzer_sys::fuzz_target;

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/seamew-oql/tests/oql/asking.rs"]
mod asking;
#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../../crates/seamew-oql/tests/oql/shop.rs"]
mod shop;
#[path = "../../crates/seamew-oql/tests/oql/surviving.rs"]
mod surviving;

/// No query on that small heap may need more memory than this.
const MOST_BYTES: usize = 256 << 20;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

fuzz_target!(|text: &[u8]| {
    let asked = &shop::SHOP.asked;
    MEMORY
        .set_limit(MEMORY.allocated() + MOST_BYTES)
        .expect("room above what is in use");
    surviving::survive(asked, &String::from_utf8_lossy(text));
});
