//! Columns: flat arrays in private memory, in unlinked scratch files, or in index files.
//!
//! The build allocates each of its large arrays by name through [`Storage`], which decides where
//! it lives. Under a memory limit the columns that are used front to back go to scratch files:
//! mapped, shared, so the kernel can write them out, and gone when the process is. This module is
//! the only one with `unsafe` code: it maps files and views mapped bytes as integers.
#![allow(
    unsafe_code,
    reason = "the one module that maps memory; each use says why it is sound"
)]

use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use bytemuck::Pod;
use memmap2::{Mmap, MmapMut, MmapOptions, UncheckedAdvice};

/// Where the build's columns live.
#[derive(Clone, Debug)]
pub struct Storage {
    scratch_directory: PathBuf,
    placement: Placement,
    used: Arc<UsedMemory>,
}

/// Which columns are disk-backed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// All in private memory.
    #[default]
    Memory,
    /// All but those named go to scratch files.
    DiskBut(&'static [&'static str]),
}

impl Storage {
    /// Storage that puts scratch files into `scratch_directory`.
    pub fn new(scratch_directory: &Path, placement: Placement) -> Self {
        Self {
            scratch_directory: scratch_directory.to_owned(),
            placement,
            used: Arc::default(),
        }
    }

    /// Storage in private memory only.
    pub fn in_memory() -> Self {
        Self {
            scratch_directory: PathBuf::new(),
            placement: Placement::Memory,
            used: Arc::default(),
        }
    }

    /// A zeroed column of `len` elements, all of which will be used.
    ///
    /// # Errors
    /// When the address space or the scratch directory has no room.
    pub fn column<T: Pod>(&self, name: &'static str, len: usize) -> io::Result<Column<T>> {
        let bytes = len.saturating_mul(size_of::<T>()).max(1);
        if self.is_on_disk(name) {
            return self.scratch_column(bytes, len);
        }
        match self.used.take(bytes) {
            Some(map) => Ok(self.private_column(map, len)),
            None => self.reserve(name, len),
        }
    }

    /// A zeroed column of `len` elements, of which maybe few will be used: pages cost memory when
    /// first written.
    ///
    /// # Errors
    /// When the address space or the scratch directory has no room.
    pub fn reserve<T: Pod>(&self, name: &'static str, len: usize) -> io::Result<Column<T>> {
        let bytes = len.saturating_mul(size_of::<T>()).max(1);
        if self.is_on_disk(name) {
            return self.scratch_column(bytes, len);
        }
        // Whatever lies about unused would come on top.
        self.used.release();
        let map = MmapOptions::new().len(bytes).no_reserve_swap().map_anon()?;
        Ok(self.private_column(map, len))
    }

    fn is_on_disk(&self, name: &str) -> bool {
        matches!(self.placement, Placement::DiskBut(names) if !names.contains(&name))
    }

    fn scratch_column<T>(&self, bytes: usize, len: usize) -> io::Result<Column<T>> {
        let file = tempfile::tempfile_in(&self.scratch_directory)?;
        file.set_len(bytes as u64)?;
        // SAFETY: the file was just made, has no name, and nobody else can open or cut it.
        let map = unsafe { MmapOptions::new().len(bytes).map_mut(&file)? };
        Ok(Column::new(map, len, Weak::new()))
    }

    fn private_column<T>(&self, map: MmapMut, len: usize) -> Column<T> {
        Column::new(map, len, Arc::downgrade(&self.used))
    }
}

/// At least the size of a page, whatever the kernel.
const PAGE_BYTES: usize = 1 << 16;

/// Private memory that columns have left behind, for the next ones: to clear a page that is there
/// costs a tenth of a fresh one. Let go as soon as it does not serve, so it never adds to the peak.
#[derive(Debug, Default)]
struct UsedMemory(Mutex<Vec<UsedMap>>);

