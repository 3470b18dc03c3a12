//! Reads what can be read of a damaged dump.
//!
//! One tolerant pass from front to back. Within a heap record the chain of sub-records decides
//! and the declared length is advice: the strict walker follows the chain as far as it holds.
//! Where it breaks, the tail that cannot be believed is cut off, and the search finds the next
//! place at which sound records begin. The result is segments that the strict walker accepts,
//! and a list of what was lost.

mod evidence;
mod heap;
mod observer;
mod search;
mod shape;
mod tail;

use std::borrow::Cow;

use crate::anomaly::{Anomaly, AnomalyKind, AnomalyLog};
use crate::error::{HprofError, Result};
use crate::header::{Header, MAGIC, MAX_HEADER_BYTES};
use crate::layout::LayoutBuilder;
use crate::progress::{Progress, report};
use crate::record::RecordHeader;
use crate::source::DumpSource;
use crate::survey::{MAX_BODY_BYTES, Survey, layout_anomalies, no_heap, rest_is_zero};
use crate::tag::record;
use crate::walk::Segment;
use crate::window::Window;
use evidence::Evidence;
use observer::Observer;
use search::{Place, Search};

/// Most bytes by which a string may be longer than declared: an edited dump, not a lost record.
const LONGER_STRING_BYTES: u64 = 16;

/// A dump of which the unreadable parts are left out.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The survey to use from here on: sound, with all names, dumps, segments and anomalies of
    /// the file. It replaces the survey that `repair` was given.
    pub survey: Survey,
    /// Segments of the dump asked for; a strict walk over them does not fail.
    pub segments: Vec<Segment>,
    /// Bytes of the whole file that could not be used, and declared ones that are missing.
    pub lost_bytes: u64,
    /// Objects next to damage that were kept, but whose contents or length nothing confirms.
    pub doubtful_objects: u64,
}

/// Finds what can be read of a file whose survey is not sound, or in which a strict walk failed.
/// `dump_index` is the heap dump wanted, counted in the repaired survey; `survey` is what the
/// first look found. Reads the whole file once, and damaged parts up to three times.
///
/// # Errors
/// [`HprofError::NoHeapDumpRecord`] where nothing of a heap is left, [`HprofError::NoSuchDump`],
/// [`HprofError::Io`], [`HprofError::Cancelled`].
pub fn repair(
    source: &dyn DumpSource,
    survey: &Survey,
    dump_index: usize,
    progress: &Progress<'_>,
) -> Result<Repaired> {
    let mut salvage = Salvage::new(source, survey, progress);
    salvage.run()?;
    salvage.finish(dump_index)
}

struct Salvage<'a> {
    source: &'a dyn DumpSource,
    window: Window<'a>,
    search: Search<'a>,
    observer: Observer<'a>,
    /// Scratch space of the walker.
    buffer: Vec<u8>,
    layout: LayoutBuilder,
    anomalies: AnomalyLog,
    lost_bytes: u64,
    doubtful_objects: u64,
    total_bytes: u64,
    progress: &'a Progress<'a>,
}

impl<'a> Salvage<'a> {
    fn new(source: &'a dyn DumpSource, survey: &Survey, progress: &'a Progress<'a>) -> Self {
        let header = survey.header(0).clone();
        let evidence = Evidence::new(header.id_size, survey.symbols(0));
        let mut anomalies = AnomalyLog::default();
        anomalies.extend(header.anomaly());
        Self {
            source,
            window: Window::new(source),
            search: Search::new(source, progress),
            observer: Observer::new(evidence, progress, source.len()),
            buffer: Vec::new(),
            layout: LayoutBuilder::new(header),
            anomalies,
            lost_bytes: 0,
            doubtful_objects: 0,
            total_bytes: source.len(),
            progress,
        }
    }

    fn run(&mut self) -> Result<()> {
        let mut place = Place::Record(self.layout.header_end());
        while place.offset() < self.total_bytes {
            report(self.progress, place.offset(), self.total_bytes)?;
            place = match place {
                Place::Record(position) => self.record(position)?,
                Place::SubRecord(position) => self.heap_without_header(position)?,
            };
        }
        Ok(())
    }

