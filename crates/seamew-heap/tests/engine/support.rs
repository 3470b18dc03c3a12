//! Opens built heaps and compares what the engine says with what the testkit expects.

use std::path::Path;

use proptest::test_runner::Config;
use seamew_heap::classes::SizeModel;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_testkit::HeapBuilder;
use seamew_testkit::expected::ExpectedHeap;
use seamew_testkit::graph::Graph;

/// An object as `objects_csv` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub address: u64,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
    pub class_name: String,
}

/// So many random cases, or what PROPTEST_CASES says.
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

/// Writes the heap to a file and opens that.
pub fn open_heap(heap: &HeapBuilder, options: &OpenOptions) -> Heap {
    open_path(heap.to_file().path(), options)
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

/// Opens a built heap and compares all that can be compared.
pub fn check(heap: &HeapBuilder, options: &OpenOptions) {
    let opened = open_heap(heap, options);
    compare(&heap.expected(), &opened, options);
}

/// Compares an opened heap with what is expected: objects, classes, retained sizes, counts.
pub fn compare(expected: &ExpectedHeap, heap: &Heap, options: &OpenOptions) {
    let mut graph = expected.graph.clone();
    if options.keep_unreachable {
        graph.roots.extend(graph.roots_to_keep_all());
    }
    let places = reachable_places(&graph);
    let rows = rows(heap);
    let found: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| (row.address, row.class_name.as_str()))
        .collect();
    let wanted: Vec<(u64, &str)> = (places.iter())
        .map(|place| &expected.nodes[*place])
        .map(|node| (node.address, node.class_name.as_str()))
        .collect();
    assert_eq!(found, wanted, "reachable objects");
    compare_retained(expected, &graph, &places, &rows);
    compare_facts(expected, &graph, &rows, heap);
}

fn reachable_places(graph: &Graph) -> Vec<usize> {
    let reachable = graph.reachable();
    (0..graph.len()).filter(|place| reachable[*place]).collect()
}

/// Retained sizes must be right whatever the shallow sizes are, so these are taken as found.
fn compare_retained(expected: &ExpectedHeap, graph: &Graph, places: &[usize], rows: &[Row]) {
    let mut weights = vec![0; graph.len()];
    for (place, row) in places.iter().zip(rows) {
        weights[*place] = row.shallow_bytes;
    }
    let retained = graph.retained_sums(&weights);
    for (place, row) in places.iter().zip(rows) {
        let node = &expected.nodes[*place];
        assert_eq!(
            row.retained_bytes, retained[*place],
            "retained by {node:x?}"
        );
    }
}

fn compare_facts(expected: &ExpectedHeap, graph: &Graph, rows: &[Row], heap: &Heap) {
    let facts = heap.facts();
    let bytes: u64 = rows.iter().map(|row| row.shallow_bytes).sum();
    // Only MAT counts the system class loader as bytes.
    let loader_bytes = if facts.size_model == SizeModel::Gap {
        rows[0].shallow_bytes
    } else {
        0
    };
    assert_eq!(facts.object_count, rows.len() as u64, "objects");
    assert_eq!(facts.heap_bytes, bytes - loader_bytes, "heap bytes");
    assert_eq!(
        facts.unreachable_objects,
        (graph.len() - rows.len()) as u64,
        "unreachable"
    );
    assert_eq!(facts.root_count, graph.roots.len() as u64, "roots");
    let edges: usize = expected.graph.edges.iter().map(Vec::len).sum();
    assert!(facts.reference_count <= edges as u64, "references");
}
