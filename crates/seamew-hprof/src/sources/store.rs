//! Decompressed data kept seekable: in memory while they are few, else as Zstandard frames in a
//! scratch file without a name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::blocks::{BLOCK_BYTES, ChunkReader, ChunkedSource};
use super::file::read_full_at;
use super::outline::Outliner;
use super::{SourceOptions, scratch_error};
use crate::error::Result;
use crate::source::{DumpSource, MemorySource};

/// Dumps shrink to a sixth at this level, and it is faster than most disks.
const COMPRESSION_LEVEL: i32 = 1;
/// Blocks that may wait for the compressing thread.
const QUEUED_BLOCKS: usize = 4;

/// Takes blocks in order and makes a source of them.
pub(crate) struct StoreWriter {
    directory: PathBuf,
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
        self.spill = Some(Spill::start(&self.directory)?);
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
        let (file, frames) = spill.finish(&self.directory)?;
        let lengths: Vec<u64> = frames
            .iter()
            .map(|frame| frame.decoded_bytes.into())
            .collect();
        let reader = StoreReader { file, frames };
        let outline = self.outliner.finish();
        Ok(Arc::new(ChunkedSource::new(
            reader,
            lengths.into_iter(),
            outline,
        )))
    }
}

/// A compressed block in the scratch file.
#[derive(Clone, Copy)]
struct Frame {
    offset: u64,
    encoded_bytes: u32,
    decoded_bytes: u32,
}

type Written = io::Result<(File, Vec<Frame>)>;

/// A thread that compresses blocks into the scratch file.
struct Spill {
    blocks: SyncSender<Vec<u8>>,
    thread: JoinHandle<Written>,
}

impl Spill {
    fn start(directory: &Path) -> Result<Self> {
        let file = scratch_file(directory).map_err(|error| scratch_error(directory, error))?;
        let (blocks, queue) = sync_channel(QUEUED_BLOCKS);
        let thread = thread::Builder::new()
            .name("seamew-scratch".to_owned())
            .spawn(move || write_blocks(file, &queue))?;
        Ok(Self { blocks, thread })
    }

    fn finish(self, directory: &Path) -> Result<(File, Vec<Frame>)> {
        drop(self.blocks);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the compressing thread failed")))
            .map_err(|error| scratch_error(directory, error))
    }
}

fn write_blocks(mut file: File, queue: &Receiver<Vec<u8>>) -> Written {
    let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
    let mut frames = Vec::new();
    let mut offset = 0;
    for block in queue {
        if block.is_empty() {
            continue;
        }
        let encoded = compressor.compress(&block)?;
        file.write_all(&encoded)?;
        let encoded_bytes = encoded.len() as u32;
        frames.push(Frame {
            offset,
            encoded_bytes,
            decoded_bytes: block.len() as u32,
        });
        offset += u64::from(encoded_bytes);
    }
    Ok((file, frames))
}

/// A new file that only this process can reach: readable by the user alone and unlinked at once,
/// so that it vanishes however the process ends.
fn scratch_file(directory: &Path) -> io::Result<File> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let path = directory.join(format!(".seamew-{}-{number}.scratch", process::id()));
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

struct StoreReader {
    file: File,
    frames: Vec<Frame>,
}

impl ChunkReader for StoreReader {
    fn read_chunk(&self, index: usize, output: &mut [u8]) -> io::Result<()> {
        let frame = self.frames[index];
        let mut encoded = vec![0; frame.encoded_bytes as usize];
        let count = read_full_at(&self.file, frame.offset, &mut encoded)?;
        let decoded = zstd::bulk::decompress_to_buffer(&encoded[..count], output)?;
        if decoded == output.len() {
            Ok(())
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the scratch file was damaged",
            ))
        }
    }
}
