//! Damaged bytes: what is lost is said, and no more is lost than must be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use seamew_hprof::anomaly::{AnomalyKind, AnomalyLog};
use seamew_hprof::error::HprofError;
use seamew_hprof::id::IdSize;
use seamew_hprof::progress::unwatched;
use seamew_hprof::salvage::repair;
use seamew_hprof::source::{DumpSource, MemorySource};
use seamew_hprof::survey::survey;
use seamew_hprof::tag::{BasicType, record, sub};
use seamew_hprof::writer::{HeapForm, Value};
use support::*;

#[test]
fn a_cut_anywhere_keeps_what_precedes() {
    for (id_size, form) in [
        (IdSize::Eight, HeapForm::Segments { max_bytes: 600 }),
        (IdSize::Four, HeapForm::Segments { max_bytes: 600 }),
        (IdSize::Eight, HeapForm::Single),
    ] {
        let bytes = dump(options(id_size, form), 40);
        let good = load(&bytes);
        let heap_at = usize::try_from(good.survey.dumps[0].segments[0].offset).unwrap();
        let ends: Vec<u64> = good
            .records
            .objects
            .iter()
            .skip(1)
            .map(|(at, _)| *at)
            .collect();
        for cut in heap_at + 1..bytes.len() {
            let source = MemorySource(bytes[..cut].to_vec());
            let Ok(bad) = load_source(&source, 0) else {
                assert!((cut as u64) < ends[0], "nothing at {cut}");
                continue;
            };
            let whole = ends.iter().filter(|end| **end <= cut as u64).count();
            assert!(
                bad.records.objects.len() >= whole,
                "{id_size:?} {form:?} cut at {cut}"
            );
            assert!(invented(&good, &bad).is_empty());
            assert!(
                !bad.survey.anomalies.is_empty(),
                "cut at {cut} was not noticed"
            );
            let used: u64 = bad.survey.dumps[0].heap_bytes();
            assert!(used + heap_at as u64 <= cut as u64);
        }
    }
}

#[test]
fn a_cut_says_how_much_is_missing() {
    let bytes = dump(segmented(1 << 20), 100);
    let cut = load(&bytes[..bytes.len() - 1000]);
    assert!(cut.lost_bytes >= 991, "{}", cut.lost_bytes);
    let anomaly = cut.anomaly(AnomalyKind::Truncated);
    assert!(
        anomaly.message.contains("991 declared bytes are missing"),
        "{}",
        anomaly.message
    );
    assert!(anomaly.hint().is_some());
}

#[test]
fn no_heap_is_an_error() {
    let mut writer = begin(segmented(1 << 20));
    let names = writer.written_bytes();
    put_classes(&mut writer);
    let bytes = writer.finish().unwrap();
    for end in [31, names, names - 3, names + 9, names + 4] {
        let source = MemorySource(bytes[..usize::try_from(end).unwrap()].to_vec());
        let error = load_source(&source, 0).unwrap_err();
        assert!(
            matches!(error, HprofError::NoHeapDumpRecord { .. }),
            "{end}: {error}"
        );
        assert!(error.hint().is_some());
    }
}

/// Damages one sub-record each and sees that only that one is lost.
#[test]
fn one_bad_sub_record_costs_one_object() {
    let bytes = dump(segmented(4000), 200);
    let good = load(&bytes);
    let instance = offset_of(&good, FIRST_OBJECT + 64 * 100);
    let array = offset_of(&good, FIRST_OBJECT + 64 * 103);
    let primitive = offset_of(&good, FIRST_OBJECT + 64 * 104);
    let cases: [(&str, u64, &[u8]); 8] = [
        ("unknown tag", instance, &[0x7f]),
        ("zero tag", instance, &[0]),
        ("long instance", instance + 21, &[0, 0, 1, 12]),
        ("huge instance", instance + 21, &[0xff, 0xff, 0xff, 0xff]),
        ("negative array", array + 13, &[0xff, 0xff, 0xff, 0xff]),
        ("huge array", primitive + 13, &[0x7f, 0xff, 0xff, 0xff]),
        ("unknown type", primitive + 17, &[99]),
        ("reference type", primitive + 17, &[2]),
    ];
    for (what, offset, patched) in cases {
        let mut damaged = bytes.clone();
        patch(&mut damaged, offset, patched);
        let bad = load(&damaged);
        let lost = missing(&good, &bad);
        assert_eq!(lost.len(), 1, "{what}: {lost:x?}");
        assert!(invented(&good, &bad).is_empty(), "{what}");
        assert!(bad.doubtful_objects > 0, "{what}");
        let anomaly = bad.anomaly(AnomalyKind::DamagedBytes);
        assert!(
            anomaly.lost_bytes > 0 && anomaly.lost_bytes == bad.lost_bytes,
            "{what}"
        );
        assert!(
            anomaly.offset <= offset && offset < anomaly.offset + 60,
            "{what}"
        );
    }
}

