//! Characters of texts as arrays hold them: Latin-1, or UTF-16 in either order.

use seamew_hprof::tag::BasicType;

/// The part of its array that an owner uses, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub skip: u32,
    pub count: u32,
}

impl Part {
    pub const WHOLE: Self = Self {
        skip: 0,
        count: u32::MAX,
    };
}

/// Characters as they lie in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters<'a> {
    Latin1(&'a [u8]),
    /// Pairs of bytes; the flag tells that the first byte is the high one.
    Utf16(&'a [u8], Order),
}

/// Order of the two bytes of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Big,
    Little,
}

impl Order {
    #[inline]
    pub fn unit(self, pair: &[u8]) -> u16 {
        let pair = [
            pair.first().copied().unwrap_or(0),
            pair.get(1).copied().unwrap_or(0),
        ];
        match self {
            Self::Big => u16::from_be_bytes(pair),
            Self::Little => u16::from_le_bytes(pair),
        }
    }
}

impl<'a> Characters<'a> {
    /// A part of an array's contents; half a character at the end is left out. None for arrays
    /// that hold no text.
    pub fn new(
        element_type: BasicType,
        bytes: &'a [u8],
        is_wide: bool,
        part: Part,
    ) -> Option<Self> {
        let unit_bytes = match element_type {
            BasicType::Byte if !is_wide => 1,
            BasicType::Byte | BasicType::Char => 2,
            _ => return None,
        };
        let units = bytes.len() / unit_bytes;
        let start = (part.skip as usize).min(units);
        let count = (part.count as usize).min(units - start);
        let bytes = bytes.get(start * unit_bytes..(start + count) * unit_bytes)?;
        Some(match (element_type, is_wide) {
            (BasicType::Char, _) => Self::Utf16(bytes, Order::Big),
            (_, true) => Self::Utf16(bytes, Order::Little),
            (_, false) => Self::Latin1(bytes),
        })
    }

    /// The beginning.
    #[must_use]
    pub fn first(self, characters: usize) -> Self {
        match self {
            Self::Latin1(bytes) => Self::Latin1(bytes.get(..characters).unwrap_or(bytes)),
            Self::Utf16(bytes, order) => {
                let end = characters.saturating_mul(2);
                Self::Utf16(bytes.get(..end).unwrap_or(bytes), order)
            }
        }
    }

    /// Characters, as Java counts them.
    pub fn count(self) -> usize {
        match self {
            Self::Latin1(bytes) => bytes.len(),
            Self::Utf16(bytes, _) => bytes.len() / 2,
        }
    }

    /// Writes the text into a buffer; half a surrogate pair becomes U+FFFD.
    pub fn decode_into(self, text: &mut String) {
        text.clear();
        match self {
            Self::Latin1(bytes) => match std::str::from_utf8(bytes) {
                Ok(ascii) if ascii.is_ascii() => text.push_str(ascii),
                _ => text.extend(bytes.iter().map(|byte| char::from(*byte))),
            },
            Self::Utf16(bytes, order) => {
                let units = bytes.chunks_exact(2).map(|pair| order.unit(pair));
                let decoded = char::decode_utf16(units);
                text.extend(decoded.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
        }
    }

    /// Bytes that are the same for equal texts whatever their encoding, and the seed of their
    /// fingerprint: one for texts that Latin-1 can hold, another for all others.
    pub fn canonical<'b>(self, buffer: &'b mut Vec<u8>) -> (&'b [u8], u64)
    where
        'a: 'b,
    {
        const LATIN_1: u64 = 0;
        const UTF_16: u64 = 1;
        let (bytes, order) = match self {
            Self::Latin1(bytes) => return (bytes, LATIN_1),
            Self::Utf16(bytes, order) => (bytes, order),
        };
        buffer.clear();
        let units = || bytes.chunks_exact(2).map(|pair| order.unit(pair));
        if units().all(|unit| unit < 0x100) {
            buffer.extend(units().map(|unit| unit as u8));
            return (buffer, LATIN_1);
        }
        match order {
            Order::Little => (bytes, UTF_16),
            Order::Big => {
                buffer.extend(units().flat_map(u16::to_le_bytes));
                (buffer, UTF_16)
            }
        }
    }
}
