//! Where the heap dumps of a file are: what `survey` and `salvage` both find out.

use crate::header::Header;
use crate::record::RecordHeader;
use crate::symbols::Symbols;
use crate::tag::record;
use crate::walk::Segment;

/// A file header and the names that go with it. A file has one part, unless several dumps were
/// concatenated.
#[derive(Clone, Debug)]
pub struct Part {
    /// The header that began the part.
    pub header: Header,
    /// Names and classes of the part's top-level records.
    pub symbols: Symbols,
}

/// One heap dump of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeapDumpSpan {
    /// Index of the part that it belongs to.
    pub part: usize,
    /// Offset of its first heap record's header.
    pub offset: u64,
    /// Runs of sub-records, in file order.
    pub segments: Vec<Segment>,
    /// True where it was written as HEAP_DUMP_SEGMENT records, false for one HEAP_DUMP.
    pub segmented: bool,
    /// True where HEAP_DUMP_END was seen.
    pub ended: bool,
    /// When its first record was written, in milliseconds since 1970 (UTC).
    pub at_ms: u64,
}

impl HeapDumpSpan {
    /// Bytes of sub-records.
    pub fn heap_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.length).sum()
    }
}

/// Collects parts and dumps while a file is read from front to back.
///
/// As in Eclipse MAT, every HEAP_DUMP record is a dump of its own, and segments up to
/// HEAP_DUMP_END are one dump together.
pub(crate) struct LayoutBuilder {
    pub(crate) parts: Vec<Part>,
    pub(crate) dumps: Vec<HeapDumpSpan>,
    /// True while segments continue the last dump.
    open: bool,
}

impl LayoutBuilder {
    pub(crate) fn new(header: Header) -> Self {
        let mut builder = Self {
            parts: Vec::new(),
            dumps: Vec::new(),
            open: false,
        };
        builder.begin_part(header);
        builder
    }

    /// Offset behind the last file header.
    pub(crate) fn header_end(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.header.end())
    }

    pub(crate) fn begin_part(&mut self, header: Header) {
        self.open = false;
        let symbols = Symbols::new(header.id_size);
        self.parts.push(Part { header, symbols });
    }

    pub(crate) fn add_symbol(&mut self, tag: u8, body: &[u8]) {
        if let Some(part) = self.parts.last_mut() {
            part.symbols.add(tag, body);
        }
    }

    /// A heap record whose header is at `offset` begins.
    pub(crate) fn begin_heap_record(&mut self, offset: u64, header: RecordHeader) {
        let segmented = header.tag == record::HEAP_DUMP_SEGMENT;
        if !(segmented && self.open) {
            self.begin_dump(offset, header.time_delta_us, segmented);
        }
        self.open = segmented;
    }

    fn begin_dump(&mut self, offset: u64, time_delta_us: u32, segmented: bool) {
        let created_at_ms = self
            .parts
            .last()
            .map_or(0, |part| part.header.created_at_ms);
        self.dumps.push(HeapDumpSpan {
            part: self.parts.len() - 1,
            offset,
            segments: Vec::new(),
            segmented,
            ended: false,
            at_ms: created_at_ms.saturating_add(u64::from(time_delta_us / 1000)),
        });
    }

    /// Adds sub-records to the dump at hand; a dump whose header was lost begins with them.
    pub(crate) fn push_segment(&mut self, segment: Segment) {
        if segment.length == 0 {
            return;
        }
        if !self.has_dump() {
            self.begin_dump(segment.offset, 0, true);
            self.open = true;
        }
        if let Some(dump) = self.dumps.last_mut() {
            dump.segments.push(segment);
        }
    }

    /// True where the part at hand has a dump already.
    pub(crate) fn has_dump(&self) -> bool {
        self.dumps
            .last()
            .is_some_and(|dump| dump.part + 1 == self.parts.len())
    }

    /// A HEAP_DUMP_END record was read.
    pub(crate) fn end_dump(&mut self) {
        self.open = false;
        if self.has_dump()
            && let Some(dump) = self.dumps.last_mut()
        {
            dump.ended = true;
        }
    }
}
