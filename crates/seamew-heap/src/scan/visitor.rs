//! What the first pass does with each record.

use seamew_hprof::id::IdSize;
use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::{ClassDumpRecord, HeapVisitor, RootRecord, Segment};

use super::tally::Tallies;
use super::{BATCH_BYTES, Batch};
use crate::address::{AddressCollector, AddressWriter};
use crate::progress::Progress;

/// A class dump, decoded; names are still identifiers.
#[derive(Clone, Debug)]
pub struct RawClass {
    pub address: u64,
    pub super_address: u64,
    pub loader_address: u64,
    pub signers_address: u64,
    pub protection_domain_address: u64,
    pub instance_bytes: u32,
    /// Offset of the sub-record.
    pub at: u64,
    /// Name identifier, type, value (undecoded, right-aligned).
    pub statics: Vec<(u64, BasicType, u64)>,
    pub fields: Vec<(u64, BasicType)>,
}

impl RawClass {
    fn decode(at: u64, record: &ClassDumpRecord<'_>, id_size: IdSize) -> Self {
        let id_bytes = id_size.bytes();
        let mut statics = Vec::with_capacity(usize::from(record.static_count));
        let mut rest = record.statics;
        while let Some((name, tail)) = rest.split_at_checked(id_bytes) {
            let Some(basic_type) = tail.first().and_then(|code| BasicType::from_code(*code)) else {
                break;
            };
            let value_bytes = basic_type.dump_bytes(id_bytes);
            let Some(value) = tail.get(1..1 + value_bytes) else {
                break;
            };
            let value = value
                .iter()
                .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            statics.push((id_size.read(name), basic_type, value));
            rest = &tail[1 + value_bytes..];
        }
        let fields = record
            .fields
            .chunks_exact(id_bytes + 1)
            .filter_map(|entry| {
                BasicType::from_code(entry[id_bytes]).map(|kind| (id_size.read(entry), kind))
            });
        Self {
            address: record.address,
            super_address: record.super_address,
            loader_address: record.loader_address,
            signers_address: record.signers_address,
            protection_domain_address: record.protection_domain_address,
            instance_bytes: record.instance_bytes,
            at,
            statics,
            fields: fields.collect(),
        }
    }
}

/// What one unit of the first pass found, apart from the tallies.
#[derive(Default)]
pub struct UnitResult {
    pub unit: usize,
    pub raw_classes: Vec<RawClass>,
    pub roots: Vec<RootRecord>,
    pub batches: Vec<Batch>,
    /// Addresses so low that a placeholder could want them.
    pub low_addresses: Vec<u64>,
    /// Start of the first object array; 0: none.
    pub first_object_array: u64,
    /// Start of the last object array, and where it would end with 8-byte references.
    pub last_object_array: (u64, u64),
    pub mat_compressed: bool,
}

/// Visits the records of the units that one thread takes.
pub struct ScanVisitor<'a> {
    writer: AddressWriter<'a>,
    tallies: Tallies,
    id_size: IdSize,
    progress: &'a Progress,
    result: UnitResult,
    batch: Batch,
    batch_start: u64,
    segment: Segment,
    progress_at: u64,
}

impl<'a> ScanVisitor<'a> {
    pub fn new(collector: &'a AddressCollector, id_size: IdSize, progress: &'a Progress) -> Self {
        Self {
            writer: AddressWriter::new(collector),
            tallies: Tallies::default(),
            id_size,
            progress,
            result: UnitResult::default(),
            batch: Batch::default(),
            batch_start: 0,
            segment: Segment {
                offset: 0,
                length: 0,
            },
            progress_at: 0,
        }
    }

    /// Starts a unit.
    pub fn begin(&mut self, unit: usize) {
        self.result = UnitResult {
            unit,
            ..UnitResult::default()
        };
        self.batch = Batch {
            ascending: true,
            ..Batch::default()
        };
    }

