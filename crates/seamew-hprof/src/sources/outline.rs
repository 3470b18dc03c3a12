//! The bytes of a dump that a survey asks for: headers of heap records, and names with their
//! headers. Picked while the dump is decompressed for the first time, they spare the survey from
//! decompressing it once more.

use crate::header::{Header, MAX_HEADER_BYTES};
use crate::record::RecordHeader;
use crate::tag::record;

/// Most bytes kept. Names take some ten mebibytes in large applications.
const MAX_BYTES: usize = 64 << 20;

/// Pieces of a dump, in order.
#[derive(Default)]
pub(crate) struct Outline {
    pieces: Vec<Piece>,
}

struct Piece {
    offset: u64,
    bytes: Vec<u8>,
}

impl Outline {
    /// Copies what is there from `offset` on; returns how many bytes that is.
    pub(crate) fn read(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let behind = self.pieces.partition_point(|piece| piece.offset <= offset);
        let Some(piece) = behind
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        else {
            return 0;
        };
        let start = usize::try_from(offset - piece.offset).unwrap_or(usize::MAX);
        let bytes = piece.bytes.get(start..).unwrap_or_default();
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        count
    }
}

/// Picks the pieces from a dump that is fed in order.
pub(crate) struct Outliner {
    outline: Outline,
    kept_bytes: usize,
    /// Offset of the next byte that is fed.
    position: u64,
    /// Offset of the record at hand.
    record_at: u64,
    /// Bytes of the record to keep; 0 after something that is no record.
    wanted_bytes: u64,
    /// True until the file header is decoded.
    in_header: bool,
}

impl Outliner {
    pub(crate) fn new() -> Self {
        Self {
            outline: Outline::default(),
            kept_bytes: 0,
            position: 0,
            record_at: 0,
            wanted_bytes: MAX_HEADER_BYTES as u64,
            in_header: true,
        }
    }

    /// Takes the next bytes of the dump.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let end = self.position + bytes.len() as u64;
        while self.wanted_bytes > 0 {
            let kept_bytes = self.kept_of_record();
            if kept_bytes >= self.wanted_bytes {
                self.next_record();
                continue;
            }
            let from = self.record_at + kept_bytes;
            if from >= end {
                break;
            }
            let to = end.min(self.record_at + self.wanted_bytes);
            self.keep(from, &bytes[self.index(from)..self.index(to)]);
        }
        self.position = end;
    }

    pub(crate) fn finish(self) -> Outline {
        self.outline
    }

    /// Index in the bytes at hand.
    fn index(&self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.position)).unwrap_or(usize::MAX)
    }

    /// Bytes of the record at hand that are kept already.
    fn kept_of_record(&self) -> u64 {
        let end = self
            .outline
            .pieces
            .last()
            .map_or(0, |piece| piece.offset + piece.bytes.len() as u64);
        end.saturating_sub(self.record_at)
    }

    fn keep(&mut self, offset: u64, bytes: &[u8]) {
        self.kept_bytes += bytes.len();
        if self.kept_bytes > MAX_BYTES {
            self.wanted_bytes = 0;
            return;
        }
        match self.outline.pieces.last_mut() {
            Some(piece) if piece.offset + piece.bytes.len() as u64 == offset => {
                piece.bytes.extend_from_slice(bytes);
            }
            _ => self.outline.pieces.push(Piece {
                offset,
                bytes: bytes.to_vec(),
            }),
        }
    }

    /// What was wanted of the record is kept: wants the rest of it, or goes to the next.
    fn next_record(&mut self) {
        let mut bytes = [0; MAX_HEADER_BYTES];
        let count = self.outline.read(self.record_at, &mut bytes);
        if self.in_header {
            self.in_header = false;
            self.record_at = Header::parse(&bytes[..count], 0).map_or(0, |header| header.end());
            self.wanted_bytes = if self.record_at > 0 {
                record::HEADER_BYTES
            } else {
                0
            };
            return;
        }
        let Some(header) = RecordHeader::parse(&bytes[..count]).filter(|header| header.is_known())
        else {
            self.wanted_bytes = 0;
            return;
        };
        let record_bytes = record::HEADER_BYTES + header.body_bytes;
        if header.is_heap() || self.wanted_bytes >= record_bytes {
            self.record_at += record_bytes;
            self.wanted_bytes = record::HEADER_BYTES;
        } else {
            self.wanted_bytes = record_bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{DumpSource, MemorySource};
    use crate::survey::survey;
    use crate::tag::BasicType;
    use crate::writer::{HprofWriter, WriterOptions};

    /// Gives the outline alone: any read beyond it fails.
    struct OutlineSource {
        head: MemorySource,
        outline: Outline,
        length: u64,
    }

    impl DumpSource for OutlineSource {
        fn len(&self) -> u64 {
            self.length
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
            assert_eq!(offset, 0, "a read beyond the outline");
            self.head.read_at(offset, buffer)
        }

        fn read_some_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.outline.read(offset, buffer);
            assert!(count > 0, "nothing kept at {offset}");
            Ok(count)
        }
    }

    fn dump() -> Vec<u8> {
        let mut writer = HprofWriter::new(Vec::new(), WriterOptions::default()).unwrap();
        for id in 0..200 {
            writer.utf8(id, &format!("name/of/Thing{id}")).unwrap();
        }
        for address in 1..300 {
            writer
                .primitive_array(address * 8, BasicType::Byte, &[7; 1000])
                .unwrap();
            if address % 30 == 0 {
                writer.end_segment().unwrap();
            }
        }
        writer.end_heap().unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn a_survey_needs_nothing_else() {
        let bytes = dump();
        let expected = survey(&MemorySource(bytes.clone())).unwrap();
        for step in [1, 10, 100, 5000, bytes.len()] {
            let mut outliner = Outliner::new();
            bytes.chunks(step).for_each(|chunk| outliner.feed(chunk));
            assert!(outliner.kept_bytes < 10_000);
            let head = MemorySource(bytes[..4096].to_vec());
            let length = bytes.len() as u64;
            let source = OutlineSource {
                head,
                outline: outliner.finish(),
                length,
            };
            let found = survey(&source).unwrap();
            assert!(found.sound);
            assert_eq!(found.dumps, expected.dumps);
            assert_eq!(
                found.symbols(0).string(150),
                expected.symbols(0).string(150)
            );
        }
    }

    #[test]
    fn stops_at_what_is_no_record() {
        let mut bytes = dump();
        bytes[31] = 0x66;
        let mut outliner = Outliner::new();
        outliner.feed(&bytes);
        assert!(outliner.kept_bytes <= MAX_HEADER_BYTES);
        let mut outliner = Outliner::new();
        outliner.feed(b"no dump");
        outliner.feed(&[0; 1000]);
        assert!(outliner.kept_bytes <= MAX_HEADER_BYTES);
    }
}
