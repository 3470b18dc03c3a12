//! The file header: `JAVA PROFILE 1.0.x`, NUL, identifier size (u4), creation time (u8, ms).

use std::borrow::Cow;

use crate::anomaly::{Anomaly, AnomalyKind};
use crate::error::{HprofError, Result};
use crate::id::{IdSize, be_u32, be_u64};
use crate::sniff::{self, Format};
use crate::source::DumpSource;

/// How every header begins.
pub const MAGIC: &[u8] = b"JAVA PROFILE ";
/// Longest version text accepted, NUL included.
const TEXT_BYTES: usize = 64;
/// Bytes behind the version text: identifier size and time.
const FIXED_BYTES: usize = 12;
/// Most bytes that a header can take.
pub const MAX_HEADER_BYTES: usize = TEXT_BYTES + FIXED_BYTES;

/// Version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// One HEAP_DUMP record (JDK 5 and 6, hprof agent, early attach dumps).
    V1_0_1,
    /// HEAP_DUMP_SEGMENT records (HotSpot since JDK 6).
    V1_0_2,
    /// Android's extra sub-records.
    V1_0_3,
    /// Anything else; read as 1.0.2.
    Unknown,
}

/// The file header of a dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Version of the format.
    pub version: Version,
    /// The text up to NUL: `JAVA PROFILE 1.0.2`.
    pub version_text: String,
    /// Bytes of an identifier.
    pub id_size: IdSize,
    /// When the dump was made, in milliseconds since 1970 (UTC).
    pub created_at_ms: u64,
    /// Offset of the header: 0, unless several dumps were concatenated.
    pub offset: u64,
    /// Bytes of the header; the first record follows.
    pub header_bytes: u64,
}

impl Header {
    /// Reads the header at the start of the dump.
    ///
    /// # Errors
    /// [`HprofError::NotAHeapDump`], [`HprofError::UnsupportedIdSize`], [`HprofError::Damaged`]
    /// (cut inside the header), [`HprofError::Io`].
    pub fn read(source: &dyn DumpSource) -> Result<Self> {
        let mut head = vec![0; sniff::HEAD_BYTES];
        let count = source.read_at(0, &mut head)?;
        match sniff::sniff(&head[..count]) {
            Format::Hprof => Self::parse(&head[..count], 0),
            other => Err(other.into_error(None)),
        }
    }

    /// Decodes the header at the front of `bytes`, which is at `offset` in the dump.
    ///
    /// # Errors
    /// [`HprofError::Damaged`], [`HprofError::UnsupportedIdSize`].
    pub fn parse(bytes: &[u8], offset: u64) -> Result<Self> {
        let damaged = |reason| HprofError::Damaged {
            offset,
            reason: Cow::Borrowed(reason),
        };
        let text_bytes = bytes
            .iter()
            .take(TEXT_BYTES)
            .position(|byte| *byte == 0)
            .ok_or_else(|| damaged("the version text of the header does not end"))?;
        let (text, rest) = bytes.split_at(text_bytes);
        let fixed = rest
            .get(1..=FIXED_BYTES)
            .ok_or_else(|| damaged("the dump ends inside its header"))?;
        let id_bytes = be_u32(fixed);
        let id_size = IdSize::from_bytes(id_bytes).ok_or(HprofError::UnsupportedIdSize {
            bytes: id_bytes,
            offset: offset + text_bytes as u64 + 1,
        })?;
        Ok(Self {
            version: version(text),
            version_text: String::from_utf8_lossy(text).into_owned(),
            id_size,
            created_at_ms: be_u64(&fixed[4..]),
            offset,
            header_bytes: (text_bytes + 1 + FIXED_BYTES) as u64,
        })
    }

    /// Offset of the first record.
    pub fn end(&self) -> u64 {
        self.offset + self.header_bytes
    }

    /// The warning that an unknown version deserves.
    pub fn anomaly(&self) -> Option<Anomaly> {
        (self.version == Version::Unknown).then(|| {
            let message = format!(
                "unknown format version {:?}, read as 1.0.2",
                self.version_text
            );
            Anomaly::new(AnomalyKind::UnknownVersion, self.offset, message)
        })
    }
}

fn version(text: &[u8]) -> Version {
    match text {
        b"JAVA PROFILE 1.0.1" => Version::V1_0_1,
        b"JAVA PROFILE 1.0.2" => Version::V1_0_2,
        b"JAVA PROFILE 1.0.3" => Version::V1_0_3,
        _ => Version::Unknown,
    }
}
