//! Identifiers as the dump writes them.

/// Bytes of an identifier in the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdSize {
    Four,
    Eight,
}

impl IdSize {
    /// The size for a header value; other sizes than 4 and 8 exist in no known writer.
    pub fn from_bytes(bytes: u32) -> Option<Self> {
        match bytes {
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    pub fn bytes(self) -> usize {
        match self {
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// Reads an identifier from the front of `bytes`; 0 where they are too few.
    #[inline]
    pub fn read(self, bytes: &[u8]) -> u64 {
        match self {
            Self::Four => u64::from(be_u32(bytes)),
            Self::Eight => be_u64(bytes),
        }
    }
}

/// Big-endian u16 at the front of `bytes`; 0 where they are too few.
#[inline]
pub fn be_u16(bytes: &[u8]) -> u16 {
    bytes
        .first_chunk()
        .map_or(0, |chunk| u16::from_be_bytes(*chunk))
}

/// Big-endian u32 at the front of `bytes`; 0 where they are too few.
#[inline]
pub fn be_u32(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |chunk| u32::from_be_bytes(*chunk))
}

/// Big-endian u64 at the front of `bytes`; 0 where they are too few.
#[inline]
pub fn be_u64(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |chunk| u64::from_be_bytes(*chunk))
}