#[derive(Debug)]
struct UsedMap {
    map: MmapMut,
    /// Bytes that were in use, and so have cost memory.
    bytes: usize,
}

impl UsedMemory {
    /// The smallest of the maps that has room for `bytes`, cleared; none that is much too big.
    fn take(&self, bytes: usize) -> Option<MmapMut> {
        let mut maps = self.0.lock().ok()?;
        let fits = |map: &UsedMap| (bytes..=bytes.saturating_mul(2)).contains(&map.bytes);
        let fitting = maps.iter().enumerate().filter(|(_, map)| fits(map));
        let (at, _) = fitting.min_by_key(|(_, map)| map.bytes)?;
        let UsedMap {
            mut map,
            bytes: used,
        } = maps.swap_remove(at);
        drop(maps);
        map[..bytes].fill(0);
        let end = bytes.next_multiple_of(PAGE_BYTES);
        if end < used {
            let unneeded = UncheckedAdvice::DontNeed;
            // SAFETY: nothing refers to what lies behind the new column's elements.
            unsafe { map.unchecked_advise_range(unneeded, end, used - end) }.ok()?;
        }
        Some(map)
    }

    fn give(&self, map: UsedMap) {
        if let Ok(mut maps) = self.0.lock() {
            maps.push(map);
        }
    }

    fn release(&self) {
        if let Ok(mut maps) = self.0.lock() {
            maps.clear();
        }
    }
}

/// A flat array of plain integers, writable by its owner.
pub struct Column<T> {
    map: ManuallyDrop<MmapMut>,
    len: usize,
    used: Weak<UsedMemory>,
    element: PhantomData<T>,
}

impl<T> Column<T> {
    fn new(map: MmapMut, len: usize, used: Weak<UsedMemory>) -> Self {
        Self {
            map: ManuallyDrop::new(map),
            len,
            used,
            element: PhantomData,
        }
    }
}

impl<T> Drop for Column<T> {
    fn drop(&mut self) {
        // SAFETY: the map is not touched after this, the only place that takes it.
        let map = unsafe { ManuallyDrop::take(&mut self.map) };
        if let Some(used) = self.used.upgrade() {
            let bytes = self.len * size_of::<T>();
            used.give(UsedMap { map, bytes });
        }
    }
}

impl<T: Pod> Column<T> {
    /// An empty column.
    ///
    /// # Errors
    /// When the process has no mappings left.
    pub fn empty() -> io::Result<Self> {
        Storage::in_memory().column("empty", 0)
    }

    /// Gives the memory back at once, where much is still to be allocated by others.
    pub fn release(mut self) {
        self.used = Weak::new();
    }

    /// Forgets the elements behind `len`. Those never written have cost no memory.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the map is page-aligned, holds at least `len` elements, and T is plain data.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().cast(), self.len) }
    }
}

impl<T: Pod> DerefMut for Column<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as in `deref`, and the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.map.as_mut_ptr().cast(), self.len) }
    }
}

/// Integers with an atomic twin of the same size and alignment.
pub trait Atomic: Pod {
    type Cell: Sync;
}
impl Atomic for u16 {
    type Cell = AtomicU16;
}
impl Atomic for u32 {
    type Cell = AtomicU32;
}
impl Atomic for u64 {
    type Cell = AtomicU64;
}

impl<T: Atomic> Column<T> {
    /// The elements as atomics, so that several threads may write them.
    pub fn cells(&mut self) -> &[T::Cell] {
        // SAFETY: T and its cell have one size and alignment, and the exclusive borrow of the
        // column keeps plain accesses away while the cells are in use.
        unsafe { std::slice::from_raw_parts(self.map.as_mut_ptr().cast(), self.len) }
    }
}

/// Zeroed words that threads share; pages cost memory when first written.
pub struct SharedWords {
    map: MmapMut,
    len: usize,
}

