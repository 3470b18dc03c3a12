//! Bytes to records and back: the HPROF binary format of JVM heap dumps.
//!
//! The way of a dump through this crate:
//!
//! 1. [`sources::open_source`] recognises the container by content and gives random access to
//!    the decompressed bytes ([`source::DumpSource`]).
//! 2. [`survey::survey`] hops over the top-level records: names, classes, segments.
//! 3. [`walk::walk`] reads the sub-records of a segment, strictly and fast.
//! 4. Where the survey is not sound or a walk fails, [`salvage::repair`] finds segments that can
//!    be walked and says what is lost.
//!
//! [`writer::HprofWriter`] goes the other way, for tests.

#![allow(
    clippy::doc_markdown,
    reason = "record names stand in the docs as the format has them"
)]

pub mod anomaly;
pub mod error;
pub mod growth;
pub mod header;
#[allow(missing_docs, reason = "the variants are the two sizes")]
pub mod id;
mod layout;
pub mod names;
pub mod progress;
mod record;
pub mod salvage;
pub mod sniff;
pub mod source;
pub mod sources;
pub mod survey;
pub mod symbols;
#[allow(missing_docs, reason = "the names are the format's own")]
pub mod tag;
#[allow(missing_docs, reason = "field names are the format's own")]
pub mod walk;
mod window;
pub mod writer;
