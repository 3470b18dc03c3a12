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
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};

use bytemuck::Pod;
use memmap2::{Mmap, MmapMut, MmapOptions};

/// Where the build's columns live.
#[derive(Clone, Debug)]
pub struct Storage {
    scratch_directory: PathBuf,
    placement: Placement,
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
        }
    }

    /// Storage in private memory only.
    pub fn in_memory() -> Self {
        Self {
            scratch_directory: PathBuf::new(),
            placement: Placement::Memory,
        }
    }

    /// A zeroed column of `len` elements. Pages cost memory when first written.
    ///
    /// # Errors
    /// When the address space or the scratch directory has no room.
    pub fn column<T: Pod>(&self, name: &'static str, len: usize) -> io::Result<Column<T>> {
        let bytes = len.saturating_mul(size_of::<T>()).max(1);
        let disk = matches!(self.placement, Placement::DiskBut(names) if !names.contains(&name));
        let map = if disk {
            let file = tempfile::tempfile_in(&self.scratch_directory)?;
            file.set_len(bytes as u64)?;
            // SAFETY: the file was just made, has no name, and nobody else can open or cut it.
            unsafe { MmapOptions::new().len(bytes).map_mut(&file)? }
        } else {
            MmapOptions::new().len(bytes).no_reserve_swap().map_anon()?
        };
        Ok(Column {
            map,
            len,
            element: PhantomData,
        })
    }
}

/// A flat array of plain integers, writable by its owner.
pub struct Column<T> {
    map: MmapMut,
    len: usize,
    element: PhantomData<T>,
}

impl<T: Pod> Column<T> {
    /// An empty column.
    ///
    /// # Errors
    /// When the process has no mappings left.
    pub fn empty() -> io::Result<Self> {
        Storage::in_memory().column("empty", 0)
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
pub enum Data<T> {
    None,
    Built(Column<T>),
    Mapped(MappedColumn<T>),
}

impl<T: Pod> Deref for Data<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::Built(column) => column,
            Self::Mapped(column) => column,
        }
    }
}

impl<T> Data<T> {
    /// A column without elements.
    pub fn none() -> Self {
        Self::None
    }
}

impl<T> From<Column<T>> for Data<T> {
    fn from(column: Column<T>) -> Self {
        Self::Built(column)
    }
}
