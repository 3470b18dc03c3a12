//! Indexes with wrong values and right checksums: what a forger would write, and what a bit is
//! that flips in an index too big to be checked on every opening.
//!
//! What is wrong comes from a script of bytes, so that a fuzzer can write it
//! (`fuzz/fuzz_targets/index.rs`) as well as a property test. A script is a list of edits:
//! `file u8, at u16, what u8`, then bytes. `what` below 192 overwrites `what % 16 + 1` bytes at
//! `at`, below 224 cuts the file there, else appends bytes. The first byte of all chooses a heap.

use std::fs;
use std::path::PathBuf;

use seamew_heap::Progress;
use seamew_heap::classes::SizeModel;
use seamew_heap::index::{Location, Variant, read};
use seamew_heap::open::{OpenOptions, open};
use seamew_testkit::HeapBuilder;
use serde_json::Value;
use tempfile::TempDir;

use crate::exercise::answers;

/// Where the values of a column start, and where its header has their number and checksum.
const HEADER_BYTES: usize = 4096;
const COUNT_AT: usize = 16;
const CRC_AT: usize = 32;
/// Bytes that a script may add to a file.
const MOST_APPENDED: usize = 256;

/// A dump with a sound index, whose files are replaced for one opening at a time.
pub struct Forge {
    folder: TempDir,
    files: Vec<SoundFile>,
    manifest: Value,
}

struct SoundFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl SoundFile {
    fn name(&self) -> &str {
        self.path.file_stem().unwrap().to_str().unwrap()
    }

    fn is(&self, name: &str) -> bool {
        self.path.ends_with(name)
    }
}

const MANIFEST: &str = "manifest.json";
const MODEL: &str = "model.bin";

impl Forge {
    /// Writes the dump and opens it, so that its index is there.
    pub fn new(built: &HeapBuilder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dump = folder.path().join("heap.hprof");
        fs::write(&dump, built.to_bytes()).unwrap();
        let options = OpenOptions {
            index_directory: Some(folder.path().join("indexes")),
            ..OpenOptions::default()
        };
        let heap = open(&dump, &options, &Progress::default()).unwrap();
        let directory = heap.overview().index_path.unwrap();
        let entries = fs::read_dir(directory).unwrap();
        let mut files: Vec<SoundFile> = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| SoundFile {
                bytes: fs::read(&path).unwrap(),
                path,
            })
            .collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let manifest = files.iter().find(|file| file.is(MANIFEST)).unwrap();
        let manifest = serde_json::from_slice(&manifest.bytes).unwrap();
        Self {
            folder,
            files,
            manifest,
        }
    }

    /// Opens the index as the script changes it and, where it is accepted, asks the heap
    /// everything. Says whether it was accepted.
    pub fn survives(&self, script: &[u8]) -> bool {
        let changed = self.changed(script);
        for (file, bytes) in self.files.iter().zip(&changed) {
            if let Some(bytes) = bytes {
                fs::write(&file.path, bytes).unwrap();
            }
        }
        let dump = self.folder.path().join("heap.hprof");
        let variant = Variant {
            dump_index: 0,
            size_model: SizeModel::Gap,
            keep_unreachable: false,
        };
        let place = self.folder.path().join("indexes");
        let heap = read(&dump, &Location::candidates(&dump, Some(&place), variant));
        let accepted = heap.is_some();
        if let Some(heap) = heap {
            answers(&heap);
        }
        for (file, bytes) in self.files.iter().zip(&changed) {
            if bytes.is_some() {
                fs::write(&file.path, &file.bytes).unwrap();
            }
        }
        accepted
    }

    /// New contents of the files that differ, with checksums and lengths that fit.
    fn changed(&self, script: &[u8]) -> Vec<Option<Vec<u8>>> {
        let mut changed: Vec<Option<Vec<u8>>> = self.files.iter().map(|_| None).collect();
        let mut manifest = self.manifest.clone();
        let mut edits = Vec::new();
        let mut rest = script;
        while let Some((edit, after)) = Edit::read(rest) {
            edits.push(edit);
            rest = after;
        }
        let mut manifest_edits = Vec::new();
        for edit in edits {
            let at = usize::from(edit.file) % self.files.len();
            let file = &self.files[at];
            if file.is(MANIFEST) {
                manifest_edits.push(edit);
                continue;
            }
            let bytes = changed[at].get_or_insert_with(|| file.bytes.clone());
            let start = if file.is(MODEL) { 0 } else { HEADER_BYTES };
            edit.apply(bytes, start);
        }
        for (file, bytes) in self.files.iter().zip(&mut changed) {
            if let Some(bytes) = bytes {
                seal(file, bytes, &mut manifest);
            }
        }
        let at = self.files.iter().position(|file| file.is(MANIFEST));
        let mut bytes = serde_json::to_vec(&manifest).unwrap();
        for edit in manifest_edits {
            edit.apply(&mut bytes, 0);
        }
        changed[at.unwrap()] = Some(bytes);
        changed
    }
}

