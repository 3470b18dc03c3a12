//! Random access to the (decompressed) bytes of a dump, whatever holds them.

use std::io;

/// The bytes of a dump, decompressed, by offset. Shared between threads.
pub trait DumpSource: Send + Sync {
    /// Bytes in all, decompressed.
    fn len(&self) -> u64;

    /// True when there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset` on and returns how many bytes were there; fewer than
    /// `buffer.len()` only at the end of the dump.
    ///
    /// # Errors
    /// When the medium fails or compressed data is damaged.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Like [`DumpSource::read_at`], but may return fewer bytes, though not none before the end,
    /// where more would cost more.
    ///
    /// # Errors
    /// As [`DumpSource::read_at`].
    fn read_some_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_at(offset, buffer)
    }
}

/// A dump in memory: tests, small inputs, fuzzing.
pub struct MemorySource(pub Vec<u8>);

impl DumpSource for MemorySource {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.0.len());
        let count = buffer.len().min(self.0.len() - start);
        buffer[..count].copy_from_slice(&self.0[start..start + count]);
        Ok(count)
    }
}
