//! gzip files of one or more members, read from front to back.

use std::io::{self, BufRead};

use flate2::{Decompress, FlushDecompress, Status};

use super::decoder::{Damage, Decoded, Decoder};
use super::inflate::{gzip_inflater, unread_trailer_bytes};
use super::input::Input;
use crate::anomaly::AnomalyKind;

/// Bytes of a gzip header that members of one writer have in common.
const HEADER_BYTES: usize = 10;

/// Decompresses members one after the other, and goes on behind a damaged one where a header
/// like the first member's follows.
pub(crate) struct GzipDecoder {
    input: Input,
    inflater: Decompress,
    state: State,
    /// Damage met by the last call, behind the bytes that it put out.
    pending: Option<Damage>,
    /// Tag bytes, method, flags, time, system of the first member.
    template: [u8; HEADER_BYTES],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    InMember,
    Between,
    /// Between members, and what precedes was damaged.
    Astray,
    Ended,
}

impl GzipDecoder {
    /// A decoder for `input`, which begins with `head`.
    pub(crate) fn new(input: Input, head: &[u8]) -> Self {
        let template = head.first_chunk().copied().unwrap_or_default();
        Self {
            input,
            inflater: gzip_inflater(),
            state: State::InMember,
            pending: None,
            template,
        }
    }

    fn inflate(&mut self, output: &mut [u8]) -> io::Result<Decoded> {
        let member_in = self.inflater.total_in();
        let member_out = self.inflater.total_out();
        let bytes = self.input.peek(1)?;
        if bytes.is_empty() {
            self.state = State::Ended;
            return Ok(Decoded::Damaged(Damage {
                kind: AnomalyKind::CompressedCut,
                message: "the gzip data end early".to_owned(),
                lost_bytes: 0,
            }));
        }
        let result = self
            .inflater
            .decompress(bytes, output, FlushDecompress::None);
        let consumed = usize::try_from(self.inflater.total_in() - member_in).unwrap_or_default();
        let produced = usize::try_from(self.inflater.total_out() - member_out).unwrap_or_default();
        self.input.consume(consumed);
        match result {
            Ok(Status::StreamEnd) => self.state = State::Between,
            Ok(_) if consumed + produced == 0 => {
                self.state = State::Astray;
                self.pending = Some(Damage {
                    kind: AnomalyKind::CompressedDamaged,
                    message: "the gzip data do not go on".to_owned(),
                    lost_bytes: 0,
                });
            }
            Ok(_) => {}
            // What was put out before the error counts; the error is told by the next call.
            Err(error) => self.pending = Some(self.member_error(&error)),
        }
        Ok(Decoded::Bytes(produced))
    }

    fn member_error(&mut self, error: &flate2::DecompressError) -> Damage {
        if let Some(unread_bytes) = unread_trailer_bytes(error) {
            self.state = State::Between;
            self.input.seek(self.input.position() + unread_bytes as u64);
            return Damage {
                kind: AnomalyKind::ChecksumWrong,
                message: "the checksum of the gzip data is wrong".to_owned(),
                lost_bytes: 0,
            };
        }
        self.state = State::Astray;
        let message = format!(
            "the gzip data are damaged near byte {}",
            self.input.position()
        );
        let kind = AnomalyKind::CompressedDamaged;
        Damage {
            kind,
            message,
            lost_bytes: 0,
        }
    }

    /// Between members: begins the next, or looks for it.
    fn next_member(&mut self) -> io::Result<Decoded> {
        let was_astray = self.state == State::Astray;
        let start = self.input.position();
        let skipped_to = if self.at_member()? && !was_astray {
            Some(start)
        } else {
            self.find()?
        };
        if let Some(found) = skipped_to {
            self.input.seek(found);
            self.inflater = gzip_inflater();
            self.state = State::InMember;
        } else {
            self.state = State::Ended;
        }
        let lost_bytes = skipped_to.unwrap_or(self.input.len()) - start;
        let is_padding = !was_astray && skipped_to.is_none() && self.is_zero_from(start)?;
        if lost_bytes == 0 || is_padding {
            return Ok(Decoded::Bytes(0));
        }
        let (kind, what) = if was_astray || skipped_to.is_some() {
            (
                AnomalyKind::CompressedDamaged,
                "bytes of damaged gzip data were skipped",
            )
        } else {
            (
                AnomalyKind::TrailingGarbage,
                "bytes of something else follow the gzip data",
            )
        };
        let message = format!("{lost_bytes} {what}");
        Ok(Decoded::Damaged(Damage {
            kind,
            message,
            lost_bytes,
        }))
    }

    fn at_member(&mut self) -> io::Result<bool> {
        let bytes = self.input.peek(4)?;
        // The upper three flag bits are reserved and zero.
        Ok(matches!(bytes, [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0))
    }

    /// Looks for a header like the first one, apart from its flags.
    fn find(&mut self) -> io::Result<Option<u64>> {
        let finder = memchr::memmem::Finder::new(b"\x1f\x8b\x08");
        loop {
            let template = self.template;
            let position = self.input.position();
            let bytes = self.input.peek(HEADER_BYTES)?;
            if bytes.len() < HEADER_BYTES {
                return Ok(None);
            }
            let found = finder
                .find_iter(bytes)
                .find(|at| bytes.get(at + 4..at + HEADER_BYTES) == Some(&template[4..]));
            if let Some(at) = found {
                return Ok(Some(position + at as u64));
            }
            let step = bytes.len() - (HEADER_BYTES - 1);
            self.input.consume(step);
        }
    }

    fn is_zero_from(&mut self, start: u64) -> io::Result<bool> {
        self.input.seek(start);
        loop {
            let bytes = self.input.peek(1)?;
            if bytes.is_empty() {
                return Ok(true);
            }
            if bytes.iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
            let count = bytes.len();
            self.input.consume(count);
        }
    }
}

impl Decoder for GzipDecoder {
    fn decode(&mut self, output: &mut [u8]) -> io::Result<Decoded> {
        if let Some(damage) = self.pending.take() {
            return Ok(Decoded::Damaged(damage));
        }
        match self.state {
            State::InMember => self.inflate(output),
            State::Ended => Ok(Decoded::End),
            State::Between if self.input.left() == 0 => {
                self.state = State::Ended;
                Ok(Decoded::End)
            }
            State::Between | State::Astray => self.next_member(),
        }
    }

    fn consumed_bytes(&self) -> u64 {
        self.input.position()
    }
}
