//! The heap part of a salvage: follows the chain of sub-records and mends it where it breaks.

use super::Salvage;
use super::evidence::Belief;
use super::search::Place;
use super::shape::{Kind, Shape};
use super::tail::{Pathfinder, Tail, believable_end, kept, unproven_end};
use crate::anomaly::AnomalyKind;
use crate::error::Result;
use crate::record::RecordHeader;
use crate::tag::record;
use crate::walk::{Segment, WalkError, walk};

/// Declared length of a record whose writer did not know it.
const UNKNOWN_LENGTH: u64 = 0xffff_ffff;
/// Bytes walked at first behind a break: where breaks are many, long reads would be wasted.
const FIRST_STRETCH: u64 = 1 << 16;

/// A stretch of sub-records being read.
#[derive(Clone, Copy)]
struct Region {
    /// First byte behind the record header.
    body: u64,
    /// First sub-record that is not yet in a segment.
    start: u64,
    /// End by the record header; `None` where the header was lost.
    declared_end: Option<u64>,
    /// Reading ends here: the declared end if a record follows it, else the end of the dump.
    limit: u64,
    /// Bytes to walk at first.
    stretch: u64,
}

/// How a chain of sub-records ends.
enum Chain {
    /// Where it must or may.
    Whole(u64),
    /// At something that is no sub-record.
    Broken(u64),
}

