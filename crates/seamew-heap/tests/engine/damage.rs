//! Indexes that are cut, damaged, or forged.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;

use seamew_heap::index::VERSION;

use crate::dump::{Dump, edit_manifest, is_reused, sound};
use crate::exercise::{answers, assert_same};
use crate::forged::Forges;
use crate::samples::{sample, small_sample};
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

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn forged_indexes_never_panic(script in proptest::collection::vec(any::<u8>(), 1..60)) {
        static FORGES: LazyLock<Forges> = LazyLock::new(Forges::new);
        FORGES.survive(&script);
    }
}
