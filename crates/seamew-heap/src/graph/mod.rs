//! The object graph: references as compressed lists, built by the second pass.

pub mod inbound;
pub mod lists;
mod objects;
mod plans;
mod positions;
mod references;
mod roots;
mod sink;
pub mod varint;
mod visitor;

pub use lists::{List, Lists, ListsBuilder};
pub use objects::{ClassColumn, ShallowColumn};
pub use plans::ClassEdges;
pub use positions::{Position, PositionIndex, PositionSample};
pub use references::{Indexed, ReferencesInput, read_references};
pub use roots::{GcRoot, RootType, Roots, ThreadLocal};