impl SharedWords {
    /// `len` words of 0.
    ///
    /// # Errors
    /// When the address space has no room.
    pub fn new(len: usize) -> io::Result<Self> {
        let map = MmapOptions::new()
            .len((len * 8).max(1))
            .no_reserve_swap()
            .map_anon()?;
        Ok(Self { map, len })
    }

    #[inline]
    fn cells(&self) -> &[AtomicU64] {
        // SAFETY: the map is aligned and long enough, and is only ever accessed as atomics.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().cast(), self.len) }
    }

    /// Sets `bits` in a word and returns those that were set before.
    #[inline]
    pub fn set(&self, word: usize, bits: u64) -> u64 {
        self.cells()[word].fetch_or(bits, Ordering::Relaxed) & bits
    }

    /// The words, once no thread sets bits any more.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.cells().iter().map(|cell| cell.load(Ordering::Relaxed))
    }
}

/// A column file of the index, mapped read-only.
pub struct MappedColumn<T> {
    map: Mmap,
    len: usize,
    element: PhantomData<T>,
}

impl<T: Pod> MappedColumn<T> {
    /// Maps `count` elements at `offset` of `file`.
    ///
    /// # Errors
    /// When the file is shorter than that or cannot be mapped.
    pub fn open(file: &File, offset: u64, count: usize) -> io::Result<Self> {
        let bytes = count
            .checked_mul(size_of::<T>())
            .ok_or(io::ErrorKind::InvalidData)?;
        let end = offset
            .checked_add(bytes as u64)
            .ok_or(io::ErrorKind::InvalidData)?;
        if file.metadata()?.len() < end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // SAFETY: index files are written under another name, renamed when whole, and never
        // changed in place; whoever cuts one under a running reader breaks that contract.
        let map = unsafe {
            MmapOptions::new()
                .offset(offset)
                .len(bytes.max(1))
                .map(file)?
        };
        Ok(Self {
            map,
            len: count,
            element: PhantomData,
        })
    }
}

impl<T: Pod> Deref for MappedColumn<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: offsets are page-aligned, the length was checked against the file, and T is
        // plain data.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().cast(), self.len) }
    }
}

/// A column to read from: just built, or mapped from an index file.
pub struct Data<T> {
    /// Where the owner's elements are: the hot loops read here without asking who owns them.
    start: NonNull<T>,
    len: usize,
    owner: Owner<T>,
}

enum Owner<T> {
    None,
    Built(Column<T>),
    Mapped(#[expect(dead_code, reason = "keeps the map alive")] MappedColumn<T>),
}

// SAFETY: the pointer leads into the owner's map, which is shared and sent as it is itself, and
// nothing is written through it.
unsafe impl<T: Send> Send for Data<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Data<T> {}

impl<T: Pod> Deref for Data<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the owner is alive, its map does not move when it does, and its length was
        // taken when the two were put together.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T: Pod> Data<T> {
    /// A column without elements.
    pub fn none() -> Self {
        Self {
            start: NonNull::dangling(),
            len: 0,
            owner: Owner::None,
        }
    }

    /// The column, where it was just built and can still be written to an index.
    ///
    /// # Errors
    /// The data itself where they are in an index file.
    pub fn into_built(self) -> Result<Column<T>, Self> {
        match self.owner {
            Owner::Built(column) => Ok(column),
            owner => Err(Self { owner, ..self }),
        }
    }
}

impl<T: Pod> From<Column<T>> for Data<T> {
    fn from(column: Column<T>) -> Self {
        let (start, len) = (NonNull::from(&*column).cast(), column.len());
        let owner = Owner::Built(column);
        Self { start, len, owner }
    }
}

impl<T: Pod> From<MappedColumn<T>> for Data<T> {
    fn from(column: MappedColumn<T>) -> Self {
        let (start, len) = (NonNull::from(&*column).cast(), column.len());
        let owner = Owner::Mapped(column);
        Self { start, len, owner }
    }
}
