//! The index on disk: the heap's columns in files, mapped when the dump is opened again.
//!
//! ```text
//! DUMP.seamew/          beside the dump, or under the user's cache folder
//!   d0/                 first heap dump of the file, gap sizes (d0-mat, d0-unreachable, ...)
//!     manifest.json     format, version, identity of the dump, columns with checksums
//!     model.bin         classes, roots, stacks, facts (postcard)
//!     NAME.column       one little-endian column: a page of header, then the values
//!     dump.frames       a dump that was compressed as a whole, again in pieces
//!   .tmp-PID-RANDOM/    being written; renamed when whole
//! ```
//!
//! An index is used only where format version, dump identity and options are right and every file
//! has its declared length; columns of small indexes are checked by checksum on every opening,
//! large ones by length alone (`verify` checks all).

mod column_file;
mod identity;
mod location;
mod model;
mod reader;
mod writer;

pub use identity::Identity;
pub use location::{Location, Variant};
pub use reader::read;
pub use writer::IndexWriter;

/// Version of the format; any change of a column or of the model raises it.
pub const VERSION: u32 = 3;
/// A dump that cannot be entered in the middle, as `seamew_hprof` keeps it.
pub const KEPT_DUMP: &str = "dump.frames";
/// First bytes of every column file.
pub const MAGIC: [u8; 8] = *b"SEAMEWIX";
