//! The strict walker over the sub-records of one heap dump segment: the hot loop of the engine.
//!
//! It trusts nothing: every read is bounds-checked at record granularity, and the first unsound
//! sub-record ends the walk with its offset. Damaged dumps go through `salvage` first, which
//! returns segments that this walker accepts.

use std::io;

use crate::id::{IdSize, be_u16, be_u32};
use crate::source::DumpSource;
use crate::tag::{BasicType, sub};

/// A run of sub-records: where it starts in the dump and how many bytes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub offset: u64,
    pub length: u64,
}

impl Segment {
    /// Offset of the first byte behind the segment.
    pub fn end(self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

/// A GC root sub-record. `thread_serial` and `frame_index` are 0 where the kind has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootRecord {
    /// Tag of the sub-record (`tag::sub::ROOT_*`).
    pub tag: u8,
    pub address: u64,
    pub thread_serial: u32,
    /// Frame number of a Java or JNI local (-1 or 0xffff_ffff: none), stack trace serial of a
    /// thread object.
    pub frame_index: u32,
}

/// A CLASS_DUMP sub-record; `constants`, `statics` and `fields` are undecoded entries.
#[derive(Clone, Copy, Debug)]
pub struct ClassDumpRecord<'a> {
    pub address: u64,
    pub super_address: u64,
    pub loader_address: u64,
    pub signers_address: u64,
    pub protection_domain_address: u64,
    /// Bytes of an instance's fields in the dump, superclasses included, as the writer says.
    pub instance_bytes: u32,
    pub constant_count: u16,
    pub constants: &'a [u8],
    pub static_count: u16,
    pub statics: &'a [u8],
    pub field_count: u16,
    pub fields: &'a [u8],
}

/// Receives what a walk finds. `at` is the offset of the sub-record's tag.
pub trait HeapVisitor {
    /// True where field bytes and array elements are wanted; else they are skipped unread, and
    /// `instance` gets no fields.
    const NEEDS_CONTENTS: bool;

    fn root(&mut self, root: RootRecord);
    fn class_dump(&mut self, at: u64, class: ClassDumpRecord<'_>);
    fn instance(&mut self, at: u64, address: u64, class_address: u64, fields: &[u8]);
    /// An object array begins; its elements follow in one or more calls of `elements`.
    fn object_array(&mut self, at: u64, address: u64, class_address: u64, length: u32);
    /// Elements of the array begun last: whole identifiers, in order.
    fn elements(&mut self, bytes: &[u8]);
    /// The array begun last is complete.
    fn object_array_end(&mut self);
    fn primitive_array(&mut self, at: u64, address: u64, element_type: BasicType, length: u32);

    /// Called about once a mebibyte with the offset reached; false stops the walk.
    fn window(&mut self, _at: u64) -> bool {
        true
    }
}

/// Why a walk ended early.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    #[error("unsound heap sub-record at offset {offset}: {reason}")]
    Unsound { offset: u64, reason: &'static str },
    #[error("cannot read the dump at offset {offset}: {source}")]
    Io { offset: u64, source: io::Error },
    #[error("the walk was stopped at offset {offset}")]
    Stopped { offset: u64 },
}

impl WalkError {
    /// Offset at which the walk ended.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Unsound { offset, .. } | Self::Io { offset, .. } | Self::Stopped { offset } => {
                *offset
            }
        }
    }
}

/// Bytes read at once; about the size of an L2 cache, and of HotSpot's segments.
const WINDOW_BYTES: usize = 1 << 20;
/// Records up to this size are taken whole into the window; longer arrays are streamed.
const WHOLE_RECORD_BYTES: usize = 1 << 19;

/// Walks the sub-records of `segment`. `buffer` is scratch space that callers reuse.
///
/// # Errors
/// At the first sub-record that is unknown or does not fit into the segment, or when the source
/// cannot be read. What was visited until then stands.
pub fn walk<V: HeapVisitor>(
    source: &dyn DumpSource,
    segment: Segment,
    id_size: IdSize,
    buffer: &mut Vec<u8>,
    visitor: &mut V,
) -> Result<(), WalkError> {
    match id_size {
        IdSize::Four => Walk::<V, 4>::new(source, segment, buffer, visitor).run(),
        IdSize::Eight => Walk::<V, 8>::new(source, segment, buffer, visitor).run(),
    }
}

