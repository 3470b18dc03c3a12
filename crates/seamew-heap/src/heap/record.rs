//! Reading one object's record from the dump.

use seamew_hprof::tag::BasicType;

use super::record_reader::RecordReader;
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// An object's record, without the elements of arrays.
#[derive(Clone, Debug)]
pub enum Record {
    Instance {
        class: ClassIndex,
        fields: Vec<u8>,
    },
    /// Elements start at `offset` of the dump.
    Array {
        element_type: BasicType,
        length: u32,
        offset: u64,
        has_data: bool,
    },
}

/// Three lists of at most 65,535 entries of at most 17 bytes, and the head.
pub(super) const LONGEST_CLASS_DUMP_BYTES: usize = 3 * 65_535 * 17 + 128;

impl Heap {
    /// The record of an object; None for class objects, and where the dump cannot be read.
    /// [`RecordReader`] is for those who look up many.
    pub fn record(&self, object: ObjectIndex) -> Option<Record> {
        RecordReader::new(self).record(object)
    }

    /// Whether the dump is still what it was, as far as it was read: single objects that cannot be
    /// read any more look like objects without contents. Cheap.
    ///
    /// # Errors
    /// When the dump is gone, or was cut.
    pub fn check_dump(&self) -> Result<()> {
        self.source.check()
    }

    /// Bytes of the dump at `offset`, as many as there are.
    pub fn dump_bytes(&self, offset: u64, count: usize) -> Vec<u8> {
        let Some(source) = self.source.get() else {
            return Vec::new();
        };
        let left = usize::try_from(source.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; count.min(left)];
        match source.read_at(offset, &mut bytes) {
            Ok(read) => bytes.truncate(read),
            Err(_) => bytes.clear(),
        }
        bytes
    }
}

/// A record by what it is, and its sizes.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Instance {
        header_bytes: usize,
        field_bytes: usize,
    },
    Array {
        element_type: BasicType,
        length: u32,
        header_bytes: usize,
        has_data: bool,
    },
    Class,
}

impl Step {
    /// Bytes of the record; 0 for class dumps, whose end only a walk finds.
    pub(super) fn bytes(&self, id_bytes: usize) -> u64 {
        match *self {
            Self::Instance {
                header_bytes,
                field_bytes,
            } => (header_bytes + field_bytes) as u64,
            Self::Array {
                element_type,
                length,
                header_bytes,
                has_data,
            } => {
                let element_bytes = element_type.dump_bytes(id_bytes) as u64;
                let content = if has_data {
                    u64::from(length) * element_bytes
                } else {
                    0
                };
                header_bytes as u64 + content
            }
            Self::Class => 0,
        }
    }
}

/// Bytes of the class dump at the front of `bytes`.
pub(super) fn class_bytes(bytes: &[u8], id_bytes: usize) -> Option<usize> {
    let count_at = |at: usize| {
        bytes
            .get(at..at + 2)
            .map(|count| usize::from(u16::from_be_bytes([count[0], count[1]])))
    };
    let mut at = 1 + id_bytes + 4 + 6 * id_bytes + 4;
    for prefix in [3, id_bytes + 1] {
        let count = count_at(at)?;
        at += 2;
        for _ in 0..count {
            let basic_type = BasicType::from_code(*bytes.get(at + prefix - 1)?)?;
            at += prefix + basic_type.dump_bytes(id_bytes);
        }
    }
    Some(at + 2 + count_at(at)? * (id_bytes + 1))
}
