//! Address to object index and back: a bitmap of object starts with ranks.
//!
//! One u64 word covers 32 possible starts of 8 bytes: its low half is the bitmap, its high half
//! the number of objects before it. A lookup is one load and one popcount; the address of an
//! index is found by binary search over the ranks, so addresses are stored nowhere. Heaps with
//! holes (Z, class data archives) cost only the 64 MiB chunks that hold objects. Identifiers that
//! are unaligned or scattered (foreign writers) fall back to a sorted array.
//!
//! Source of the idea: rank directories of succinct bit vectors (Jacobson 1989).

mod bitmap;
mod collector;

use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::ranks;
use crate::storage::Data;

pub use bitmap::BitmapIndex;
pub use collector::{AddressCollector, AddressWriter};

/// log2 of the bytes of address space in a chunk.
const CHUNK_SHIFT: u32 = 26;
/// log2 of the bytes of address space in a word.
const WORD_SHIFT: u32 = 8;
/// log2 of the alignment of object starts.
const SLOT_SHIFT: u32 = 3;
/// Words in a chunk.
pub(crate) const CHUNK_WORDS: usize = 1 << (CHUNK_SHIFT - WORD_SHIFT);
/// Longest directory of chunks: 256 TiB from the lowest to the highest object.
const DIRECTORY_CHUNKS: u64 = 1 << 22;

/// Addresses of all objects; object indices start at 1, 0 is the system class loader.
pub enum AddressIndex {
    Bitmap(BitmapIndex),
    Sorted(SortedIndex),
}

/// Sorted addresses.
pub struct SortedIndex {
    pub(crate) addresses: Data<u64>,
}

impl AddressIndex {
    /// An index without objects.
    pub fn none() -> Self {
        Self::Bitmap(BitmapIndex::from_parts(Data::none(), Vec::new(), 0))
    }

    /// An index from its stored bitmap; None where the parts do not fit.
    pub(crate) fn from_bitmap(words: Data<u64>, chunks: Vec<u64>, count: u32) -> Option<Self> {
        let sorted = chunks.windows(2).all(|pair| pair[0] < pair[1]);
        let span = chunks.last().map_or(0, |last| last - chunks[0]);
        let fits = sorted && words.len() == chunks.len() * CHUNK_WORDS && span < DIRECTORY_CHUNKS;
        fits.then(|| Self::Bitmap(BitmapIndex::from_parts(words, chunks, count)))
    }

    /// An index from stored addresses.
    pub(crate) fn from_sorted(addresses: Data<u64>) -> Self {
        Self::Sorted(SortedIndex { addresses })
    }

    /// Chunks of the bitmap; None for sorted addresses.
    pub(crate) fn chunk_numbers(&self) -> Option<&[u64]> {
        match self {
            Self::Bitmap(index) => Some(&index.chunk_numbers),
            Self::Sorted(_) => None,
        }
    }

    /// Writes the index's columns, so that its memory can go.
    #[must_use]
    pub fn spill(self, writer: &IndexWriter<'_>) -> Self {
        match self {
            Self::Bitmap(mut index) => {
                index.words = writer.spill_data("address_words", index.words);
                Self::Bitmap(index)
            }
            Self::Sorted(index) => {
                Self::from_sorted(writer.spill_data("addresses", index.addresses))
            }
        }
    }

    /// Objects, the system class loader included.
    pub fn object_count(&self) -> usize {
        match self {
            Self::Bitmap(index) => index.count as usize + 1,
            Self::Sorted(index) => index.addresses.len() + 1,
        }
    }

    /// The object that starts at `address`; 0 names no object.
    #[inline]
    pub fn find(&self, address: u64) -> Option<ObjectIndex> {
        match self {
            Self::Bitmap(index) => index.find(address),
            Self::Sorted(index) => {
                let at = index.addresses.binary_search(&address).ok()?;
                Some(ObjectIndex(at as u32 + 1))
            }
        }
    }

    /// The object that starts at `address` and the gap behind it, where one is near.
    #[inline]
    pub fn find_with_gap(&self, address: u64) -> Option<(ObjectIndex, Option<u64>)> {
        match self {
            Self::Bitmap(index) => index.find_with_gap(address),
            Self::Sorted(_) => self.find(address).map(|object| (object, self.gap(address))),
        }
    }

    /// The object at `address`, where 0 is the system class loader.
    pub fn find_loader(&self, address: u64) -> Option<ObjectIndex> {
        if address == 0 {
            Some(ObjectIndex::SYSTEM_LOADER)
        } else {
            self.find(address)
        }
    }

    /// Address of an object; 0 for the system class loader and for indices out of range.
    pub fn address(&self, object: ObjectIndex) -> u64 {
        if object.0 == 0 || object.at() >= self.object_count() {
            return 0;
        }
        match self {
            Self::Bitmap(index) => index.select(object.0),
            Self::Sorted(index) => index.addresses[object.at() - 1],
        }
    }

    /// Addresses from `first` on, in order.
    pub fn addresses_from(&self, first: ObjectIndex) -> Addresses<'_> {
        let mut addresses = Addresses {
            index: self,
            next: first,
            word: 0,
            bits: 0,
            base: 0,
        };
        addresses.position();
        addresses
    }

    /// Gap from the object's start to the next object's start: at least its size. None at the end
    /// of a stretch of heap.
    #[inline]
    pub fn gap(&self, address: u64) -> Option<u64> {
        match self {
            Self::Bitmap(index) => index.gap(address),
            Self::Sorted(index) => {
                let at = index.addresses.binary_search(&address).ok()?;
                index.addresses.get(at + 1).map(|next| next - address)
            }
        }
    }
}

/// Iterates over addresses in order; see [`AddressIndex::addresses_from`].
pub struct Addresses<'a> {
    index: &'a AddressIndex,
    next: ObjectIndex,
    word: usize,
    bits: u32,
    base: u64,
}

impl Addresses<'_> {
    fn position(&mut self) {
        let AddressIndex::Bitmap(index) = self.index else {
            return;
        };
        if self.next.0 == 0 || self.next.at() >= self.index.object_count() {
            return;
        }
        (self.word, self.bits) = ranks::seek(&index.words, self.next.0);
        self.base = index.word_address(self.word);
    }
}

impl Iterator for Addresses<'_> {
    type Item = (ObjectIndex, u64);

    fn next(&mut self) -> Option<Self::Item> {
        let object = self.next;
        if object.at() >= self.index.object_count() {
            return None;
        }
        self.next.0 += 1;
        if object.0 == 0 {
            self.position();
            return Some((object, 0));
        }
        match self.index {
            AddressIndex::Sorted(index) => Some((object, index.addresses[object.at() - 1])),
            AddressIndex::Bitmap(index) => {
                while self.bits == 0 {
                    self.word += 1;
                    self.bits = *index.words.get(self.word)? as u32;
                    self.base = index.word_address(self.word);
                }
                let bit = self.bits.trailing_zeros();
                self.bits &= self.bits - 1;
                Some((object, self.base + (u64::from(bit) << SLOT_SHIFT)))
            }
        }
    }
}
