//! Reading one object's record from the dump.

use seamew_hprof::id::be_u32;
use seamew_hprof::tag::{BasicType, sub};
use seamew_hprof::walk::root_extra_bytes;

use crate::graph::Position;
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
const LONGEST_CLASS_DUMP_BYTES: usize = 3 * 65_535 * 17 + 128;
/// Longest stretch of the dump that is read in search of a record.
const STRETCH_BYTES: usize = 8 << 10;

impl Heap {
    /// The record of an object; None for class objects, and where the dump cannot be read.
    pub fn record(&self, object: ObjectIndex) -> Option<Record> {
        if object == ObjectIndex::SYSTEM_LOADER || self.table.of_object(object).is_some() {
            return None;
        }
        let address = self.addresses.address(object);
        let position = self.positions.find(object, address)?;
        self.seek(position, address)
    }

    /// Walks records from a position until the wanted one.
    fn seek(&self, position: Position, address: u64) -> Option<Record> {
        let id_bytes = self.id_size.bytes();
        let mut window = Window::new(self);
        let mut offset = position.offset;
        let mut records = 0;
        while records < position.records.max(1) {
            let head = window.bytes_upto(offset, 1 + 4 + 4 + 2 * id_bytes)?;
            // JDK 24 and later write the roots of virtual threads between the objects.
            if let Some(extra) = root_extra_bytes(*head.first()?, id_bytes) {
                offset = offset.checked_add((1 + id_bytes + extra) as u64)?;
                continue;
            }
            records += 1;
            let found = self.id_size.read(head.get(1..)?) == address;
            let step = step(head, id_bytes)?;
            if found {
                let class = self.id_size.read(head.get(1 + id_bytes + 4..)?);
                return self.found(&step, offset, class, &mut window);
            }
            let bytes = match step {
                Step::Class => {
                    let bytes = window.bytes_upto(offset, LONGEST_CLASS_DUMP_BYTES)?;
                    class_bytes(bytes, id_bytes)? as u64
                }
                other => other.bytes(id_bytes),
            };
            offset = offset.checked_add(bytes)?;
        }
        None
    }

    /// The record at `offset`, where `class` is what stands in an instance's class field.
    fn found(
        &self,
        step: &Step,
        offset: u64,
        class: u64,
        window: &mut Window<'_>,
    ) -> Option<Record> {
        match *step {
            Step::Array {
                element_type,
                length,
                header_bytes,
                has_data,
            } => {
                let offset = offset + header_bytes as u64;
                Some(Record::Array {
                    element_type,
                    length,
                    offset,
                    has_data,
                })
            }
            Step::Instance {
                field_bytes,
                header_bytes,
            } => {
                let class = self.table.at_address(class)?;
                let fields = window.bytes(offset + header_bytes as u64, field_bytes)?;
                Some(Record::Instance {
                    class,
                    fields: fields.to_vec(),
                })
            }
            Step::Class => None,
        }
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

enum Step {
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
    fn bytes(&self, id_bytes: usize) -> u64 {
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

fn step(head: &[u8], id_bytes: usize) -> Option<Step> {
    let length = be_u32(head.get(1 + id_bytes + 4..)?);
    Some(match head[0] {
        sub::INSTANCE_DUMP => Step::Instance {
            header_bytes: 1 + id_bytes + 4 + id_bytes + 4,
            field_bytes: be_u32(head.get(1 + id_bytes + 4 + id_bytes..)?) as usize,
        },
        sub::OBJECT_ARRAY_DUMP => Step::Array {
            element_type: BasicType::Object,
            length,
            header_bytes: 1 + id_bytes + 8 + id_bytes,
            has_data: true,
        },
        tag @ (sub::PRIMITIVE_ARRAY_DUMP | sub::PRIMITIVE_ARRAY_NODATA_DUMP) => Step::Array {
            element_type: BasicType::from_code(*head.get(1 + id_bytes + 8)?)?,
            length,
            header_bytes: 1 + id_bytes + 9,
            has_data: tag == sub::PRIMITIVE_ARRAY_DUMP,
        },
        sub::CLASS_DUMP => Step::Class,
        _ => return None,
    })
}

/// Bytes of the class dump at the front of `bytes`.
fn class_bytes(bytes: &[u8], id_bytes: usize) -> Option<usize> {
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

/// A stretch of the dump in memory.
struct Window<'a> {
    heap: &'a Heap,
    start: u64,
    bytes: Vec<u8>,
}

impl<'a> Window<'a> {
    fn new(heap: &'a Heap) -> Self {
        Self {
            heap,
            start: 0,
            bytes: Vec::new(),
        }
    }

    /// `count` bytes at `offset`.
    fn bytes(&mut self, offset: u64, count: usize) -> Option<&[u8]> {
        let end = offset.checked_add(count as u64)?;
        if offset < self.start || end > self.start + self.bytes.len() as u64 {
            self.bytes = self.heap.dump_bytes(offset, count.max(STRETCH_BYTES));
            self.start = offset;
        }
        let at = (offset - self.start) as usize;
        self.bytes.get(at..at + count)
    }

    /// Bytes at `offset`: `count`, or as many as there are.
    fn bytes_upto(&mut self, offset: u64, count: usize) -> Option<&[u8]> {
        let end = offset.checked_add(count as u64)?;
        if offset < self.start || end > self.start + self.bytes.len() as u64 {
            self.bytes = self.heap.dump_bytes(offset, count.max(STRETCH_BYTES));
            self.start = offset;
        }
        let bytes = self.bytes.get((offset - self.start) as usize..)?;
        Some(&bytes[..bytes.len().min(count)])
    }
}
