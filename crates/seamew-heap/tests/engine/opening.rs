//! Ways to open a dump that must not change what it says: threads, memory limits, segments; and
//! files with several dumps.

use proptest::prelude::*;
use seamew_heap::open::{OpenOptions, list_dumps, memory_plan, open};
use seamew_heap::{HeapError, Progress};
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{ClassSpec, HeapBuilder, HeapForm, HeapOptions, sub};

use crate::exercise::{answers, assert_same};
use crate::support::{cases, fresh, open_path, rows};

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn memory_limits_change_nothing(
        plan in heap_plan(40),
        options in heap_options(),
        keep_unreachable: bool,
    ) {
        let file = plan.build(options).to_file();
        let plain = OpenOptions { keep_unreachable, ..fresh() };
        let wanted = answers(&open_path(file.path(), &plain));
        let most = memory_plan(file.path(), Some(u64::MAX)).unwrap();
        let Err(HeapError::MemoryLimit { needed_bytes, .. }) = memory_plan(file.path(), Some(1))
        else {
            panic!("a byte is enough");
        };
        for (limit, tier) in [(most.private_bytes - 1, "mixed"), (needed_bytes, "disk")] {
            let memory_bytes = Some(limit);
            prop_assert_eq!(memory_plan(file.path(), memory_bytes).unwrap().tier, tier);
            for use_index in [false, true] {
                let folder = tempfile::tempdir().unwrap();
                let index_directory = Some(folder.path().to_owned());
                let options =
                    OpenOptions { memory_bytes, use_index, index_directory, ..plain.clone() };
                assert_same(&answers(&open_path(file.path(), &options)), &wanted);
            }
        }
        let too_little = OpenOptions { memory_bytes: Some(needed_bytes - 1), ..plain };
        let refusal = open(file.path(), &too_little, &Progress::default());
        let is_refused = matches!(refusal, Err(HeapError::MemoryLimit { .. }));
        prop_assert!(is_refused);
    }

    #[test]
    fn threads_and_segments_change_nothing(plan in heap_plan(40), options in heap_options()) {
        let wanted = answers(&open_path(plan.build(options.clone()).to_file().path(), &fresh()));
        for (threads, max_bytes) in [(2, 1), (4, 300), (0, 1 << 20)] {
            let form = HeapForm::Segments { max_bytes };
            let file = plan.build(HeapOptions { form, ..options.clone() }).to_file();
            let found = answers(&open_path(file.path(), &OpenOptions { threads, ..fresh() }));
            // Sizes of files and offsets are others; the objects are the same.
            assert_same(&found["objects"], &wanted["objects"]);
            assert_same(&found["by object"], &wanted["by object"]);
            assert_same(&found["histograms"], &wanted["histograms"]);
        }
    }
}

/// Many batches: threads take them in any order, and the lists come out in the right one.
#[test]
fn a_dump_of_many_batches() {
    let form = HeapForm::Segments { max_bytes: 3000 };
    let mut built = HeapBuilder::new(HeapOptions {
        form,
        ..HeapOptions::default()
    });
    let class = built.class(ClassSpec::new("Node").reference("next").reference("other"));
    let nodes: Vec<_> = (0..500_000).map(|_| built.instance(class, &[])).collect();
    for (at, node) in nodes.iter().enumerate() {
        let next = |step: usize| nodes[(at * step + 7) % nodes.len()];
        built.set_field(*node, "next", next(1));
        built.set_field(*node, "other", next(31));
    }
    built.root(sub::ROOT_JNI_GLOBAL, nodes[0]);
    let file = built.to_file();
    let one = rows(&open_path(file.path(), &fresh()));
    for threads in [2, 3] {
        let many = rows(&open_path(file.path(), &OpenOptions { threads, ..fresh() }));
        assert!(one == many, "{threads} threads");
    }
}

fn dump_with(text: &str) -> Vec<u8> {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let string = built.string(text);
    built.root(sub::ROOT_JNI_GLOBAL, string);
    built.to_bytes()
}

#[test]
fn several_dumps_in_one_file() {
    let file = tempfile::NamedTempFile::with_suffix(".hprof").unwrap();
    std::fs::write(
        file.path(),
        [dump_with("first"), dump_with("second")].concat(),
    )
    .unwrap();
    assert_eq!(list_dumps(file.path()).unwrap().len(), 2);
    for (dump_index, text) in [(0, "first"), (1, "second")] {
        let options = OpenOptions {
            dump_index: Some(dump_index),
            ..fresh()
        };
        let heap = open_path(file.path(), &options);
        let string = heap.resolve("java.lang.String#0").unwrap();
        assert_eq!(heap.readable_value(string).as_deref(), Some(text));
    }
    let options = OpenOptions {
        dump_index: Some(2),
        ..fresh()
    };
    let refusal = open(file.path(), &options, &Progress::default());
    assert!(matches!(
        refusal,
        Err(HeapError::NoSuchDump { index: 2, count: 2 })
    ));
}

/// More classes than fit into two bytes.
#[test]
fn seventy_thousand_classes() {
    const COUNT: usize = 70_000;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let classes: Vec<_> = (0..COUNT)
        .map(|at| built.class(ClassSpec::new(&format!("app.C{at}"))))
        .collect();
    let objects: Vec<_> = classes
        .iter()
        .map(|class| built.instance(*class, &[]))
        .collect();
    for object in &objects {
        built.root(sub::ROOT_JNI_GLOBAL, *object);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    for at in [0, 1, 65_530, 65_535, 65_536, COUNT - 1] {
        let object = heap.resolve(&format!("{:#x}", objects[at].0)).unwrap();
        assert_eq!(heap.class_name(object), format!("app.C{at}"));
    }
    assert_eq!(heap.facts().class_count, COUNT as u64 + 5);
}

#[test]
fn strictness() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let strict = OpenOptions {
        strict: true,
        ..fresh()
    };
    open_path(built.to_file().path(), &strict);
    built.root(sub::ROOT_JNI_GLOBAL, seamew_testkit::Address(0x10));
    let refusal = open(built.to_file().path(), &strict, &Progress::default());
    assert!(matches!(refusal, Err(HeapError::Strict(_))));
}

#[test]
fn cancelling_and_files_that_are_no_dumps() {
    let progress = Progress::default();
    progress.cancel();
    let file = HeapBuilder::new(HeapOptions::default()).to_file();
    assert!(matches!(
        open(file.path(), &fresh(), &progress),
        Err(HeapError::Cancelled)
    ));
    let file = tempfile::NamedTempFile::new().unwrap();
    for bytes in [&b""[..], b"JAVA PROFILE 1.0.2\0", b"PK\x03\x04", &[0; 5000]] {
        std::fs::write(file.path(), bytes).unwrap();
        let refusal = open(file.path(), &fresh(), &Progress::default());
        assert!(matches!(refusal, Err(HeapError::Dump(_))));
    }
    assert!(
        open(
            std::path::Path::new("/nowhere"),
            &fresh(),
            &Progress::default()
        )
        .is_err()
    );
}
