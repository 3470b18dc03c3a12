//! The strict walker over the sub-records of one heap dump segment: the hot loop of the engine.
//!
//! It trusts nothing: every read is bounds-checked at record granularity, and the first unsound
//! sub-record ends the walk with its offset. Damaged dumps go through `salvage` first, which
//! returns segments that this walker accepts.

mod parse;

use std::io;

use crate::id::IdSize;
use crate::source::DumpSource;
use crate::tag::BasicType;
use parse::{Step, parse};

pub use parse::root_extra_bytes;

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
    /// True where the elements of primitive arrays are wanted too.
    const NEEDS_PRIMITIVES: bool = false;

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

    /// Whether the elements of the array begun last are wanted: long ones are then not read.
    fn wants_elements(&self) -> bool {
        true
    }

    /// Elements of the primitive array begun last, as the dump has them, in order.
    fn primitives(&mut self, _bytes: &[u8]) {}

    /// The primitive array begun last is complete; only with `NEEDS_PRIMITIVES`.
    fn primitive_array_end(&mut self) {}

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

    /// Hands the elements of a long array to the visitor, a window at a time, where it wants them.
    fn stream_array(&mut self, offset: u64, bytes: u64, objects: bool) -> Result<(), WalkError> {
        let needed = if objects {
            V::NEEDS_CONTENTS
        } else {
            V::NEEDS_PRIMITIVES
        };
        if needed && self.visitor.wants_elements() {
            let end = offset + bytes;
            let saved_end = self.end;
            self.base = offset;
            self.end = end;
            while self.base < end {
                self.fill(WINDOW_BYTES)?;
                if objects {
                    self.visitor.elements(&self.buffer[..]);
                } else {
                    self.visitor.primitives(&self.buffer[..]);
                }
                self.base += self.buffer.len() as u64;
            }
            self.end = saved_end;
        }
        if objects {
            self.visitor.object_array_end();
        } else if V::NEEDS_PRIMITIVES {
            self.visitor.primitive_array_end();
        }
        Ok(())
    }
}

fn unsound(offset: u64, reason: &'static str) -> WalkError {
    WalkError::Unsound { offset, reason }
}