/// What parsing one sub-record from the window came to.
enum Step {
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

struct Walk<'a, V, const ID: usize> {
    source: &'a dyn DumpSource,
    end: u64,
    buffer: &'a mut Vec<u8>,
    /// Offset in the dump of the window's first byte.
    base: u64,
    visitor: &'a mut V,
}

impl<'a, V: HeapVisitor, const ID: usize> Walk<'a, V, ID> {
    fn new(
        source: &'a dyn DumpSource,
        segment: Segment,
        buffer: &'a mut Vec<u8>,
        visitor: &'a mut V,
    ) -> Self {
        Self {
            source,
            end: segment.end(),
            buffer,
            base: segment.offset,
            visitor,
        }
    }

    fn run(mut self) -> Result<(), WalkError> {
        let mut wanted_bytes = WINDOW_BYTES;
        while self.base < self.end {
            if !self.visitor.window(self.base) {
                return Err(WalkError::Stopped { offset: self.base });
            }
            self.fill(wanted_bytes)?;
            wanted_bytes = WINDOW_BYTES;
            let (consumed, step) = self.parse_window();
            let at = self.base + consumed as u64;
            match step {
                Step::Done(_) => self.base = at,
                Step::NeedBytes(bytes) if self.end - at >= bytes as u64 => {
                    self.base = at;
                    wanted_bytes = bytes.next_power_of_two().max(WINDOW_BYTES);
                }
                Step::NeedBytes(_) => {
                    return Err(unsound(at, "it runs past the end of its segment"));
                }
                Step::LongArray {
                    header_bytes,
                    content_bytes,
                    objects,
                } => {
                    let content_at = at + header_bytes as u64;
                    if self.end.saturating_sub(content_at) < content_bytes {
                        return Err(unsound(at, "the array runs past the end of its segment"));
                    }
                    self.stream_array(content_at, content_bytes, objects)?;
                    self.base = content_at + content_bytes;
                }
                Step::Unsound(reason) => return Err(unsound(at, reason)),
            }
        }
        Ok(())
    }

    /// Reads the window at `base`; it ends at the segment's end at the latest.
    fn fill(&mut self, wanted_bytes: usize) -> Result<(), WalkError> {
        let left = usize::try_from(self.end - self.base).unwrap_or(usize::MAX);
        let bytes = wanted_bytes.min(left);
        if self.buffer.len() < bytes {
            self.buffer.resize(bytes, 0);
        }
        self.buffer.truncate(bytes);
        let count = self
            .source
            .read_at(self.base, &mut self.buffer[..])
            .map_err(|source| WalkError::Io {
                offset: self.base,
                source,
            })?;
        if count < bytes {
            let offset = self.base + count as u64;
            return Err(unsound(offset, "the dump ends inside the segment"));
        }
        Ok(())
    }

    /// Parses whole sub-records from the window; returns the bytes consumed and what ended it.
    fn parse_window(&mut self) -> (usize, Step) {
        let mut at = 0;
        while at < self.buffer.len() {
            let step = parse::<V, ID>(&self.buffer[at..], self.base + at as u64, self.visitor);
            match step {
                Step::Done(bytes) => at += bytes,
                other => return (at, other),
            }
        }
        (at, Step::Done(0))
    }

    /// Hands the elements of a long object array to the visitor, a window at a time. Primitive
    /// contents are never needed by a walk, so they are not read.
    fn stream_array(&mut self, offset: u64, bytes: u64, objects: bool) -> Result<(), WalkError> {
        if !objects {
            return Ok(());
        }
        if V::NEEDS_CONTENTS {
            let end = offset + bytes;
            let saved_end = self.end;
            self.base = offset;
            self.end = end;
            while self.base < end {
                self.fill(WINDOW_BYTES)?;
                self.visitor.elements(&self.buffer[..]);
                self.base += self.buffer.len() as u64;
            }
            self.end = saved_end;
        }
        self.visitor.object_array_end();
        Ok(())
    }
}

fn unsound(offset: u64, reason: &'static str) -> WalkError {
    WalkError::Unsound { offset, reason }
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
fn parse<V: HeapVisitor, const ID: usize>(bytes: &[u8], at: u64, visitor: &mut V) -> Step {
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
