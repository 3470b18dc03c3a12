//! Where the members of a chunked gzip file begin and how long each is, decompressed.

use std::fs::File;
use std::io;

use super::chunked_gzip::{COMMENT, HEADER_BYTES, has_comment, read_member};
use super::crew::inflate_all;
use super::file::read_full_at;
use super::inflate::{Ending, Inflated, inflate_member};
use super::outline::Outline;
use crate::anomaly::{Anomaly, AnomalyKind};
use crate::error::Result;
use crate::progress::Progress;

/// Bytes read at once while looking for headers.
const SCAN_BYTES: usize = 4 << 20;
/// Bytes of the length field at the end of a member.
const LENGTH_BYTES: usize = 4;
/// Header of a member by zlib at HotSpot's usual level 1, on Unix.
const LIKELY_HEADER: [u8; HEADER_BYTES] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3];
/// Members with a comment that are expected at the start of a file.
const COMMENTED_MEMBERS: usize = 4;
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
}

/// The members of a file.
pub(crate) struct Found {
    pub(crate) members: Vec<Member>,
    pub(crate) anomalies: Vec<Anomaly>,
    pub(crate) outline: Outline,
}

/// A place where a member may begin.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) offset: u64,
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
    let layout = FileLayout {
        file,
        file_bytes,
        block_bytes,
        header: LIKELY_HEADER,
    };
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
/// not HotSpot's form. Decompresses everything once, with all processors.
pub(crate) fn find(layout: &FileLayout<'_>, progress: &Progress<'_>) -> Result<Option<Found>> {
    let candidates = scan(layout)?;
    let (inflated, outline) = inflate_all(layout, &candidates, progress)?;
    let mut finder = Finder {
        layout,
        candidates,
        inflated,
        members: Vec::new(),
        anomalies: Vec::new(),
        decoded_bytes: 0,
    };
    let is_chunked = finder.run()?;
    let (members, anomalies) = (finder.members, finder.anomalies);
    Ok(is_chunked.then_some(Found {
        members,
        anomalies,
        outline,
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

    /// Decompresses from `start`, at most to `end`.
    pub(crate) fn inflate(&self, start: u64, end: u64, output: &mut [u8]) -> io::Result<Inflated> {
        let encoded_bytes = (end - start).min(self.encoded_bound()) as u32;
        let member = Member {
            offset: start,
            encoded_bytes,
            length: 0,
        };
        Ok(inflate_member(
            &read_member(self.file, member, self.header)?,
            output,
        ))
    }
}

/// Every offset at which a header like the first member's stands; the file's start is left out.
fn scan(layout: &FileLayout<'_>) -> Result<Vec<Candidate>> {
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
    }
}

/// True for a header like `header`, or one with HotSpot's comment, which begins every file that
/// was merged into this one.
fn is_header(bytes: &[u8], header: [u8; HEADER_BYTES]) -> bool {
    bytes.starts_with(&header) || has_comment(bytes)
}

struct Finder<'a> {
    layout: &'a FileLayout<'a>,
    candidates: Vec<Candidate>,
    /// What became of the bytes from each place, the file's start first, to the next.
    inflated: Vec<Inflated>,
    members: Vec<Member>,
    anomalies: Vec<Anomaly>,
    decoded_bytes: u64,
}

impl Finder<'_> {
    /// False where a member is longer than the block size.
    fn run(&mut self) -> Result<bool> {
        let mut start = 0;
        let mut known = self.inflated.first().copied();
        for index in 0..self.candidates.len() {
            let next = self.candidates[index];
            let inflated = match known.take() {
                Some(inflated) => inflated,
                None => self.inflate(start, next.offset)?,
            };
            match inflated.ending {
                Ending::OutputFull => return Ok(false),
                Ending::ChecksumWrong if !self.has_right_length(start, next, inflated) => {
                    self.push_damaged(start, next, inflated);
                }
                Ending::Complete | Ending::ChecksumWrong | Ending::LengthWrong => {
                    self.push_complete(start, next, inflated)?;
                }
                Ending::InputEnds if self.goes_on_behind(start, index)? => continue,
                Ending::InputEnds | Ending::Damaged => {
                    self.push_damaged(start, next, inflated);
                }
            }
            start = next.offset;
            known = self.inflated.get(index + 1).copied();
        }
        let inflated = match known {
            Some(inflated) => inflated,
            None => self.inflate(start, self.layout.file_bytes)?,
        };
        self.push_last(start, inflated)
    }

    /// Damaged data may end somewhere, by chance; the length behind a member tells.
    fn has_right_length(&self, start: u64, next: Candidate, inflated: Inflated) -> bool {
        let is_known = self.layout.is_length(next.length_before);
        start + inflated.consumed as u64 >= next.offset
            && (!is_known || inflated.produced == next.length_before as usize)
    }

    fn inflate(&self, start: u64, end: u64) -> io::Result<Inflated> {
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
            });
            self.decoded_bytes += u64::from(length);
        }
    }

    /// A complete member. Where it ends before the next header, one whose own header is lost
    /// stands between them.
    fn push_complete(&mut self, start: u64, next: Candidate, inflated: Inflated) -> Result<()> {
        let end = start + inflated.consumed as u64;
        self.note_checksum(inflated);
        self.push(start, end, inflated.produced as u32);
        if end >= next.offset {
            return Ok(());
        }
        let hidden = self.inflate(end, next.offset)?;
        if hidden.ending != Ending::Complete {
            self.push_damaged(end, next, hidden);
            return Ok(());
        }
        let message = "the header of a gzip chunk was damaged; its contents are sound";
        self.note(AnomalyKind::CompressedDamaged, message, 0);
        self.push(end, next.offset, hidden.produced as u32);
        Ok(())
    }

    /// True where the header of the candidate `index` stands inside a member that is complete
    /// only at the next candidate: the contents happen to have these bytes.
    fn goes_on_behind(&self, start: u64, index: usize) -> Result<bool> {
        let behind = self.candidates.get(index + 1);
        let end = behind.map_or(self.layout.file_bytes, |candidate| candidate.offset);
        let inflated = self.inflate(start, end)?;
        Ok(inflated.ending == Ending::Complete && start + inflated.consumed as u64 == end)
    }

    /// A member that cannot be decompressed to its end keeps its place: what follows keeps its
    /// offset, and what is missing reads as zeros.
    fn push_damaged(&mut self, start: u64, next: Candidate, inflated: Inflated) {
        let is_known = self.layout.is_length(next.length_before);
        let length = if is_known {
            next.length_before
        } else {
            self.layout.block_bytes as u32
        };
        let lost_bytes = u64::from(length).saturating_sub(inflated.produced as u64);
        let message = "a gzip chunk is damaged; what is missing of it reads as zeros";
        self.note(AnomalyKind::CompressedDamaged, message, lost_bytes);
        self.push(start, next.offset, length);
    }

    fn push_last(&mut self, start: u64, inflated: Inflated) -> Result<bool> {
        let file_bytes = self.layout.file_bytes;
        let end = start + inflated.consumed as u64;
        match inflated.ending {
            Ending::OutputFull => return Ok(false),
            Ending::Complete | Ending::ChecksumWrong | Ending::LengthWrong => {
                self.note_checksum(inflated);
                self.push(start, end, inflated.produced as u32);
                self.note_trailer(end)?;
            }
            Ending::InputEnds => {
                self.push(start, file_bytes, inflated.produced as u32);
                self.note(AnomalyKind::CompressedCut, "the gzip data end early", 0);
            }
            Ending::Damaged => {
                self.push(start, file_bytes, inflated.produced as u32);
                let message = "the last gzip chunk is damaged";
                self.note(AnomalyKind::CompressedDamaged, message, file_bytes - end);
            }
        }
        Ok(true)
    }

    /// Tells what follows the last member, if it is more than padding.
    fn note_trailer(&mut self, end: u64) -> Result<()> {
        let left = self.layout.file_bytes - end;
        let mut sample = vec![0; SCAN_BYTES];
        let count = read_full_at(self.layout.file, end, &mut sample)?;
        let trailer = &sample[..count];
        if left > 0 && self.layout.header.starts_with(trailer) {
            self.note(AnomalyKind::CompressedCut, "the gzip data end early", 0);
        } else if trailer.iter().any(|byte| *byte != 0) {
            let message = "bytes of something else follow the gzip data";
            self.note(AnomalyKind::TrailingGarbage, message, left);
        }
        Ok(())
    }

    fn note_checksum(&mut self, inflated: Inflated) {
        if inflated.ending != Ending::Complete {
            let message = "the checksum of a gzip chunk is wrong";
            self.note(AnomalyKind::ChecksumWrong, message, 0);
        }
    }

    fn note(&mut self, kind: AnomalyKind, message: &'static str, lost_bytes: u64) {
        let anomaly = Anomaly::new(kind, self.decoded_bytes, message);
        self.anomalies.push(anomaly.losing(lost_bytes));
    }
}