/// Makes header and manifest fit the bytes of a file.
fn seal(file: &SoundFile, bytes: &mut Vec<u8>, manifest: &mut Value) {
    if file.is(MODEL) {
        manifest["model_bytes"] = bytes.len().into();
        manifest["model_crc"] = crc32fast::hash(bytes).into();
        return;
    }
    let columns = manifest["columns"].as_array_mut().unwrap();
    let entry = (columns.iter_mut())
        .find(|entry| entry["name"] == file.name())
        .unwrap();
    let element_bytes = entry["element_bytes"].as_u64().unwrap() as usize;
    let count = (bytes.len() - HEADER_BYTES) / element_bytes;
    bytes.truncate(HEADER_BYTES + count * element_bytes);
    let crc = crc32fast::hash(&bytes[HEADER_BYTES..]);
    entry["count"] = count.into();
    entry["crc"] = crc.into();
    bytes[COUNT_AT..COUNT_AT + 8].copy_from_slice(&(count as u64).to_le_bytes());
    bytes[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
}

struct Edit<'a> {
    file: u8,
    at: u16,
    what: What<'a>,
}

enum What<'a> {
    Overwrite(&'a [u8]),
    Cut,
    Append(&'a [u8]),
}

impl<'a> Edit<'a> {
    /// The first edit of a script, and what follows it.
    fn read(script: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&[file, low, high, what], rest) = script.split_first_chunk()?;
        let wanted = match what {
            0..192 => usize::from(what) % 16 + 1,
            192..224 => 0,
            224.. => (usize::from(what - 223) * 8).min(MOST_APPENDED),
        };
        let (bytes, rest) = rest.split_at(wanted.min(rest.len()));
        let what = match what {
            0..192 => What::Overwrite(bytes),
            192..224 => What::Cut,
            224.. => What::Append(bytes),
        };
        let at = u16::from_le_bytes([low, high]);
        Some((Self { file, at, what }, rest))
    }

    fn apply(&self, bytes: &mut Vec<u8>, start: usize) {
        let room = bytes.len() - start;
        let at = start + usize::from(self.at) % room.max(1);
        match self.what {
            What::Overwrite(new) => {
                let new = &new[..new.len().min(bytes.len() - at)];
                bytes[at..at + new.len()].copy_from_slice(new);
            }
            What::Cut => bytes.truncate(at),
            What::Append(new) => bytes.extend_from_slice(new),
        }
    }
}

/// Heaps for forged indexes: their address columns differ in kind.
pub struct Forges([Forge; 3]);

impl Forges {
    pub fn new() -> Self {
        let heaps = crate::samples::of_each_kind();
        Self(heaps.map(|heap| Forge::new(&heap)))
    }

    /// Runs a script on the heap that its first byte chooses. Says whether the index was
    /// accepted.
    pub fn survive(&self, script: &[u8]) -> bool {
        let Some((first, script)) = script.split_first() else {
            return true;
        };
        self.0[usize::from(*first) % self.0.len()].survives(script)
    }

    fn file_count(&self, heap: usize) -> usize {
        self.0[heap].files.len()
    }
}

/// Scripts to begin with: nothing, and each file of each heap overwritten, cut and extended.
pub fn seeds(forges: &Forges) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for heap in 0..forges.0.len() {
        seeds.push((format!("sound-{heap}"), vec![heap as u8]));
        for file in 0..forges.file_count(heap) {
            let script = |what: &[u8]| [&[heap as u8, file as u8, 9, 0], what].concat();
            seeds.push((format!("overwrite-{heap}-{file}"), script(&[2, 1, 255, 7])));
            seeds.push((format!("cut-{heap}-{file}"), script(&[200])));
            seeds.push((
                format!("append-{heap}-{file}"),
                script(&[224, 1, 2, 3, 4, 5, 6, 7, 8]),
            ));
        }
    }
    seeds
}
