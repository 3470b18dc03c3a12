//! The gzip form of HotSpot's dumper (`heapDumperCompression.cpp`, JDK 15 and later): every
//! buffer it fills becomes a gzip member of its own, and the first member's comment tells the
//! size of the buffers. So the members can be found and decompressed one by one, in any order.
//!
//! Members are found by their headers, which are all alike. Opening decompresses each of them
//! once, with all processors, so that boundaries, lengths and damage are known for certain.

use std::fs::File;
use std::io;

use super::blocks::{ChunkReader, ChunkedSource};
use super::boundaries::{self, Member};
use super::file::read_full_at;
use super::inflate::inflate_member;
use crate::anomaly::Anomaly;
use crate::error::Result;
use crate::progress::Progress;

/// Bytes of a gzip header without optional fields.
pub(crate) const HEADER_BYTES: usize = 10;
/// How the comment of a first member begins.
pub(crate) const COMMENT: &[u8] = b"HPROF BLOCKSIZE=";
/// HotSpot uses 1 MiB; more than this is no dump of HotSpot's.
const MAX_BLOCK_BYTES: usize = 64 << 20;

const FLAG_EXTRA: u8 = 4;
const FLAG_NAME: u8 = 8;
pub(crate) const FLAG_COMMENT: u8 = 16;

/// The block size that the comment of the first member declares, if `head` begins a chunked file.
pub(crate) fn declared_block_bytes(head: &[u8]) -> Option<usize> {
    let flags = *head.get(3)?;
    if flags & FLAG_COMMENT == 0 || flags & FLAG_EXTRA != 0 {
        return None;
    }
    let mut rest = head.get(HEADER_BYTES..)?;
    if flags & FLAG_NAME != 0 {
        rest = &rest[memchr::memchr(0, rest)? + 1..];
    }
    let comment = &rest[..memchr::memchr(0, rest)?];
    let digits = comment.strip_prefix(COMMENT)?;
    let bytes = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (1..=MAX_BLOCK_BYTES).contains(&bytes).then_some(bytes)
}

/// Finds the members of a chunked file. `None` where the file is not of that form after all.
pub(crate) fn open(
    file: &File,
    file_bytes: u64,
    block_bytes: usize,
    progress: &Progress<'_>,
) -> Result<Option<(ChunkedSource<MemberReader>, Vec<Anomaly>)>> {
    let header = boundaries::plain_header(file, file_bytes, block_bytes)?;
    let layout = boundaries::FileLayout {
        file,
        file_bytes,
        block_bytes,
        header,
    };
    let Some(found) = boundaries::find(&layout, progress)? else {
        return Ok(None);
    };
    let lengths: Vec<u64> = found
        .members
        .iter()
        .map(|member| member.length.into())
        .collect();
    let reader = MemberReader {
        file: file.try_clone()?,
        members: found.members,
        header,
    };
    let source = ChunkedSource::new(reader, lengths.into_iter(), found.outline);
    Ok(Some((source, found.anomalies)))
}

/// Decompresses members by index.
pub(crate) struct MemberReader {
    file: File,
    members: Vec<Member>,
    header: [u8; HEADER_BYTES],
}

impl ChunkReader for MemberReader {
    /// What cannot be decompressed of a damaged member reads as zeros; opening has told of it.
    fn read_chunk(&self, index: usize, output: &mut [u8]) -> io::Result<()> {
        let input = read_member(&self.file, self.members[index], self.header)?;
        let inflated = inflate_member(&input, output);
        output[inflated.produced..].fill(0);
        Ok(())
    }
}

/// The compressed bytes of a member. Headers without a comment are all alike, so a damaged one is
/// mended.
pub(crate) fn read_member(
    file: &File,
    member: Member,
    header: [u8; HEADER_BYTES],
) -> io::Result<Vec<u8>> {
    let mut input = vec![0; member.encoded_bytes as usize];
    let count = read_full_at(file, member.offset, &mut input)?;
    input.truncate(count);
    if count >= HEADER_BYTES && !has_comment(&input) {
        input[..HEADER_BYTES].copy_from_slice(&header);
    }
    Ok(input)
}

/// True for a header with HotSpot's comment.
pub(crate) fn has_comment(bytes: &[u8]) -> bool {
    bytes.get(3) == Some(&FLAG_COMMENT)
        && bytes
            .get(HEADER_BYTES..)
            .is_some_and(|rest| rest.starts_with(COMMENT))
}
