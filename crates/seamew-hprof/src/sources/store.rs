//! Decompressed data kept seekable: in memory while they are few, else as frames in a file, which
//! is a scratch file without a name unless it is to be kept.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::blocks::BLOCK_BYTES;
use super::frames::{Frames, write_frames};
use super::outline::Outliner;
use super::{SourceOptions, scratch_error};
use crate::error::Result;
use crate::source::{DumpSource, MemorySource};

/// Blocks that may wait for the compressing thread.
const QUEUED_BLOCKS: usize = 4;

/// Takes blocks in order and makes a source of them.
pub(crate) struct StoreWriter {
    directory: PathBuf,
    kept_file: Option<PathBuf>,
    memory_bytes: usize,
    in_memory: Vec<u8>,
    spill: Option<Spill>,
    outliner: Outliner,
}

impl StoreWriter {
    pub(crate) fn new(options: &SourceOptions<'_>) -> Self {
        let directory = options
            .scratch_directory
            .clone()
            .unwrap_or_else(std::env::temp_dir);
        Self {
            directory,
            kept_file: options.kept_file.clone(),
            memory_bytes: options.memory_bytes,
            in_memory: Vec::new(),
            spill: None,
            outliner: Outliner::new(),
        }
    }

    /// Adds a block of [`BLOCK_BYTES`]; only the last may be shorter.
    pub(crate) fn push(&mut self, block: Vec<u8>) -> Result<()> {
        self.outliner.feed(&block);
        if self.spill.is_some() {
            return self.spill_block(block);
        }
        self.in_memory.extend_from_slice(&block);
        if self.in_memory.len() <= self.memory_bytes {
            return Ok(());
        }
        self.spill = Some(Spill::start(&self.directory, self.kept_file.as_deref())?);
        for block in std::mem::take(&mut self.in_memory).chunks(BLOCK_BYTES) {
            self.spill_block(block.to_vec())?;
        }
        Ok(())
    }

    fn spill_block(&mut self, block: Vec<u8>) -> Result<()> {
        let sent = self
            .spill
            .as_ref()
            .is_none_or(|spill| spill.blocks.send(block).is_ok());
        if sent {
            return Ok(());
        }
        // The thread has ended: it can say why.
        match self.spill.take() {
            Some(spill) => spill.finish(&self.directory).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The source of everything pushed.
    pub(crate) fn finish(self) -> Result<Arc<dyn DumpSource>> {
        let Some(spill) = self.spill else {
            return Ok(Arc::new(MemorySource(self.in_memory)));
        };
        let frames = spill.finish(&self.directory)?;
        Ok(Arc::new(frames.into_source(self.outliner.finish())))
    }
}

type Written = io::Result<Frames>;

/// A thread that compresses blocks into the file.
struct Spill {
    blocks: SyncSender<Vec<u8>>,
    thread: JoinHandle<Written>,
}

impl Spill {
    fn start(directory: &Path, kept_file: Option<&Path>) -> Result<Self> {
        let file = match kept_file {
            Some(path) => private_file(path),
            None => scratch_file(directory),
        };
        let file = file.map_err(|error| scratch_error(directory, error))?;
        let (blocks, queue) = sync_channel(QUEUED_BLOCKS);
        let thread = thread::Builder::new()
            .name("seamew-scratch".to_owned())
            .spawn(move || write_frames(file, queue.into_iter()))?;
        Ok(Self { blocks, thread })
    }

    fn finish(self, directory: &Path) -> Result<Frames> {
        drop(self.blocks);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the compressing thread failed")))
            .map_err(|error| scratch_error(directory, error))
    }
}

/// A new file that only this process can reach: readable by the user alone and unlinked at once,
/// so that it vanishes however the process ends.
fn scratch_file(directory: &Path) -> io::Result<File> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let path = directory.join(format!(".seamew-{}-{number}.scratch", process::id()));
    let file = private_file(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(0o600);
    options.open(path)
}
