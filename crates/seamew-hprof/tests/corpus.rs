//! Real dumps of five JDKs, where the corpus is at hand: strict reading, names, and recovery
//! after damage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use seamew_hprof::sources::{Container, SourceOptions, open_source};
use support::*;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

/// Folders of the corpus; none where it is absent, so that the tests pass without it.
fn folders() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(CORPUS) else {
        eprintln!("skipped: no corpus of real dumps at {CORPUS}");
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths
        .filter(|path| path.join("dump.hprof.gz").exists())
        .collect()
}

fn bytes(folder: &Path) -> Vec<u8> {
    let file = std::fs::File::open(folder.join("dump.hprof.gz")).unwrap();
    let mut bytes = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn real_dumps_are_sound() {
    for folder in folders() {
        let path = folder.join("dump.hprof.gz");
        let opened = open_source(&path, &SourceOptions::default()).unwrap();
        assert_eq!(opened.container, Container::Gzip);
        assert_eq!(opened.anomalies, []);
        let loaded = load_source(&*opened.source, 0).unwrap();
        assert!(!loaded.was_repaired, "{}", folder.display());
        assert_eq!(opened.source.len(), bytes(&folder).len() as u64);
    }
}

#[test]
fn classes_have_the_names_that_others_give_them() {
    for folder in folders() {
        let loaded = load(&bytes(&folder));
        let symbols = loaded.survey.symbols(0);
        let names: HashSet<String> = symbols
            .classes()
            .filter_map(|class| symbols.class_name(class.class_id))
            .collect();
        let histogram = std::fs::read_to_string(folder.join("histogram.csv")).unwrap();
        for line in histogram.lines().skip(1) {
            let name = line.split(',').next().unwrap_or_default().trim_matches('"');
            assert!(names.contains(name), "{name} in {}", folder.display());
        }
    }
}

#[test]
fn a_damaged_place_costs_little() {
    for folder in folders() {
        let mut damaged = bytes(&folder);
        let good = load(&damaged);
        let middle = damaged.len() / 2;
        damaged[middle..middle + 4096].fill(0);
        let bad = load(&damaged);
        let lost = missing(&good, &bad).len();
        let total = good.records.objects.len();
        assert!(lost < 400, "{lost} of {total} lost in {}", folder.display());
        assert!(invented(&good, &bad).is_empty());
        assert!(bad.lost_bytes < 64 << 10);
        damaged.drain(middle..middle + 4096);
        let shorter = load(&damaged);
        assert!(missing(&good, &shorter).len() < 400);
        assert!(invented(&good, &shorter).is_empty());
    }
}

#[test]
fn a_cut_dump_keeps_what_precedes() {
    for folder in folders() {
        let whole = bytes(&folder);
        let good = load(&whole);
        let heap_at = usize::try_from(good.survey.dumps[0].segments[0].offset).unwrap();
        for share in [1, 50, 99] {
            let cut = heap_at + (whole.len() - heap_at) * share / 100;
            let bad = load(&whole[..cut]);
            let expected = good
                .records
                .objects
                .iter()
                .filter(|(at, _)| *at < cut as u64)
                .count();
            // The last one is the record that the cut goes through.
            assert!(bad.records.objects.len() + 1 >= expected);
            assert!(bad.lost_bytes > 0);
        }
    }
}
