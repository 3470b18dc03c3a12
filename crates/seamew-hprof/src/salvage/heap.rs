//! The heap part of a salvage: follows the chain of sub-records and mends it where it breaks.

use super::Salvage;
use super::evidence::Belief;
use super::search::Place;
use super::shape::{Kind, Shape};
use crate::anomaly::AnomalyKind;
use crate::error::Result;
use crate::record::RecordHeader;
use crate::tag::record;
use crate::walk::{Segment, WalkError, walk};

/// How far behind a break a chain from before it is followed to see that it holds.
const PROOF_BYTES: u64 = 1 << 16;

/// A stretch of sub-records being read.
#[derive(Clone, Copy)]
struct Region {
    /// First sub-record that is not yet in a segment.
    start: u64,
    /// End by the record header; `None` where the header was lost.
    declared_end: Option<u64>,
    /// Reading ends here: the declared end if a record follows it, else the end of the dump.
    limit: u64,
}

/// A sub-record before a break.
#[derive(Clone, Copy)]
struct Tail {
    at: u64,
    shape: Shape,
    belief: Belief,
}

impl Tail {
    /// True where nothing confirms the length, and the length decides what comes next.
    fn has_free_length(&self) -> bool {
        let is_fixed =
            matches!(self.shape.kind, Kind::Root | Kind::StickyClass | Kind::HeapInfo);
        !is_fixed && self.belief != Belief::Proven
    }

    fn is_object(&self) -> bool {
        !matches!(self.shape.kind, Kind::Root | Kind::StickyClass | Kind::HeapInfo)
    }
}

impl Salvage<'_> {
    /// Reads a heap record whose header is at `position`.
    pub(super) fn heap_record(&mut self, position: u64, header: RecordHeader) -> Result<Place> {
        self.layout.begin_heap_record(position, header);
        let body = position + record::HEADER_BYTES;
        let declared_end = body + header.body_bytes;
        let is_confirmed = declared_end <= self.total_bytes
            && self.search.is_record(&self.observer.evidence, declared_end)?;
        if header.body_bytes == 0 {
            self.note(AnomalyKind::ZeroLength, position, "a heap dump record declares no bytes");
        }
        let limit = if is_confirmed { declared_end } else { self.total_bytes };
        self.region(Region { start: body, declared_end: Some(declared_end), limit })
    }

    /// Reads sub-records whose record header was lost.
    pub(super) fn heap_without_header(&mut self, position: u64) -> Result<Place> {
        self.region(Region { start: position, declared_end: None, limit: self.total_bytes })
    }

    fn region(&mut self, mut region: Region) -> Result<Place> {
        while region.start < region.limit {
            let length = region.limit - region.start;
            let segment = Segment { offset: region.start, length };
            let id_size = self.observer.evidence.id_size;
            let walked =
                walk(self.source, segment, id_size, &mut self.buffer, &mut self.observer);
            let broken_at = match walked {
                Ok(()) => {
                    self.keep(region.start, region.limit);
                    self.note_missing(region);
                    break;
                }
                Err(WalkError::Unsound { offset, .. }) => offset,
                Err(other) => return Err(other.into()),
            };
            if let Some(end) = self.region_end(region, broken_at)? {
                self.keep(region.start, end);
                self.note_length(region, end);
                return Ok(Place::Record(end));
            }
            match self.mend(region, broken_at)? {
                Place::SubRecord(offset) => region.start = offset,
                place @ Place::Record(_) => return Ok(place),
            }
        }
        Ok(Place::Record(region.limit))
    }

    /// Where the heap record really ends, if the chain broke because it is over.
    fn region_end(&mut self, region: Region, broken_at: u64) -> Result<Option<u64>> {
        if region.declared_end == Some(broken_at) || self.is_end_or_record(broken_at)? {
            return Ok(Some(broken_at));
        }
        // The tags of names records are tags of roots, too: the walk may have run into names.
        let tail = self.tail(region, broken_at)?;
        let names = tail.iter().filter(|entry| !entry.is_object());
        for entry in names {
            if self.search.is_record(&self.observer.evidence, entry.at)? {
                return Ok(Some(entry.at));
            }
        }
        Ok(None)
    }

    /// The last sub-records before the break.
    fn tail(&mut self, region: Region, broken_at: u64) -> Result<Vec<Tail>> {
        let evidence = &self.observer.evidence;
        let oldest = self.observer.oldest().unwrap_or(region.start);
        let mut at = oldest.max(region.start);
        let mut tail = Vec::new();
        while at < broken_at {
            let Some(shape) = self.search.shape(at, evidence.id_size)? else {
                break;
            };
            tail.push(Tail { at, shape, belief: evidence.belief(&shape) });
            at = at.saturating_add(shape.length);
        }
        Ok(tail)
    }

    /// Cuts off what cannot be believed before the break, and finds where to go on.
    fn mend(&mut self, region: Region, broken_at: u64) -> Result<Place> {
        let tail = self.tail(region, broken_at)?;
        let evidence = &self.observer.evidence;
        let broken = self.search.shape(broken_at, evidence.id_size)?;
        let is_head_sound =
            broken.is_some_and(|shape| evidence.belief(&shape) >= Belief::Likely);
        let mut keep_end =
            if is_head_sound { broken_at } else { believable_end(&tail, broken_at) };
        let hidden = if is_head_sound {
            None
        } else {
            self.find_hidden(&tail, keep_end, broken_at, region.limit)?
        };
        let next = if let Some((record_at, found)) = hidden {
            keep_end = record_at;
            Some(Place::SubRecord(found))
        } else {
            self.search.find(&self.observer.evidence, keep_end + 1, region.limit)?
        };
        let runs_out =
            broken.is_some_and(|shape| broken_at.saturating_add(shape.length) > self.total_bytes);
        self.count_doubtful(&tail, keep_end);
        self.keep(region.start, keep_end);
        self.note_break(region, keep_end, next, runs_out);
        Ok(next.unwrap_or(Place::Record(region.limit)))
    }

    /// Looks for sound sub-records inside a sub-record whose length may be wrong. They count
    /// only if their chain holds beyond the break: an array may contain the bytes of a dump.
    fn find_hidden(
        &mut self,
        tail: &[Tail],
        keep_end: u64,
        broken_at: u64,
        limit: u64,
    ) -> Result<Option<(u64, u64)>> {
        let kept = tail.iter().filter(|entry| entry.at < keep_end);
        let last_proven = kept.clone().rposition(|entry| entry.belief == Belief::Proven);
        let free = kept.skip(last_proven.map_or(0, |index| index + 1));
        let Some(first) = free.clone().find(|entry| entry.has_free_length()) else {
            return Ok(None);
        };
        let mut from = first.at + 1;
        while let Some(place) = self.search.find(&self.observer.evidence, from, broken_at)? {
            let offset = place.offset();
            let is_sub_record = matches!(place, Place::SubRecord(_));
            let record_at = free.clone().take_while(|entry| entry.at < offset).last();
            let is_boundary = tail.iter().any(|entry| entry.at == offset);
            let reached =
                if is_sub_record && !is_boundary { self.reach(offset, limit)? } else { offset };
            if reached > broken_at {
                return Ok(record_at.map(|entry| (entry.at, offset)));
            }
            from = reached.max(offset + 1);
        }
        Ok(None)
    }
}
