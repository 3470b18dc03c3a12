//! How much of a dump is read: frozen counts, where a clock would lie.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use seamew_hprof::id::IdSize;
use seamew_hprof::source::{DumpSource, MemorySource};
use seamew_hprof::survey::survey;
use seamew_hprof::tag::BasicType;
use seamew_hprof::writer::HeapForm;
use support::*;

/// Counts the bytes that are read.
struct Counted {
    dump: MemorySource,
    bytes: AtomicU64,
}

impl DumpSource for Counted {
    fn len(&self) -> u64 {
        self.dump.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.dump.read_at(offset, buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Counted {
    fn new(dump: Vec<u8>) -> Self {
        Self {
            dump: MemorySource(dump),
            bytes: AtomicU64::new(0),
        }
    }

    /// Bytes read since the last look.
    fn take(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

#[test]
fn a_survey_hops_and_a_walk_reads_each_byte_once() {
    let source = Counted::new(dump(segmented(1 << 20), 200_000));
    let surveyed = survey(&source).unwrap();
    let segments = &surveyed.dumps[0].segments;
    assert!(segments.len() > 5);
    let hopped = source.take();
    assert!(hopped < source.len() / 20, "{hopped} of {}", source.len());
    walk_all(&source, segments, surveyed.id_size(0)).unwrap();
    let (walked, wanted) = (source.take(), surveyed.dumps[0].heap_bytes());
    // A record that straddles two windows is read again.
    assert!(
        walked >= wanted && walked - wanted < wanted / 1000,
        "{walked} of {wanted}"
    );
}

#[test]
fn what_is_in_a_big_primitive_array_is_not_read() {
    const BYTES: usize = 32 << 20;
    let mut writer = begin(options(IdSize::Eight, HeapForm::Single));
    put_classes(&mut writer);
    writer
        .primitive_array(FIRST_OBJECT, BasicType::Byte, &vec![7; BYTES])
        .unwrap();
    writer.end_heap().unwrap();
    let source = Counted::new(writer.finish().unwrap());
    let surveyed = survey(&source).unwrap();
    let records = walk_all(&source, &surveyed.dumps[0].segments, surveyed.id_size(0)).unwrap();
    assert_eq!(records.primitive_arrays.len(), 1);
    let read = source.take();
    assert!(read < 3 << 20, "{read} of {}", source.len());
}
