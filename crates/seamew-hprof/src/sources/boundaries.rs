//! Where the members of a chunked gzip file begin and how long each is, decompressed.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::chunked_gzip::{COMMENT, HEADER_BYTES, has_comment, read_member};
use super::file::read_full_at;
use super::inflate::{Ending, Inflated, inflate_member};
use crate::anomaly::{Anomaly, AnomalyKind};
use crate::error::Result;
use crate::progress::{Progress, report};

/// Bytes read at once while looking for headers.
const SCAN_BYTES: usize = 4 << 20;
/// Bytes of the length field at the end of a member.
const LENGTH_BYTES: usize = 4;
/// Header of a member by zlib at HotSpot's usual level 1, on Unix.
const LIKELY_HEADER: [u8; HEADER_BYTES] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3];
/// Members with a comment that are expected at the start of a file.
const COMMENTED_MEMBERS: usize = 4;
/// Deflate cannot compress better than this.
const MAX_RATIO: u64 = 1032;

/// A chunked file that is being opened.
pub(crate) struct FileLayout<'a> {
    pub(crate) file: &'a File,
    pub(crate) file_bytes: u64,
    /// Most bytes that a member decompresses to.
    pub(crate) block_bytes: usize,
    /// Header of the members that have no comment.
    pub(crate) header: [u8; HEADER_BYTES],
}

/// One gzip member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) offset: u64,
    pub(crate) encoded_bytes: u32,
    /// Bytes decompressed; not 0.
    pub(crate) length: u32,
    /// True where the file ends inside it, which was reported already.
    pub(crate) is_cut: bool,
}

/// The members of a file.
pub(crate) struct Found {
    pub(crate) members: Vec<Member>,
    pub(crate) anomalies: Vec<Anomaly>,
}

/// A place where a member may begin.
#[derive(Clone, Copy)]
struct Candidate {
    offset: u64,
    /// Length field in front of it: what the member before says that it decompresses to.
    length_before: u32,
}

/// Header of the members that have no comment. It differs from the first member's not in the
/// flags alone, so it is looked up behind the first; JDK 17 may write the comment twice.
pub(crate) fn plain_header(
    file: &File,
    file_bytes: u64,
    block_bytes: usize,
) -> Result<[u8; HEADER_BYTES]> {
    let layout = FileLayout { file, file_bytes, block_bytes, header: LIKELY_HEADER };
    let mut output = vec![0; block_bytes];
    let mut offset = 0;
    for _ in 0..COMMENTED_MEMBERS {
        let inflated = layout.inflate(offset, file_bytes, &mut output)?;
        offset += inflated.consumed as u64;
        let mut header = [0; HEADER_BYTES];
        let count = read_full_at(file, offset, &mut header)?;
        let is_member = inflated.ending == Ending::Complete && count == HEADER_BYTES;
        if !is_member || header[..3] != LIKELY_HEADER[..3] {
            break;
        }
        if header[3] == 0 {
            return Ok(header);
        }
    }
    Ok(LIKELY_HEADER)
}

/// Finds the members; `None` where one is longer than the file's block size, so that this is
/// not HotSpot's form.
pub(crate) fn find(layout: &FileLayout<'_>, progress: &Progress<'_>) -> Result<Option<Found>> {
    let candidates = scan(layout, progress)?;
    let verified = verify(layout, &candidates, progress)?;
    let mut finder = Finder {
        layout,
        candidates,
        verified,
        members: Vec::new(),
        anomalies: Vec::new(),
        decoded_bytes: 0,
    };
    let is_chunked = finder.run()?;
    Ok(is_chunked.then_some(Found {
        members: finder.members,
        anomalies: finder.anomalies,
    }))
}

impl FileLayout<'_> {
    /// Most bytes that a member can take in the file: deflate's bound for what does not compress.
    fn encoded_bound(&self) -> u64 {
        let block = self.block_bytes as u64;
        block + block / 256 + 1024
    }

    fn is_length(&self, length: u32) -> bool {
        (1..=self.block_bytes).contains(&(length as usize))
    }

    /// True where header, length and distance leave no doubt that a member of `length` bytes
    /// begins at `start` and ends at `end`. HotSpot's buffers are rarely less than half full.
    fn is_proven(&self, start: u64, end: u64, length: u32) -> bool {
        let encoded = end - start;
        self.is_length(length)
            && length as usize >= self.block_bytes / 2
            && encoded <= self.encoded_bound()
            && encoded * MAX_RATIO >= u64::from(length)
    }

    /// Decompresses from `start`, at most to `end`.
    fn inflate(&self, start: u64, end: u64, output: &mut [u8]) -> Result<Inflated> {
        let encoded_bytes = (end - start).min(self.encoded_bound()) as u32;
        let member = Member {
            offset: start,
            encoded_bytes,
            length: 0,
            is_cut: false,
        };
        Ok(inflate_member(
            &read_member(self.file, member, self.header)?,
            output,
        ))
    }
}

