//! Values of fields and elements.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::record::Record;
use crate::classes::ClassKind;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// A primitive value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Boolean(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// Decodes a primitive value; None for references.
pub fn value(basic_type: BasicType, bits: u64) -> Option<Value> {
    Some(match basic_type {
        BasicType::Object => return None,
        BasicType::Boolean => Value::Boolean(bits != 0),
        BasicType::Char => Value::Text(
            char::from_u32(bits as u32 & 0xffff)
                .unwrap_or(char::REPLACEMENT_CHARACTER)
                .to_string(),
        ),
        BasicType::Float => Value::Float(as_short(f32::from_bits(bits as u32))),
        BasicType::Double => Value::Float(f64::from_bits(bits)),
        BasicType::Byte => Value::Int(i64::from((bits as u8).cast_signed())),
        BasicType::Short => Value::Int(i64::from((bits as u16).cast_signed())),
        BasicType::Int => Value::Int(i64::from((bits as u32).cast_signed())),
        BasicType::Long => Value::Int(bits.cast_signed()),
    })
}

/// The double with the same short decimals as a float: 0.1, not 0.10000000149011612.
fn as_short(float: f32) -> f64 {
    float.to_string().parse().unwrap_or(f64::from(float))
}

/// Big-endian bits of up to eight bytes.
pub fn bits(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// Fields of one instance.
pub struct Fields<'a> {
    heap: &'a Heap,
    class: crate::ids::ClassIndex,
    bytes: Vec<u8>,
}

impl Fields<'_> {
    pub(crate) fn class(&self) -> crate::ids::ClassIndex {
        self.class
    }

    /// As they are in the dump.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Type and bits of the first field of that name, the most derived class first.
    pub fn bits(&self, name: &str) -> Option<(BasicType, u64)> {
        let id_bytes = self.heap.id_size.bytes();
        let (offset, field, _) = (self.heap.table.field_offsets(self.class, id_bytes))
            .find(|(_, field, _)| field.name == name)?;
        let basic_type = field.basic_type();
        let start = offset as usize;
        let bytes = self
            .bytes
            .get(start..start + basic_type.dump_bytes(id_bytes))?;
        Some((basic_type, bits(bytes)))
    }

    /// A primitive field.
    pub fn primitive(&self, name: &str) -> Option<Value> {
        self.bits(name)
            .and_then(|(basic_type, bits)| value(basic_type, bits))
    }

    /// An integral field.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.primitive(name)? {
            Value::Int(int) => Some(int),
            Value::Boolean(flag) => Some(i64::from(flag)),
            _ => None,
        }
    }

    /// The object that a field refers to.
    pub fn reference(&self, name: &str) -> Option<ObjectIndex> {
        match self.bits(name)? {
            (BasicType::Object, address) => self.heap.addresses.find(address),
            _ => None,
        }
    }
}

impl Heap {
    /// The fields of an instance; None for arrays and class objects.
    pub fn fields_of(&self, object: ObjectIndex) -> Option<Fields<'_>> {
        match self.record(object)? {
            Record::Instance { class, fields } => Some(Fields {
                heap: self,
                class,
                bytes: fields,
            }),
            Record::Array { .. } => None,
        }
    }

    /// Length of an array; None for other objects.
    pub fn array_length(&self, object: ObjectIndex) -> Option<u32> {
        match self.table.get(self.classes.get(object)).kind {
            ClassKind::Instance => None,
            _ => match self.record(object)? {
                Record::Array { length, .. } => Some(length),
                Record::Instance { .. } => None,
            },
        }
    }

    /// True for instances of the named class and of those below it.
    pub fn is_kind_of(&self, object: ObjectIndex, class_name: &str) -> bool {
        (self.table.hierarchy(self.classes.get(object)))
            .any(|class| self.table.get(class).name == class_name)
    }

    /// True for threads.
    pub fn is_thread(&self, object: ObjectIndex) -> bool {
        self.is_kind_of(object, "java.lang.Thread")
    }

    /// Values of a primitive array from `first` on, at most `count`.
    pub fn array_values(&self, object: ObjectIndex, first: u32, count: u32) -> Vec<Value> {
        let Some((element_type, bytes)) = self.array_slice(object, first, count) else {
            return Vec::new();
        };
        bytes
            .chunks_exact(element_type.dump_bytes(self.id_size.bytes()))
            .filter_map(|element| value(element_type, bits(element)))
            .collect()
    }

    /// Elements of a primitive array as they are in the dump, big endian: from element `first`
    /// on, at most `count`. Empty for other objects.
    pub fn array_bytes(&self, object: ObjectIndex, first: u32, count: u32) -> Vec<u8> {
        match self.array_slice(object, first, count) {
            None | Some((BasicType::Object, _)) => Vec::new(),
            Some((_, bytes)) => bytes,
        }
    }

    /// Objects that an object array refers to, from element `first` on; None for null.
    pub fn array_references(
        &self,
        object: ObjectIndex,
        first: u32,
        count: u32,
    ) -> Vec<Option<ObjectIndex>> {
        let Some((BasicType::Object, bytes)) = self.array_slice(object, first, count) else {
            return Vec::new();
        };
        bytes
            .chunks_exact(self.id_size.bytes())
            .map(|element| self.addresses.find(self.id_size.read(element)))
            .collect()
    }

    /// Element type and dump bytes of at most `count` elements of an array, from `first` on.
    fn array_slice(
        &self,
        object: ObjectIndex,
        first: u32,
        count: u32,
    ) -> Option<(BasicType, Vec<u8>)> {
        let Record::Array {
            element_type,
            length,
            offset,
            has_data: true,
        } = self.record(object)?
        else {
            return None;
        };
        let element_bytes = element_type.dump_bytes(self.id_size.bytes());
        let count = count.min(length.saturating_sub(first)) as usize;
        let start = offset.checked_add(u64::from(first) * element_bytes as u64)?;
        Some((element_type, self.dump_bytes(start, count * element_bytes)))
    }
}
