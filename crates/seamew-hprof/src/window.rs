//! A sliding buffer over a source for readers that hop: small reads after a jump, growing ones
//! while the reading goes on in order.

use std::io;

use crate::source::DumpSource;

/// First read after a jump.
const SMALLEST_READ: usize = 4 << 10;
/// Reads grow to this while they follow each other.
const LARGEST_READ: usize = 1 << 20;

pub(crate) struct Window<'a> {
    source: &'a dyn DumpSource,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte.
    base: u64,
    next_read: usize,
}

impl<'a> Window<'a> {
    pub(crate) fn new(source: &'a dyn DumpSource) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            base: 0,
            next_read: SMALLEST_READ,
        }
    }

    /// The bytes from `offset` on: `wanted`, or fewer at the end of the dump only. `wanted` is
    /// the caller's bound on memory.
    pub(crate) fn bytes(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        if !self.holds(offset, wanted) {
            self.fill(offset, wanted)?;
        }
        let start = usize::try_from(offset - self.base).unwrap_or(usize::MAX);
        let rest = self.buffer.get(start..).unwrap_or_default();
        Ok(&rest[..wanted.min(rest.len())])
    }

    /// Everything buffered from `offset` on, at least `wanted` bytes unless the dump ends.
    pub(crate) fn available(&mut self, offset: u64, wanted: usize) -> io::Result<&[u8]> {
        self.bytes(offset, wanted)?;
        let start = usize::try_from(offset - self.base).unwrap_or(usize::MAX);
        Ok(self.buffer.get(start..).unwrap_or_default())
    }

    fn holds(&self, offset: u64, wanted: usize) -> bool {
        let end = self.base + self.buffer.len() as u64;
        offset >= self.base
            && (offset.saturating_add(wanted as u64) <= end || end >= self.source.len())
            && offset <= end
    }

    fn fill(&mut self, offset: u64, wanted: usize) -> io::Result<()> {
        let end = self.base + self.buffer.len() as u64;
        let follows = (self.base..=end).contains(&offset);
        self.next_read = if follows {
            (self.next_read * 4).min(LARGEST_READ)
        } else {
            SMALLEST_READ
        };
        let left = self.source.len().saturating_sub(offset);
        let bytes = wanted.max(self.next_read);
        let bytes = usize::try_from(left).unwrap_or(usize::MAX).min(bytes);
        self.buffer.resize(bytes, 0);
        self.base = offset;
        let result = self.read(offset, wanted.min(bytes));
        self.buffer.truncate(*result.as_ref().unwrap_or(&0));
        result.map(|_| ())
    }

    /// Reads into the buffer at least the bytes wanted, more where they come cheap.
    fn read(&mut self, offset: u64, wanted: usize) -> io::Result<usize> {
        let count = self.source.read_some_at(offset, &mut self.buffer)?;
        if count >= wanted {
            Ok(count)
        } else {
            self.source.read_at(offset, &mut self.buffer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    #[test]
    fn reads_the_same_bytes_in_any_order() {
        let source = MemorySource((0..20_000_u32).map(|value| value as u8).collect());
        let mut window = Window::new(&source);
        for (offset, wanted) in [
            (0, 9),
            (9, 5_000),
            (4, 1),
            (19_999, 10),
            (100, 19_900),
            (20_000, 4),
        ] {
            let start = usize::try_from(offset).unwrap();
            let end = (start + wanted).min(20_000);
            assert_eq!(window.bytes(offset, wanted).unwrap(), &source.0[start..end]);
        }
        assert!(window.bytes(30_000, 4).unwrap().is_empty());
    }
}
