//! The language on heaps that are built in code, written as a dump, opened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

mod asking;
mod beyond;
mod functions;
mod fuzz_corpus;
mod lexical;
mod operators;
mod page;
mod paths;
mod refusals;
mod round_trip;
mod selects;
mod shop;
mod sources;
mod surviving;
mod twins;
