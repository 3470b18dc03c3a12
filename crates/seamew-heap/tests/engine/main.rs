//! The engine against its slow twins: every heap is built in code, written as a dump, opened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

mod addresses;
mod broken;
mod climb;
mod collections;
mod comparison;
mod damage;
mod deferred;
mod dump;
mod exercise;
mod forged;
mod fuzz_corpus;
mod graphs;
mod index;
mod lists;
mod opening;
mod samples;
mod shapes;
mod sizes;
mod support;
mod values;
