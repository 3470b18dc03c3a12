//! First pass: object starts, classes, roots, counts; no per-object records.

mod tally;
mod visitor;

use seamew_hprof::id::IdSize;
use seamew_hprof::source::DumpSource;
use seamew_hprof::walk::{RootRecord, Segment, WalkError, walk};

use crate::address::{AddressCollector, AddressIndex, AddressWriter};
use crate::classes::{ClassNames, fake_addresses, missing_class_addresses, missing_class_names};
use crate::error::{HeapError, Result};
use crate::parallel::run_batches;
use crate::progress::{Phase, Progress};
use crate::storage::Storage;

pub use tally::{ArraySample, Tallies, Tally, TallyKey};
pub use visitor::RawClass;
use visitor::{ScanVisitor, UnitResult};

/// Dump bytes in a batch of the second pass, about.
const BATCH_BYTES: u64 = 4 << 20;

/// A run of records that one thread reads in the second pass.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub segments: Vec<Segment>,
    /// Lowest and highest object address in it, classes aside; both 0 where there is none.
    pub first_address: u64,
    pub last_address: u64,
    pub ascending: bool,
}

/// In which order the dump holds its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOrder {
    /// The batches are in address order and disjoint, each ascending.
    ByAddress,
    /// As the collector walked (Z, Shenandoah): the batches are in file order.
    Scattered,
}

/// Result of the first pass.
pub struct Scanned {
    pub addresses: AddressIndex,
    pub raw_classes: Vec<RawClass>,
    pub roots: Vec<RootRecord>,
    pub tallies: Tallies,
    pub batches: Vec<Batch>,
    pub order: FileOrder,
    /// MAT's test for compressed references came out positive.
    pub mat_compressed: bool,
    pub duplicate_objects: u64,
    /// Addresses of placeholders for classes that no record names.
    pub fake_addresses: Vec<u64>,
}

/// Outcome of the attempt at a first pass.
pub enum ScanOutcome {
    Done(Box<Scanned>),
    /// A sub-record is unsound: the segments must be repaired first.
    Unsound {
        offset: u64,
    },
}

/// What the first pass reads.
pub struct ScanInput<'a> {
    pub source: &'a dyn DumpSource,
    pub segments: &'a [Segment],
    pub id_size: IdSize,
    pub threads: usize,
    pub names: &'a dyn ClassNames,
}

/// Runs the first pass over the segments.
///
/// # Errors
/// When the dump cannot be read, there are too many objects, or on cancellation.
pub fn scan(input: &ScanInput<'_>, storage: &Storage, progress: &Progress) -> Result<ScanOutcome> {
    let dump_bytes = input.segments.iter().map(|segment| segment.length).sum();
    let units = group(input.segments);
    for sorted in [false, true] {
        let collector = if sorted {
            AddressCollector::sorted()
        } else {
            AddressCollector::bitmap(dump_bytes)
        };
        progress.enter(Phase::Scan, dump_bytes);
        let results = match scan_units(input, &units, &collector, progress) {
            Ok(results) => results,
            Err(UnitFailure::Unsound(offset)) => return Ok(ScanOutcome::Unsound { offset }),
            Err(UnitFailure::Other(error)) => return Err(error),
        };
        if !collector.is_unsuited() || sorted {
            let fake_addresses = add_missing_classes(&results, &collector, input.names);
            if collector.is_unsuited() && !sorted {
                continue;
            }
            let mut scanned = merge(results, collector, storage)?;
            scanned.fake_addresses = fake_addresses;
            return Ok(ScanOutcome::Done(Box::new(scanned)));
        }
    }
    Err(HeapError::Cancelled)
}

enum UnitFailure {
    Unsound(u64),
    Other(HeapError),
}

