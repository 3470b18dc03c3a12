//! Declared lengths that lie: the chain of sub-records decides.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::io;

use seamew_hprof::anomaly::AnomalyKind;
use seamew_hprof::id::IdSize;
use seamew_hprof::source::DumpSource;
use seamew_hprof::tag::{BasicType, record};
use seamew_hprof::walk::Segment;
use seamew_hprof::writer::HeapForm;
use support::*;

/// Declares another length in the header of a heap record.
fn declare(bytes: &mut [u8], segment: Segment, declared: u32) {
    patch(bytes, length_field(segment), &declared.to_be_bytes());
}

fn assert_same_contents(good: &Loaded, bad: &Loaded, what: &str) {
    assert_eq!(bad.records.addresses(), good.records.addresses(), "{what}");
    assert_eq!(bad.records.roots, good.records.roots, "{what}");
}

#[test]
fn wrong_lengths_change_nothing() {
    for id_size in [IdSize::Four, IdSize::Eight] {
        for form in [HeapForm::Single, HeapForm::Segments { max_bytes: 2000 }] {
            let bytes = dump(options(id_size, form), 200);
            let good = load(&bytes);
            let segments = &good.survey.dumps[0].segments;
            for segment in [
                segments[0],
                segments[segments.len() / 2],
                *segments.last().unwrap(),
            ] {
                let length = segment.length as u32;
                for declared in [
                    0,
                    1,
                    9,
                    length - 1,
                    length / 2,
                    length + 1,
                    length + 4000,
                    u32::MAX,
                ] {
                    let mut lying = bytes.clone();
                    declare(&mut lying, segment, declared);
                    let bad = load(&lying);
                    let what = format!("{id_size:?} {form:?} {declared} instead of {length}");
                    assert_same_contents(&good, &bad, &what);
                    assert!(!bad.survey.anomalies.is_empty(), "{what}");
                }
            }
        }
    }
}

#[test]
fn all_segments_may_lie() {
    let bytes = dump(segmented(700), 300);
    let good = load(&bytes);
    for declared in [0, 333, u32::MAX] {
        let mut lying = bytes.clone();
        for segment in &good.survey.dumps[0].segments {
            declare(&mut lying, *segment, declared);
        }
        let bad = load(&lying);
        assert_same_contents(&good, &bad, &format!("{declared}"));
        assert_eq!(bad.lost_bytes, 0);
        assert_eq!(bad.survey.dumps.len(), 1);
        assert!(bad.survey.dumps[0].ended);
    }
}

/// As the segments of some writers: their ends bisect sub-records, whose bytes go on behind.
#[test]
fn segment_ends_may_cut_sub_records() {
    let bytes = dump(segmented(1 << 20), 100);
    let good = load(&bytes);
    let segment = good.survey.dumps[0].segments[0];
    let mut lying = bytes;
    declare(&mut lying, segment, segment.length as u32 - 5);
    let bad = load(&lying);
    assert_same_contents(&good, &bad, "bisected");
    let anomaly = bad.anomaly(AnomalyKind::DeclaredLengthWrong);
    assert_eq!(anomaly.offset, segment.offset);
    assert_eq!(bad.lost_bytes, 0);
}

#[test]
fn an_empty_segment_is_passed_over() {
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    writer.end_segment().unwrap();
    writer.record(record::HEAP_DUMP_SEGMENT, &[]).unwrap();
    put_object(&mut writer, 0);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    assert!(!loaded.was_repaired);
    assert_eq!(loaded.records.objects.len(), 4);
    assert_eq!(loaded.kinds(), [AnomalyKind::ZeroLength]);
}

/// The JVM died before it filled in the length of the last segment.
#[test]
fn an_unfinished_segment_is_read() {
    let bytes = dump(segmented(1000), 100);
    let good = load(&bytes);
    let last = *good.survey.dumps[0].segments.last().unwrap();
    let mut unfinished = bytes[..bytes.len() - 9 - 20].to_vec();
    declare(&mut unfinished, last, 0);
    let bad = load(&unfinished);
    assert_eq!(missing(&good, &bad).len(), 1);
    assert!(bad.has(AnomalyKind::ZeroLength));
    assert!(bad.has(AnomalyKind::Truncated));
    assert!(bad.has(AnomalyKind::MissingEnd));
}

