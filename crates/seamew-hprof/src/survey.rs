//! A quick look over a dump: hops from one top-level record to the next, reads the names and
//! notes where the heap segments are, without looking into them.
//!
//! Lengths are taken at their word, so a survey is right only for a sound file. Whether the file
//! is sound, the survey tells: every header must chain exactly, with known tags, to the end.

use std::borrow::Cow;

use crate::anomaly::{Anomaly, AnomalyKind, AnomalyLog};
use crate::error::{HprofError, Result};
use crate::header::{Header, MAGIC, MAX_HEADER_BYTES};
use crate::id::IdSize;
use crate::layout::LayoutBuilder;
pub use crate::layout::{HeapDumpSpan, Part};
use crate::record::RecordHeader;
use crate::source::DumpSource;
use crate::symbols::Symbols;
use crate::tag::record;
use crate::walk::Segment;
use crate::window::Window;

/// Most body bytes of a names record that are read; the rest of a longer one is passed over.
pub(crate) const MAX_BODY_BYTES: usize = 8 << 20;

/// What a file contains, by its top-level records.
#[derive(Clone, Debug)]
pub struct Survey {
    /// File headers with their names; never empty.
    pub parts: Vec<Part>,
    /// Heap dumps in file order; empty only where the file is not sound.
    pub dumps: Vec<HeapDumpSpan>,
    /// What is odd about the file.
    pub anomalies: Vec<Anomaly>,
    /// Bytes from the start over which the chain of records holds.
    pub covered_bytes: u64,
    /// Bytes of the dump, decompressed.
    pub total_bytes: u64,
    /// True where every header chained, with a known tag, to the end of the file. Else
    /// `salvage::repair` has to find the segments.
    pub sound: bool,
}

impl Survey {
    /// The file header that a dump belongs to; the first one for a dump that is not there.
    pub fn header(&self, dump_index: usize) -> &Header {
        &self.part(dump_index).header
    }

    /// The names that a dump belongs to; the first ones for a dump that is not there.
    pub fn symbols(&self, dump_index: usize) -> &Symbols {
        &self.part(dump_index).symbols
    }

    /// Bytes of an identifier in a dump.
    pub fn id_size(&self, dump_index: usize) -> IdSize {
        self.header(dump_index).id_size
    }

    fn part(&self, dump_index: usize) -> &Part {
        let index = self.dumps.get(dump_index).map_or(0, |dump| dump.part);
        &self.parts[index]
    }
}

/// Surveys a dump.
///
/// # Errors
/// What [`Header::read`] says; [`HprofError::NoHeapDumpRecord`] where a sound file has none;
/// [`HprofError::Io`].
pub fn survey(source: &dyn DumpSource) -> Result<Survey> {
    let header = Header::read(source)?;
    let mut surveyor = Surveyor {
        window: Window::new(source),
        position: header.end(),
        total_bytes: source.len(),
        anomalies: AnomalyLog::default(),
        layout: LayoutBuilder::new(header.clone()),
        id_size: header.id_size,
    };
    surveyor.anomalies.extend(header.anomaly());
    let sound = surveyor.run()?;
    surveyor.finish(sound)
}

/// How the look at one record ended.
enum Step {
    Next(u64),
    SoundEnd,
    Unsound,
}

struct Surveyor<'a> {
    window: Window<'a>,
    position: u64,
    total_bytes: u64,
    anomalies: AnomalyLog,
    layout: LayoutBuilder,
    id_size: IdSize,
}