    /// Reads the record at `position` and returns where to go on.
    fn record(&mut self, position: u64) -> Result<Place> {
        let bytes = self.window.bytes(position, MAX_HEADER_BYTES)?;
        if bytes.starts_with(MAGIC)
            && let Ok(header) = Header::parse(bytes, position)
        {
            return Ok(self.second_header(header));
        }
        let Some(header) = RecordHeader::parse(bytes) else {
            return self.no_record(position);
        };
        let body = position + record::HEADER_BYTES;
        let end = body + header.body_bytes;
        if header.is_heap() && self.search.is_record(&self.observer.evidence, position)? {
            return self.heap_record(position, header);
        }
        let follows = !header.is_heap() && end <= self.total_bytes && self.is_followed(end)?;
        if follows && header.is_plausible(self.observer.evidence.id_size) {
            self.take_record(header, body, header.body_bytes)?;
            return Ok(Place::Record(end));
        }
        if follows && !header.is_known() && header.tag != 0 {
            let message = format!("record of unknown tag {:#04x} skipped", header.tag);
            self.lose(AnomalyKind::UnknownRecord, position, end, message);
            return Ok(Place::Record(end));
        }
        self.unconfirmed_record(position, header)
    }

    fn second_header(&mut self, header: Header) -> Place {
        let message = "a second dump begins in the same file";
        self.note(AnomalyKind::SecondHeader, header.offset, message);
        self.anomalies.extend(header.anomaly());
        let end = header.end();
        let symbols = crate::symbols::Symbols::new(header.id_size);
        let evidence = Evidence::new(header.id_size, &symbols);
        self.observer = Observer::new(evidence, self.progress, self.total_bytes);
        self.layout.begin_part(header);
        Place::Record(end)
    }

    /// True where a record that ends at `offset` is followed by something like another, or by
    /// padding, or by nothing.
    fn is_followed(&mut self, offset: u64) -> Result<bool> {
        if self
            .search
            .is_header_or_end(&self.observer.evidence, offset)?
        {
            return Ok(true);
        }
        rest_is_zero(&mut self.window, offset)
    }

    /// True where the dump, or nothing but padding, or certainly another record follows.
    fn is_end_or_record(&mut self, offset: u64) -> Result<bool> {
        if self.search.is_record(&self.observer.evidence, offset)? {
            return Ok(true);
        }
        rest_is_zero(&mut self.window, offset)
    }

    /// Takes in the body of a record that is no heap record.
    fn take_record(&mut self, header: RecordHeader, body: u64, body_bytes: u64) -> Result<()> {
        if header.tag == record::HEAP_DUMP_END {
            self.layout.end_dump();
            return Ok(());
        }
        let wanted = usize::try_from(body_bytes)
            .unwrap_or(usize::MAX)
            .min(MAX_BODY_BYTES);
        let bytes = self.window.bytes(body, wanted)?;
        self.layout.add_symbol(header.tag, bytes);
        if header.tag == record::LOAD_CLASS {
            let class = self
                .observer
                .evidence
                .id_size
                .read(bytes.get(4..).unwrap_or_default());
            self.observer.evidence.add_loaded(class);
        }
        Ok(())
    }

