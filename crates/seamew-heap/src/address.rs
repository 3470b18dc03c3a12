//! Address to object index and back: a bitmap of object starts with ranks.
//!
//! One u64 word covers 32 possible starts of 8 bytes: its low half is the bitmap, its high half
//! the number of objects before it. A lookup is one load and one popcount; the address of an
//! index is found by binary search over the ranks, so addresses are stored nowhere. Heaps with
//! holes (Z, class data archives) cost only the 64 MiB chunks that hold objects. Identifiers that
//! are unaligned or scattered (foreign writers) fall back to a sorted array.
//!
//! Source of the idea: rank directories of succinct bit vectors (Jacobson 1989).

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use rustc_hash::FxBuildHasher;

use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::storage::{Data, SharedWords, Storage};

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
const NO_CHUNK: u32 = u32::MAX;

type ChunkMap = HashMap<u64, Arc<SharedWords>, FxBuildHasher>;

/// Collects object addresses from several threads.
pub struct AddressCollector {
    mode: CollectorMode,
    /// Set when an address does not suit the bitmap: the pass must be repeated with `sorted`.
    unsuited: AtomicBool,
    duplicates: AtomicU64,
}

enum CollectorMode {
    Bitmap {
        chunks: RwLock<ChunkMap>,
        most_chunks: usize,
    },
    Sorted(Mutex<Vec<Vec<u64>>>),
}

impl AddressCollector {
    /// A bitmap collector for a dump of `dump_bytes`.
    pub fn bitmap(dump_bytes: u64) -> Self {
        let most_chunks = 64 + (dump_bytes >> 18) as usize;
        Self::new(CollectorMode::Bitmap {
            chunks: RwLock::default(),
            most_chunks,
        })
    }

    /// A collector for unaligned or scattered identifiers: 8 bytes an object.
    pub fn sorted() -> Self {
        Self::new(CollectorMode::Sorted(Mutex::default()))
    }

    fn new(mode: CollectorMode) -> Self {
        Self {
            mode,
            unsuited: AtomicBool::new(false),
            duplicates: AtomicU64::new(0),
        }
    }

    /// True when the pass must be repeated with a sorted collector.
    pub fn is_unsuited(&self) -> bool {
        self.unsuited.load(Ordering::Relaxed) || self.chunk_span() > DIRECTORY_CHUNKS
    }

    fn chunk_span(&self) -> u64 {
        let CollectorMode::Bitmap { chunks, .. } = &self.mode else {
            return 0;
        };
        let Ok(chunks) = chunks.read() else { return 0 };
        let lowest = chunks.keys().min().copied().unwrap_or(0);
        chunks
            .keys()
            .max()
            .map_or(0, |highest| highest - lowest + 1)
    }

    /// Addresses that were given more than once.
    pub fn duplicates(&self) -> u64 {
        self.duplicates.load(Ordering::Relaxed)
    }

    fn chunk(&self, number: u64) -> Option<Arc<SharedWords>> {
        let CollectorMode::Bitmap {
            chunks,
            most_chunks,
        } = &self.mode
        else {
            return None;
        };
        if let Some(chunk) = chunks.read().ok()?.get(&number) {
            return Some(Arc::clone(chunk));
        }
        let mut chunks = chunks.write().ok()?;
        if chunks.len() >= *most_chunks {
            return None;
        }
        if let Some(chunk) = chunks.get(&number) {
            return Some(Arc::clone(chunk));
        }
        let chunk = Arc::new(SharedWords::new(CHUNK_WORDS).ok()?);
        chunks.insert(number, Arc::clone(&chunk));
        Some(chunk)
    }

    /// Turns the collected addresses into an index; index 0 is the system class loader.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn freeze(self, storage: &Storage) -> io::Result<AddressIndex> {
        match self.mode {
            CollectorMode::Bitmap { chunks, .. } => {
                let chunks = chunks.into_inner().unwrap_or_default();
                BitmapIndex::build(chunks, storage).map(AddressIndex::Bitmap)
            }
            CollectorMode::Sorted(parts) => {
                let mut all: Vec<u64> = parts.into_inner().unwrap_or_default().concat();
                all.sort_unstable();
                all.dedup();
                let mut column = storage.column("addresses", all.len())?;
                column.copy_from_slice(&all);
                Ok(AddressIndex::Sorted(SortedIndex {
                    addresses: column.into(),
                }))
            }
        }
    }
}

/// One thread's hand on a collector: gathers the bits of a word before it sets them.
pub struct AddressWriter<'a> {
    collector: &'a AddressCollector,
    known: ChunkMap,
    chunk: Option<Arc<SharedWords>>,
    chunk_number: u64,
    word: usize,
    bits: u64,
    sorted: Vec<u64>,
    is_sorted: bool,
}

impl<'a> AddressWriter<'a> {
    pub fn new(collector: &'a AddressCollector) -> Self {
        Self {
            collector,
            known: ChunkMap::default(),
            chunk: None,
            chunk_number: u64::MAX,
            word: 0,
            bits: 0,
            sorted: Vec::new(),
            is_sorted: matches!(collector.mode, CollectorMode::Sorted(_)),
        }
    }

