//! Parses sub-records, one at a time, from a window of the dump.

use super::{ClassDumpRecord, HeapVisitor, RootRecord};
use crate::id::{IdSize, be_u16, be_u32};
use crate::tag::{BasicType, sub};

/// Records up to this size are taken whole into the window; longer arrays are streamed.
const WHOLE_RECORD_BYTES: usize = 1 << 19;

/// What parsing one sub-record from the window came to.
pub(super) enum Step {
    /// The sub-record took this many bytes.
    Done(usize),
    /// The window ends inside the sub-record, which is at least this long.
    NeedBytes(usize),
    /// A long array: header bytes in the window, then `content_bytes` to stream or skip.
    LongArray {
        header_bytes: usize,
        content_bytes: u64,
        objects: bool,
    },
    Unsound(&'static str),
}

#[inline]
fn id<const ID: usize>(bytes: &[u8]) -> u64 {
    if ID == 8 {
        IdSize::Eight.read(bytes)
    } else {
        IdSize::Four.read(bytes)
    }
}

/// Parses the sub-record at the front of `bytes`, which is at dump offset `at`.
#[inline]
pub(super) fn parse<V: HeapVisitor, const ID: usize>(
    bytes: &[u8],
    at: u64,
    visitor: &mut V,
) -> Step {
    match bytes[0] {
        sub::INSTANCE_DUMP => parse_instance::<V, ID>(bytes, at, visitor),
        sub::PRIMITIVE_ARRAY_DUMP => parse_primitive_array::<V, ID>(bytes, at, visitor, true),
        sub::OBJECT_ARRAY_DUMP => parse_object_array::<V, ID>(bytes, at, visitor),
        sub::CLASS_DUMP => parse_class::<V, ID>(bytes, at, visitor),
        sub::PRIMITIVE_ARRAY_NODATA_DUMP => {
            parse_primitive_array::<V, ID>(bytes, at, visitor, false)
        }
        sub::HEAP_DUMP_INFO => need(bytes, 1 + 4 + ID),
        tag => match root_extra_bytes(tag, ID) {
            Some(extra) => parse_root::<V, ID>(bytes, tag, extra, visitor),
            None => Step::Unsound("unknown sub-record tag"),
        },
    }
}

fn need(bytes: &[u8], length: usize) -> Step {
    if bytes.len() < length {
        Step::NeedBytes(length)
    } else {
        Step::Done(length)
    }
}

#[inline]
fn parse_instance<V: HeapVisitor, const ID: usize>(bytes: &[u8], at: u64, visitor: &mut V) -> Step {
    let header_bytes = 1 + ID + 4 + ID + 4;
    if bytes.len() < header_bytes {
        return Step::NeedBytes(header_bytes);
    }
    let field_bytes = be_u32(&bytes[1 + ID + 4 + ID..]) as usize;
    let length = header_bytes + field_bytes;
    let Some(fields) = bytes.get(header_bytes..length) else {
        return Step::NeedBytes(length);
    };
    visitor.instance(
        at,
        id::<ID>(&bytes[1..]),
        id::<ID>(&bytes[1 + ID + 4..]),
        fields,
    );
    Step::Done(length)
}

#[inline]
fn parse_object_array<V: HeapVisitor, const ID: usize>(
    bytes: &[u8],
    at: u64,
    visitor: &mut V,
) -> Step {
    let header_bytes = 1 + ID + 4 + 4 + ID;
    if bytes.len() < header_bytes {
        return Step::NeedBytes(header_bytes);
    }
    let length = be_u32(&bytes[1 + ID + 4..]);
    let content_bytes = length as usize * ID;
    let content = bytes.get(header_bytes..header_bytes + content_bytes);
    if content.is_none() && header_bytes + content_bytes <= WHOLE_RECORD_BYTES {
        return Step::NeedBytes(header_bytes + content_bytes);
    }
    visitor.object_array(
        at,
        id::<ID>(&bytes[1..]),
        id::<ID>(&bytes[1 + ID + 8..]),
        length,
    );
    let Some(content) = content else {
        let content_bytes = content_bytes as u64;
        return Step::LongArray {
            header_bytes,
            content_bytes,
            objects: true,
        };
    };
    if V::NEEDS_CONTENTS {
        visitor.elements(content);
    }
    visitor.object_array_end();
    Step::Done(header_bytes + content_bytes)
}

#[inline]
fn parse_primitive_array<V: HeapVisitor, const ID: usize>(
    bytes: &[u8],
    at: u64,
    visitor: &mut V,
    has_data: bool,
) -> Step {
    let header_bytes = 1 + ID + 4 + 4 + 1;
    if bytes.len() < header_bytes {
        return Step::NeedBytes(header_bytes);
    }
    let length = be_u32(&bytes[1 + ID + 4..]);
    let Some(element_type) = BasicType::from_code(bytes[1 + ID + 8]) else {
        return Step::Unsound("primitive array of an unknown type");
    };
    if element_type == BasicType::Object {
        return Step::Unsound("primitive array of an unknown type");
    }
    let content_bytes = if has_data {
        length as usize * element_type.dump_bytes(ID)
    } else {
        0
    };
    let total = header_bytes + content_bytes;
    if total <= bytes.len() {
        visitor.primitive_array(at, id::<ID>(&bytes[1..]), element_type, length);
        if V::NEEDS_PRIMITIVES {
            visitor.primitives(&bytes[header_bytes..total]);
            visitor.primitive_array_end();
        }
        return Step::Done(total);
    }
    if total <= WHOLE_RECORD_BYTES {
        return Step::NeedBytes(total);
    }
    visitor.primitive_array(at, id::<ID>(&bytes[1..]), element_type, length);
    Step::LongArray {
        header_bytes,
        content_bytes: content_bytes as u64,
        objects: false,
    }
}

/// Bytes of a root sub-record behind its tag and address; None for tags that are no root's.
pub fn root_extra_bytes(tag: u8, id_bytes: usize) -> Option<usize> {
    Some(match tag {
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
        sub::ROOT_NATIVE_STACK | sub::ROOT_THREAD_BLOCK => 4,
        sub::ROOT_JNI_LOCAL
        | sub::ROOT_JAVA_FRAME
        | sub::ROOT_THREAD_OBJECT
        | sub::ROOT_JNI_MONITOR => 8,
        _ => return None,
    })
}

fn parse_root<V: HeapVisitor, const ID: usize>(
    bytes: &[u8],
    tag: u8,
    extra_bytes: usize,
    visitor: &mut V,
) -> Step {
    let length = 1 + ID + extra_bytes;
    if bytes.len() < length {
        return Step::NeedBytes(length);
    }
    let word = |index: usize| be_u32(&bytes[1 + ID + 4 * index..]);
    let (thread_serial, frame_index) = match tag {
        sub::ROOT_JNI_GLOBAL => (0, 0),
        _ if extra_bytes == 8 => (word(0), word(1)),
        _ if extra_bytes == 4 => (word(0), 0),
        _ => (0, 0),
    };
    visitor.root(RootRecord {
        tag,
        address: id::<ID>(&bytes[1..]),
        thread_serial,
        frame_index,
    });
    Step::Done(length)
}

fn parse_class<V: HeapVisitor, const ID: usize>(bytes: &[u8], at: u64, visitor: &mut V) -> Step {
    match class_record::<ID>(bytes) {
        Ok((record, length)) => {
            visitor.class_dump(at, record);
            Step::Done(length)
        }
        Err(step) => step,
    }
}

/// Decodes the frame of a class dump; its length is known only at its end.
fn class_record<const ID: usize>(bytes: &[u8]) -> Result<(ClassDumpRecord<'_>, usize), Step> {
    let fixed_bytes = 1 + ID + 4 + 6 * ID + 4;
    let (constant_count, constants) = value_entries::<ID>(bytes, fixed_bytes, 2 + 1)?;
    let constants_end = fixed_bytes + 2 + constants.len();
    let (static_count, statics) = value_entries::<ID>(bytes, constants_end, ID + 1)?;
    let fields_at = constants_end + 2 + statics.len() + 2;
    if bytes.len() < fields_at {
        return Err(Step::NeedBytes(fields_at));
    }
    let field_count = be_u16(&bytes[fields_at - 2..]);
    let length = fields_at + usize::from(field_count) * (ID + 1);
    if bytes.len() < length {
        return Err(Step::NeedBytes(length));
    }
    let identifier = |index: usize| id::<ID>(&bytes[1 + ID + 4 + index * ID..]);
    let record = ClassDumpRecord {
        address: id::<ID>(&bytes[1..]),
        super_address: identifier(0),
        loader_address: identifier(1),
        signers_address: identifier(2),
        protection_domain_address: identifier(3),
        instance_bytes: be_u32(&bytes[fixed_bytes - 4..]),
        constant_count,
        constants,
        static_count,
        statics,
        field_count,
        fields: &bytes[fields_at..length],
    };
    Ok((record, length))
}

/// Takes a counted list of entries `prefix, type, value` at `at`; the type is the last of an
/// entry's `prefix_bytes`.
fn value_entries<const ID: usize>(
    bytes: &[u8],
    at: usize,
    prefix_bytes: usize,
) -> Result<(u16, &[u8]), Step> {
    let first = at + 2;
    if bytes.len() < first {
        return Err(Step::NeedBytes(first));
    }
    let count = be_u16(&bytes[at..]);
    let mut end = first;
    for _ in 0..count {
        let Some(code) = bytes.get(end + prefix_bytes - 1) else {
            return Err(Step::NeedBytes(end + prefix_bytes));
        };
        let Some(basic_type) = BasicType::from_code(*code) else {
            return Err(Step::Unsound("class dump with a value of an unknown type"));
        };
        end += prefix_bytes + basic_type.dump_bytes(ID);
    }
    if bytes.len() < end {
        Err(Step::NeedBytes(end))
    } else {
        Ok((count, &bytes[first..end]))
    }
}
