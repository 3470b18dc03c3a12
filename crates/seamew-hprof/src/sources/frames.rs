//! Decompressed data as Zstandard frames in a file, one for each block, so that it can be entered
//! anywhere.
//!
//! ```text
//! frames, each with its checksum
//! table: for each frame encoded bytes u32, decoded bytes u32, little-endian
//! number of frames u64, "SEAMEWFR"
//! ```

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use zstd::zstd_safe::CParameter;

use super::blocks::{BLOCK_BYTES, ChunkReader, ChunkedSource};
use super::file::read_full_at;
use super::outline::Outline;
use crate::source::DumpSource;

/// Dumps shrink to a sixth at this level, and it is faster than most disks.
const COMPRESSION_LEVEL: i32 = 1;
const MAGIC: [u8; 8] = *b"SEAMEWFR";
const TRAILER_BYTES: u64 = 16;
const ENTRY_BYTES: u64 = 8;

/// A block in the file.
#[derive(Clone, Copy)]
struct Frame {
    offset: u64,
    encoded_bytes: u32,
    decoded_bytes: u32,
}

/// A file of frames.
pub(crate) struct Frames {
    file: File,
    frames: Vec<Frame>,
}

/// Compresses blocks into a new file.
pub(crate) fn write_frames(
    mut file: File,
    blocks: impl Iterator<Item = Vec<u8>>,
) -> io::Result<Frames> {
    let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    let mut frames = Vec::new();
    let mut offset = 0;
    for block in blocks.filter(|block| !block.is_empty()) {
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
    let mut table = Vec::new();
    for frame in &frames {
        table.extend(frame.encoded_bytes.to_le_bytes());
        table.extend(frame.decoded_bytes.to_le_bytes());
    }
    table.extend((frames.len() as u64).to_le_bytes());
    table.extend(MAGIC);
    file.write_all(&table)?;
    Ok(Frames { file, frames })
}

/// Opens a file that an earlier [`open_source`](super::open_source) has kept.
///
/// # Errors
/// When it cannot be read or is no such file, or was cut.
pub fn open_kept(path: &Path) -> io::Result<Arc<dyn DumpSource>> {
    let frames = Frames::open(File::open(path)?)?;
    Ok(Arc::new(frames.into_source(Outline::default())))
}

impl Frames {
    fn open(file: File) -> io::Result<Self> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidData);
        let file_bytes = file.metadata()?.len();
        let table_end = file_bytes.checked_sub(TRAILER_BYTES).ok_or_else(invalid)?;
        let mut trailer = [0; TRAILER_BYTES as usize];
        read_full_at(&file, table_end, &mut trailer)?;
        let (count, magic) = trailer.split_at(8);
        let count = u64::from_le_bytes(count.try_into().map_err(|_| invalid())?);
        let table_bytes = count.checked_mul(ENTRY_BYTES).ok_or_else(invalid)?;
        let frames_end = table_end.checked_sub(table_bytes).ok_or_else(invalid)?;
        let mut table = vec![0; usize::try_from(table_bytes).map_err(|_| invalid())?];
        read_full_at(&file, frames_end, &mut table)?;
        let mut offset = 0;
        let word = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |all, byte| all << 8 | u32::from(*byte))
        };
        let mut frames = Vec::with_capacity(table.len() / ENTRY_BYTES as usize);
        for entry in table.chunks_exact(ENTRY_BYTES as usize) {
            let (encoded_bytes, decoded_bytes) = (word(&entry[..4]), word(&entry[4..]));
            frames.push(Frame {
                offset,
                encoded_bytes,
                decoded_bytes,
            });
            offset += u64::from(encoded_bytes);
        }
        let fits = |frame: &Frame| (1..=BLOCK_BYTES as u32).contains(&frame.decoded_bytes);
        if magic == MAGIC && offset == frames_end && frames.iter().all(fits) {
            Ok(Self { file, frames })
        } else {
            Err(invalid())
        }
    }

    pub(crate) fn into_source(self, outline: Outline) -> impl DumpSource {
        let lengths: Vec<u64> = (self.frames.iter())
            .map(|frame| frame.decoded_bytes.into())
            .collect();
        ChunkedSource::new(self, lengths.into_iter(), outline)
    }
}

impl ChunkReader for Frames {
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
                "the file of decompressed data is damaged",
            ))
        }
    }
}
