//! What opening a dump will need, said before the work; where the build's columns live.
//!
//! All columns in memory take 45 bytes an object at the peak. Under a limit the columns that are
//! used front to back go to mapped scratch files first; if that is not enough, all do. The
//! algorithms stay the same; the kernel writes pages out as it must.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use seamew_hprof::sniff::{Format, HEAD_BYTES, sniff};
use serde::Serialize;

use super::OpenOptions;
use super::input::DumpInput;
use crate::error::{HeapError, Result};
use crate::storage::{Placement, Storage};

/// Needs of opening a dump; bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryPlan {
    /// Estimated from the file's size.
    pub objects: u64,
    pub private_bytes: u64,
    pub disk_bytes: u64,
    /// memory, mixed or disk: where the columns of the build live.
    pub tier: &'static str,
    pub limit_bytes: Option<u64>,
    #[serde(skip)]
    placement: Placement,
}

/// Dump bytes of an object, at the least, in the dumps that we know (48 to 70).
const DUMP_BYTES_PER_OBJECT: u64 = 48;
/// Private bytes of an object at the peak: all columns in memory.
const ALL_IN_MEMORY: u64 = 45;
/// The same with only the columns that are accessed at random in memory.
const RANDOM_IN_MEMORY: u64 = 14;
/// Bytes of an object in the index, and in scratch files at the peak.
const INDEX_BYTES_PER_OBJECT: u64 = 35;
const SCRATCH_BYTES_PER_OBJECT: u64 = 40;
/// Memory that does not depend on the objects: code, names, buffers.
const FIXED_BYTES: u64 = 96 << 20;
/// A limit leaves this share, in percent, to what is not counted here.
const USABLE_PERCENT: u64 = 80;

/// The columns that stay in memory in the mixed tier: those accessed at random.
const RANDOM_COLUMNS: [&str; 8] = [
    "address_words",
    "outbound_present",
    "outbound_bases",
    "outbound_offsets",
    "outbound_bytes",
    "outbound_long_bytes",
    "dfs_number",
    "dominator_links",
];

/// Plans for a dump of that many bytes, decompressed, under a limit.
///
/// # Errors
/// When the limit is too low for any way.
fn plan(dump_bytes: u64, limit_bytes: Option<u64>) -> Result<MemoryPlan> {
    let objects = dump_bytes / DUMP_BYTES_PER_OBJECT;
    let needs = |bytes_per_object: u64| objects * bytes_per_object + FIXED_BYTES;
    let fits = |bytes: u64| limit_bytes.is_none_or(|limit| bytes <= limit);
    let (tier, private_bytes, placement) = if fits(needs(ALL_IN_MEMORY)) {
        ("memory", needs(ALL_IN_MEMORY), Placement::Memory)
    } else if fits(needs(RANDOM_IN_MEMORY)) {
        (
            "mixed",
            needs(RANDOM_IN_MEMORY),
            Placement::DiskBut(&RANDOM_COLUMNS),
        )
    } else if fits(needs(0)) {
        ("disk", needs(0), Placement::DiskBut(&[]))
    } else {
        let limit_bytes = limit_bytes.unwrap_or(0);
        return Err(HeapError::MemoryLimit {
            needed_bytes: needs(0),
            limit_bytes,
        });
    };
    let scratch = if tier == "memory" {
        0
    } else {
        objects * SCRATCH_BYTES_PER_OBJECT
    };
    let disk_bytes = objects * INDEX_BYTES_PER_OBJECT + scratch;
    Ok(MemoryPlan {
        objects,
        private_bytes,
        disk_bytes,
        tier,
        limit_bytes,
        placement,
    })
}

/// The limit asked for, or the one that the machine sets.
fn limit(asked_bytes: Option<u64>) -> Option<u64> {
    let machine = [cgroup_limit(), available_memory()]
        .into_iter()
        .flatten()
        .min();
    asked_bytes.or_else(|| machine.map(|bytes| bytes / 100 * USABLE_PERCENT))
}

/// Memory that the kernel would give without swapping, from `/proc/meminfo`.
fn available_memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes << 10)
}

/// The memory limit of this process's control group: version 2, else version 1.
fn cgroup_limit() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let mut limits = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let files = match controllers {
            "" => [
                format!("/sys/fs/cgroup{path}/memory.max"),
                "/sys/fs/cgroup/memory.max".into(),
            ],
            names if names.split(',').any(|name| name == "memory") => [
                format!("/sys/fs/cgroup/memory{path}/memory.limit_in_bytes"),
                "/sys/fs/cgroup/memory/memory.limit_in_bytes".into(),
            ],
            _ => continue,
        };
        let values = files
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok());
        limits.extend(values.filter_map(|value| value.trim().parse::<u64>().ok()));
    }
    limits.into_iter().min()
}

/// Where the columns of a build live.
///
/// # Errors
/// When the limit is too low for any way.
pub fn storage(
    input: &DumpInput,
    options: &OpenOptions,
    scratch_directory: Option<&Path>,
) -> Result<Storage> {
    let plan = plan(input.source.len(), limit(options.memory_bytes))?;
    let temporary = std::env::temp_dir();
    Ok(Storage::new(
        scratch_directory.unwrap_or(&temporary),
        plan.placement,
    ))
}

/// Plans by the size and packing of the file.
///
/// # Errors
/// When the file cannot be read, or the limit is too low for any way.
pub fn memory_plan(path: &Path, memory_bytes: Option<u64>) -> Result<MemoryPlan> {
    let unreadable = |source| HeapError::io("read", path, source);
    let file = File::open(path).map_err(unreadable)?;
    let file_bytes = file.metadata().map_err(unreadable)?.len();
    let mut head = Vec::new();
    file.take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(unreadable)?;
    // Dumps compress four- to sixfold.
    let dump_bytes = match sniff(&head) {
        Format::Gzip | Format::Bzip2 | Format::Xz | Format::Zstd => file_bytes.saturating_mul(6),
        _ => file_bytes,
    };
    plan(dump_bytes, limit(memory_bytes))
}
