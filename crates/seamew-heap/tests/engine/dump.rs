//! A dump in a folder of its own, where its index goes too.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use seamew_heap::Heap;
use seamew_heap::open::OpenOptions;
use seamew_testkit::{ClassSpec, Frame, HeapBuilder, HeapOptions, Spacing, sub};
use serde_json::Value;

use crate::exercise::answers;
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

/// A heap with a bit of everything.
pub fn sample() -> HeapBuilder {
    sample_with(HeapOptions::default())
}

/// The same with identifiers that a sorted column takes: without the bitmap of addresses, which has
/// two mebibytes at the least, an index is written in no time.
pub fn small_sample() -> HeapBuilder {
    sample_with(HeapOptions {
        spacing: Spacing::Unaligned,
        ..HeapOptions::default()
    })
}

/// What the small sample must answer.
pub fn sound() -> &'static Value {
    static SOUND: OnceLock<Value> = OnceLock::new();
    SOUND.get_or_init(|| {
        let dump = Dump::new(&small_sample());
        answers(&open_path(&dump.path(), &fresh()))
    })
}

pub fn sample_with(options: HeapOptions) -> HeapBuilder {
    let mut built = HeapBuilder::new(options);
    let known = built.known();
    let loader = built.instance(known.class_loader, &[]);
    let spec = ClassSpec::new("app.Node")
        .loaded_by(loader)
        .reference("next")
        .reference("text");
    let class = built.class(spec);
    let texts: Vec<_> = (0..20)
        .map(|at| built.string(&format!("text {at}")))
        .collect();
    let nodes: Vec<_> = texts
        .iter()
        .map(|text| built.instance(class, &[("text", (*text).into())]))
        .collect();
    for pair in nodes.windows(2) {
        built.set_field(pair[0], "next", pair[1]);
    }
    let array_class = built.array_class(class);
    let array = built.object_array(array_class, &nodes);
    let thread = built.thread("main");
    let frame = built.frame(thread, Frame::new(class, "run", "Node.java", 7));
    built.java_local(thread, frame, array);
    built.root(sub::ROOT_JNI_GLOBAL, loader);
    built
}

/// Changes a number or text of the manifest.
pub fn edit_manifest(dump: &Dump, edit: impl FnOnce(&mut Value)) {
    edit_manifest_file(&dump.files(), edit);
}

/// The same where the files are known, and must not be opened in between.
pub fn edit_manifest_file(files: &[PathBuf], edit: impl FnOnce(&mut Value)) {
    let manifest = files
        .iter()
        .find(|file| file.ends_with("manifest.json"))
        .unwrap();
    let mut value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    edit(&mut value);
    fs::write(manifest, serde_json::to_vec(&value).unwrap()).unwrap();
}
