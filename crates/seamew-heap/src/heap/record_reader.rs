//! Records one after the other: what was read of the dump last is kept, so that near ones are
//! cheap. In the order of the dump a record costs well under a microsecond, elsewhere some.

use seamew_hprof::id::be_u32;
use seamew_hprof::tag::{BasicType, sub};
use seamew_hprof::walk::root_extra_bytes;

use super::record::{LONGEST_CLASS_DUMP_BYTES, Record, Step, class_bytes};
use crate::graph::Position;
use crate::heap::Heap;
use crate::heap::values::bits;
use crate::ids::{ClassIndex, ObjectIndex};
use crate::values::{Characters, Part};

/// Stretches of the dump that are kept: of objects, of their arrays, of what those hold.
const KEPT_WINDOWS: usize = 4;
/// Length of a stretch that is read somewhere.
const STRETCH_BYTES: usize = 8 << 10;
/// Length of one that goes on where another ended.
const LONGEST_STRETCH_BYTES: usize = 256 << 10;

/// An array's record, without its elements.
#[derive(Clone, Copy, Debug)]
pub struct ArrayRecord {
    pub element_type: BasicType,
    pub length: u32,
    offset: u64,
    has_data: bool,
}

/// Looks records up.
pub struct RecordReader<'a> {
    heap: &'a Heap,
    /// The one used last is the first.
    windows: Vec<Window>,
    reached: Option<Reached>,
}

/// Where the last search ended: records behind it are found by going on.
#[derive(Clone, Copy)]
struct Reached {
    sample_offset: u64,
    address: u64,
    next_offset: u64,
}

/// A record that was found.
struct Found {
    step: Step,
    offset: u64,
    class_address: u64,
}

impl<'a> RecordReader<'a> {
    pub fn new(heap: &'a Heap) -> Self {
        Self {
            heap,
            windows: Vec::with_capacity(KEPT_WINDOWS),
            reached: None,
        }
    }

    /// The record of an object; None for class objects, and where the dump cannot be read.
    pub(super) fn record(&mut self, object: ObjectIndex) -> Option<Record> {
        let found = self.find(object)?;
        if let Some(array) = array(&found) {
            return Some(Record::Array {
                element_type: array.element_type,
                length: array.length,
                offset: array.offset,
                has_data: array.has_data,
            });
        }
        let (class, fields) = self.instance(&found)?;
        let fields = fields.to_vec();
        Some(Record::Instance { class, fields })
    }

    /// Class and fields of an instance, the fields in the order of
    /// [`crate::classes::ClassTable::field_offsets`]; None for other objects.
    pub fn fields(&mut self, object: ObjectIndex) -> Option<(ClassIndex, &[u8])> {
        let found = self.find(object)?;
        self.instance(&found)
    }

    /// What an array is; None for other objects.
    pub fn array(&mut self, object: ObjectIndex) -> Option<ArrayRecord> {
        array(&self.find(object)?)
    }

    /// Elements of an array, big endian, from element `first` on, at most `count`; None where
    /// they are not in the dump.
    pub fn elements(&mut self, array: &ArrayRecord, first: u32, count: u32) -> Option<&[u8]> {
        let element_bytes = array.element_type.dump_bytes(self.heap.id_size.bytes());
        let count = count.min(array.length.saturating_sub(first)) as usize;
        let start = (array.offset).checked_add(u64::from(first) * element_bytes as u64)?;
        let wanted = count.checked_mul(element_bytes)?;
        if !array.has_data {
            return None;
        }
        self.bytes(start, wanted)
    }

    /// Text of a string, at most `characters` of it (UTF-16 units); None for other objects and
    /// strings without an array.
    pub fn string(&mut self, object: ObjectIndex, characters: usize) -> Option<String> {
        let heap = self.heap;
        if heap.class_name(object) != "java.lang.String" {
            return None;
        }
        let id_bytes = heap.id_size.bytes();
        let (class, fields) = self.fields(object)?;
        let value = |name: &str| {
            let mut places = heap.table.field_offsets(class, id_bytes);
            let (offset, field, _) = places.find(|(_, field, _)| field.name == name)?;
            let end = offset as usize + field.basic_type().dump_bytes(id_bytes);
            fields.get(offset as usize..end).map(bits)
        };
        let contents = heap.addresses.find(value("value")?)?;
        let number = |name| u32::try_from((value(name)? as u32).cast_signed()).ok();
        let part = Part {
            skip: number("offset").unwrap_or(0),
            count: number("count").unwrap_or(u32::MAX),
        };
        let is_wide = value("coder") == Some(1);
        let array = self.array(contents)?;
        let bytes = self.elements(&array, 0, u32::MAX)?;
        let characters =
            Characters::new(array.element_type, bytes, is_wide, part)?.first(characters);
        let mut text = String::new();
        characters.decode_into(&mut text);
        Some(text)
    }

