//! Values of fields and elements, and the readable value of an object.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::record::Record;
use crate::classes::ClassKind;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Longest text that a row shows, in characters.
const ROW_CHARACTERS: usize = 256;

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
        BasicType::Float => Value::Float(f64::from(f32::from_bits(bits as u32))),
        BasicType::Double => Value::Float(f64::from_bits(bits)),
        BasicType::Byte => Value::Int(i64::from((bits as u8).cast_signed())),
        BasicType::Short => Value::Int(i64::from((bits as u16).cast_signed())),
        BasicType::Int => Value::Int(i64::from((bits as u32).cast_signed())),
        BasicType::Long => Value::Int(bits.cast_signed()),
    })
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
    pub(crate) fn raw(&self, name: &str) -> Option<(BasicType, u64)> {
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
        self.raw(name)
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
        match self.raw(name)? {
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

    /// What an object says in a few words: a string's text, a box's number, a thread's name, for
    /// a class object the class's name. At most 256 characters.
    pub fn readable_value(&self, object: ObjectIndex) -> Option<String> {
        if let Some(class) = self.table.of_object(object) {
            return Some(self.table.get(class).name.clone());
        }
        if object == ObjectIndex::SYSTEM_LOADER {
            return Some("<system class loader>".into());
        }
        let class = self.classes.get(object);
        let name = self.table.get(class).name.as_str();
        match name {
            "java.lang.String" => self.string(object, ROW_CHARACTERS),
            "char[]" | "byte[]" => self.array_text(object),
            "java.lang.Integer"
            | "java.lang.Long"
            | "java.lang.Short"
            | "java.lang.Byte"
            | "java.lang.Character"
            | "java.lang.Boolean"
            | "java.lang.Float"
            | "java.lang.Double"
            | "java.util.concurrent.atomic.AtomicInteger"
            | "java.util.concurrent.atomic.AtomicLong"
            | "java.util.concurrent.atomic.AtomicBoolean" => self
                .fields_of(object)?
                .primitive("value")
                .map(|value| value.text()),
            "java.lang.StringBuilder" | "java.lang.StringBuffer" => self.builder_text(object),
            "java.lang.ThreadGroup" | "java.lang.Module" => self.text_field(object, "name"),
            _ if self.is_thread(object) => self.thread_name(object),
            _ if self.is_kind_of(object, "java.lang.Enum") => self.text_field(object, "name"),
            _ => None,
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

    /// A thread's name, which JDK 8 and older keep as a char array.
    pub fn thread_name(&self, thread: ObjectIndex) -> Option<String> {
        let name = self.fields_of(thread)?.reference("name")?;
        self.string(name, ROW_CHARACTERS)
            .or_else(|| self.array_text(name))
    }

    fn text_field(&self, object: ObjectIndex, field: &str) -> Option<String> {
        self.string(self.fields_of(object)?.reference(field)?, ROW_CHARACTERS)
    }

    /// Text of a string, at most `characters` of it.
    pub fn string(&self, object: ObjectIndex, characters: usize) -> Option<String> {
        if self.table.get(self.classes.get(object)).name != "java.lang.String" {
            return None;
        }
        let fields = self.fields_of(object)?;
        let contents = fields.reference("value")?;
        let coder = fields.int("coder");
        // Before JDK 7u6 strings share one array, each with an offset and a count.
        let offset = fields
            .int("offset")
            .and_then(|offset| usize::try_from(offset).ok());
        let count = fields
            .int("count")
            .and_then(|count| usize::try_from(count).ok());
        self.text(
            contents,
            coder,
            offset.unwrap_or(0),
            count.unwrap_or(usize::MAX).min(characters),
        )
    }

    fn builder_text(&self, object: ObjectIndex) -> Option<String> {
        let fields = self.fields_of(object)?;
        let count = fields
            .int("count")
            .and_then(|count| usize::try_from(count).ok())?;
        let coder = fields.int("coder");
        self.text(
            fields.reference("value")?,
            coder,
            0,
            count.min(ROW_CHARACTERS),
        )
    }

    fn array_text(&self, object: ObjectIndex) -> Option<String> {
        self.text(object, None, 0, ROW_CHARACTERS)
    }

    /// Text in a char array, or in a byte array: Latin-1 (coder 0 or unknown) or UTF-16 in the
    /// byte order of the machine that wrote it, which is little endian wherever we know of.
    fn text(
        &self,
        array: ObjectIndex,
        coder: Option<i64>,
        skip: usize,
        count: usize,
    ) -> Option<String> {
        let Record::Array {
            element_type,
            length,
            offset,
            has_data: true,
        } = self.record(array)?
        else {
            return None;
        };
        let wide = element_type == BasicType::Char || coder == Some(1);
        let unit_bytes = if wide { 2 } else { 1 };
        let bytes = u64::from(length) * element_type.dump_bytes(0) as u64;
        let units = usize::try_from(bytes).ok()? / unit_bytes;
        let start = skip.min(units);
        let count = count.min(units - start);
        let bytes = self.dump_bytes(offset + (start * unit_bytes) as u64, count * unit_bytes);
        match (element_type, wide) {
            (BasicType::Char, _) => Some(utf16(&bytes, u16::from_be_bytes)),
            (BasicType::Byte, true) => Some(utf16(&bytes, u16::from_le_bytes)),
            (BasicType::Byte, false) => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            _ => None,
        }
    }

    /// Values of a primitive array from `first` on, at most `count`.
    pub fn array_values(&self, object: ObjectIndex, first: u32, count: u32) -> Vec<Value> {
        let Some(Record::Array {
            element_type,
            length,
            offset,
            has_data: true,
        }) = self.record(object)
        else {
            return Vec::new();
        };
        let element_bytes = element_type.dump_bytes(self.id_size.bytes());
        let count = count.min(length.saturating_sub(first)) as usize;
        let start = offset + u64::from(first) * element_bytes as u64;
        (self
            .dump_bytes(start, count * element_bytes)
            .chunks_exact(element_bytes))
        .filter_map(|element| value(element_type, bits(element)))
        .collect()
    }

    /// Objects that an object array refers to, from element `first` on; None for null.
    pub fn array_references(
        &self,
        object: ObjectIndex,
        first: u32,
        count: u32,
    ) -> Vec<Option<ObjectIndex>> {
        let Some(Record::Array {
            element_type: BasicType::Object,
            length,
            offset,
            ..
        }) = self.record(object)
        else {
            return Vec::new();
        };
        let id_bytes = self.id_size.bytes();
        let count = count.min(length.saturating_sub(first)) as usize;
        let start = offset + u64::from(first) * id_bytes as u64;
        (self
            .dump_bytes(start, count * id_bytes)
            .chunks_exact(id_bytes))
        .map(|element| self.addresses.find(self.id_size.read(element)))
        .collect()
    }
}

impl Value {
    /// As Java prints it.
    pub fn text(&self) -> String {
        match self {
            Self::Boolean(flag) => flag.to_string(),
            Self::Int(int) => int.to_string(),
            Self::Float(float) => float.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

fn utf16(bytes: &[u8], decode: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|unit| decode([unit[0], unit[1]]));
    char::decode_utf16(units)
        .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
