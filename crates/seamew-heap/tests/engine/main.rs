//! The engine against its slow twins: every heap is built in code, written as a dump, opened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

mod addresses;
mod arrays;
mod broken;
mod climb;
mod collections;
mod comparison;
mod damage;
mod deferred;
mod dump;
mod duplicates;
mod exercise;
mod field_edges;
mod forged;
mod fuzz_corpus;
mod graphs;
mod groups;
mod index;
mod lists;
mod merged_paths;
mod opening;
mod paths;
mod readable;
mod samples;
mod shapes;
mod sizes;
mod slow_paths;
mod support;
mod tables;
mod texts;
mod value_heaps;
mod values;
