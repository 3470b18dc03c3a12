//! Columns over the reachable objects, by the ids that users see.

use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// The dominator of objects that only the virtual root dominates.
const VIRTUAL_ROOT: u32 = u32::MAX;

/// Values of a column.
pub enum ColumnValues {
    U32(Vec<u32>),
    U64(Vec<u64>),
}

impl ColumnValues {
    pub fn len(&self) -> usize {
        match self {
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of a value.
    pub fn item_bytes(&self) -> usize {
        match self {
            Self::U32(_) => 4,
            Self::U64(_) => 8,
        }
    }

    /// The values as bytes in the machine's order.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::U32(values) => bytemuck::cast_slice(values),
            Self::U64(values) => bytemuck::cast_slice(values),
        }
    }
}

impl Heap {
    /// The column of a name: address, `class_id`, `shallow_bytes`, `retained_bytes`, dominator.
    /// Decoding costs some nanoseconds an object.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn column(&self, name: &str) -> Result<ColumnValues> {
        let objects = self.reachable_objects().map(|(object, _)| object);
        Ok(match name {
            "address" => ColumnValues::U64(
                self.reachable_objects()
                    .map(|(_, address)| address)
                    .collect(),
            ),
            "class_id" => ColumnValues::U32(objects.map(|it| self.classes.get(it).0).collect()),
            "shallow_bytes" => ColumnValues::U64(objects.map(|it| self.shallow.get(it)).collect()),
            "retained_bytes" => {
                ColumnValues::U64(objects.map(|it| self.tree.retained(it)).collect())
            }
            "dominator" => ColumnValues::U32(
                objects
                    .map(|it| {
                        self.tree
                            .dominator(it)
                            .map_or(VIRTUAL_ROOT, |it| self.id(it))
                    })
                    .collect(),
            ),
            _ => {
                return Err(HeapError::NotFound(format!(
                    "there is no column {name}: address, class_id, shallow_bytes, \
                     retained_bytes, dominator"
                )));
            }
        })
    }

    /// Reachable objects with their addresses, in order.
    pub fn reachable_objects(&self) -> impl Iterator<Item = (ObjectIndex, u64)> + '_ {
        (self.addresses.addresses_from(ObjectIndex::SYSTEM_LOADER))
            .filter(|(object, _)| self.reachable.contains(*object))
    }
}
