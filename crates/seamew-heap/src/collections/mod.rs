//! Collections: lists, queues, sets, maps of the JDK, of libraries, and those a user describes.
//!
//! [`shape`] is the language in which `known.txt` says how classes of collections are read.
//! Tables over many collections ([`statistics`]) take facts that one walk over the dump collected
//! ([`prefetch`]); the contents of single ones ([`contents`]) are read where they lie.

mod contents;
mod direct;
mod entries;
mod facts;
mod known;
mod measure;
mod nodes;
mod prefetch;
mod registry;
mod shape;
mod single;
mod statistics;

pub use contents::{Contents, ContentsQuestion, EntryRow, Item};
pub use direct::Found;
pub use entries::Entry;
pub use known::KnownCollections;
pub use measure::Measured;
pub(crate) use registry::Registry;
pub use registry::known_shapes;
pub use shape::{Kind, Shape};
pub use single::{CollectionReader, Member};
pub use statistics::{
    CollectionClassRow, CollectionRatioRow, CollectionRow, CollectionSizeRow, CollectionSums,
    Collections, Filter, Order,
};
