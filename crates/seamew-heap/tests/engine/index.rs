//! The index on disk: it gives the same answers as a fresh build, whoever writes and reads it.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use seamew_heap::classes::SizeModel;
use seamew_heap::index::KEPT_DUMP;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_hprof::sources::{SourceOptions, open_source};
use seamew_testkit::plan::{heap_options, heap_plan};

use crate::dump::{Dump, edit_manifest, is_reused};
use crate::exercise::{answers, assert_same};
use crate::samples::sample;
use crate::support::{cases, fresh, open_path};

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn an_index_answers_as_a_fresh_build_does(
        plan in heap_plan(30),
        options in heap_options(),
        keep_unreachable: bool,
        mat: bool,
    ) {
        let dump = Dump::new(&plan.build(options));
        let size_model = if mat { SizeModel::Mat } else { SizeModel::Gap };
        let indexed = OpenOptions { keep_unreachable, size_model, ..dump.options() };
        let without = OpenOptions { use_index: false, ..indexed.clone() };
        let fresh = answers(&open_path(&dump.path(), &without));
        let built = open_path(&dump.path(), &indexed);
        prop_assert!(!is_reused(&built));
        assert_same(&answers(&built), &fresh);
        let reopened = open_path(&dump.path(), &indexed);
        prop_assert!(is_reused(&reopened));
        assert_same(&answers(&reopened), &fresh);
    }
}

#[test]
fn each_kind_of_answer_has_an_index_of_its_own() {
    let dump = Dump::new(&sample());
    let mut options = dump.options();
    for keep_unreachable in [false, true] {
        for size_model in [SizeModel::Gap, SizeModel::Mat] {
            options = OpenOptions {
                keep_unreachable,
                size_model,
                ..options
            };
            assert!(!is_reused(&open_path(&dump.path(), &options)));
            let again = open_path(&dump.path(), &options);
            assert!(is_reused(&again));
            assert_eq!(again.facts().keep_unreachable, keep_unreachable);
            assert_eq!(again.facts().size_model, size_model);
        }
    }
}

#[test]
fn without_a_wanted_directory_it_lies_beside_the_dump() {
    let dump = Dump::new(&sample());
    let options = OpenOptions {
        index_directory: None,
        ..dump.options()
    };
    let heap = open_path(&dump.path(), &options);
    let beside = Path::new(&heap.overview().index_path.unwrap()).starts_with(dump.folder.path());
    assert!(beside && is_reused(&open_path(&dump.path(), &options)));
}

#[test]
fn another_dump_at_the_same_place_gets_another_index() {
    let dump = Dump::new(&sample());
    let before = answers(&dump.open());
    let mut changed = sample();
    changed.string("one more");
    fs::write(dump.path(), changed.to_bytes()).unwrap();
    let heap = dump.open();
    assert!(!is_reused(&heap));
    assert_ne!(answers(&heap), before);
    assert!(is_reused(&dump.open()));
}

/// The same bytes, written again: nothing can tell but the time, and that is enough.
#[test]
fn a_dump_that_was_touched_is_read_again() {
    let dump = Dump::new(&sample());
    dump.open();
    let file = fs::File::options().append(true).open(dump.path()).unwrap();
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    file.set_modified(time).unwrap();
    assert!(!is_reused(&dump.open()));
}

#[test]
fn several_at_once_get_the_same_answers() {
    let dump = Dump::new(&sample());
    let sound = answers(&open_path(&dump.path(), &fresh()));
    for _ in 0..5 {
        let _ = fs::remove_dir_all(dump.folder.path().join("indexes"));
        std::thread::scope(|scope| {
            let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| dump.open())).collect();
            for opener in openers {
                let heap = opener.join().unwrap();
                assert_same(&answers(&heap), &sound);
                assert_eq!(heap.warnings().len(), 0, "{:?}", heap.warnings());
            }
        });
        assert!(is_reused(&dump.open()));
        assert_eq!(leftovers(&dump), Vec::<String>::new());
    }
}

const CHILD_DUMP: &str = "SEAMEW_TEST_DUMP";

/// What the processes of the next test do; no test of its own.
#[test]
#[ignore = "run by several_processes_at_once"]
fn child_process() {
    let path = PathBuf::from(std::env::var_os(CHILD_DUMP).unwrap());
    let index_directory = Some(path.parent().unwrap().join("indexes"));
    let options = OpenOptions {
        use_index: true,
        index_directory,
        ..fresh()
    };
    let sound = answers(&open_path(&path, &fresh()));
    assert_same(&answers(&open_path(&path, &options)), &sound);
    assert_same(&answers(&open_path(&path, &options)), &sound);
}