/// The array claims many records behind it; they come back, though the walk ran over them.
#[test]
fn a_length_that_swallows_records_gives_them_back() {
    let bytes = dump(segmented(1 << 20), 3000);
    let good = load(&bytes);
    let primitive = offset_of(&good, FIRST_OBJECT + 64 * 104);
    for length in [300_u32, 5000, 20_001] {
        let mut damaged = bytes.clone();
        patch(&mut damaged, primitive + 13, &length.to_be_bytes());
        let bad = load(&damaged);
        let lost = missing(&good, &bad);
        assert!(lost.len() <= 2, "{length}: {} lost", lost.len());
        assert!(invented(&good, &bad).is_empty());
    }
}

/// A byte array that holds a heap dump is an array, also next to damage.
#[test]
fn a_dump_inside_an_array_stays_inside() {
    let inner = dump(segmented(1 << 20), 80);
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    for index in 0..40 {
        put_object(&mut writer, index);
    }
    let array = FIRST_OBJECT + 64 * 0x1000;
    writer
        .primitive_array(array, BasicType::Byte, &inner)
        .unwrap();
    for index in 40..80 {
        put_object(&mut writer, index);
    }
    writer.end_heap().unwrap();
    let bytes = writer.finish().unwrap();
    let good = load(&bytes);
    assert!(!good.was_repaired);
    let next = offset_of(&good, FIRST_OBJECT + 64 * 40);
    let mut damaged = bytes;
    patch(&mut damaged, next, &[0x77]);
    let bad = load(&damaged);
    assert_eq!(missing(&good, &bad), [FIRST_OBJECT + 64 * 40]);
    assert_eq!(bad.records.objects.len() + 1, good.records.objects.len());
}

#[test]
fn a_lost_block_costs_its_objects() {
    let bytes = dump(segmented(10_000), 2000);
    let good = load(&bytes);
    let at = usize::try_from(offset_of(&good, FIRST_OBJECT + 64 * 900)).unwrap() + 7;
    for fill in [Some(0), Some(0xff), Some(b'!'), Some(5), None] {
        let mut damaged = bytes.clone();
        match fill {
            Some(byte) => damaged[at..at + 4096].fill(byte),
            None => drop(damaged.drain(at..at + 4096)),
        }
        let bad = load(&damaged);
        let lost = missing(&good, &bad).len();
        let hit = good
            .records
            .objects
            .iter()
            .filter(|(start, _)| (at as u64 - 60..at as u64 + 4096).contains(start))
            .count();
        assert!(lost <= hit, "{fill:?}: {lost} lost, {hit} hit");
        assert!(invented(&good, &bad).is_empty(), "{fill:?}");
        assert!(bad.lost_bytes > 0 && bad.doubtful_objects > 0, "{fill:?}");
    }
}

/// Every place in turn: single cases may be unlucky, all together may not.
#[test]
fn removed_bytes_cost_little_on_average() {
    for form in [HeapForm::Single, HeapForm::Segments { max_bytes: 900 }] {
        let bytes = dump(options(IdSize::Eight, form), 120);
        let good = load(&bytes);
        let first = usize::try_from(good.records.objects[3].0).unwrap();
        for length in [1, 40, 371] {
            let (mut hit, mut lost, mut added) = (0, 0, 0);
            for at in (first..bytes.len() - length).step_by(7) {
                let mut damaged = bytes.clone();
                damaged.drain(at..at + length);
                let bad = load(&damaged);
                let starts = good.records.objects.iter().map(|(start, _)| *start);
                let starts = starts.skip(1).chain([bytes.len() as u64]);
                let spans = good
                    .records
                    .objects
                    .iter()
                    .map(|(start, _)| *start)
                    .zip(starts);
                let is_hit =
                    |(start, end): &(u64, u64)| *start < (at + length) as u64 && at as u64 <= *end;
                hit += spans.filter(is_hit).count();
                lost += missing(&good, &bad).len();
                added += invented(&good, &bad).len();
            }
            assert!(
                lost * 100 <= hit * 105,
                "{form:?} {length}: {lost} lost, {hit} hit"
            );
            assert!(
                added * 100 <= hit,
                "{form:?} {length}: {added} invented, {hit} hit"
            );
        }
    }
}

