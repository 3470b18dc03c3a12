//! Random dumps, randomly damaged: reading ends, invents nothing, and keeps what precedes.

#![allow(
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::collections::HashSet;

use proptest::prelude::*;
use seamew_hprof::id::IdSize;
use seamew_hprof::source::MemorySource;
use seamew_hprof::writer::{HeapForm, WriterOptions};
use support::*;

fn any_options() -> impl Strategy<Value = WriterOptions> {
    let form = prop_oneof![
        Just(HeapForm::Single),
        (100_usize..3000).prop_map(|max_bytes| HeapForm::Segments { max_bytes }),
    ];
    let id_size = prop_oneof![Just(IdSize::Four), Just(IdSize::Eight)];
    (id_size, form).prop_map(|(id_size, form)| options(id_size, form))
}

/// Addresses of the objects whose records end at `offset` at the latest.
fn whole_before(good: &Loaded, offset: u64) -> Vec<u64> {
    let starts = good.records.objects.iter().skip(1).map(|(at, _)| *at);
    let ends = starts.zip(&good.records.objects);
    ends.take_while(|(end, _)| *end <= offset)
        .map(|(_, (_, address))| *address)
        .collect()
}

fn assert_keeps(good: &Loaded, bytes: Vec<u8>, damaged_from: u64) {
    let expected = whole_before(good, damaged_from);
    let Ok(bad) = load_source(&MemorySource(bytes), 0) else {
        assert!(
            expected.is_empty(),
            "{} objects before {damaged_from} lost",
            expected.len()
        );
        return;
    };
    let found: HashSet<u64> = bad.records.addresses().into_iter().collect();
    for address in expected {
        assert!(
            found.contains(&address),
            "{address:#x} before {damaged_from} lost"
        );
    }
}

proptest! {
    #[test]
    fn a_cut_keeps_what_precedes(options in any_options(), count in 1_u64..150, share in 0.0..1.0) {
        let bytes = dump(options, count);
        let good = load(&bytes);
        let cut = (bytes.len() as f64 * share) as usize;
        assert_keeps(&good, bytes[..cut].to_vec(), cut as u64);
    }

    #[test]
    fn flipped_bytes_keep_what_precedes(
        options in any_options(),
        count in 20_u64..150,
        flips in prop::collection::vec((0.0..1.0, 1_u8..), 1..6),
    ) {
        let mut bytes = dump(options, count);
        let good = load(&bytes);
        let first = flips.iter().map(|(share, _)| (bytes.len() as f64 * share) as usize).min();
        for (share, mask) in &flips {
            let at = (bytes.len() as f64 * share) as usize;
            bytes[at] ^= mask;
        }
        // Several flips of one byte may undo each other; that is no damage either.
        assert_keeps(&good, bytes, first.unwrap_or_default() as u64);
    }

    #[test]
    fn a_removed_stretch_keeps_what_precedes(
        options in any_options(),
        count in 60_u64..200,
        share in 0.0..1.0,
        length in 1_usize..400,
    ) {
        let mut bytes = dump(options, count);
        let good = load(&bytes);
        let at = (bytes.len() as f64 * share) as usize;
        let end = (at + length).min(bytes.len());
        bytes.drain(at..end);
        assert_keeps(&good, bytes, at as u64);
    }

    #[test]
    fn random_lengths_change_nothing(
        options in any_options(),
        count in 20_u64..150,
        lengths in prop::collection::vec(any::<u32>(), 1..20),
    ) {
        let mut bytes = dump(options, count);
        let good = load(&bytes);
        for (segment, length) in good.survey.dumps[0].segments.iter().zip(&lengths) {
            patch(&mut bytes, length_field(*segment), &length.to_be_bytes());
        }
        let bad = load(&bytes);
        prop_assert_eq!(bad.records.addresses(), good.records.addresses());
    }

    #[test]
    fn any_bytes_behind_a_header_are_survived(body in prop::collection::vec(any::<u8>(), 0..3000)) {
        let mut bytes = b"JAVA PROFILE 1.0.2\0\0\0\0\x04\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend(body);
        drop(load_source(&MemorySource(bytes), 0));
    }

    #[test]
    fn any_records_are_survived(
        records in prop::collection::vec(
            (prop::sample::select(&[1_u8, 2, 4, 5, 0x0c, 0x1c, 0x2c, 0x20, 0x21, 0x22, 0x23, 0xff]),
             prop::collection::vec(prop_oneof![Just(0_u8), 0_u8..12, any::<u8>()], 0..40)),
            0..60,
        ),
    ) {
        let mut bytes = b"JAVA PROFILE 1.0.2\0\0\0\0\x04\0\0\0\0\0\0\0\0".to_vec();
        for (tag, body) in records {
            bytes.push(tag);
            bytes.extend(body);
        }
        drop(load_source(&MemorySource(bytes), 0));
    }
}
