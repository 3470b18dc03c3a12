//! Per-object columns: class, and shallow size in units of eight bytes.

use rustc_hash::FxHashMap;

use crate::ids::{ClassIndex, ObjectIndex};
use crate::index::IndexWriter;
use crate::storage::Data;

/// Class of each object; two bytes while the table has fewer than 65,536 classes.
pub struct ClassColumn {
    data: ClassData,
    /// Classes of the table: what a damaged index says beyond reads as the first class.
    class_count: u32,
}

enum ClassData {
    Narrow(Data<u16>),
    Wide(Data<u32>),
}

impl ClassColumn {
    /// A column of two bytes a class.
    pub fn narrow(data: Data<u16>, class_count: usize) -> Self {
        Self {
            data: ClassData::Narrow(data),
            class_count: class_count as u32,
        }
    }

    /// A column of four bytes a class.
    pub fn wide(data: Data<u32>, class_count: usize) -> Self {
        Self {
            data: ClassData::Wide(data),
            class_count: class_count as u32,
        }
    }

    /// Class of an object.
    #[inline]
    pub fn get(&self, object: ObjectIndex) -> ClassIndex {
        let class = match &self.data {
            ClassData::Narrow(column) => column.get(object.at()).copied().map_or(0, u32::from),
            ClassData::Wide(column) => column.get(object.at()).copied().unwrap_or(0),
        };
        ClassIndex(if class < self.class_count { class } else { 0 })
    }

    /// True where a class takes four bytes.
    pub fn is_wide(&self) -> bool {
        matches!(self.data, ClassData::Wide(_))
    }

    /// Writes the column, so that its memory can go.
    #[must_use]
    pub fn spill(self, writer: &IndexWriter<'_>) -> Self {
        let data = match self.data {
            ClassData::Narrow(column) => ClassData::Narrow(writer.spill_data("classes", column)),
            ClassData::Wide(column) => ClassData::Wide(writer.spill_data("classes", column)),
        };
        Self { data, ..self }
    }

    pub fn len(&self) -> usize {
        match &self.data {
            ClassData::Narrow(column) => column.len(),
            ClassData::Wide(column) => column.len(),
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
        match self.units.get(object.at()).copied().unwrap_or(0) {
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
