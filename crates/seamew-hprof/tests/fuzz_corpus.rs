//! Replays the corpus of the fuzz target `reader`, and makes its seeds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::fs;
use std::path::PathBuf;

use seamew_hprof::id::IdSize;
use seamew_hprof::source::MemorySource;
use seamew_hprof::tag::sub;
use seamew_hprof::writer::{HeapForm, WriterOptions};
use support::*;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/reader")
}

/// Small dumps of every form, whole and damaged.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let single = dump(options(IdSize::Four, HeapForm::Single), 24);
    let segments = dump(
        options(IdSize::Eight, HeapForm::Segments { max_bytes: 300 }),
        24,
    );
    let mut unfinished = segments.clone();
    let first = load(&segments).survey.dumps[0].segments[0];
    patch(&mut unfinished, length_field(first), &[0; 4]);
    let mut rotten = segments.clone();
    rotten
        .iter_mut()
        .skip(300)
        .step_by(97)
        .for_each(|byte| *byte ^= 0x41);
    let mut twice = segments.clone();
    twice.extend_from_slice(&single);
    let version_text = "JAVA PROFILE 1.0.3".to_owned();
    let mut android = begin(WriterOptions {
        version_text,
        ..options(IdSize::Four, HeapForm::Segments { max_bytes: 300 })
    });
    android
        .sub_record(&[sub::HEAP_DUMP_INFO, 0, 0, 0, 65, 0, 0, 0, 1])
        .unwrap();
    put_classes(&mut android);
    put_roots(&mut android);
    android.end_heap().unwrap();
    let cut = segments[..segments.len() / 2].to_vec();
    vec![
        ("single", single),
        ("segments", segments),
        ("unfinished", unfinished),
        ("rotten", rotten),
        ("twice", twice),
        ("android", android.finish().unwrap()),
        ("cut", cut),
    ]
}

#[test]
fn the_corpus_is_survived() {
    let mut count = 0;
    for entry in fs::read_dir(corpus()).expect("the corpus is in the repository") {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        drop(load_source(&MemorySource(bytes), 0));
        count += 1;
    }
    assert!(count >= seeds().len());
}

#[test]
fn the_seeds_are_current() {
    for (name, bytes) in seeds() {
        assert!(
            fs::read(corpus().join(name)).unwrap() == bytes,
            "{name}: run write_seeds"
        );
    }
}

#[test]
#[ignore = "writes the seeds into fuzz/corpus/reader"]
fn write_seeds() {
    fs::create_dir_all(corpus()).unwrap();
    for (name, bytes) in seeds() {
        fs::write(corpus().join(name), bytes).unwrap();
    }
}
