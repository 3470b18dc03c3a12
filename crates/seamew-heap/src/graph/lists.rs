//! Lists of object indices by object, compressed: the outbound and inbound references.
//!
//! A bitmap with ranks tells which objects have a list at all; half of a heap (strings' arrays,
//! boxes) has none and costs two bits. A list's bytes start at the base of its block of 32 lists
//! plus a 14-bit offset. Targets are zigzag steps from the object, then from each other, so near
//! neighbours take one byte. Lists longer than a block allows live apart.

use std::io;

use super::varint;
use crate::index::IndexWriter;
use crate::ranks;
use crate::storage::{Column, Data, Storage};

/// Lists in a block.
const BLOCK_LISTS: usize = 32;
/// Longest list that stays in its block.
const INLINE_BYTES: usize = 511;
/// Bytes of the inline stand-in for a long list: offset and length.
const STAND_IN_BYTES: usize = 16;
const LONG: u16 = 1 << 15;
const CLASS: u16 = 1 << 14;
const OFFSET: u16 = CLASS - 1;

/// Lists of objects by object.
pub struct Lists {
    /// Per 32 objects: lists before them (high half), bitmap of those with a list (low half).
    pub(crate) present: Data<u64>,
    /// Per 32 lists: offset of the first list's bytes.
    pub(crate) bases: Data<u64>,
    /// Per list: offset from the block's base and flags; one more at the end.
    pub(crate) offsets: Data<u16>,
    pub(crate) bytes: Data<u8>,
    pub(crate) long_bytes: Data<u8>,
}

/// One object's list, undecoded.
#[derive(Clone)]
pub struct List<'a> {
    rest: &'a [u8],
    previous: u32,
    /// The first value is a class number, not a step.
    pub has_class: bool,
}

impl List<'_> {
    /// Takes the class number off the front; only where `has_class`.
    #[inline]
    pub fn take_class(&mut self) -> u32 {
        self.has_class = false;
        varint::take(&mut self.rest) as u32
    }
}

impl Iterator for List<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.rest.is_empty() {
            return None;
        }
        self.previous = varint::take_step(&mut self.rest, self.previous);
        Some(self.previous)
    }
}

impl Lists {
    /// No lists at all.
    pub fn none() -> Self {
        Self {
            present: Data::none(),
            bases: Data::none(),
            offsets: Data::none(),
            bytes: Data::none(),
            long_bytes: Data::none(),
        }
    }

    /// The list of an object, if it has one.
    #[inline]
    pub fn of(&self, object: u32) -> Option<List<'_>> {
        let list = ranks::rank(*self.present.get(object as usize / 32)?, object & 31)?;
        self.list(list as usize, object)
    }

    /// True where the object has a list.
    #[inline]
    pub fn has(&self, object: u32) -> bool {
        self.present
            .get(object as usize / 32)
            .is_some_and(|word| word >> (object & 31) & 1 == 1)
    }

    #[inline]
    fn start(&self, list: usize) -> Option<(usize, u16)> {
        let head = *self.offsets.get(list)?;
        let base = *self.bases.get(list / BLOCK_LISTS)?;
        Some(((base as usize).wrapping_add((head & OFFSET).into()), head))
    }

    #[inline]
    fn list(&self, list: usize, object: u32) -> Option<List<'_>> {
        let (start, head) = self.start(list)?;
        let (end, _) = self.start(list + 1)?;
        let mut rest = self.bytes.get(start..end)?;
        if head & LONG != 0 {
            rest = self.long(rest)?;
        }
        Some(List {
            rest,
            previous: object,
            has_class: head & CLASS != 0,
        })
    }

    #[cold]
    fn long(&self, stand_in: &[u8]) -> Option<&[u8]> {
        let (offset, length) = stand_in.split_at_checked(STAND_IN_BYTES / 2)?;
        let offset = u64::from_le_bytes(*offset.first_chunk()?) as usize;
        let length = u64::from_le_bytes(*length.first_chunk()?) as usize;
        self.long_bytes.get(offset..offset.checked_add(length)?)
    }

    /// Writes the columns, so that their memory can go.
    #[must_use]
    pub fn spill(self, names: &ListColumns, writer: &IndexWriter<'_>) -> Self {
        Self {
            present: writer.spill_data(names.present, self.present),
            bases: writer.spill_data(names.bases, self.bases),
            offsets: writer.spill_data(names.offsets, self.offsets),
            bytes: writer.spill_data(names.bytes, self.bytes),
            long_bytes: writer.spill_data(names.long_bytes, self.long_bytes),
        }
    }

    /// Bytes that the lists take.
    pub fn byte_count(&self) -> usize {
        self.present.len() * 8
            + self.bases.len() * 8
            + self.offsets.len() * 2
            + self.bytes.len()
            + self.long_bytes.len()
    }
}