/// Every offset at which a header like the first member's stands; the file's start is left out.
fn scan(layout: &FileLayout<'_>, progress: &Progress<'_>) -> Result<Vec<Candidate>> {
    let finder = memchr::memmem::Finder::new(&layout.header[..3]);
    let overlap = LENGTH_BYTES + HEADER_BYTES + COMMENT.len();
    let mut buffer = vec![0; SCAN_BYTES];
    let mut candidates = Vec::new();
    let mut base = 0;
    loop {
        let count = read_full_at(layout.file, base, &mut buffer)?;
        let bytes = &buffer[..count];
        for at in finder.find_iter(bytes) {
            if at >= LENGTH_BYTES && is_header(&bytes[at..], layout.header) {
                let length: [u8; LENGTH_BYTES] = bytes[at - LENGTH_BYTES..]
                    .first_chunk()
                    .copied()
                    .unwrap_or_default();
                let length_before = u32::from_le_bytes(length);
                candidates.push(Candidate {
                    offset: base + at as u64,
                    length_before,
                });
            }
        }
        if count < buffer.len() {
            return Ok(candidates);
        }
        base += (count - overlap) as u64;
        report(progress, base, layout.file_bytes)?;
    }
}

/// True for a header like `header`, or one with HotSpot's comment, which begins every file that
/// was merged into this one.
fn is_header(bytes: &[u8], header: [u8; HEADER_BYTES]) -> bool {
    bytes.starts_with(&header) || has_comment(bytes)
}

/// Decompresses, with all processors, the members whose boundaries are not proven.
fn verify(
    layout: &FileLayout<'_>,
    candidates: &[Candidate],
    progress: &Progress<'_>,
) -> Result<HashMap<u64, Inflated>> {
    let starts = std::iter::once(0).chain(candidates.iter().map(|candidate| candidate.offset));
    let doubtful: Vec<(u64, u64)> = starts
        .zip(candidates)
        .map(|(start, next)| (start, next.offset, next.length_before))
        .filter(|(start, end, length)| !layout.is_proven(*start, *end, *length))
        .map(|(start, end, _)| (start, end))
        .collect();
    let crew = Crew {
        layout,
        doubtful,
        next: AtomicUsize::new(0),
        results: Mutex::default(),
    };
    let helpers = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(crew.doubtful.len());
    thread::scope(|scope| {
        let handles: Vec<_> = (1..helpers)
            .map(|_| scope.spawn(|| crew.work(&mut |_| Ok(()))))
            .collect();
        let total = crew.doubtful.len() as u64;
        let done = crew.work(&mut |index| report(progress, index, total));
        if done.is_err() {
            crew.next.store(crew.doubtful.len(), Ordering::Relaxed);
        }
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or(Ok(())))
            .fold(done, Result::and)
    })?;
    Ok(crew
        .results
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner))
}

/// Threads that share a list of members to decompress.
struct Crew<'a> {
    layout: &'a FileLayout<'a>,
    doubtful: Vec<(u64, u64)>,
    next: AtomicUsize,
    results: Mutex<HashMap<u64, Inflated>>,
}

impl Crew<'_> {
    fn work(&self, report: &mut dyn FnMut(u64) -> Result<()>) -> Result<()> {
        let mut output = vec![0; self.layout.block_bytes];
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((start, end)) = self.doubtful.get(index).copied() else {
                return Ok(());
            };
            let inflated = self.layout.inflate(start, end, &mut output)?;
            let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
            results.insert(start, inflated);
            drop(results);
            report(index as u64)?;
        }
    }
}

struct Finder<'a> {
    layout: &'a FileLayout<'a>,
    candidates: Vec<Candidate>,
    verified: HashMap<u64, Inflated>,
    members: Vec<Member>,
    anomalies: Vec<Anomaly>,
    decoded_bytes: u64,
}

