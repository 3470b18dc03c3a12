//! Heaps for tests: built in code, never committed as files.
//!
//! * [`HeapBuilder`] is a small language for heaps: classes, instances, arrays, strings, threads,
//!   roots. It writes them as a dump, with addresses as HotSpot would give them.
//! * [`expected::ExpectedHeap`] says what an engine must find in such a dump, by the rules of
//!   Eclipse MAT.
//! * [`graph::Graph`] has the slow twins of the engine's clever algorithms: dominators by removing
//!   each node in turn, retained sets, shortest paths.
//! * [`plan`] makes random heaps for property tests; they shrink.

#![allow(
    clippy::doc_markdown,
    clippy::struct_field_names,
    reason = "names as the format has them; every number with its unit"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "for tests only: a wrong heap description must stop the test at once"
)]

mod addresses;
mod bootstrap;
mod builder;
mod class;
pub mod expected;
pub mod graph;
mod layout;
mod object;
pub mod plan;
pub mod random;
mod strings;
mod threads;
mod write;

pub use addresses::Spacing;
pub use bootstrap::Known;
pub use builder::{FileOrder, HeapBuilder, HeapOptions, JavaVersion};
pub use class::ClassSpec;
pub use object::{Address, Body};
pub use seamew_hprof::id::IdSize;
pub use seamew_hprof::tag::{BasicType, sub};
pub use seamew_hprof::writer::{HeapForm, Value};
pub use threads::{Frame, Thread};
