//! Headers of top-level records and the shapes that their bodies must have.

use crate::id::{IdSize, be_u32};
use crate::tag::record;

/// Longest UTF8 body that counts as plausible where the chain of records gives no other proof.
const PLAUSIBLE_STRING_BYTES: u64 = 1 << 24;

/// A record header: tag (u1), microseconds since the file header's time (u4), body bytes (u4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordHeader {
    pub(crate) tag: u8,
    pub(crate) time_delta_us: u32,
    pub(crate) body_bytes: u64,
}

impl RecordHeader {
    /// The header at the front of `bytes`, if they are enough for one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..record::HEADER_BYTES as usize)?;
        Some(Self {
            tag: bytes[0],
            time_delta_us: be_u32(&bytes[1..]),
            body_bytes: u64::from(be_u32(&bytes[5..])),
        })
    }

    /// True for the records whose bodies are heap sub-records.
    pub(crate) fn is_heap(self) -> bool {
        matches!(self.tag, record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT)
    }

    /// True for the tags that the format defines.
    pub(crate) fn is_known(self) -> bool {
        matches!(
            self.tag,
            record::UTF8..=record::HEAP_SUMMARY
                | record::START_THREAD..=record::CONTROL_SETTINGS
                | record::HEAP_DUMP_SEGMENT
                | record::HEAP_DUMP_END
        )
    }

    /// True where a record of this tag can have a body of this length.
    pub(crate) fn has_sound_length(self, id_size: IdSize) -> bool {
        let id = id_size.bytes() as u64;
        let bytes = self.body_bytes;
        match self.tag {
            record::UTF8 => (id..PLAUSIBLE_STRING_BYTES).contains(&bytes),
            record::LOAD_CLASS => bytes == 8 + 2 * id,
            record::STACK_FRAME | record::START_THREAD => bytes == 8 + 4 * id,
            record::STACK_TRACE => bytes >= 12 && (bytes - 12).is_multiple_of(id),
            record::UNLOAD_CLASS | record::END_THREAD => bytes == 4,
            record::HEAP_SUMMARY => bytes == 24,
            record::CONTROL_SETTINGS => bytes == 6,
            record::ALLOC_SITES => bytes >= 34 && (bytes - 34).is_multiple_of(25),
            record::CPU_SAMPLES => bytes >= 8 && (bytes - 8).is_multiple_of(8),
            record::HEAP_DUMP | record::HEAP_DUMP_SEGMENT => true,
            record::HEAP_DUMP_END => bytes == 0,
            _ => false,
        }
    }

    /// A header that can be believed for its own sake.
    pub(crate) fn is_plausible(self, id_size: IdSize) -> bool {
        self.is_known() && self.has_sound_length(id_size)
    }
}
