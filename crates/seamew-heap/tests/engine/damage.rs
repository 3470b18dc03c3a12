//! Indexes that are cut, damaged, or forged.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use seamew_heap::index::VERSION;

use crate::dump::{
    Dump, edit_manifest, edit_manifest_file, is_reused, sample, small_sample, sound,
};
use crate::exercise::{answers, assert_same};
use crate::support::cases;

/// Damages each file of the index in turn; whatever it is, the answers stay the same.
fn damage_each_file(damage: impl Fn(&Path) -> bool) {
    let dump = Dump::new(&small_sample());
    let files = dump.files();
    assert!(files.len() > 10, "the index has its columns");
    for file in files {
        if !damage(&file) {
            continue;
        }
        let heap = dump.open();
        assert!(!is_reused(&heap), "{} was damaged", file.display());
        assert_same(&answers(&heap), sound());
        assert!(is_reused(&dump.open()), "{} is sound again", file.display());
    }
}

#[test]
fn a_missing_file_is_noticed() {
    damage_each_file(|file| fs::remove_file(file).is_ok());
}

#[test]
fn an_empty_file_is_noticed() {
    damage_each_file(|file| fs::write(file, b"").is_ok());
}

#[test]
fn a_cut_file_is_noticed() {
    damage_each_file(|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() - 1]).is_ok()
    });
}

#[test]
fn a_longer_file_is_noticed() {
    damage_each_file(|file| {
        let mut bytes = fs::read(file).unwrap();
        bytes.extend(b"more");
        fs::write(file, bytes).is_ok()
    });
}

#[test]
fn a_file_of_another_column_is_noticed() {
    damage_each_file(|file| {
        let other = file.with_file_name("shallow_units.column");
        file != other && fs::copy(other, file).is_ok()
    });
}

#[test]
fn zeros_in_place_of_a_file_are_noticed() {
    damage_each_file(|file| {
        let length = fs::metadata(file).unwrap().len() as usize;
        fs::write(file, vec![0; length]).is_ok()
    });
}

#[test]
fn a_directory_in_place_of_a_file_is_noticed() {
    damage_each_file(|file| fs::remove_file(file).is_ok() && fs::create_dir(file).is_ok());
}

#[test]
fn an_index_of_another_version_is_not_read() {
    for version in [0, VERSION - 1, VERSION + 1, u32::MAX] {
        let dump = Dump::new(&sample());
        edit_manifest(&dump, |manifest| manifest["version"] = version.into());
        assert!(!is_reused(&dump.open()));
        assert!(is_reused(&dump.open()));
    }
}

#[test]
fn a_column_that_the_manifest_leaves_out_is_noticed() {
    let dump = Dump::new(&small_sample());
    for at in 0.. {
        let mut count = 0;
        edit_manifest(&dump, |manifest| {
            let columns = manifest["columns"].as_array_mut().unwrap();
            count = columns.len();
            columns.remove(at.min(count - 1));
        });
        let heap = dump.open();
        assert!(!is_reused(&heap), "column {at}");
        assert_same(&answers(&heap), sound());
        if at >= count {
            break;
        }
    }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn flipped_bits_are_noticed(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bit in 0u32..8,
    ) {
        let dump = Dump::new(&small_sample());
        let files = dump.files();
        let file = &files[file.index(files.len())];
        let mut bytes = fs::read(file).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        fs::write(file, &bytes).unwrap();
        assert_same(&answers(&dump.open()), sound());
    }
}

/// Writes wrong values into a column and makes its checksums right, as a forger would, and as a bit
/// that flips in an index too big to be checked on every opening.
fn forge(dump: &Dump, file: usize, edits: &[(prop::sample::Index, u8)]) {
    let files = dump.files();
    let columns: Vec<_> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|it| it == "column"))
        .collect();
    let file = columns[file % columns.len()];
    let mut bytes = fs::read(file).unwrap();
    if bytes.len() <= HEADER_BYTES {
        return;
    }
    for (at, value) in edits {
        let at = HEADER_BYTES + at.index(bytes.len() - HEADER_BYTES);
        bytes[at] = *value;
    }
    let crc = crc32fast::hash(&bytes[HEADER_BYTES..]);
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
    fs::write(file, bytes).unwrap();
    let name = file.file_stem().unwrap().to_str().unwrap();
    edit_manifest_file(&files, |manifest| {
        let columns = manifest["columns"].as_array_mut().unwrap();
        let entry = columns
            .iter_mut()
            .find(|entry| entry["name"] == name)
            .unwrap();
        entry["crc"] = crc.into();
    });
}

/// Where the values of a column start, and where its header has the checksum.
const HEADER_BYTES: usize = 4096;
const CRC_AT: usize = 32;

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn forged_columns_never_panic(
        file in 0usize..100,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let dump = Dump::new(&small_sample());
        forge(&dump, file, &edits);
        answers(&dump.open());
    }
}
