//! The engine against its slow twins: every heap is built in code, written as a dump, opened.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

mod addresses;
mod comparison;
mod graphs;
mod lists;
mod shapes;
mod support;
