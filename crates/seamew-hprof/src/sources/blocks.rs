//! A source made of chunks that are decompressed on demand.

use std::io;
use std::sync::Arc;

use super::cache::ChunkCache;
use super::outline::Outline;
use crate::source::DumpSource;

/// Decompressed bytes of a block of our own making: a survey decompresses a quarter of the blocks
/// only, as the segments of most dumps are of 1 MiB, and one object costs little.
pub(crate) const BLOCK_BYTES: usize = 1 << 18;

/// Decompresses one chunk at a time; shared between threads.
pub(crate) trait ChunkReader: Send + Sync {
    /// Fills `output`, which has the length of the chunk.
    fn read_chunk(&self, index: usize, output: &mut [u8]) -> io::Result<()>;
}

/// Random access over chunks of any lengths.
pub(crate) struct ChunkedSource<R> {
    reader: R,
    /// Offset of each chunk in the decompressed data, and their end.
    starts: Vec<u64>,
    cache: ChunkCache,
    /// The bytes that a survey asks for.
    outline: Outline,
}

impl<R: ChunkReader> ChunkedSource<R> {
    /// A source of chunks of the given lengths, none of which is 0.
    pub(crate) fn new(reader: R, lengths: impl Iterator<Item = u64>, outline: Outline) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for length in lengths {
            end += length;
            starts.push(end);
        }
        Self {
            reader,
            starts,
            cache: ChunkCache::new(),
            outline,
        }
    }

    /// Index, offset and length of the chunk that holds `offset`, which is inside the source.
    fn locate(&self, offset: u64) -> (usize, u64, usize) {
        let index = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.starts[index];
        (
            index,
            start,
            usize::try_from(self.starts[index + 1] - start).unwrap_or(usize::MAX),
        )
    }

    fn chunk(&self, index: usize, length: usize) -> io::Result<Arc<Vec<u8>>> {
        if let Some(chunk) = self.cache.get(index) {
            return Ok(chunk);
        }
        let mut bytes = self.cache.buffer(length);
        self.reader.read_chunk(index, &mut bytes)?;
        let chunk = Arc::new(bytes);
        self.cache.insert(index, Arc::clone(&chunk));
        Ok(chunk)
    }

    /// Copies from the chunk at `offset` what fits; whole chunks are decompressed in place.
    fn read_part(&self, offset: u64, output: &mut [u8]) -> io::Result<usize> {
        let (index, start, length) = self.locate(offset);
        if offset == start && output.len() >= length && self.cache.get(index).is_none() {
            self.reader.read_chunk(index, &mut output[..length])?;
            return Ok(length);
        }
        let chunk = self.chunk(index, length)?;
        let from = usize::try_from(offset - start).unwrap_or(usize::MAX);
        let count = (length - from).min(output.len());
        output[..count].copy_from_slice(&chunk[from..from + count]);
        Ok(count)
    }
}

impl<R: ChunkReader> DumpSource for ChunkedSource<R> {
    fn len(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buffer.len() && offset.saturating_add(done as u64) < self.len() {
            done += self.read_part(offset + done as u64, &mut buffer[done..])?;
        }
        Ok(done)
    }

    fn read_some_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self.outline.read(offset, buffer) {
            0 => self.read_at(offset, buffer),
            count => Ok(count),
        }
    }
}
