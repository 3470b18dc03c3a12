//! Why a dump cannot be used at all. What can be read in part is an [`Anomaly`] instead.
//!
//! [`Anomaly`]: crate::anomaly::Anomaly

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use crate::walk::WalkError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, HprofError>;

/// A dump that cannot be used, with what to do about it in [`HprofError::hint`].
#[derive(Debug, thiserror::Error)]
pub enum HprofError {
    /// The bytes are something else than a binary HPROF dump.
    #[error("not a heap dump: this is {what}")]
    NotAHeapDump {
        /// What the bytes are, as a noun phrase: "an HTML page".
        what: Cow<'static, str>,
        /// What to use or do instead.
        hint: Cow<'static, str>,
    },
    /// Header and perhaps names are there, the heap is not.
    #[error("no heap dump record in {bytes} bytes ({strings} names were read)")]
    NoHeapDumpRecord {
        /// Bytes of the dump, decompressed.
        bytes: u64,
        /// UTF8 records found.
        strings: u64,
    },
    /// The file has fewer heap dumps than asked for.
    #[error("no heap dump number {index}: the file has {count}, counted from 0")]
    NoSuchDump {
        /// Number asked for, from 0.
        index: usize,
        /// Heap dumps in the file.
        count: usize,
    },
    /// The header names an identifier size that no known writer uses.
    #[error("identifiers of {bytes} bytes are not supported (offset {offset})")]
    UnsupportedIdSize {
        /// Identifier size as the header says.
        bytes: u32,
        /// Offset of the size field in the dump.
        offset: u64,
    },
    /// The header is cut or senseless.
    #[error("damaged at offset {offset}: {reason}")]
    Damaged {
        /// Offset in the decompressed dump.
        offset: u64,
        /// What is wrong there.
        reason: Cow<'static, str>,
    },
    /// The dump cannot be read from its medium.
    #[error("cannot read {}: {source}", Subject(path.as_deref()))]
    Io {
        /// The file, where known.
        path: Option<PathBuf>,
        /// Offset of the read, where known.
        offset: Option<u64>,
        /// What the system said.
        source: io::Error,
    },
    /// The decompressed copy cannot be written.
    #[error("cannot write scratch data in {}: {source}", directory.display())]
    Scratch {
        /// Directory that was asked for.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The caller's progress callback asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Names the file in a message.
struct Subject<'a>(Option<&'a Path>);

impl std::fmt::Display for Subject<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(path) => path.display().fmt(formatter),
            None => formatter.write_str("the dump"),
        }
    }
}

impl HprofError {
    /// Offset in the dump at which the trouble is, where there is one.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::UnsupportedIdSize { offset, .. } | Self::Damaged { offset, .. } => Some(*offset),
            Self::Io { offset, .. } => *offset,
            Self::NotAHeapDump { .. } => Some(0),
            Self::NoHeapDumpRecord { .. }
            | Self::NoSuchDump { .. }
            | Self::Scratch { .. }
            | Self::Cancelled => None,
        }
    }

    /// The file concerned, where known.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. } => path.as_deref(),
            Self::Scratch { directory, .. } => Some(directory),
            _ => None,
        }
    }

    /// What the user can do, where there is something.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NotAHeapDump { hint, .. } => Some(hint),
            Self::NoHeapDumpRecord { .. } => Some(
                "the JVM died or the disk filled up before the heap was written, or the dump is \
                 still being written: look for space and take it again",
            ),
            Self::NoSuchDump { .. } => Some("list the dumps of the file and choose one of them"),
            Self::UnsupportedIdSize { .. } => {
                Some("known writers use 4 or 8: the header is damaged or not from a JVM")
            }
            Self::Damaged { .. } => Some("copy the dump again and compare checksums"),
            Self::Io { source, .. } => io_hint(source),
            Self::Scratch { .. } => Some(
                "choose another scratch directory with room for a quarter of the decompressed \
                 dump, or decompress it beforehand",
            ),
            Self::Cancelled => None,
        }
    }

    /// The same error, with the file named where it was not.
    #[must_use]
    pub fn with_path(self, file: &Path) -> Self {
        match self {
            Self::Io {
                path: None,
                offset,
                source,
            } => Self::Io {
                path: Some(file.to_owned()),
                offset,
                source,
            },
            other => other,
        }
    }
}

fn io_hint(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::NotFound => Some(
            "check the path; in a container the JVM writes into the container's own file system",
        ),
        io::ErrorKind::PermissionDenied => {
            Some("dumps are readable by the JVM's user only: run as that user or copy the file")
        }
        io::ErrorKind::IsADirectory => Some("name the dump file itself"),
        _ => None,
    }
}

impl From<io::Error> for HprofError {
    fn from(source: io::Error) -> Self {
        Self::Io {
            path: None,
            offset: None,
            source,
        }
    }
}

impl From<WalkError> for HprofError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Unsound { offset, reason } => Self::Damaged {
                offset,
                reason: Cow::Borrowed(reason),
            },
            WalkError::Io { offset, source } => Self::Io {
                path: None,
                offset: Some(offset),
                source,
            },
            WalkError::Stopped { .. } => Self::Cancelled,
        }
    }
}
