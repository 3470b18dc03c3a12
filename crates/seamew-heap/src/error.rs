//! What can go wrong in the engine: each error says what, where, and what to do next.

use std::io;
use std::path::{Path, PathBuf};

use seamew_hprof::error::HprofError;

/// Errors of the heap engine.
#[derive(Debug, thiserror::Error)]
pub enum HeapError {
    #[error(transparent)]
    Dump(#[from] HprofError),
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("out of address space or scratch space: {0}")]
    Storage(#[from] io::Error),
    #[error("the operation was cancelled")]
    Cancelled,
    #[error("the dump has {count} objects; the engine handles at most {limit}")]
    TooManyObjects { count: u64, limit: u64 },
    #[error("{0}")]
    NotFound(String),
    #[error("the index cannot be used: {0}")]
    IndexUnusable(String),
    #[error("{needed_bytes} bytes of memory are needed, {limit_bytes} are allowed")]
    MemoryLimit { needed_bytes: u64, limit_bytes: u64 },
    #[error("heap dump {index} does not exist: the file holds {count}")]
    NoSuchDump { index: usize, count: usize },
    #[error("{0}")]
    Usage(String),
    #[error("the dump has anomalies: {0}")]
    Strict(String),
}

impl HeapError {
    /// What to do next, in a sentence; empty where there is nothing to say.
    pub fn hint(&self) -> String {
        match self {
            Self::Dump(HprofError::Scratch { .. }) => {
                "Choose --index-dir with room for a quarter of the decompressed dump, or decompress \
                 it beforehand."
                    .into()
            }
            Self::Dump(error) => error.hint().unwrap_or_default().into(),
            Self::Storage(_) => "Free disk space or memory, or choose --index-dir.".into(),
            Self::TooManyObjects { .. } => {
                "Take a live dump (jcmd PID GC.heap_dump) to leave dead objects out.".into()
            }
            Self::MemoryLimit { .. } => "Raise --memory, or run where there is more.".into(),
            Self::NoSuchDump { .. } => "List them with `seamew info DUMP --list-dumps`.".into(),
            Self::Strict(_) => "Leave --strict out to read what can be read.".into(),
            Self::IndexUnusable(_) => "Remove the index, it will be built anew.".into(),
            Self::Io { .. } | Self::Cancelled | Self::NotFound(_) | Self::Usage(_) => String::new(),
        }
    }

    /// The file concerned, where one is known.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Dump(error) => error.path(),
            Self::Io { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Offset in the dump, where one is known.
    pub fn offset(&self) -> Option<u64> {
        match self {
            Self::Dump(error) => error.offset(),
            _ => None,
        }
    }

    pub(crate) fn dump_io(offset: u64, source: io::Error) -> Self {
        Self::Dump(HprofError::Io {
            path: None,
            offset: Some(offset),
            source,
        })
    }

    /// What the first pass accepted the second one does not.
    pub(crate) fn dump_changed(offset: u64) -> Self {
        let reason = "the dump changed while it was read".into();
        Self::Dump(HprofError::Damaged { offset, reason })
    }

    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

/// Result of the engine's fallible functions.
pub type Result<T> = std::result::Result<T, HeapError>;
