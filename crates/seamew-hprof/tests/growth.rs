//! Dumps that are still being written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use std::fs;
use std::io::Write;

use seamew_hprof::growth::{Growth, growth, look};
use support::*;

#[test]
fn tells_growing_from_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("java_pid1.hprof");
    let bytes = dump(segmented(1000), 50);
    fs::write(&path, &bytes[..2000]).unwrap();
    let first = look(&path).unwrap();
    assert_eq!(first.bytes, 2000);
    assert_eq!(growth(&first, &look(&path).unwrap()), Growth::Unfinished);

    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(&bytes[2000..]).unwrap();
    let second = look(&path).unwrap();
    assert_eq!(growth(&first, &second), Growth::Growing);
    assert_eq!(growth(&second, &look(&path).unwrap()), Growth::Finished);
}

/// JDK 22 and later write segments beside the dump and merge them at the end.
#[test]
fn sees_segment_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.hprof");
    fs::write(&path, dump(segmented(1000), 50)).unwrap();
    for name in ["dump.hprof.p0", "dump.hprof.p1"] {
        fs::write(folder.path().join(name), [1; 100]).unwrap();
    }
    let looked = look(&path).unwrap();
    assert_eq!(looked.segment_file_bytes, 200);
    assert_eq!(growth(&looked, &looked), Growth::Growing);
}

#[test]
fn compressed_dumps_show_their_size_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.hprof.gz");
    fs::write(&path, b"\x1f\x8b\x08\0 and so on").unwrap();
    let looked = look(&path).unwrap();
    assert_eq!(looked.ends_with_end_record, None);
    assert_eq!(growth(&looked, &looked), Growth::Finished);
    assert!(look(&folder.path().join("none")).is_err());
}