    /// A record whose end leads nowhere: either its length is wrong, or damage follows it.
    fn unconfirmed_record(&mut self, position: u64, header: RecordHeader) -> Result<Place> {
        if rest_is_zero(&mut self.window, position)? {
            return self.no_record(position);
        }
        let evidence = &self.observer.evidence;
        let body = position + record::HEADER_BYTES;
        let end = body + header.body_bytes;
        let is_sound = header.is_plausible(evidence.id_size) && end <= self.total_bytes;
        if !is_sound
            && self
                .search
                .is_sub_chain(evidence, position, self.total_bytes)?
        {
            let message = "heap sub-records go on behind the end of their record";
            self.note(AnomalyKind::DeclaredLengthWrong, position, message);
            return Ok(Place::SubRecord(position));
        }
        let next = self
            .search
            .find(evidence, position + 1..self.total_bytes, self.total_bytes)?;
        let resumes = next.map_or(self.total_bytes, Place::offset);
        let is_right = is_sound && resumes >= end;
        if is_right && header.tag == record::UTF8 && resumes - end <= LONGER_STRING_BYTES {
            self.take_record(header, body, resumes - body)?;
            self.note(
                AnomalyKind::DeclaredLengthWrong,
                position,
                format!("a name is {} bytes longer than declared", resumes - end),
            );
        } else {
            if is_right {
                self.take_record(header, body, header.body_bytes)?;
            }
            let lost_from = if is_right { end } else { position };
            self.lose_before(lost_from, next, end);
        }
        Ok(next.unwrap_or(Place::Record(self.total_bytes)))
    }

    /// Counts the bytes up to the next sound place as lost. `declared_end` is where the record
    /// at hand says that it ends.
    fn lose_before(&mut self, from: u64, next: Option<Place>, declared_end: u64) {
        match next {
            Some(place) => {
                let message = "damaged bytes skipped";
                self.lose(AnomalyKind::DamagedBytes, from, place.offset(), message);
            }
            None if declared_end > self.total_bytes => {
                self.lose(
                    AnomalyKind::Truncated,
                    from,
                    self.total_bytes,
                    "the dump ends inside a record",
                );
            }
            None => {
                let message = "damaged bytes up to the end";
                self.lose(AnomalyKind::DamagedBytes, from, self.total_bytes, message);
            }
        }
    }

    /// Padding, or too few bytes for a record, up to the end.
    fn no_record(&mut self, position: u64) -> Result<Place> {
        let left = self.total_bytes - position;
        if rest_is_zero(&mut self.window, position)? {
            let message = format!("{left} zero bytes at the end");
            self.note(AnomalyKind::TrailingZeros, position, message);
        } else {
            let message = "the dump ends in a record header";
            self.lose(AnomalyKind::Truncated, position, self.total_bytes, message);
        }
        Ok(Place::Record(self.total_bytes))
    }

    fn note(&mut self, kind: AnomalyKind, offset: u64, message: impl Into<Cow<'static, str>>) {
        self.anomalies.push(Anomaly::new(kind, offset, message));
    }

    /// Notes that the bytes from `start` to `end` are lost.
    fn lose(
        &mut self,
        kind: AnomalyKind,
        start: u64,
        end: u64,
        message: impl Into<Cow<'static, str>>,
    ) {
        let lost_bytes = end.saturating_sub(start);
        self.lost_bytes = self.lost_bytes.saturating_add(lost_bytes);
        self.anomalies
            .push(Anomaly::new(kind, start, message).losing(lost_bytes));
    }

    fn finish(mut self, dump_index: usize) -> Result<Repaired> {
        self.anomalies
            .extend(layout_anomalies(&self.layout.dumps, self.total_bytes));
        let dumps = self.layout.dumps;
        if dumps.iter().all(|dump| dump.segments.is_empty()) {
            return Err(no_heap(&self.layout.parts, self.total_bytes));
        }
        let Some(dump) = dumps.get(dump_index) else {
            return Err(HprofError::NoSuchDump {
                index: dump_index,
                count: dumps.len(),
            });
        };
        let segments = dump.segments.clone();
        let survey = Survey {
            parts: self.layout.parts,
            dumps,
            anomalies: self.anomalies.into_entries(),
            covered_bytes: self.total_bytes.saturating_sub(self.lost_bytes),
            total_bytes: self.total_bytes,
            sound: true,
        };
        let (lost_bytes, doubtful_objects) = (self.lost_bytes, self.doubtful_objects);
        Ok(Repaired {
            survey,
            segments,
            lost_bytes,
            doubtful_objects,
        })
    }
}