impl Surveyor<'_> {
    fn run(&mut self) -> Result<bool> {
        while self.position < self.total_bytes {
            match self.step()? {
                Step::Next(position) => self.position = position,
                Step::SoundEnd => {
                    self.position = self.total_bytes;
                    return Ok(true);
                }
                Step::Unsound => return Ok(false),
            }
        }
        Ok(true)
    }

    fn step(&mut self) -> Result<Step> {
        let position = self.position;
        let bytes = self.window.bytes(position, record::HEADER_BYTES as usize)?;
        let Some(header) = RecordHeader::parse(bytes) else {
            return self.end_without_record();
        };
        if header.tag == MAGIC[0] {
            return self.second_header();
        }
        let body_at = position + record::HEADER_BYTES;
        let end = body_at + header.body_bytes;
        if !header.is_known() {
            return self.unknown_record(header, end);
        }
        if end > self.total_bytes {
            self.cut_record(header, body_at, end);
            return Ok(Step::Unsound);
        }
        if !header.has_sound_length(self.id_size) {
            let message = format!(
                "a record of tag {:#04x} has an impossible length",
                header.tag
            );
            self.note(AnomalyKind::MalformedRecord, message);
            return Ok(Step::Unsound);
        }
        self.known_record(header, body_at)?;
        Ok(Step::Next(end))
    }

    fn known_record(&mut self, header: RecordHeader, body_at: u64) -> Result<()> {
        match header.tag {
            record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT => {
                self.layout.begin_heap_record(self.position, header);
                let segment = Segment {
                    offset: body_at,
                    length: header.body_bytes,
                };
                self.layout.push_segment(segment);
                if header.body_bytes == 0 {
                    self.note(
                        AnomalyKind::ZeroLength,
                        "a heap dump record declares no bytes",
                    );
                }
            }
            record::HEAP_DUMP_END => self.layout.end_dump(),
            tag => {
                let wanted = usize::try_from(header.body_bytes).unwrap_or(usize::MAX);
                let body = self.window.bytes(body_at, wanted.min(MAX_BODY_BYTES))?;
                self.layout.add_symbol(tag, body);
            }
        }
        Ok(())
    }

    /// An unknown tag is a record of its own where something known follows it.
    fn unknown_record(&mut self, header: RecordHeader, end: u64) -> Result<Step> {
        if header.tag == 0 && rest_is_zero(&mut self.window, self.position)? {
            return self.end_without_record();
        }
        if end > self.total_bytes || !self.is_record_or_end(end)? {
            self.note(AnomalyKind::DamagedBytes, "bytes that are no record");
            return Ok(Step::Unsound);
        }
        let message = format!("record of unknown tag {:#04x} skipped", header.tag);
        let anomaly = Anomaly::new(AnomalyKind::UnknownRecord, self.position, message);
        self.anomalies.push(anomaly.losing(end - self.position));
        Ok(Step::Next(end))
    }

    fn is_record_or_end(&mut self, offset: u64) -> Result<bool> {
        if offset == self.total_bytes {
            return Ok(true);
        }
        let bytes = self.window.bytes(offset, record::HEADER_BYTES as usize)?;
        let next = RecordHeader::parse(bytes);
        Ok(next.is_some_and(|header| {
            let end = offset + record::HEADER_BYTES + header.body_bytes;
            header.is_plausible(self.id_size) && end <= self.total_bytes
        }))
    }

    /// Fewer bytes than a record header, or zeros, are left.
    fn end_without_record(&mut self) -> Result<Step> {
        let left = self.total_bytes - self.position;
        if rest_is_zero(&mut self.window, self.position)? {
            self.note(
                AnomalyKind::TrailingZeros,
                format!("{left} zero bytes at the end"),
            );
            return Ok(Step::SoundEnd);
        }
        let anomaly = Anomaly::new(
            AnomalyKind::Truncated,
            self.position,
            "the dump ends in a record header",
        );
        self.anomalies.push(anomaly.losing(left));
        Ok(Step::Unsound)
    }

    fn cut_record(&mut self, header: RecordHeader, body_at: u64, end: u64) {
        if header.is_heap() {
            self.layout.begin_heap_record(self.position, header);
            let length = self.total_bytes - body_at;
            self.layout.push_segment(Segment {
                offset: body_at,
                length,
            });
        }
        let missing = end - self.total_bytes;
        let message =
            format!("the dump ends inside a record; {missing} declared bytes are missing");
        self.note(AnomalyKind::Truncated, message);
    }

    fn second_header(&mut self) -> Result<Step> {
        let bytes = self.window.bytes(self.position, MAX_HEADER_BYTES)?;
        if !bytes.starts_with(MAGIC) {
            self.note(AnomalyKind::DamagedBytes, "bytes that are no record");
            return Ok(Step::Unsound);
        }
        let Ok(header) = Header::parse(bytes, self.position) else {
            self.note(AnomalyKind::DamagedBytes, "a second file header is damaged");
            return Ok(Step::Unsound);
        };
        self.note(
            AnomalyKind::SecondHeader,
            "a second dump begins in the same file",
        );
        self.anomalies.extend(header.anomaly());
        self.id_size = header.id_size;
        let end = header.end();
        self.layout.begin_part(header);
        Ok(Step::Next(end))
    }

    fn note(&mut self, kind: AnomalyKind, message: impl Into<Cow<'static, str>>) {
        self.anomalies
            .push(Anomaly::new(kind, self.position, message));
    }

    fn finish(mut self, sound: bool) -> Result<Survey> {
        let strings = self
            .layout
            .parts
            .iter()
            .map(|part| part.symbols.string_count() as u64)
            .sum();
        if sound && self.layout.dumps.is_empty() {
            return Err(HprofError::NoHeapDumpRecord {
                bytes: self.total_bytes,
                strings,
            });
        }
        if sound {
            self.anomalies
                .extend(layout_anomalies(&self.layout.dumps, self.total_bytes));
        }
        Ok(Survey {
            parts: self.layout.parts,
            dumps: self.layout.dumps,
            anomalies: self.anomalies.into_entries(),
            covered_bytes: self.position,
            total_bytes: self.total_bytes,
            sound,
        })
    }
}

/// The error for a file of which nothing of a heap is there.
pub(crate) fn no_heap(parts: &[Part], bytes: u64) -> HprofError {
    let strings = parts
        .iter()
        .map(|part| part.symbols.string_count() as u64)
        .sum();
    HprofError::NoHeapDumpRecord { bytes, strings }
}

/// What is odd about the dumps of a file as a whole.
pub(crate) fn layout_anomalies(dumps: &[HeapDumpSpan], total_bytes: u64) -> Vec<Anomaly> {
    let mut found = Vec::new();
    if dumps
        .last()
        .is_some_and(|dump| dump.segmented && !dump.ended)
    {
        let message = "the heap dump does not end with an end record";
        found.push(Anomaly::new(AnomalyKind::MissingEnd, total_bytes, message));
    }
    if let [_, second, ..] = dumps {
        let message = format!("the file has {} heap dumps", dumps.len());
        found.push(Anomaly::new(
            AnomalyKind::SeveralDumps,
            second.offset,
            message,
        ));
    }
    found
}

/// True where nothing but zeros follows.
pub(crate) fn rest_is_zero(window: &mut Window<'_>, offset: u64) -> Result<bool> {
    let mut position = offset;
    loop {
        let bytes = window.available(position, 1)?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if bytes.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        position += bytes.len() as u64;
    }
}