    /// Notes that an object starts at `address`.
    #[inline]
    pub fn add(&mut self, address: u64) {
        let word = (address >> WORD_SHIFT) as usize & (CHUNK_WORDS - 1);
        let bit = 1u64 << ((address >> SLOT_SHIFT) & 31);
        if self.is_sorted || address & 7 != 0 || address == 0 {
            self.add_odd(address);
            return;
        }
        if word != self.word || address >> CHUNK_SHIFT != self.chunk_number {
            self.flush();
            self.enter(address >> CHUNK_SHIFT);
            self.word = word;
        }
        if self.bits & bit != 0 {
            self.collector.duplicates.fetch_add(1, Ordering::Relaxed);
        }
        self.bits |= bit;
    }

    #[cold]
    fn add_odd(&mut self, address: u64) {
        if self.is_sorted && address != 0 {
            self.sorted.push(address);
        } else if address != 0 {
            self.collector.unsuited.store(true, Ordering::Relaxed);
        }
    }

    fn enter(&mut self, number: u64) {
        if number == self.chunk_number {
            return;
        }
        self.chunk_number = number;
        self.chunk = match self.known.get(&number) {
            Some(chunk) => Some(Arc::clone(chunk)),
            None => self.collector.chunk(number),
        };
        match &self.chunk {
            Some(chunk) => {
                self.known.insert(number, Arc::clone(chunk));
            }
            None => self.collector.unsuited.store(true, Ordering::Relaxed),
        }
    }

    /// Sets the gathered bits.
    pub fn flush(&mut self) {
        if let Some(chunk) = &self.chunk
            && self.bits != 0
        {
            let before = chunk.set(self.word, self.bits);
            if before != 0 {
                let count = u64::from(before.count_ones());
                self.collector
                    .duplicates
                    .fetch_add(count, Ordering::Relaxed);
            }
        }
        self.bits = 0;
    }
}

impl Drop for AddressWriter<'_> {
    fn drop(&mut self) {
        self.flush();
        if let CollectorMode::Sorted(parts) = &self.collector.mode
            && let Ok(mut parts) = parts.lock()
        {
            parts.push(std::mem::take(&mut self.sorted));
        }
    }
}

/// Addresses of all objects; object indices start at 1, 0 is the system class loader.
pub enum AddressIndex {
    Bitmap(BitmapIndex),
    Sorted(SortedIndex),
}

/// Bitmap and ranks, interleaved; see the module's head.
pub struct BitmapIndex {
    pub(crate) words: Data<u64>,
    pub(crate) chunk_numbers: Vec<u64>,
    directory: Vec<u32>,
    first_chunk: u64,
    count: u32,
}

/// Sorted addresses.
pub struct SortedIndex {
    pub(crate) addresses: Data<u64>,
}

impl AddressIndex {
    /// An index without objects.
    pub fn none() -> Self {
        Self::Bitmap(BitmapIndex {
            words: Data::none(),
            chunk_numbers: Vec::new(),
            directory: Vec::new(),
            first_chunk: 0,
            count: 0,
        })
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

impl BitmapIndex {
    fn build(chunks: ChunkMap, storage: &Storage) -> io::Result<Self> {
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
    fn from_parts(words: Data<u64>, chunk_numbers: Vec<u64>, count: u32) -> Self {
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
    fn find(&self, address: u64) -> Option<ObjectIndex> {
        if address & 7 != 0 {
            return None;
        }
        let word = self.words[self.place(address)?];
        let bit = (address >> SLOT_SHIFT) & 31;
        if word >> bit & 1 == 0 {
            return None;
        }
        let before = (word as u32 & ((1u32 << bit) - 1)).count_ones();
        Some(ObjectIndex((word >> 32) as u32 + before))
    }

    #[inline]
    fn find_with_gap(&self, address: u64) -> Option<(ObjectIndex, Option<u64>)> {
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
    fn gap(&self, address: u64) -> Option<u64> {
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
    fn select(&self, object: u32) -> u64 {
        let place = self.word_of(object);
        let word = self.words[place];
        let mut bits = word as u32;
        for _ in 0..object - (word >> 32) as u32 {
            bits &= bits.wrapping_sub(1);
        }
        self.word_address(place) + (u64::from(bits.trailing_zeros()) << SLOT_SHIFT)
    }

    /// Place of the last word whose rank is at most `object`: it holds the object.
    fn word_of(&self, object: u32) -> usize {
        self.words
            .partition_point(|word| (word >> 32) as u32 <= object)
            .saturating_sub(1)
    }

    fn word_address(&self, place: usize) -> u64 {
        let chunk = self
            .chunk_numbers
            .get(place / CHUNK_WORDS)
            .copied()
            .unwrap_or(0);
        (chunk << CHUNK_SHIFT) + (((place % CHUNK_WORDS) as u64) << WORD_SHIFT)
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
        self.word = index.word_of(self.next.0);
        let word = index.words[self.word];
        self.bits = word as u32;
        for _ in 0..self.next.0 - (word >> 32) as u32 {
            self.bits &= self.bits.wrapping_sub(1);
        }
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