#[test]
fn several_processes_at_once() {
    let dump = Dump::new(&sample());
    for _ in 0..3 {
        let _ = fs::remove_dir_all(dump.folder.path().join("indexes"));
        let children: Vec<_> = (0..4).map(|_| child(&dump)).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && text.contains("1 passed"),
                "{text}"
            );
        }
        assert!(is_reused(&dump.open()));
        assert_eq!(leftovers(&dump), Vec::<String>::new());
    }
}

fn child(dump: &Dump) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "index::child_process"])
        .env(CHILD_DUMP, dump.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
}

/// What lies in the index folder apart from the index.
fn leftovers(dump: &Dump) -> Vec<String> {
    let folder = dump.open().overview().index_path.unwrap();
    let entries = fs::read_dir(Path::new(&folder).parent().unwrap()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with('.')).collect()
}

/// A heap that is in use keeps its answers when the index is replaced under it.
#[test]
fn a_replaced_index_does_not_disturb_its_readers() {
    let dump = Dump::new(&sample());
    dump.open();
    let reader = dump.open();
    let before = answers(&reader);
    edit_manifest(&dump, |manifest| manifest["version"] = 99.into());
    assert!(!is_reused(&dump.open()));
    assert_same(&answers(&reader), &before);
}

/// What an index keeps of a compressed dump is read instead of decompressing it again: here it
/// has another text, to tell the two apart.
#[test]
fn a_kept_dump_is_read_instead_of_the_dump() {
    let dump = Dump::new(&sample());
    let index = PathBuf::from(dump.open().overview().index_path.unwrap());
    let text_of = |heap: &Heap| {
        let strings = heap.instances("java.lang.String", 0, 1000);
        let texts = strings.iter().filter_map(|it| heap.string(*it, 20));
        texts.filter(|text| text.starts_with("te")).min()
    };
    assert_eq!(text_of(&dump.open()).as_deref(), Some("text 0"));
    let mut bytes = fs::read(dump.path()).unwrap();
    let at = bytes
        .windows(6)
        .position(|window| window == b"text 0")
        .unwrap();
    bytes[at + 2..at + 4].copy_from_slice(b"ST");
    let compressed = dump.folder.path().join("other.zst");
    fs::write(&compressed, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    let options = SourceOptions {
        kept_file: Some(index.join(KEPT_DUMP)),
        memory_bytes: 0,
        ..SourceOptions::default()
    };
    open_source(&compressed, &options).unwrap();
    let heap = dump.open();
    assert!(is_reused(&heap));
    assert_eq!(text_of(&heap).as_deref(), Some("teST 0"));
    fs::write(index.join(KEPT_DUMP), b"cut").unwrap();
    assert_eq!(text_of(&dump.open()).as_deref(), Some("text 0"));
}

#[test]
fn a_killed_writer_leaves_nothing_for_long() {
    let dump = Dump::new(&sample());
    let folder = PathBuf::from(dump.open().overview().index_path.unwrap());
    // No process has such a number.
    let abandoned = folder.parent().unwrap().join(".tmp-99999999-abc");
    fs::create_dir(&abandoned).unwrap();
    fs::write(abandoned.join("tree_order.column"), b"half").unwrap();
    edit_manifest(&dump, |manifest| manifest["version"] = 99.into());
    dump.open();
    assert!(!abandoned.exists());
}

#[test]
fn cancelling_leaves_no_half_index() {
    let dump = Dump::new(&sample());
    let progress = Progress::default();
    progress.cancel();
    assert!(open(&dump.path(), &dump.options(), &progress).is_err());
    assert!(
        !dump
            .folder
            .path()
            .join("indexes")
            .join("heap.hprof.seamew")
            .join("d0")
            .exists()
    );
    assert!(!is_reused(&dump.open()));
}

/// Nowhere to write: the heap opens all the same, and says so.
#[test]
fn an_index_that_cannot_be_written_is_a_warning() {
    let dump = Dump::new(&sample());
    let file = dump.folder.path().join("a file");
    fs::write(&file, b"").unwrap();
    let options = OpenOptions {
        index_directory: Some(file.join("indexes")),
        ..dump.options()
    };
    let heap = open_path(&dump.path(), &options);
    assert_same(
        &answers(&heap),
        &answers(&open_path(&dump.path(), &fresh())),
    );
    assert_eq!(heap.warnings()[0].code, "index-not-written");
}
