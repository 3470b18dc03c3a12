//! Opening a dump: from the file to a [`Heap`], through all phases of the build.

mod assemble;
mod build;
mod input;
mod plan;
mod search;
mod stacks;
mod sums;

use std::path::{Path, PathBuf};

use crate::classes::SizeModel;
use crate::early::EarlyFindings;
use crate::error::Result;
use crate::heap::Heap;
use crate::progress::Progress;

pub use input::{DumpInput, SurveyedDump, list_dumps};
pub use plan::{MemoryPlan, memory_plan};

/// How to open a dump.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Which heap dump of the file; None: the first.
    pub dump_index: Option<usize>,
    /// Where the index goes; None: beside the dump, else the user's cache folder.
    pub index_directory: Option<PathBuf>,
    /// Read and write an index.
    pub use_index: bool,
    pub keep_unreachable: bool,
    pub size_model: SizeModel,
    /// Limit for private memory; None: what there is.
    pub memory_bytes: Option<u64>,
    /// Threads; 0: what the machine has.
    pub threads: usize,
    /// Every anomaly is an error.
    pub strict: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            dump_index: None,
            index_directory: None,
            use_index: true,
            keep_unreachable: false,
            size_model: SizeModel::Gap,
            memory_bytes: None,
            threads: 0,
            strict: false,
        }
    }
}

/// Opens the dump at `path`: reads its index or builds it.
///
/// # Errors
/// When the file is no heap dump, cannot be read, does not fit into the memory limit, or on
/// cancellation.
pub fn open(path: &Path, options: &OpenOptions, progress: &Progress) -> Result<Heap> {
    build::open(path, options, progress)
}

/// Histogram and biggest arrays of every object, dead or alive, by one pass over the dump.
///
/// # Errors
/// As [`open`].
pub fn first_pass(
    path: &Path,
    options: &OpenOptions,
    progress: &Progress,
) -> Result<EarlyFindings> {
    build::first_pass(path, options, progress)
}
