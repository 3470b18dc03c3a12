//! What tells one dump file from another.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Bytes at each end of the file that take part.
const END_BYTES: u64 = 1 << 20;

/// Identity of a dump file: size, time of change, checksums of its first and last mebibyte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub file_bytes: u64,
    pub modified_ns: i64,
    pub head_crc: u32,
    pub tail_crc: u32,
}

impl Identity {
    /// Identity of the file at `path`; reads two mebibytes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let file_bytes = metadata.len();
        let seconds = metadata.mtime().wrapping_mul(1_000_000_000);
        Ok(Self {
            file_bytes,
            modified_ns: seconds.wrapping_add(metadata.mtime_nsec()),
            head_crc: crc(&file, 0, file_bytes.min(END_BYTES))?,
            tail_crc: crc(
                &file,
                file_bytes.saturating_sub(END_BYTES),
                file_bytes.min(END_BYTES),
            )?,
        })
    }

    /// The identity in few bytes, for the heads of column files.
    pub fn short(&self) -> u64 {
        let mixed = self.file_bytes.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ self.modified_ns.cast_unsigned().rotate_left(17);
        mixed ^ (u64::from(self.head_crc) << 32 | u64::from(self.tail_crc))
    }
}

fn crc(file: &File, offset: u64, bytes: u64) -> io::Result<u32> {
    let mut buffer = vec![0; bytes as usize];
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], offset + done as u64)? {
            0 => break,
            count => done += count,
        }
    }
    Ok(crc32fast::hash(&buffer[..done]))
}
