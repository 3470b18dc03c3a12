//! bzip2, xz and Zstandard: files of one or more members behind each other.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;
use lzma_rust2::XzReader;
use zstd::stream::read::Decoder as ZstdReader;

use super::decoder::{Damage, Decoded, Decoder};
use super::input::Input;
use crate::anomaly::AnomalyKind;

/// Bytes asked of a library at once: when it fails, what this call had decoded is lost.
const STEP_BYTES: usize = 64 << 10;
/// Most memory that an xz dictionary may take, in KiB: `xz -9` needs 65 MiB.
const XZ_MEMORY_KIB: u32 = 512 << 10;

/// How the members are compressed.
#[derive(Clone, Copy)]
pub(crate) enum Codec {
    Bzip2,
    Xz,
    Zstd,
}

enum Member {
    Bzip2(BzDecoder<Input>),
    Xz(Box<XzReader<Input>>),
    Zstd(ZstdReader<'static, Input>),
}

impl Member {
    fn start(codec: Codec, input: Input) -> io::Result<Self> {
        Ok(match codec {
            Codec::Bzip2 => Self::Bzip2(BzDecoder::new(input)),
            Codec::Xz => Self::Xz(Box::new(XzReader::new_mem_limit(
                input,
                false,
                XZ_MEMORY_KIB,
            ))),
            Codec::Zstd => Self::Zstd(ZstdReader::with_buffer(input)?.single_frame()),
        })
    }

    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bzip2(member) => member.read(output),
            Self::Xz(member) => member.read(output),
            Self::Zstd(member) => member.read(output),
        }
    }

    fn input(&self) -> &Input {
        match self {
            Self::Bzip2(member) => member.get_ref(),
            Self::Xz(member) => member.inner(),
            Self::Zstd(member) => member.get_ref(),
        }
    }

    fn into_input(self) -> Input {
        match self {
            Self::Bzip2(member) => member.into_inner(),
            Self::Xz(member) => member.into_inner(),
            Self::Zstd(member) => member.finish(),
        }
    }
}

/// Decompresses members one after the other.
pub(crate) struct MemberDecoder {
    codec: Codec,
    /// `None` after the end or damage.
    member: Option<Member>,
    consumed_bytes: u64,
}

impl MemberDecoder {
    pub(crate) fn new(codec: Codec, input: Input) -> io::Result<Self> {
        let member = Member::start(codec, input)?;
        Ok(Self {
            codec,
            member: Some(member),
            consumed_bytes: 0,
        })
    }

    /// A member is complete: starts the next, or tells what follows it.
    fn next_member(&mut self, member: Member) -> io::Result<Decoded> {
        let mut input = member.into_input();
        self.consumed_bytes = input.position();
        let left = input.left();
        let next = input.peek(8)?;
        if next.is_empty() {
            return Ok(Decoded::End);
        }
        if begins_member(self.codec, next) {
            self.member = Some(Member::start(self.codec, input)?);
            return Ok(Decoded::Bytes(0));
        }
        let message = format!("{left} bytes of something else follow the compressed data");
        let kind = AnomalyKind::TrailingGarbage;
        Ok(Decoded::Damaged(Damage {
            kind,
            message,
            lost_bytes: left,
        }))
    }
}

impl Decoder for MemberDecoder {
    fn decode(&mut self, output: &mut [u8]) -> io::Result<Decoded> {
        let Some(mut member) = self.member.take() else {
            return Ok(Decoded::End);
        };
        let step = output.len().min(STEP_BYTES);
        match member.read(&mut output[..step]) {
            Ok(0) => self.next_member(member),
            Ok(count) => {
                self.consumed_bytes = member.input().position();
                self.member = Some(member);
                Ok(Decoded::Bytes(count))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                self.member = Some(member);
                Ok(Decoded::Bytes(0))
            }
            Err(error) if member.input().has_failed() => Err(error),
            Err(error) => Ok(Decoded::Damaged(damage(member.input(), &error))),
        }
    }

    fn consumed_bytes(&self) -> u64 {
        self.consumed_bytes
    }
}

fn damage(input: &Input, error: &io::Error) -> Damage {
    let left = input.left();
    if left == 0 {
        let message = "the compressed data end early".to_owned();
        return Damage {
            kind: AnomalyKind::CompressedCut,
            message,
            lost_bytes: 0,
        };
    }
    let message = format!(
        "the compressed data are damaged near byte {} of {}: {error}",
        input.position(),
        input.len()
    );
    Damage {
        kind: AnomalyKind::CompressedDamaged,
        message,
        lost_bytes: left,
    }
}

fn begins_member(codec: Codec, bytes: &[u8]) -> bool {
    match codec {
        Codec::Bzip2 => bytes.starts_with(b"BZh"),
        Codec::Xz => bytes.starts_with(b"\xfd7zXZ\0"),
        // The second form is a skippable frame: 0x184d2a50 to 0x184d2a5f.
        Codec::Zstd => match bytes {
            [0x28, 0xb5, 0x2f, 0xfd, ..] => true,
            [first, 0x2a, 0x4d, 0x18, ..] => first & 0xf0 == 0x50,
            _ => false,
        },
    }
}
