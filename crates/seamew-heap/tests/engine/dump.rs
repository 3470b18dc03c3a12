//! A dump in a folder of its own, where its index goes too.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use seamew_heap::Heap;
use seamew_heap::open::OpenOptions;
use seamew_testkit::HeapBuilder;
use serde_json::Value;

use crate::exercise::answers;
use crate::samples::small_sample;
use crate::support::{fresh, open_path};

/// A dump in a folder of its own.
pub struct Dump {
    pub folder: tempfile::TempDir,
}

impl Dump {
    pub fn new(built: &HeapBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("heap.hprof"), built.to_bytes()).unwrap();
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("heap.hprof")
    }

    pub fn options(&self) -> OpenOptions {
        OpenOptions {
            use_index: true,
            index_directory: Some(self.folder.path().join("indexes")),
            ..fresh()
        }
    }

    pub fn open(&self) -> Heap {
        open_path(&self.path(), &self.options())
    }

    /// Files of the index that opening this dump has made.
    pub fn files(&self) -> Vec<PathBuf> {
        let heap = self.open();
        let folder = heap.overview().index_path.expect("an index was written");
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = entries.collect();
        files.sort();
        files
    }
}

pub fn is_reused(heap: &Heap) -> bool {
    heap.overview().index_reused
}

/// What the small sample must answer.
pub fn sound() -> &'static Value {
    static SOUND: OnceLock<Value> = OnceLock::new();
    SOUND.get_or_init(|| {
        let dump = Dump::new(&small_sample());
        answers(&open_path(&dump.path(), &fresh()))
    })
}

/// Changes a number or text of the manifest.
pub fn edit_manifest(dump: &Dump, edit: impl FnOnce(&mut Value)) {
    let files = dump.files();
    let manifest = files
        .iter()
        .find(|file| file.ends_with("manifest.json"))
        .unwrap();
    let mut value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    edit(&mut value);
    fs::write(manifest, serde_json::to_vec(&value).unwrap()).unwrap();
}
