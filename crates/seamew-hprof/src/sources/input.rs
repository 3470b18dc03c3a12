//! A compressed file read in order, with its position and a way to jump.

use std::fs::File;
use std::io::{self, BufRead, Read};

use super::file::read_full_at;

const BUFFER_BYTES: usize = 256 << 10;

/// Reads a file from front to back through a buffer.
pub(crate) struct Input {
    file: File,
    length: u64,
    buffer: Vec<u8>,
    /// Offset in the file of the buffer's first byte.
    base: u64,
    /// Bytes of the buffer already consumed.
    used: usize,
    /// True after the file itself could not be read.
    failed: bool,
}

impl Input {
    pub(crate) fn new(file: File, length: u64) -> Self {
        Self {
            file,
            length,
            buffer: Vec::new(),
            base: 0,
            used: 0,
            failed: false,
        }
    }

    /// Bytes of the file.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Offset of the next byte.
    pub(crate) fn position(&self) -> u64 {
        self.base + self.used as u64
    }

    /// Bytes from here to the end.
    pub(crate) fn left(&self) -> u64 {
        self.length.saturating_sub(self.position())
    }

    /// True where a read failed because of the medium, not of the data.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    pub(crate) fn seek(&mut self, position: u64) {
        self.buffer.clear();
        self.base = position.min(self.length);
        self.used = 0;
    }

    /// At least `wanted` bytes from here on, without consuming them; fewer at the end.
    pub(crate) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.used < wanted {
            self.refill()?;
        }
        Ok(&self.buffer[self.used..])
    }

    fn refill(&mut self) -> io::Result<()> {
        let position = self.position();
        let bytes = usize::try_from(self.left())
            .unwrap_or(usize::MAX)
            .min(BUFFER_BYTES);
        self.buffer.resize(bytes, 0);
        self.base = position;
        self.used = 0;
        let result = read_full_at(&self.file, position, &mut self.buffer);
        self.buffer.truncate(*result.as_ref().unwrap_or(&0));
        self.failed |= result.is_err();
        result.map(|_| ())
    }
}

impl Read for Input {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(output.len());
        output[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, count: usize) {
        self.used = (self.used + count).min(self.buffer.len());
    }
}