/// Names of the columns of one set of lists.
pub struct ListColumns {
    pub present: &'static str,
    pub bases: &'static str,
    pub offsets: &'static str,
    pub bytes: &'static str,
    pub long_bytes: &'static str,
}

/// Columns of the outbound references.
pub const OUTBOUND: ListColumns = ListColumns {
    present: "outbound_present",
    bases: "outbound_bases",
    offsets: "outbound_offsets",
    bytes: "outbound_bytes",
    long_bytes: "outbound_long_bytes",
};

/// Columns of the inbound references.
pub const INBOUND: ListColumns = ListColumns {
    present: "inbound_present",
    bases: "inbound_bases",
    offsets: "inbound_offsets",
    bytes: "inbound_bytes",
    long_bytes: "inbound_long_bytes",
};

/// Builds lists, in order of objects.
pub struct ListsBuilder {
    present: Column<u64>,
    bases: Column<u64>,
    offsets: Column<u16>,
    bytes: Column<u8>,
    byte_count: usize,
    lists: usize,
    long_bytes: Column<u8>,
    long_count: usize,
}

impl ListsBuilder {
    /// A builder for lists of `objects` objects that take at most `most_bytes` encoded.
    ///
    /// # Errors
    /// When there is no room for them.
    pub fn new(
        storage: &Storage,
        names: &ListColumns,
        objects: usize,
        most_bytes: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            present: storage.column(names.present, objects / 32 + 1)?,
            bases: storage.column(names.bases, objects / BLOCK_LISTS + 2)?,
            offsets: storage.reserve(names.offsets, objects + 1)?,
            bytes: storage.reserve(names.bytes, most_bytes + STAND_IN_BYTES)?,
            byte_count: 0,
            lists: 0,
            long_bytes: storage.reserve(names.long_bytes, most_bytes)?,
            long_count: 0,
        })
    }

    /// Adds the list of `object`, which must come after all objects added before.
    ///
    /// # Errors
    /// When the lists take more than the builder was made for.
    #[inline]
    pub fn push(&mut self, object: u32, has_class: bool, encoded: &[u8]) -> io::Result<()> {
        let word = &mut self.present[object as usize / 32];
        if *word >> (object & 31) != 0 {
            return Err(io::Error::other("reference lists out of order"));
        }
        *word |= 1 << (object & 31);
        let flags = if has_class { CLASS } else { 0 };
        if encoded.len() > INLINE_BYTES {
            return self.push_long(flags, encoded);
        }
        self.head(flags);
        self.append(encoded)
    }

    #[inline]
    fn head(&mut self, flags: u16) {
        if self.lists.is_multiple_of(BLOCK_LISTS) {
            self.bases[self.lists / BLOCK_LISTS] = self.byte_count as u64;
        }
        let offset = self.byte_count - self.bases[self.lists / BLOCK_LISTS] as usize;
        self.offsets[self.lists] = offset as u16 | flags;
        self.lists += 1;
    }

    #[inline]
    fn append(&mut self, encoded: &[u8]) -> io::Result<()> {
        let end = self.byte_count + encoded.len();
        let target = self
            .bytes
            .get_mut(self.byte_count..end)
            .ok_or(io::ErrorKind::OutOfMemory)?;
        target.copy_from_slice(encoded);
        self.byte_count = end;
        Ok(())
    }

    #[cold]
    fn push_long(&mut self, flags: u16, encoded: &[u8]) -> io::Result<()> {
        let mut stand_in = [0; STAND_IN_BYTES];
        stand_in[..8].copy_from_slice(&(self.long_count as u64).to_le_bytes());
        stand_in[8..].copy_from_slice(&(encoded.len() as u64).to_le_bytes());
        let end = self.long_count + encoded.len();
        let target = self
            .long_bytes
            .get_mut(self.long_count..end)
            .ok_or(io::ErrorKind::OutOfMemory)?;
        target.copy_from_slice(encoded);
        self.long_count = end;
        self.head(flags | LONG);
        self.append(&stand_in)
    }

    /// Completes the ranks.
    pub fn finish(mut self) -> Lists {
        self.head(0);
        self.lists -= 1;
        let mut rank = 0u64;
        for word in self.present.iter_mut() {
            let bits = *word & u64::from(u32::MAX);
            *word = rank << 32 | bits;
            rank += u64::from(bits.count_ones());
        }
        self.bases.truncate(self.lists / BLOCK_LISTS + 1);
        self.offsets.truncate(self.lists + 1);
        self.bytes.truncate(self.byte_count);
        self.long_bytes.truncate(self.long_count);
        Lists {
            present: self.present.into(),
            bases: self.bases.into(),
            offsets: self.offsets.into(),
            bytes: self.bytes.into(),
            long_bytes: self.long_bytes.into(),
        }
    }
}
