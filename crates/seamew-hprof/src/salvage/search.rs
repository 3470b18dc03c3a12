//! Finds the next place behind damaged bytes at which sound records begin.
//!
//! A place is believed where a chain of records hangs together: each ends where the next begins,
//! and what they say agrees with what is known of the heap. The search looks at every byte once
//! and follows a bounded chain from few of them, so its time is linear.

use std::ops::Range;

use super::evidence::{Belief, Evidence};
use super::shape::{Probe, Shape, probe};
use crate::error::Result;
use crate::header::{Header, MAGIC, MAX_HEADER_BYTES};
use crate::id::IdSize;
use crate::progress::{Progress, report};
use crate::record::RecordHeader;
use crate::source::DumpSource;
use crate::tag::{record, sub};
use crate::window::Window;

/// Points at which a chain of sub-records is believed.
#[derive(Clone, Copy)]
struct Enough {
    weight: u32,
    /// Where the chain also ends where it must.
    weight_at_end: u32,
}

/// Anywhere: three or four objects of known classes, or a dozen records that nothing contradicts.
const ANYWHERE: Enough = Enough {
    weight: 12,
    weight_at_end: 3,
};
/// Inside what may be a sound array.
const HIDDEN: Enough = Enough {
    weight: 12,
    weight_at_end: 12,
};
/// Behind a heap header anywhere.
const BEHIND_HEADER: Enough = Enough {
    weight: 3,
    weight_at_end: 3,
};
/// Behind a heap header where one is to be expected.
const EXPECTED: Enough = Enough {
    weight: 1,
    weight_at_end: 1,
};

/// Sub-records followed in one chain.
const MAX_CHAIN: usize = 16;
/// Zeros that are taken for padding up to the end of the dump.
const PADDING_BYTES: usize = 4096;

/// Where reading can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A top-level record begins.
    Record(u64),
    /// A heap sub-record begins.
    SubRecord(u64),
}

impl Place {
    pub(crate) fn offset(self) -> u64 {
        match self {
            Self::Record(offset) | Self::SubRecord(offset) => offset,
        }
    }
}

/// What it takes to believe that top-level records begin somewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// Where one must begin by what precedes: two plausible headers, or a heap record with sound
    /// sub-records or a record behind it.
    Expected,
    /// Anywhere in damaged bytes: four plausible headers, or a heap record with sound
    /// sub-records *and* a record behind it. Any bytes in front of a sound sub-record look like
    /// a header every now and then.
    Anywhere,
}

impl Proof {
    fn headers(self) -> usize {
        match self {
            Self::Expected => 2,
            Self::Anywhere => 4,
        }
    }
}

