//! A plain file, read by position: no memory map, so an I/O error is an error and not a signal,
//! and the resident memory stays bounded.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::source::DumpSource;

/// A file whose length was taken when it was opened.
pub(crate) struct FileSource {
    file: File,
    length: u64,
}

impl FileSource {
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self { file, length }
    }
}

impl DumpSource for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        read_full_at(&self.file, offset, &mut buffer[..wanted])
    }
}

/// Reads until the buffer is full or the file ends.
pub(crate) fn read_full_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