impl Finder<'_> {
    /// False where a member is longer than the block size.
    fn run(&mut self) -> Result<bool> {
        let mut start = 0;
        let mut index = 0;
        while let Some(next) = self.candidates.get(index).copied() {
            index += 1;
            if self
                .layout
                .is_proven(start, next.offset, next.length_before)
            {
                self.push(start, next.offset, next.length_before);
                start = next.offset;
                continue;
            }
            let inflated = match self.verified.remove(&start) {
                Some(inflated) => inflated,
                None => self.inflate(start, next.offset)?,
            };
            match inflated.ending {
                Ending::OutputFull => return Ok(false),
                Ending::Complete | Ending::ChecksumWrong => {
                    self.push_complete(start, next, inflated)?;
                }
                Ending::InputEnds if self.goes_on_behind(start, index)? => continue,
                Ending::InputEnds | Ending::Damaged => self.push_damaged(start, next),
            }
            start = next.offset;
        }
        self.push_last(start)
    }

    fn inflate(&self, start: u64, end: u64) -> Result<Inflated> {
        let mut output = vec![0; self.layout.block_bytes];
        self.layout.inflate(start, end, &mut output)
    }

    fn push(&mut self, start: u64, end: u64, length: u32) {
        let encoded_bytes = (end - start).min(self.layout.encoded_bound()) as u32;
        if length > 0 {
            self.members.push(Member {
                offset: start,
                encoded_bytes,
                length,
                is_cut: false,
            });
            self.decoded_bytes += u64::from(length);
        }
    }

    /// A member that ends before the next header: between them stands one whose header is lost.
    fn push_complete(&mut self, start: u64, next: Candidate, inflated: Inflated) -> Result<()> {
        let end = start + inflated.consumed as u64;
        self.push(start, end, inflated.produced as u32);
        if end >= next.offset {
            return Ok(());
        }
        let hidden = self.inflate(end, next.offset)?;
        let is_sound = hidden.ending == Ending::Complete;
        let message = if is_sound {
            "the header of a gzip chunk was damaged; its contents are sound"
        } else {
            "a gzip chunk is damaged"
        };
        let lost_bytes = if is_sound { 0 } else { next.offset - end };
        self.note(AnomalyKind::CompressedDamaged, message, lost_bytes);
        if is_sound {
            self.push(end, next.offset, hidden.produced as u32);
        } else {
            self.push_damaged(end, next);
        }
        Ok(())
    }

    /// True where the header of the candidate before `index` stands inside a member that is
    /// complete only at the candidate `index`: the contents happen to have these bytes.
    fn goes_on_behind(&self, start: u64, index: usize) -> Result<bool> {
        let end = self
            .candidates
            .get(index)
            .map_or(self.layout.file_bytes, |candidate| candidate.offset);
        let inflated = self.inflate(start, end)?;
        Ok(inflated.ending == Ending::Complete && start + inflated.consumed as u64 == end)
    }

    /// A member that cannot be decompressed keeps its place: what follows keeps its offset.
    fn push_damaged(&mut self, start: u64, next: Candidate) {
        let is_known = self.layout.is_length(next.length_before);
        let length = if is_known {
            next.length_before
        } else {
            self.layout.block_bytes as u32
        };
        self.push(start, next.offset, length);
    }

    fn push_last(&mut self, start: u64) -> Result<bool> {
        let inflated = self.inflate(start, self.layout.file_bytes)?;
        let end = start + inflated.consumed as u64;
        let left = self.layout.file_bytes - end;
        match inflated.ending {
            Ending::OutputFull => return Ok(false),
            Ending::Complete | Ending::ChecksumWrong => {
                self.push(start, end, inflated.produced as u32);
                self.note_trailer(end, left)?;
            }
            Ending::InputEnds | Ending::Damaged => {
                self.push(start, self.layout.file_bytes, inflated.produced as u32);
                if let Some(last) = self.members.last_mut() {
                    last.is_cut |= last.offset == start;
                }
                if inflated.ending == Ending::InputEnds {
                    self.note(AnomalyKind::CompressedCut, "the gzip data end early", 0);
                } else {
                    let message = "the last gzip chunk is damaged";
                    self.note(AnomalyKind::CompressedDamaged, message, left);
                }
            }
        }
        Ok(true)
    }

    fn note_trailer(&mut self, end: u64, left: u64) -> Result<()> {
        let mut sample = vec![0; SCAN_BYTES];
        let count = read_full_at(self.layout.file, end, &mut sample)?;
        let is_padding = sample[..count].iter().all(|byte| *byte == 0);
        if left > 0 && !is_padding {
            let message = "bytes of something else follow the gzip data";
            self.note(AnomalyKind::TrailingGarbage, message, left);
        }
        Ok(())
    }

    fn note(&mut self, kind: AnomalyKind, message: &'static str, lost_bytes: u64) {
        let anomaly = Anomaly::new(kind, self.decoded_bytes, message);
        self.anomalies.push(anomaly.losing(lost_bytes));
    }
}