/// The tags of names are tags of roots, too.
#[test]
fn names_behind_a_lying_heap_record_are_names() {
    for declared in [0, 40, 0x00ff_ffff, u32::MAX] {
        let mut writer = begin(segmented(1 << 20));
        put_classes(&mut writer);
        for index in 0..50 {
            put_object(&mut writer, index);
        }
        writer.end_segment().unwrap();
        writer.utf8(0x70, "late/Name").unwrap();
        writer.utf8(0x71, "later/Name").unwrap();
        writer.utf8(0x72, "latest/Name").unwrap();
        put_object(&mut writer, 50);
        writer.end_heap().unwrap();
        let bytes = writer.finish().unwrap();
        let good = load(&bytes);
        let mut lying = bytes;
        declare(&mut lying, good.survey.dumps[0].segments[0], declared);
        let bad = load(&lying);
        assert_same_contents(&good, &bad, &format!("{declared}"));
        assert_eq!(bad.survey.symbols(0).string(0x70).unwrap(), "late/Name");
        assert_eq!(bad.survey.symbols(0).string(0x72).unwrap(), "latest/Name");
        assert_eq!(bad.lost_bytes, 0);
    }
}

/// A dump whose middle consists of zeros that exist nowhere.
struct SparseSource {
    head: Vec<u8>,
    zeros: u64,
    tail: Vec<u8>,
}

impl DumpSource for SparseSource {
    fn len(&self) -> u64 {
        self.head.len() as u64 + self.zeros + self.tail.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let tail_at = self.head.len() as u64 + self.zeros;
        let count = buffer
            .len()
            .min(usize::try_from(self.len() - offset).unwrap());
        for (index, byte) in buffer[..count].iter_mut().enumerate() {
            let at = offset + index as u64;
            *byte = match self.head.get(usize::try_from(at).unwrap()) {
                Some(byte) => *byte,
                None if at < tail_at => 0,
                None => self.tail[usize::try_from(at - tail_at).unwrap()],
            };
        }
        Ok(count)
    }
}

/// One `HEAP_DUMP` record of more than 4 GiB declares its length modulo 2^32.
#[test]
fn a_wrapped_length_is_seen_through() {
    let long_count = 700_000_000_u32;
    let array_bytes = u64::from(long_count) * 8;
    let mut writer = begin(options(IdSize::Eight, HeapForm::Single));
    put_classes(&mut writer);
    writer
        .primitive_array(FIRST_OBJECT, BasicType::Long, &[])
        .unwrap();
    writer.end_heap().unwrap();
    let mut head = writer.finish().unwrap();
    let count_at = head.len() - 5;
    patch(&mut head, count_at as u64, &long_count.to_be_bytes());
    let segment = load(&dump(options(IdSize::Eight, HeapForm::Single), 0))
        .survey
        .dumps[0]
        .segments[0];
    let mut tail_writer = begin(options(IdSize::Eight, HeapForm::Single));
    let tail_from = tail_writer.written_bytes() as usize + 9;
    for index in 1..40 {
        put_object(&mut tail_writer, index);
    }
    let tail = tail_writer.finish().unwrap()[tail_from..].to_vec();
    let body_bytes = head.len() as u64 - segment.offset + array_bytes + tail.len() as u64;
    assert!(body_bytes > 1 << 32);
    declare(&mut head, segment, body_bytes as u32);
    let source = SparseSource {
        head,
        zeros: array_bytes,
        tail,
    };
    let loaded = load_source(&source, 0).unwrap();
    assert_eq!(loaded.records.objects.len(), 3 + 40);
    assert_eq!(
        loaded.records.primitive_arrays[0],
        (FIRST_OBJECT, BasicType::Long, long_count)
    );
    assert_eq!(loaded.lost_bytes, 0);
    assert!(loaded.has(AnomalyKind::DeclaredLengthWrong));
}

#[test]
fn a_longer_name_is_read_whole() {
    let bytes = dump(segmented(1000), 60);
    let good = load(&bytes);
    let needle = b"com/example/Order";
    let name_at = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    let mut edited = bytes;
    edited.insert(name_at + needle.len(), b's');
    let bad = load(&edited);
    assert_same_contents(&good, &bad, "longer name");
    assert_eq!(
        bad.survey.symbols(0).class_name(ORDER_CLASS).unwrap(),
        "com.example.Orders"
    );
    assert_eq!(bad.lost_bytes, 0);
    assert!(bad.has(AnomalyKind::DeclaredLengthWrong));
}

#[test]
fn a_shorter_name_costs_itself_alone() {
    let bytes = dump(segmented(1000), 60);
    let good = load(&bytes);
    let needle = b"com/example/Order";
    let name_at = bytes
        .windows(needle.len())
        .position(|window| window == needle)
        .unwrap();
    let mut edited = bytes;
    edited.remove(name_at + 3);
    let bad = load(&edited);
    assert_same_contents(&good, &bad, "shorter name");
    let symbols = bad.survey.symbols(0);
    assert_eq!(
        symbols.class_name(ORDERS_CLASS).unwrap(),
        "com.example.Order[]"
    );
    assert!(bad.lost_bytes < 40);
}