    fn instance(&mut self, found: &Found) -> Option<(ClassIndex, &[u8])> {
        let Step::Instance {
            field_bytes,
            header_bytes,
        } = found.step
        else {
            return None;
        };
        let class = self.heap.table.at_address(found.class_address)?;
        let fields = self.bytes(found.offset + header_bytes as u64, field_bytes)?;
        Some((class, fields))
    }

    fn find(&mut self, object: ObjectIndex) -> Option<Found> {
        let heap = self.heap;
        if object == ObjectIndex::SYSTEM_LOADER || heap.table.of_object(object).is_some() {
            return None;
        }
        let address = heap.addresses.address(object);
        let mut position = heap.positions.find(object, address)?;
        let sample_offset = position.offset;
        let reached = self
            .reached
            .filter(|reached| reached.sample_offset == sample_offset && reached.address < address);
        if let Some(reached) = reached {
            position.offset = reached.next_offset;
        }
        let found = self.seek(position, address)?;
        let id_bytes = heap.id_size.bytes();
        self.reached = Some(Reached {
            sample_offset,
            address,
            next_offset: found.offset.checked_add(found.step.bytes(id_bytes))?,
        });
        Some(found)
    }

    /// Walks records from a position until the wanted one.
    fn seek(&mut self, position: Position, address: u64) -> Option<Found> {
        let id_size = self.heap.id_size;
        let id_bytes = id_size.bytes();
        let mut offset = position.offset;
        let mut records = 0;
        while records < position.records.max(1) {
            let head = self.bytes_upto(offset, 1 + 4 + 4 + 2 * id_bytes)?;
            // JDK 24 and later write the roots of virtual threads between the objects.
            if let Some(extra) = root_extra_bytes(*head.first()?, id_bytes) {
                offset = offset.checked_add((1 + id_bytes + extra) as u64)?;
                continue;
            }
            records += 1;
            let is_wanted = id_size.read(head.get(1..)?) == address;
            let step = step(head, id_bytes)?;
            if is_wanted {
                let class_address = id_size.read(head.get(1 + id_bytes + 4..)?);
                return Some(Found {
                    step,
                    offset,
                    class_address,
                });
            }
            let bytes = match step {
                Step::Class => {
                    let bytes = self.bytes_upto(offset, LONGEST_CLASS_DUMP_BYTES)?;
                    class_bytes(bytes, id_bytes)? as u64
                }
                other => other.bytes(id_bytes),
            };
            offset = offset.checked_add(bytes)?;
        }
        None
    }

    /// `count` bytes at `offset`.
    fn bytes(&mut self, offset: u64, count: usize) -> Option<&[u8]> {
        let bytes = self.bytes_upto(offset, count)?;
        (bytes.len() == count).then_some(bytes)
    }

    /// Bytes at `offset`: `count`, or as many as there are.
    fn bytes_upto(&mut self, offset: u64, count: usize) -> Option<&[u8]> {
        let end = offset.checked_add(count as u64)?;
        match self.windows.iter().position(|one| one.covers(offset, end)) {
            Some(0) => {}
            Some(at) => self.windows.swap(0, at),
            None => self.load(offset, count),
        }
        let window = self.windows.first()?;
        let bytes = window.bytes.get((offset - window.start) as usize..)?;
        Some(&bytes[..bytes.len().min(count)])
    }

    /// Reads a stretch of the dump; a longer one where it goes on from one that is there.
    fn load(&mut self, offset: u64, count: usize) {
        let follows =
            |one: &Window| one.start < offset && offset <= one.end() + STRETCH_BYTES as u64;
        let near = self.windows.iter().position(follows);
        let stretch = match near {
            Some(at) => {
                let before = self.windows.swap_remove(at).bytes.len();
                (2 * before).clamp(STRETCH_BYTES, LONGEST_STRETCH_BYTES)
            }
            None => STRETCH_BYTES,
        };
        if self.windows.len() >= KEPT_WINDOWS {
            self.windows.pop();
        }
        let bytes = self.heap.dump_bytes(offset, count.max(stretch));
        let start = offset;
        self.windows.insert(0, Window { start, bytes });
    }
}

/// A stretch of the dump in memory.
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    fn covers(&self, start: u64, end: u64) -> bool {
        self.start <= start && end <= self.end()
    }
}

fn array(found: &Found) -> Option<ArrayRecord> {
    let Step::Array {
        element_type,
        length,
        header_bytes,
        has_data,
    } = found.step
    else {
        return None;
    };
    Some(ArrayRecord {
        element_type,
        length,
        offset: found.offset.checked_add(header_bytes as u64)?,
        has_data,
    })
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
