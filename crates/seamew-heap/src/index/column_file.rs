//! One column in a file: a page of header, then the values, little-endian.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use bytemuck::Pod;
use serde::{Deserialize, Serialize};

use super::{MAGIC, VERSION};
use crate::storage::MappedColumn;

/// Bytes before the values: a page, so that they can be mapped.
pub const HEADER_BYTES: u64 = 4096;
/// Bytes written at once.
const CHUNK_BYTES: usize = 8 << 20;

/// What the manifest knows of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnEntry {
    pub name: String,
    pub element_bytes: u32,
    pub count: u64,
    pub crc: u32,
}

impl ColumnEntry {
    /// Bytes of the values.
    pub fn bytes(&self) -> u64 {
        self.count.saturating_mul(u64::from(self.element_bytes))
    }
}

fn header(entry: &ColumnEntry, identity: u64) -> [u8; 40] {
    let mut header = [0; 40];
    header[..8].copy_from_slice(&MAGIC);
    header[8..12].copy_from_slice(&VERSION.to_le_bytes());
    header[12..16].copy_from_slice(&entry.element_bytes.to_le_bytes());
    header[16..24].copy_from_slice(&entry.count.to_le_bytes());
    header[24..32].copy_from_slice(&identity.to_le_bytes());
    header[32..36].copy_from_slice(&entry.crc.to_le_bytes());
    header
}

/// Writes a column; `check` is asked after each few mebibytes whether to go on.
///
/// # Errors
/// When the file cannot be written.
pub fn write<T: Pod>(
    path: &Path,
    name: &str,
    values: &[T],
    identity: u64,
    check: &dyn Fn() -> bool,
) -> io::Result<(ColumnEntry, File)> {
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(&[0; HEADER_BYTES as usize])?;
    let mut crc = crc32fast::Hasher::new();
    for chunk in bytemuck::cast_slice::<T, u8>(values).chunks(CHUNK_BYTES) {
        if !check() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        crc.update(chunk);
        file.write_all(chunk)?;
    }
    let entry = ColumnEntry {
        name: name.to_owned(),
        element_bytes: size_of::<T>() as u32,
        count: values.len() as u64,
        crc: crc.finalize(),
    };
    file.write_all_at(&header(&entry, identity), 0)?;
    Ok((entry, file))
}

/// Maps a column after checking its header and length, and its checksum where wanted.
///
/// # Errors
/// When the file is missing, foreign, cut or damaged.
pub fn read<T: Pod>(
    path: &Path,
    entry: &ColumnEntry,
    identity: u64,
    check_contents: bool,
) -> io::Result<MappedColumn<T>> {
    let file = File::open(path)?;
    let mut found = [0; 40];
    file.read_exact_at(&mut found, 0)?;
    let wrong = entry.element_bytes as usize != size_of::<T>()
        || found != header(entry, identity)
        || file.metadata()?.len() != HEADER_BYTES + entry.bytes();
    if wrong {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let count = usize::try_from(entry.count).map_err(|_| io::ErrorKind::InvalidData)?;
    let column = MappedColumn::<T>::open(&file, HEADER_BYTES, count)?;
    if check_contents && crc32fast::hash(bytemuck::cast_slice(&column)) != entry.crc {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(column)
}

/// Maps a column that was just written.
///
/// # Errors
/// When it cannot be mapped.
pub fn map<T: Pod>(file: &File, count: usize) -> io::Result<MappedColumn<T>> {
    MappedColumn::open(file, HEADER_BYTES, count)
}
