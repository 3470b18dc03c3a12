//! Per-object columns: class, and shallow size in units of eight bytes.

use rustc_hash::FxHashMap;

use crate::ids::{ClassIndex, ObjectIndex};
use crate::index::IndexWriter;
use crate::storage::Data;

/// Class of each object; two bytes while the table has fewer than 65,536 classes.
pub enum ClassColumn {
    Narrow(Data<u16>),
    Wide(Data<u32>),
}

impl ClassColumn {
    #[inline]
    pub fn get(&self, object: ObjectIndex) -> ClassIndex {
        match self {
            Self::Narrow(column) => ClassIndex(u32::from(column[object.at()])),
            Self::Wide(column) => ClassIndex(column[object.at()]),
        }
    }

    /// True where a class takes four bytes.
    pub fn is_wide(&self) -> bool {
        matches!(self, Self::Wide(_))
    }

    /// Writes the column, so that its memory can go.
    #[must_use]
    pub fn spill(self, writer: &IndexWriter<'_>) -> Self {
        match self {
            Self::Narrow(column) => Self::Narrow(writer.spill_data("classes", column)),
            Self::Wide(column) => Self::Wide(writer.spill_data("classes", column)),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(column) => column.len(),
            Self::Wide(column) => column.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A shallow size that does not fit into the column.
pub const OVERFLOW: u16 = u16::MAX;

/// Shallow size of each object in units of eight bytes; big ones in a map beside.
pub struct ShallowColumn {
    pub(crate) units: Data<u16>,
    pub(crate) overflow: FxHashMap<u32, u64>,
}

impl ShallowColumn {
    /// Shallow bytes of an object.
    #[inline]
    pub fn get(&self, object: ObjectIndex) -> u64 {
        match self.units[object.at()] {
            OVERFLOW => self.overflow.get(&object.0).copied().unwrap_or(0),
            units => u64::from(units) * 8,
        }
    }
}

/// Splits a size into its column value and, where that overflows, the entry beside it.
#[inline]
pub fn shallow_units(bytes: u64) -> Option<u16> {
    u16::try_from(bytes / 8)
        .ok()
        .filter(|units| *units != OVERFLOW && bytes.is_multiple_of(8))
}