/// Looks at records anywhere in a dump without believing them.
pub(crate) struct Search<'a> {
    /// Where the search is.
    here: Window<'a>,
    /// Where chains lead.
    ahead: Window<'a>,
    total_bytes: u64,
    progress: &'a Progress<'a>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(source: &'a dyn DumpSource, progress: &'a Progress<'a>) -> Self {
        let total_bytes = source.len();
        Self {
            here: Window::new(source),
            ahead: Window::new(source),
            total_bytes,
            progress,
        }
    }

    /// The sub-record at `offset`, if there can be one; it may run past the end of the dump.
    pub(crate) fn shape(&mut self, offset: u64, id_size: IdSize) -> Result<Option<Shape>> {
        shape_at(&mut self.ahead, offset, id_size)
    }

    /// The first place in `range` at which reading can go on; chains of sub-records may lead up
    /// to `limit`.
    pub(crate) fn find(
        &mut self,
        evidence: &Evidence,
        range: Range<u64>,
        limit: u64,
    ) -> Result<Option<Place>> {
        self.scan(range, |search, offset| {
            if search.is_sub_chain(evidence, offset, limit)? {
                Ok(Some(Place::SubRecord(offset)))
            } else if search.leads_on(evidence, offset, Proof::Anywhere)? {
                Ok(Some(Place::Record(offset)))
            } else {
                Ok(None)
            }
        })
    }

    /// The first place in `range` at which sub-records begin, where none are to be expected. The
    /// first must be an object of a known class: a chance root or array in front of a sound
    /// chain leads into it, too.
    pub(crate) fn find_hidden(
        &mut self,
        evidence: &Evidence,
        range: Range<u64>,
        limit: u64,
    ) -> Result<Option<u64>> {
        self.scan(range, |search, offset| {
            let shape = search.shape(offset, evidence.id_size)?;
            let is_likely = shape.is_some_and(|shape| evidence.belief(&shape) >= Belief::Likely);
            let is_hidden = is_likely && search.has_chain(evidence, offset, limit, HIDDEN)?;
            Ok(is_hidden.then_some(offset))
        })
    }

    /// Asks `look` about each byte of `range` that can begin something, until it finds.
    fn scan<T>(
        &mut self,
        range: Range<u64>,
        mut look: impl FnMut(&mut Self, u64) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let mut base = range.start;
        while base < range.end {
            report(self.progress, base, self.total_bytes)?;
            let left = usize::try_from(range.end - base).unwrap_or(usize::MAX);
            let bytes = self.here.available(base, 1)?;
            let count = bytes.len().min(left);
            let candidates: Vec<usize> = (0..count)
                .filter(|index| can_begin(bytes[*index]))
                .collect();
            for index in candidates {
                let found = look(self, base + index as u64)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            if count == 0 {
                break;
            }
            base += count as u64;
        }
        Ok(None)
    }

    /// True where a chain of believable sub-records begins at `offset`.
    pub(crate) fn is_sub_chain(
        &mut self,
        evidence: &Evidence,
        offset: u64,
        limit: u64,
    ) -> Result<bool> {
        self.has_chain(evidence, offset, limit, ANYWHERE)
    }

    fn has_chain(
        &mut self,
        evidence: &Evidence,
        offset: u64,
        limit: u64,
        enough: Enough,
    ) -> Result<bool> {
        let mut position = offset;
        let mut weight = 0;
        let mut last_address = 0;
        for _ in 0..MAX_CHAIN {
            if position == limit {
                return Ok(weight >= enough.weight_at_end);
            }
            let shape = shape_at(&mut self.ahead, position, evidence.id_size)?;
            let belief = shape.map_or(Belief::Contradicted, |shape| evidence.belief(&shape));
            let Some(shape) = shape.filter(|_| belief != Belief::Contradicted) else {
                return Ok(
                    weight >= enough.weight_at_end && self.is_header_like(evidence, position)?
                );
            };
            // A filler pattern may look like the same root again and again.
            if shape.address != last_address {
                weight += belief.weight();
            }
            last_address = shape.address;
            position = position.saturating_add(shape.length);
            if position > limit {
                return Ok(weight >= enough.weight);
            }
            if weight >= enough.weight {
                return Ok(true);
            }
        }
        Ok(weight >= enough.weight)
    }

    /// True where a record may begin for all that its header says, or the dump ends.
    pub(crate) fn is_header_or_end(&mut self, evidence: &Evidence, offset: u64) -> Result<bool> {
        if offset == self.total_bytes || self.is_header_like(evidence, offset)? {
            return Ok(true);
        }
        let bytes = self.ahead.bytes(offset, MAX_HEADER_BYTES)?;
        Ok(bytes.starts_with(MAGIC) && Header::parse(bytes, offset).is_ok())
    }

    /// Passes over plausible records from `offset` on, into the body of the first heap record;
    /// returns `offset` where there are none.
    pub(crate) fn pass_records(&mut self, evidence: &Evidence, offset: u64) -> Result<u64> {
        let mut position = offset;
        while self.is_header_like(evidence, position)? {
            let bytes = self.ahead.bytes(position, record::HEADER_BYTES as usize)?;
            let Some(header) = RecordHeader::parse(bytes) else {
                break;
            };
            position += record::HEADER_BYTES;
            if header.is_heap() {
                break;
            }
            position += header.body_bytes;
        }
        Ok(position)
    }

    /// True where a plausible top-level header stands, without looking at its body.
    fn is_header_like(&mut self, evidence: &Evidence, offset: u64) -> Result<bool> {
        let bytes = self.ahead.bytes(offset, record::HEADER_BYTES as usize)?;
        let header = RecordHeader::parse(bytes);
        Ok(header.is_some_and(|header| {
            let end = offset + record::HEADER_BYTES + header.body_bytes;
            header.is_plausible(evidence.id_size) && (end <= self.total_bytes || header.is_heap())
        }))
    }

    /// True where top-level records begin at `offset`, or the dump ends there. For places where
    /// a record is to be expected.
    pub(crate) fn is_record(&mut self, evidence: &Evidence, offset: u64) -> Result<bool> {
        self.leads_on(evidence, offset, Proof::Expected)
    }

    fn leads_on(&mut self, evidence: &Evidence, offset: u64, proof: Proof) -> Result<bool> {
        let mut position = offset;
        for _ in 0..proof.headers() {
            if position == self.total_bytes {
                return Ok(true);
            }
            let bytes = self.ahead.bytes(position, MAX_HEADER_BYTES)?;
            if bytes.starts_with(MAGIC) {
                return Ok(Header::parse(bytes, position).is_ok());
            }
            let header = RecordHeader::parse(bytes);
            let Some(header) = header.filter(|header| header.is_plausible(evidence.id_size)) else {
                // Padding may follow records, but it is not where they begin.
                return Ok(position > offset && self.is_padding(position)?);
            };
            let body = position + record::HEADER_BYTES;
            let end = body + header.body_bytes;
            // A second HEAP_DUMP record would be a second dump: one made of chance bytes would
            // tear a dump in two.
            let is_other_dump = header.tag == record::HEAP_DUMP && evidence.has_heap();
            let proof = if is_other_dump {
                Proof::Anywhere
            } else {
                proof
            };
            if header.is_heap() && header.body_bytes > 0 {
                return self.is_heap_record(evidence, body, end, proof);
            }
            if header.is_heap() && proof == Proof::Expected {
                // A record that declares nothing may be unfinished: contents follow.
                if self.has_chain(evidence, body, self.total_bytes, EXPECTED)? {
                    return Ok(true);
                }
            }
            if end > self.total_bytes {
                return Ok(false);
            }
            position = end;
        }
        Ok(true)
    }

    /// True where the body of a heap record begins with sound sub-records or leads to another
    /// header, or, by the stricter measure, does both.
    fn is_heap_record(
        &mut self,
        evidence: &Evidence,
        body: u64,
        end: u64,
        proof: Proof,
    ) -> Result<bool> {
        let limit = end.min(self.total_bytes);
        let enough = if proof == Proof::Expected {
            EXPECTED
        } else {
            BEHIND_HEADER
        };
        let has_body = self.has_chain(evidence, body, limit, enough)?;
        let has_end = end == self.total_bytes
            || end < self.total_bytes && self.is_header_like(evidence, end)?;
        Ok(match proof {
            Proof::Expected => has_body || has_end,
            Proof::Anywhere => has_body && has_end,
        })
    }

    fn is_padding(&mut self, offset: u64) -> Result<bool> {
        let bytes = self.ahead.bytes(offset, PADDING_BYTES)?;
        Ok(bytes.iter().all(|byte| *byte == 0))
    }
}

/// The sub-record at `offset`, if there can be one.
fn shape_at(window: &mut Window<'_>, offset: u64, id_size: IdSize) -> Result<Option<Shape>> {
    let mut wanted = 64;
    loop {
        let bytes = window.available(offset, wanted)?;
        match probe(bytes, id_size) {
            Probe::Sound(shape) => return Ok(Some(shape)),
            Probe::NeedBytes(needed) if bytes.len() >= wanted => wanted = needed.max(wanted + 1),
            Probe::NeedBytes(_) | Probe::Unsound => return Ok(None),
        }
    }
}

/// True for the first bytes that records and sub-records can have.
fn can_begin(byte: u8) -> bool {
    matches!(
        byte,
        sub::ROOT_JNI_GLOBAL..=record::CONTROL_SETTINGS
            | record::HEAP_DUMP_SEGMENT
            | record::HEAP_DUMP_END
            | sub::CLASS_DUMP..=sub::PRIMITIVE_ARRAY_DUMP
            | b'J'
            | sub::ROOT_INTERNED_STRING..=sub::UNREACHABLE
            | sub::PRIMITIVE_ARRAY_NODATA_DUMP
            | sub::HEAP_DUMP_INFO..
    )
}