#[test]
fn a_damaged_segment_header_costs_nothing_else() {
    let bytes = dump(segmented(3000), 600);
    let good = load(&bytes);
    let segment = good.survey.dumps[0].segments[2];
    for patched in [[0_u8; 9], [0x55; 9], [0xff; 9]] {
        let mut damaged = bytes.clone();
        patch(&mut damaged, segment.offset - 9, &patched);
        let bad = load(&damaged);
        assert!(missing(&good, &bad).is_empty(), "{patched:?}");
        assert!(bad.lost_bytes <= 9);
        assert_eq!(bad.survey.dumps.len(), 1);
    }
}

#[test]
fn padding_and_unknown_records_are_passed_over() {
    let bytes = dump(segmented(1000), 50);
    let good = load(&bytes);
    let mut padded = bytes.clone();
    padded.extend([0; 5000]);
    let loaded = load(&padded);
    assert!(!loaded.was_repaired);
    assert_eq!(loaded.records, good.records);
    assert_eq!(loaded.kinds(), [AnomalyKind::TrailingZeros]);

    let without_end = load(&bytes[..bytes.len() - 9]);
    assert!(!without_end.was_repaired);
    assert_eq!(without_end.records, good.records);
    assert_eq!(without_end.kinds(), [AnomalyKind::MissingEnd]);

    let mut odd = bytes;
    let at = usize::try_from(good.survey.dumps[0].segments[1].offset).unwrap() - 9;
    odd.splice(at..at, [0x88, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    let loaded = load(&odd);
    assert_eq!(loaded.records.addresses(), good.records.addresses());
    assert!(loaded.has(AnomalyKind::UnknownRecord));
}

#[test]
fn garbage_behind_the_end_is_said() {
    let mut bytes = dump(segmented(1000), 50);
    let good = load(&bytes);
    bytes.extend_from_slice(b"connection closed by peer\n");
    let bad = load(&bytes);
    assert_eq!(bad.records, good.records);
    assert_eq!(bad.lost_bytes, 26);
}

/// Damage near instances of a class that has no records: they are believed where they were
/// seen before.
#[test]
fn unknown_classes_are_not_damage() {
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    let unknown = ORDER_CLASS + 0x4000;
    for index in 0..200 {
        let address = FIRST_OBJECT + 64 * index;
        writer
            .instance(address, unknown, &[Value::Long(5)])
            .unwrap();
    }
    writer.end_heap().unwrap();
    let bytes = writer.finish().unwrap();
    let good = load(&bytes);
    assert!(!good.was_repaired);
    let mut damaged = bytes;
    patch(
        &mut damaged,
        offset_of(&good, FIRST_OBJECT + 64 * 100),
        &[0],
    );
    let bad = load(&damaged);
    assert_eq!(missing(&good, &bad), [FIRST_OBJECT + 64 * 100]);
}

#[test]
fn two_dumps_are_two() {
    let mut writer = begin(segmented(900));
    put_classes(&mut writer);
    put_object(&mut writer, 0);
    writer.end_heap().unwrap();
    put_classes(&mut writer);
    put_object(&mut writer, 1);
    put_object(&mut writer, 2);
    writer.end_heap().unwrap();
    let bytes = writer.finish().unwrap();
    let first = load(&bytes);
    assert_eq!(first.survey.dumps.len(), 2);
    assert_eq!(first.records.objects.len(), 4);
    assert_eq!(first.kinds(), [AnomalyKind::SeveralDumps]);
    let source = MemorySource(bytes.clone());
    assert_eq!(load_source(&source, 1).unwrap().records.objects.len(), 5);
    let mut damaged = bytes;
    patch(&mut damaged, offset_of(&first, FIRST_OBJECT), &[0]);
    let source = MemorySource(damaged);
    assert_eq!(load_source(&source, 1).unwrap().records.objects.len(), 5);
    let survey = survey(&source).unwrap();
    let error = repair(&source, &survey, 2, &unwatched).unwrap_err();
    assert!(matches!(
        error,
        HprofError::NoSuchDump { index: 2, count: 2 }
    ));
}

#[test]
fn concatenated_files_keep_their_own_names() {
    let mut bytes = dump(segmented(900), 20);
    let mut other = begin(options(IdSize::Four, HeapForm::Segments { max_bytes: 900 }));
    other.utf8(2, "org/other/Thing").unwrap();
    put_classes(&mut other);
    put_object(&mut other, 0);
    other.end_heap().unwrap();
    let second_at = bytes.len() as u64;
    bytes.extend(other.finish().unwrap());
    for damaged in [false, true] {
        if damaged {
            let first = load(&bytes);
            patch(&mut bytes, offset_of(&first, FIRST_OBJECT), &[0]);
        }
        let source = MemorySource(bytes.clone());
        let loaded = load_source(&source, 1).unwrap();
        let survey = &loaded.survey;
        assert_eq!(survey.header(1).offset, second_at);
        assert_eq!(survey.id_size(0), IdSize::Eight);
        assert_eq!(survey.id_size(1), IdSize::Four);
        assert_eq!(
            survey.symbols(0).class_name(ORDER_CLASS).unwrap(),
            "com.example.Order"
        );
        assert_eq!(
            survey.symbols(1).class_name(ORDER_CLASS).unwrap(),
            "org.other.Thing"
        );
        assert_eq!(loaded.records.objects.len(), 4);
        assert!(loaded.has(AnomalyKind::SecondHeader));
    }
}

#[test]
fn every_heap_dump_record_is_a_dump() {
    let mut writer = begin(options(IdSize::Eight, HeapForm::Single));
    put_classes(&mut writer);
    writer.end_heap().unwrap();
    put_object(&mut writer, 0);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    assert_eq!(loaded.survey.dumps.len(), 2);
    assert_eq!(loaded.records.objects.len(), 3);
}

/// The work stays in proportion to the file however often it is damaged.
#[test]
fn reading_is_linear() {
    let mut bytes = dump(segmented(1 << 20), 40_000);
    let heap_at = 2000;
    for at in (heap_at..bytes.len()).step_by(700) {
        bytes[at] = 0;
    }
    let total = bytes.len();
    let source = CountingSource::new(bytes);
    let survey = survey(&source).unwrap();
    let repaired = repair(&source, &survey, 0, &unwatched).unwrap();
    let kept = repaired.survey.dumps[0].heap_bytes();
    assert!(kept > total as u64 / 2, "{kept} of {total}");
    let factor = source.read_bytes() / total;
    assert!(factor < 500, "{factor} times the file read");
    assert!(repaired.survey.anomalies.len() <= 2 * AnomalyLog::DETAILED);
    let lost: u64 = repaired
        .survey
        .anomalies
        .iter()
        .map(|anomaly| anomaly.lost_bytes)
        .sum();
    assert_eq!(lost, repaired.lost_bytes);
}

#[test]
fn filler_is_not_taken_for_records() {
    let bytes = dump(
        options(IdSize::Four, HeapForm::Segments { max_bytes: 1 << 20 }),
        100,
    );
    let good = load(&bytes);
    for filler in 0..=255_u8 {
        let mut damaged = bytes[..bytes.len() - 9].to_vec();
        damaged.extend(std::iter::repeat_n(filler, 3000));
        let bad = load(&damaged);
        assert_eq!(
            bad.records.addresses(),
            good.records.addresses(),
            "{filler:#x}"
        );
        assert_eq!(bad.records.roots, good.records.roots, "{filler:#x}");
    }
}

#[test]
fn repair_can_be_cancelled() {
    let mut bytes = dump(segmented(1000), 500);
    let at = bytes.len() / 2;
    bytes[at..at + 100].fill(0);
    let source = MemorySource(bytes);
    let survey = survey(&source).unwrap();
    let stop = |_, _| std::ops::ControlFlow::Break(());
    let error = repair(&source, &survey, 0, &stop).unwrap_err();
    assert!(matches!(error, HprofError::Cancelled));
}

#[test]
fn a_failing_medium_is_an_error() {
    struct Failing(MemorySource);
    impl DumpSource for Failing {
        fn len(&self) -> u64 {
            self.0.len()
        }
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
            if offset > 3000 {
                return Err(std::io::Error::other("the disk is gone"));
            }
            self.0.read_at(offset, buffer)
        }
    }
    let source = Failing(MemorySource(dump(segmented(1000), 500)));
    let error = survey(&source).unwrap_err();
    assert!(matches!(error, HprofError::Io { .. }));
    assert!(error.to_string().contains("the disk is gone"));
}

#[test]
fn sub_records_of_another_writer_stop_only_themselves() {
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    for index in 0..30 {
        put_object(&mut writer, index);
    }
    writer.sub_record(&[0xd0, 1, 2, 3, 4, 5]).unwrap();
    for index in 30..60 {
        put_object(&mut writer, index);
    }
    writer.sub_record(&[sub::ROOT_STICKY_CLASS]).unwrap();
    writer.end_segment().unwrap();
    writer.record(record::HEAP_DUMP_END, &[]).unwrap();
    let bad = load(&writer.finish().unwrap());
    assert_eq!(bad.records.objects.len(), 63);
    assert_eq!(bad.lost_bytes, 7);
}
