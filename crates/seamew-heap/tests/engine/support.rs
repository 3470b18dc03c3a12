//! Opens built heaps.

use std::path::Path;

use proptest::test_runner::Config;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_testkit::HeapBuilder;

use crate::comparison::Comparison;

/// An object as `objects_csv` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub address: u64,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
    pub class_name: String,
}

/// So many random cases, or what `PROPTEST_CASES` says.
pub fn cases(count: u32) -> Config {
    let wanted = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|count| count.parse().ok());
    Config {
        cases: wanted.unwrap_or(count),
        max_shrink_iters: 20_000,
        ..Config::default()
    }
}

/// Options without an index on disk.
pub fn fresh() -> OpenOptions {
    OpenOptions {
        use_index: false,
        threads: 1,
        ..OpenOptions::default()
    }
}

/// Opens a dump that must be readable.
pub fn open_path(path: &Path, options: &OpenOptions) -> Heap {
    open(path, options, &Progress::default()).expect("the dump is sound")
}

/// All reachable objects in the order of their ids.
pub fn rows(heap: &Heap) -> Vec<Row> {
    let csv = String::from_utf8(heap.objects_csv(0, u32::MAX)).unwrap();
    csv.lines().map(row).collect()
}

fn row(line: &str) -> Row {
    let mut fields = line.splitn(4, ',');
    let mut next = || fields.next().unwrap();
    Row {
        address: u64::from_str_radix(next().trim_start_matches("0x"), 16).unwrap(),
        shallow_bytes: next().parse().unwrap(),
        retained_bytes: next().parse().unwrap(),
        class_name: next().trim_matches('"').to_owned(),
    }
}

/// Opens a built heap and compares all that can be compared. `picks` chooses objects for the
/// questions about sets of objects.
pub fn check(heap: &HeapBuilder, options: &OpenOptions, picks: &[u16]) {
    // The dump must be there as long as the heap is: fields and elements are read from it.
    let file = heap.to_file();
    let opened = open_path(file.path(), options);
    let expected = heap.expected();
    let comparison = Comparison::new(&expected, &opened, options.keep_unreachable);
    comparison.all(picks);
}