    pub fn enter_segment(&mut self, segment: Segment) {
        self.segment = segment;
        self.batch_start = segment.offset;
        self.progress_at = segment.offset;
    }

    /// Ends a segment: what is left of it belongs to the current batch.
    pub fn leave_segment(&mut self) {
        let end = self.segment.end();
        let length = end - self.batch_start;
        self.batch.segments.push(Segment {
            offset: self.batch_start,
            length,
        });
        let _ = self.progress.advance(end - self.progress_at);
    }

    /// Ends the unit.
    pub fn finish(&mut self) -> UnitResult {
        self.writer.flush();
        let batch = std::mem::take(&mut self.batch);
        self.result.batches.push(batch);
        std::mem::take(&mut self.result)
    }

    pub fn into_tallies(self) -> Tallies {
        self.tallies
    }

    /// Closes the batch before the record at `at`.
    #[cold]
    fn split_batch(&mut self, at: u64) {
        let length = at - self.batch_start;
        let mut batch = std::mem::replace(
            &mut self.batch,
            Batch {
                ascending: true,
                ..Batch::default()
            },
        );
        batch.segments.push(Segment {
            offset: self.batch_start,
            length,
        });
        self.batch_start = at;
        self.result.batches.push(batch);
    }

    #[inline]
    fn add(&mut self, address: u64) {
        const LOW: u64 = 1 << 12;
        if address < LOW {
            self.result.low_addresses.push(address);
        }
        self.writer.add(address);
    }

    #[inline]
    fn object(&mut self, at: u64, address: u64) {
        self.add(address);
        if at - self.batch_start > 2 * BATCH_BYTES {
            self.split_batch(at);
        }
        if self.batch.first_address == 0 {
            self.batch.first_address = address;
        } else if address <= self.batch.last_address {
            self.descend(at, address);
        }
        self.batch.last_address = address;
    }

    /// A lower address than before: a new stretch of heap, or a dump without order.
    #[cold]
    fn descend(&mut self, at: u64, address: u64) {
        const MOST_STRETCHES_IN_A_UNIT: usize = 256;
        if self.result.batches.len() < MOST_STRETCHES_IN_A_UNIT {
            self.split_batch(at);
            self.batch.first_address = address;
        } else {
            self.batch.ascending = false;
        }
    }
}

impl HeapVisitor for ScanVisitor<'_> {
    const NEEDS_CONTENTS: bool = false;

    fn root(&mut self, root: RootRecord) {
        self.result.roots.push(root);
    }

    fn class_dump(&mut self, at: u64, class: ClassDumpRecord<'_>) {
        self.add(class.address);
        self.result
            .raw_classes
            .push(RawClass::decode(at, &class, self.id_size));
    }

    #[inline]
    fn instance(&mut self, at: u64, address: u64, class_address: u64, fields: &[u8]) {
        self.object(at, address);
        self.tallies.instance(address, class_address, fields.len());
    }

    #[inline]
    fn object_array(&mut self, at: u64, address: u64, class_address: u64, length: u32) {
        self.object(at, address);
        let bytes = u64::from(length) * self.id_size.bytes() as u64;
        self.tallies
            .object_array(address, class_address, length, bytes);
        let (start, end) = self.result.last_object_array;
        if self.result.first_object_array == 0 {
            self.result.first_object_array = address;
        } else if address > start && address < end {
            self.result.mat_compressed = true;
        }
        self.result.last_object_array = (
            address,
            address
                .saturating_add(16)
                .saturating_add(u64::from(length) * 8),
        );
    }

    fn elements(&mut self, _bytes: &[u8]) {}

    fn object_array_end(&mut self) {}

    #[inline]
    fn primitive_array(&mut self, at: u64, address: u64, element_type: BasicType, length: u32) {
        self.object(at, address);
        self.tallies.primitive_array(address, element_type, length);
    }

    fn window(&mut self, at: u64) -> bool {
        let passed = at - self.progress_at;
        self.progress_at = at;
        self.progress.advance(passed).is_ok()
    }
}
