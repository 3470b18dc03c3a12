//! Decompressed dumps that are kept in a file of frames.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{SourceOptions, open_kept, open_source};
use support::*;

fn contents(source: &dyn DumpSource) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap()];
    assert_eq!(source.read_at(0, &mut bytes).unwrap(), bytes.len());
    bytes
}

/// A compressed dump in a folder, opened so that its contents are kept there if they are more than
/// `memory_bytes`.
fn kept(data: &[u8], memory_bytes: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("heap.hprof.zst");
    fs::write(&dump, zstd::encode_all(data, 1).unwrap()).unwrap();
    let file = folder.path().join("kept");
    let options = SourceOptions {
        scratch_directory: Some(folder.path().to_owned()),
        kept_file: Some(file.clone()),
        memory_bytes,
        ..SourceOptions::default()
    };
    let opened = open_source(&dump, &options).unwrap();
    assert!(contents(&*opened.source) == data);
    (folder, file)
}

#[test]
fn what_is_kept_is_the_dump() {
    let data = dump(segmented(1 << 20), 60_000);
    let (_folder, file) = kept(&data, 0);
    assert!(contents(&*open_kept(&file).unwrap()) == data);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "heap contents are private");
}

#[test]
fn what_fits_into_memory_is_not_kept() {
    let data = dump(segmented(1 << 20), 1000);
    let (_folder, file) = kept(&data, 64 << 20);
    assert!(!file.exists());
    assert!(open_kept(&file).is_err());
}

#[test]
fn a_kept_file_that_is_cut_or_foreign_is_refused() {
    let (_folder, file) = kept(&dump(segmented(1 << 20), 20_000), 0);
    let bytes = fs::read(&file).unwrap();
    for length in [
        0,
        1,
        15,
        16,
        bytes.len() / 2,
        bytes.len() - 8,
        bytes.len() - 1,
    ] {
        fs::write(&file, &bytes[..length]).unwrap();
        assert!(open_kept(&file).is_err(), "cut to {length}");
    }
    for byte in bytes.len() - 16..bytes.len() {
        let mut wrong = bytes.clone();
        wrong[byte] ^= 0x55;
        fs::write(&file, wrong).unwrap();
        assert!(open_kept(&file).is_err(), "byte {byte}");
    }
}

#[test]
fn a_damaged_frame_is_no_answer() {
    let (_folder, file) = kept(&dump(segmented(1 << 20), 20_000), 0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle] ^= 0x55;
    fs::write(&file, &bytes).unwrap();
    let source = open_kept(&file).unwrap();
    let mut buffer = vec![0; usize::try_from(source.len()).unwrap()];
    assert!(source.read_at(0, &mut buffer).is_err());
}
