//! The shape of one heap sub-record, told from its first bytes.
//!
//! The strict walker decodes; this only asks whether bytes can be a sub-record and how long it
//! would be, which is what a search through damaged bytes needs.

use crate::id::{IdSize, be_u16, be_u32};
use crate::tag::{BasicType, sub};

/// What kind of sub-record it is, as far as it matters for belief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    StickyClass,
    Class,
    Instance {
        class: u64,
        field_bytes: u32,
    },
    ObjectArray {
        class: u64,
    },
    PrimitiveArray,
    /// Android's marker of the heap that the following objects are in.
    HeapInfo,
}

/// A sub-record that could be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// Address of the object, or of the root's target.
    pub(crate) address: u64,
    /// Bytes of the sub-record, its tag included.
    pub(crate) length: u64,
}

/// What bytes look like.
pub(crate) enum Probe {
    Sound(Shape),
    /// More bytes are needed to tell: this many at least.
    NeedBytes(usize),
    Unsound,
}

/// Looks at the bytes at the front of `bytes`.
pub(crate) fn probe(bytes: &[u8], id_size: IdSize) -> Probe {
    let Some(tag) = bytes.first().copied() else {
        return Probe::NeedBytes(1);
    };
    let Some(header_bytes) = header_bytes(tag, id_size.bytes()) else {
        return Probe::Unsound;
    };
    if bytes.len() < header_bytes {
        return Probe::NeedBytes(header_bytes);
    }
    let id_bytes = id_size.bytes();
    let address = id_size.read(&bytes[1..]);
    let behind_serial = &bytes[(1 + id_bytes + 4).min(header_bytes)..];
    let plain = |kind| {
        Probe::Sound(Shape {
            kind,
            address,
            length: header_bytes as u64,
        })
    };
    match tag {
        sub::CLASS_DUMP => probe_class(bytes, id_size, address),
        sub::INSTANCE_DUMP => {
            let class = id_size.read(behind_serial);
            let field_bytes = be_u32(&behind_serial[id_bytes..]);
            let length = header_bytes as u64 + u64::from(field_bytes);
            Probe::Sound(Shape {
                kind: Kind::Instance { class, field_bytes },
                address,
                length,
            })
        }
        sub::OBJECT_ARRAY_DUMP => {
            let class = id_size.read(&behind_serial[4..]);
            let content_bytes = u64::from(be_u32(behind_serial)) * id_bytes as u64;
            let length = header_bytes as u64 + content_bytes;
            Probe::Sound(Shape {
                kind: Kind::ObjectArray { class },
                address,
                length,
            })
        }
        sub::PRIMITIVE_ARRAY_DUMP | sub::PRIMITIVE_ARRAY_NODATA_DUMP => {
            let has_data = tag == sub::PRIMITIVE_ARRAY_DUMP;
            match primitive_content_bytes(behind_serial, has_data) {
                Some(content_bytes) => {
                    let length = header_bytes as u64 + content_bytes;
                    Probe::Sound(Shape {
                        kind: Kind::PrimitiveArray,
                        address,
                        length,
                    })
                }
                None => Probe::Unsound,
            }
        }
        sub::HEAP_DUMP_INFO => plain(Kind::HeapInfo),
        sub::ROOT_STICKY_CLASS => plain(Kind::StickyClass),
        _ => plain(Kind::Root),
    }
}

/// Bytes of a sub-record up to its contents; `None` for a tag that is none.
fn header_bytes(tag: u8, id_bytes: usize) -> Option<usize> {
    let behind_address = match tag {
        sub::ROOT_UNKNOWN
        | sub::ROOT_STICKY_CLASS
        | sub::ROOT_MONITOR_USED
        | sub::ROOT_INTERNED_STRING
        | sub::ROOT_FINALIZING
        | sub::ROOT_DEBUGGER
        | sub::ROOT_REFERENCE_CLEANUP
        | sub::ROOT_VM_INTERNAL
        | sub::UNREACHABLE => 0,
        sub::ROOT_JNI_GLOBAL => id_bytes,
        // For HEAP_DUMP_INFO the order is the other way round: heap type, then name id.
        sub::ROOT_NATIVE_STACK | sub::ROOT_THREAD_BLOCK | sub::HEAP_DUMP_INFO => 4,
        sub::ROOT_JNI_LOCAL
        | sub::ROOT_JAVA_FRAME
        | sub::ROOT_THREAD_OBJECT
        | sub::ROOT_JNI_MONITOR => 8,
        sub::CLASS_DUMP => 4 + 6 * id_bytes + 4,
        sub::INSTANCE_DUMP | sub::OBJECT_ARRAY_DUMP => 4 + id_bytes + 4,
        sub::PRIMITIVE_ARRAY_DUMP | sub::PRIMITIVE_ARRAY_NODATA_DUMP => 4 + 4 + 1,
        _ => return None,
    };
    Some(1 + id_bytes + behind_address)
}

fn primitive_content_bytes(count_and_type: &[u8], has_data: bool) -> Option<u64> {
    let element_type = BasicType::from_code(*count_and_type.get(4)?)?;
    if element_type == BasicType::Object {
        return None;
    }
    let element_bytes = if has_data {
        element_type.dump_bytes(0) as u64
    } else {
        0
    };
    Some(u64::from(be_u32(count_and_type)) * element_bytes)
}

fn probe_class(bytes: &[u8], id_size: IdSize, address: u64) -> Probe {
    match class_length(bytes, id_size.bytes()) {
        Ok(length) => Probe::Sound(Shape {
            kind: Kind::Class,
            address,
            length: length as u64,
        }),
        Err(probe) => probe,
    }
}

/// Bytes of a class dump, found by following its three lists.
fn class_length(bytes: &[u8], id_bytes: usize) -> Result<usize, Probe> {
    let fixed_bytes = 1 + id_bytes + 4 + 6 * id_bytes + 4;
    let constants_end = values_end(bytes, fixed_bytes, 2, id_bytes)?;
    let statics_end = values_end(bytes, constants_end, id_bytes, id_bytes)?;
    let first = statics_end + 2;
    let Some(count) = bytes.get(statics_end..first).map(be_u16) else {
        return Err(Probe::NeedBytes(first));
    };
    let end = first + usize::from(count) * (id_bytes + 1);
    let Some(fields) = bytes.get(first..end) else {
        return Err(Probe::NeedBytes(end));
    };
    let mut types = fields.iter().skip(id_bytes).step_by(id_bytes + 1);
    if types.all(|code| BasicType::from_code(*code).is_some()) {
        Ok(end)
    } else {
        Err(Probe::Unsound)
    }
}

/// End of a counted list of key, type and value at `at`.
fn values_end(bytes: &[u8], at: usize, key_bytes: usize, id_bytes: usize) -> Result<usize, Probe> {
    let mut end = at + 2;
    let Some(count) = bytes.get(at..end).map(be_u16) else {
        return Err(Probe::NeedBytes(end));
    };
    for _ in 0..count {
        let Some(code) = bytes.get(end + key_bytes) else {
            return Err(Probe::NeedBytes(end + key_bytes + 1));
        };
        let Some(basic_type) = BasicType::from_code(*code) else {
            return Err(Probe::Unsound);
        };
        end += key_bytes + 1 + basic_type.dump_bytes(id_bytes);
    }
    Ok(end)
}
