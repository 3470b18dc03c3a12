//! Collecting object starts from several threads.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use rustc_hash::FxBuildHasher;

use super::{
    AddressIndex, BitmapIndex, CHUNK_SHIFT, CHUNK_WORDS, DIRECTORY_CHUNKS, SLOT_SHIFT, SortedIndex,
    WORD_SHIFT,
};
use crate::storage::{SharedWords, Storage};

/// Chunks of the bitmap by number.
pub(super) type ChunkMap = HashMap<u64, Arc<SharedWords>, FxBuildHasher>;

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