impl Salvage<'_> {
    /// Reads a heap record whose header is at `position`.
    pub(super) fn heap_record(&mut self, position: u64, header: RecordHeader) -> Result<Place> {
        self.layout.begin_heap_record(position, header);
        self.observer.evidence.set_has_heap();
        let body = position + record::HEADER_BYTES;
        let declared_end = body + header.body_bytes;
        let is_confirmed = declared_end <= self.total_bytes
            && self
                .search
                .is_record(&self.observer.evidence, declared_end)?;
        if header.body_bytes == 0 {
            self.note(
                AnomalyKind::ZeroLength,
                position,
                "a heap dump record declares no bytes",
            );
        }
        let limit = if is_confirmed {
            declared_end
        } else {
            self.total_bytes
        };
        let declared_end = Some(declared_end);
        self.region(Region {
            body,
            start: body,
            declared_end,
            limit,
            stretch: u64::MAX,
        })
    }

    /// Reads sub-records whose record header was lost.
    pub(super) fn heap_without_header(&mut self, position: u64) -> Result<Place> {
        self.region(Region {
            body: position,
            start: position,
            declared_end: None,
            limit: self.total_bytes,
            stretch: FIRST_STRETCH,
        })
    }

    fn region(&mut self, mut region: Region) -> Result<Place> {
        while region.start < region.limit {
            let broken_at = match self.follow(region)? {
                Chain::Whole(end) => {
                    self.keep(region.start, end);
                    self.note_length(region, end);
                    return Ok(Place::Record(end));
                }
                Chain::Broken(offset) => offset,
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
            region.stretch = FIRST_STRETCH;
        }
        Ok(Place::Record(region.limit))
    }

    /// Walks the chain from the region's start, until it ends at the declared end or the limit,
    /// or breaks.
    fn follow(&mut self, region: Region) -> Result<Chain> {
        let id_size = self.observer.evidence.id_size;
        let mut start = region.start;
        let mut stretch = region.stretch;
        let mut declared_end = region.declared_end.filter(|end| *end > start);
        loop {
            let stop = region.limit.min(declared_end.unwrap_or(u64::MAX));
            let end = stop.min(start.saturating_add(stretch));
            let segment = Segment {
                offset: start,
                length: end - start,
            };
            let walked = walk(
                self.source,
                segment,
                id_size,
                &mut self.buffer,
                &mut self.observer,
            );
            match walked {
                Ok(()) if end == stop => return Ok(Chain::Whole(end)),
                Ok(()) => start = end,
                Err(WalkError::Unsound { offset, .. }) => {
                    let shape = self.search.shape(offset, id_size)?;
                    let is_longer =
                        shape.is_some_and(|shape| offset.saturating_add(shape.length) > end);
                    if end == region.limit || !is_longer {
                        return Ok(Chain::Broken(offset));
                    }
                    start = offset;
                    // The sub-record goes on behind the declared end, so that end is wrong.
                    declared_end = declared_end.filter(|declared| *declared > end);
                }
                Err(other) => return Err(other.into()),
            }
            stretch = stretch.saturating_mul(8);
        }
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
                // The walker is less particular: this one leads to the break.
                let shape = Shape {
                    kind: Kind::Class,
                    address: 0,
                    length: broken_at - at,
                };
                tail.push(Tail {
                    at,
                    shape,
                    belief: Belief::Contradicted,
                });
                break;
            };
            tail.push(Tail {
                at,
                shape,
                belief: evidence.belief(&shape),
            });
            at = at.saturating_add(shape.length);
        }
        Ok(tail)
    }

    /// Cuts off what cannot be believed before the break, and finds where to go on.
    fn mend(&mut self, region: Region, broken_at: u64) -> Result<Place> {
        let tail = self.tail(region, broken_at)?;
        let evidence = &self.observer.evidence;
        let broken = self.search.shape(broken_at, evidence.id_size)?;
        let is_head_sound = broken.is_some_and(|shape| evidence.belief(&shape) >= Belief::Likely);
        let mut keep_end = if is_head_sound {
            broken_at
        } else {
            believable_end(&tail, broken_at)
        };
        let hidden = if is_head_sound {
            None
        } else {
            self.find_hidden(&tail, keep_end, broken_at, region.limit)?
        };
        let next = if let Some((record_at, found)) = hidden {
            keep_end = keep_end.min(record_at);
            Some(Place::SubRecord(found))
        } else {
            let range = keep_end + 1..region.limit;
            self.search
                .find(&self.observer.evidence, range, region.limit)?
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
        let unproven = unproven_end(kept(tail, keep_end));
        let Some(first) = unproven.iter().find(|entry| entry.has_free_length()) else {
            return Ok(None);
        };
        let mut from = first.at + 1;
        while let Some(offset) =
            self.search
                .find_hidden(&self.observer.evidence, from..broken_at, limit)?
        {
            let is_boundary = tail.iter().any(|entry| entry.at == offset);
            let reached = if is_boundary {
                offset
            } else {
                self.reach(offset, broken_at, limit)?
            };
            if reached > broken_at {
                let around = tail.iter().rfind(|entry| entry.at < offset);
                return Ok(around.map(|entry| (entry.at, offset)));
            }
            from = reached.max(offset + 1);
        }
        Ok(None)
    }

    /// Follows the chain from `offset`, over the headers of records, to its break or to some way
    /// behind `target`.
    fn reach(&mut self, offset: u64, target: u64, limit: u64) -> Result<u64> {
        let mut position = offset;
        loop {
            let broken_at = self.chain_end(position, target, limit)?;
            if broken_at > target {
                return Ok(broken_at);
            }
            position = self
                .search
                .pass_records(&self.observer.evidence, broken_at)?;
            if position == broken_at || position >= limit {
                return Ok(position);
            }
        }
    }

    fn chain_end(&mut self, offset: u64, target: u64, limit: u64) -> Result<u64> {
        let segment = Segment {
            offset,
            length: limit - offset,
        };
        let id_size = self.observer.evidence.id_size;
        let mut pathfinder = Pathfinder { target };
        match walk(
            self.source,
            segment,
            id_size,
            &mut self.buffer,
            &mut pathfinder,
        ) {
            Ok(()) => Ok(limit),
            Err(error @ (WalkError::Unsound { .. } | WalkError::Stopped { .. })) => {
                Ok(error.offset())
            }
            Err(error @ WalkError::Io { .. }) => Err(error.into()),
        }
    }

    /// Makes a segment of sub-records that proved sound.
    fn keep(&mut self, start: u64, end: u64) {
        self.layout.push_segment(Segment {
            offset: start,
            length: end.saturating_sub(start),
        });
        self.observer.accept_before(end);
    }

    /// Counts the objects before a break that are kept though nothing confirms them; the last
    /// one is doubtful in any case.
    fn count_doubtful(&mut self, tail: &[Tail], keep_end: u64) {
        let kept = kept(tail, keep_end);
        let unproven = unproven_end(kept)
            .iter()
            .filter(|entry| entry.is_object())
            .count();
        let last = usize::from(kept.iter().any(Tail::is_object));
        self.doubtful_objects += unproven.max(last) as u64;
    }

    /// Notes where a heap record ends elsewhere than it declares.
    fn note_length(&mut self, region: Region, end: u64) {
        let Some(declared_end) = region.declared_end else {
            return;
        };
        let declared_bytes = declared_end - region.body;
        if declared_end == end || declared_bytes == 0 {
            return;
        }
        if end == self.total_bytes && declared_end > end && declared_bytes != UNKNOWN_LENGTH {
            let missing = declared_end - end;
            let message = format!("the dump ends {missing} bytes before its last record does");
            self.lose(AnomalyKind::Truncated, end, declared_end, message);
            return;
        }
        let message = format!(
            "a heap dump record declares {declared_bytes} bytes but has {}",
            end - region.body
        );
        self.note(AnomalyKind::DeclaredLengthWrong, region.body, message);
    }

    /// Notes what a break cost.
    fn note_break(&mut self, region: Region, keep_end: u64, next: Option<Place>, runs_out: bool) {
        if let Some(place) = next {
            let message = "damaged heap bytes skipped";
            self.lose(AnomalyKind::DamagedBytes, keep_end, place.offset(), message);
            return;
        }
        let declared_end = region.declared_end.unwrap_or_default();
        let is_short = declared_end > self.total_bytes;
        if region.limit < self.total_bytes || !(is_short || runs_out) {
            let message = "damaged heap bytes up to the end of their record";
            self.lose(AnomalyKind::DamagedBytes, keep_end, region.limit, message);
            return;
        }
        let is_known = is_short && declared_end - region.body != UNKNOWN_LENGTH;
        let end = if is_known {
            declared_end
        } else {
            self.total_bytes
        };
        let message = format!(
            "the dump ends inside a heap record; {} declared bytes are missing",
            end - self.total_bytes
        );
        self.lose(AnomalyKind::Truncated, keep_end, end, message);
    }
}
