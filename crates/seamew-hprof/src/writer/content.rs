//! What a writer writes: options, values, classes, and how they are encoded.

use crate::id::IdSize;
use crate::tag::BasicType;

/// How the heap is cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeapForm {
    /// One HEAP_DUMP record, as JDK 5 wrote it.
    Single,
    /// HEAP_DUMP_SEGMENT records of at most this many bytes (a longer sub-record gets a segment
    /// of its own), then HEAP_DUMP_END.
    Segments {
        /// Most bytes of a segment's body.
        max_bytes: usize,
    },
}

/// What kind of dump to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// Text of the file header, without NUL.
    pub version_text: String,
    /// Bytes of an identifier.
    pub id_size: IdSize,
    /// Milliseconds since 1970 (UTC).
    pub created_at_ms: u64,
    /// How the heap is cut.
    pub form: HeapForm,
}

impl Default for WriterOptions {
    /// As a current HotSpot writes: 1.0.2, identifiers of 8 bytes, segments of 1 MiB.
    fn default() -> Self {
        Self {
            version_text: "JAVA PROFILE 1.0.2".to_owned(),
            id_size: IdSize::Eight,
            created_at_ms: 0,
            form: HeapForm::Segments { max_bytes: 1 << 20 },
        }
    }
}

/// A value of a field, static, constant or array element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A reference: the address, or 0 for null.
    Object(u64),
    /// A boolean.
    Boolean(bool),
    /// A UTF-16 unit.
    Char(u16),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// A byte.
    Byte(i8),
    /// A short.
    Short(i16),
    /// An int.
    Int(i32),
    /// A long.
    Long(i64),
}

impl Value {
    /// Type of the value.
    pub fn basic_type(self) -> BasicType {
        match self {
            Self::Object(_) => BasicType::Object,
            Self::Boolean(_) => BasicType::Boolean,
            Self::Char(_) => BasicType::Char,
            Self::Float(_) => BasicType::Float,
            Self::Double(_) => BasicType::Double,
            Self::Byte(_) => BasicType::Byte,
            Self::Short(_) => BasicType::Short,
            Self::Int(_) => BasicType::Int,
            Self::Long(_) => BasicType::Long,
        }
    }

    /// Appends the value as a dump has it.
    pub fn encode(self, id_size: IdSize, output: &mut Vec<u8>) {
        match self {
            Self::Object(address) => push_id(output, id_size, address),
            Self::Boolean(value) => output.push(u8::from(value)),
            Self::Char(value) => output.extend(value.to_be_bytes()),
            Self::Float(value) => output.extend(value.to_be_bytes()),
            Self::Double(value) => output.extend(value.to_be_bytes()),
            Self::Byte(value) => output.extend(value.to_be_bytes()),
            Self::Short(value) => output.extend(value.to_be_bytes()),
            Self::Int(value) => output.extend(value.to_be_bytes()),
            Self::Long(value) => output.extend(value.to_be_bytes()),
        }
    }
}

/// A class to dump.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassDump {
    /// Address of the class object.
    pub address: u64,
    /// Address of the superclass's class object, 0 if none.
    pub super_address: u64,
    /// Address of the class loader, 0 for the boot loader.
    pub loader_address: u64,
    /// Address of the signers, or 0.
    pub signers_address: u64,
    /// Address of the protection domain, or 0.
    pub protection_domain_address: u64,
    /// Size of an instance as the record declares it, in bytes.
    pub instance_bytes: u32,
    /// Constant pool entries: index and value.
    pub constants: Vec<(u16, Value)>,
    /// Static fields: string id of the name, and value.
    pub statics: Vec<(u64, Value)>,
    /// Instance fields, without the superclass's: string id of the name, and type.
    pub fields: Vec<(u64, BasicType)>,
}

pub(super) fn push_id(output: &mut Vec<u8>, id_size: IdSize, id: u64) {
    match id_size {
        IdSize::Four => output.extend((id as u32).to_be_bytes()),
        IdSize::Eight => output.extend(id.to_be_bytes()),
    }
}

pub(super) fn push_typed(output: &mut Vec<u8>, id_size: IdSize, value: Value) {
    output.push(value.basic_type() as u8);
    value.encode(id_size, output);
}

/// Modified UTF-8 (JVMS 4.4.7).
pub(super) fn encode_modified_utf8(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for unit in text.encode_utf16() {
        let low = (unit & 0x3f) as u8 | 0x80;
        match unit {
            1..=0x7f => bytes.push(unit as u8),
            0 | 0x80..=0x7ff => bytes.extend([(unit >> 6) as u8 | 0xc0, low]),
            _ => {
                let middle = (unit >> 6 & 0x3f) as u8 | 0x80;
                bytes.extend([(unit >> 12) as u8 | 0xe0, middle, low]);
            }
        }
    }
    bytes
}