fn scan_units(
    input: &ScanInput<'_>,
    units: &[Vec<Segment>],
    collector: &AddressCollector,
    progress: &Progress,
) -> std::result::Result<(Tallies, Vec<UnitResult>), UnitFailure> {
    let unsound = std::sync::atomic::AtomicU64::new(u64::MAX);
    let states = run_batches(
        input.threads,
        units.len(),
        || {
            (
                ScanVisitor::new(collector, input.id_size, progress),
                Vec::new(),
                Vec::new(),
            )
        },
        |(visitor, buffer, results), unit| {
            visitor.begin(unit);
            for segment in &units[unit] {
                visitor.enter_segment(*segment);
                match walk(input.source, *segment, input.id_size, buffer, visitor) {
                    Ok(()) => visitor.leave_segment(),
                    Err(WalkError::Stopped { .. }) => return Err(HeapError::Cancelled),
                    Err(WalkError::Io { offset, source }) => {
                        return Err(HeapError::dump_io(offset, source));
                    }
                    Err(WalkError::Unsound { offset, .. }) => {
                        unsound.fetch_min(offset, std::sync::atomic::Ordering::Relaxed);
                        return Err(HeapError::Cancelled);
                    }
                }
            }
            results.push(visitor.finish());
            Ok(())
        },
    );
    match (unsound.into_inner(), states) {
        (u64::MAX, Ok(states)) => {
            let mut tallies = Tallies::default();
            let mut results = Vec::new();
            for (visitor, _, unit_results) in states {
                tallies.merge(visitor.into_tallies());
                results.extend(unit_results);
            }
            results.sort_unstable_by_key(|result| result.unit);
            Ok((tallies, results))
        }
        (u64::MAX, Err(error)) => Err(UnitFailure::Other(error)),
        (offset, _) => Err(UnitFailure::Unsound(offset)),
    }
}

/// Groups consecutive segments to units of about a batch.
pub fn group(segments: &[Segment]) -> Vec<Vec<Segment>> {
    let mut units: Vec<Vec<Segment>> = Vec::new();
    let mut bytes = u64::MAX;
    for segment in segments {
        if bytes >= BATCH_BYTES {
            units.push(Vec::new());
            bytes = 0;
        }
        if let Some(unit) = units.last_mut() {
            unit.push(*segment);
            bytes = bytes.saturating_add(segment.length);
        }
    }
    units
}

/// Gives classes that the dump mentions but does not describe a place among the objects; returns
/// the addresses made up.
fn add_missing_classes(
    (tallies, results): &(Tallies, Vec<UnitResult>),
    collector: &AddressCollector,
    names: &dyn ClassNames,
) -> Vec<u64> {
    let raw: Vec<&RawClass> = results
        .iter()
        .flat_map(|result| &result.raw_classes)
        .collect();
    let mut writer = AddressWriter::new(collector);
    for address in missing_class_addresses(&raw, tallies) {
        writer.add(address);
    }
    let taken = results
        .iter()
        .flat_map(|result| result.low_addresses.iter().copied())
        .collect();
    let fake_addresses = fake_addresses(missing_class_names(&raw, tallies, names).len(), &taken);
    for address in &fake_addresses {
        writer.add(*address);
    }
    fake_addresses
}

fn merge(
    (tallies, results): (Tallies, Vec<UnitResult>),
    collector: AddressCollector,
    storage: &Storage,
) -> Result<Scanned> {
    let count = tallies.object_count() + 1;
    let limit = u64::from(u32::MAX) - 16;
    if count > limit {
        return Err(HeapError::TooManyObjects { count, limit });
    }
    let duplicate_objects = collector.duplicates();
    let mut scanned = Scanned {
        addresses: collector.freeze(storage)?,
        raw_classes: Vec::new(),
        roots: Vec::new(),
        tallies,
        batches: Vec::new(),
        order: FileOrder::Scattered,
        mat_compressed: false,
        duplicate_objects,
        fake_addresses: Vec::new(),
    };
    let mut previous_array = (0u64, 0u64);
    for result in results {
        let (start, end) = previous_array;
        let first = result.first_object_array;
        scanned.mat_compressed |= result.mat_compressed || (first > start && first < end);
        if first != 0 {
            previous_array = result.last_object_array;
        }
        scanned.raw_classes.extend(result.raw_classes);
        scanned.roots.extend(result.roots);
        scanned.batches.extend(result.batches);
    }
    scanned.order = order(&mut scanned.batches);
    Ok(scanned)
}

/// Sorts the batches by address where that makes them disjoint.
fn order(batches: &mut [Batch]) -> FileOrder {
    if batches.iter().any(|batch| !batch.ascending) {
        return FileOrder::Scattered;
    }
    let mut by_address: Vec<&Batch> = batches
        .iter()
        .filter(|batch| batch.first_address != 0)
        .collect();
    by_address.sort_unstable_by_key(|batch| batch.first_address);
    let disjoint = by_address
        .windows(2)
        .all(|pair| pair[0].last_address < pair[1].first_address);
    if !disjoint {
        return FileOrder::Scattered;
    }
    batches.sort_by_key(|batch| batch.first_address);
    FileOrder::ByAddress
}
