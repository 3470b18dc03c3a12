//! The bitmap of object starts, with ranks.

use std::io;

use super::collector::ChunkMap;
use super::{CHUNK_SHIFT, CHUNK_WORDS, DIRECTORY_CHUNKS, SLOT_SHIFT, WORD_SHIFT};
use crate::ids::ObjectIndex;
use crate::ranks;
use crate::storage::{Data, Storage};

const NO_CHUNK: u32 = u32::MAX;

/// Bitmap and ranks, interleaved; see the module's head.
pub struct BitmapIndex {
    pub(crate) words: Data<u64>,
    pub(crate) chunk_numbers: Vec<u64>,
    directory: Vec<u32>,
    first_chunk: u64,
    pub(super) count: u32,
}

impl BitmapIndex {
    pub(super) fn build(chunks: ChunkMap, storage: &Storage) -> io::Result<Self> {
        let mut chunks: Vec<_> = chunks.into_iter().collect();
        chunks.sort_unstable_by_key(|(number, _)| *number);
        let mut words = storage.column::<u64>("address_words", chunks.len() * CHUNK_WORDS)?;
        let mut rank = 1u64;
        let mut chunk_numbers = Vec::with_capacity(chunks.len());
        for (place, (number, chunk)) in chunks.into_iter().enumerate() {
            let target = &mut words[place * CHUNK_WORDS..(place + 1) * CHUNK_WORDS];
            for (slot, bits) in target.iter_mut().zip(chunk.iter()) {
                *slot = rank << 32 | bits;
                rank += u64::from(bits.count_ones());
            }
            chunk_numbers.push(number);
        }
        Ok(Self::from_parts(
            words.into(),
            chunk_numbers,
            (rank - 1) as u32,
        ))
    }

    /// Assembles an index from its stored parts.
    pub(super) fn from_parts(words: Data<u64>, chunk_numbers: Vec<u64>, count: u32) -> Self {
        let first_chunk = chunk_numbers.first().copied().unwrap_or(0);
        let span = chunk_numbers
            .last()
            .map_or(0, |last| last - first_chunk + 1);
        let mut directory = vec![NO_CHUNK; span.min(DIRECTORY_CHUNKS) as usize];
        for (place, number) in chunk_numbers.iter().enumerate() {
            if let Some(slot) = directory.get_mut((number - first_chunk) as usize) {
                *slot = (place * CHUNK_WORDS) as u32;
            }
        }
        Self {
            words,
            chunk_numbers,
            directory,
            first_chunk,
            count,
        }
    }

    /// Place of the word that covers `address`.
    #[inline]
    fn place(&self, address: u64) -> Option<usize> {
        let chunk = (address >> CHUNK_SHIFT).wrapping_sub(self.first_chunk);
        let start = *self.directory.get(usize::try_from(chunk).ok()?)?;
        if start == NO_CHUNK {
            return None;
        }
        Some(start as usize + ((address >> WORD_SHIFT) as usize & (CHUNK_WORDS - 1)))
    }

    #[inline]
    pub(super) fn find(&self, address: u64) -> Option<ObjectIndex> {
        if address & 7 != 0 {
            return None;
        }
        let word = self.words[self.place(address)?];
        ranks::rank(word, (address >> SLOT_SHIFT) as u32 & 31).map(ObjectIndex)
    }

    #[inline]
    pub(super) fn find_with_gap(&self, address: u64) -> Option<(ObjectIndex, Option<u64>)> {
        let object = self.find(address)?;
        let word = self.words[self.place(address)?] as u32;
        let bit = ((address >> SLOT_SHIFT) & 31) as u32;
        let behind = word & !(u32::MAX >> (31 - bit));
        let gap = if behind == 0 {
            self.gap(address)
        } else {
            Some(u64::from(behind.trailing_zeros() - bit) << SLOT_SHIFT)
        };
        Some((object, gap))
    }

    #[inline]
    pub(super) fn gap(&self, address: u64) -> Option<u64> {
        const FARTHEST_WORDS: usize = 1 << 14;
        let mut place = self.place(address)?;
        let bit = (address >> SLOT_SHIFT) & 31;
        let mut bits = (self.words[place] as u32) & !(u32::MAX >> (31 - bit));
        let mut word_address = address >> WORD_SHIFT << WORD_SHIFT;
        for _ in 0..FARTHEST_WORDS {
            if bits != 0 {
                let next = word_address + (u64::from(bits.trailing_zeros()) << SLOT_SHIFT);
                return Some(next - address);
            }
            word_address = word_address.checked_add(1 << WORD_SHIFT)?;
            place = match place + 1 {
                next if next % CHUNK_WORDS == 0 => self.place(word_address)?,
                next => next,
            };
            bits = *self.words.get(place)? as u32;
        }
        None
    }

    /// Address of the object with the given index, which must exist.
    pub(super) fn select(&self, object: u32) -> u64 {
        let (place, bits) = ranks::seek(&self.words, object);
        self.word_address(place) + (u64::from(bits.trailing_zeros()) << SLOT_SHIFT)
    }

    pub(super) fn word_address(&self, place: usize) -> u64 {
        let chunk = self
            .chunk_numbers
            .get(place / CHUNK_WORDS)
            .copied()
            .unwrap_or(0);
        (chunk << CHUNK_SHIFT) + (((place % CHUNK_WORDS) as u64) << WORD_SHIFT)
    }
}
