//! From the records of a heap dump to an object graph with dominators and retained sizes.
//!
//! The build runs in phases, each of which consumes the one before ([`open`]):
//!
//! 1. [`scan`]: object starts as a bitmap, classes, roots, counts.
//! 2. [`graph`]: class, size and references of every object.
//! 3. [`dominators`]: search from the roots, SEMI-NCA, the dominator tree in preorder.
//! 4. [`index`]: the columns in files beside the dump, mapped when it is opened again.
//!
//! [`Heap`] answers questions about the result.

pub mod address;
pub mod classes;
pub mod collections;
pub mod dominators;
pub mod early;
pub mod error;
pub mod graph;
pub mod heap;
pub mod ids;
pub mod index;
pub mod open;
pub mod parallel;
pub mod progress;
pub mod ranks;
pub mod reachable;
pub mod scan;
pub mod storage;
pub mod tables;
pub mod values;

pub use error::{HeapError, Result};
pub use heap::Heap;
pub use ids::{ClassIndex, ObjectIndex};
pub use progress::{Phase, Progress};
pub use seamew_hprof::tag::BasicType;
