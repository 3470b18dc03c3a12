//! One gzip member from memory to memory.

use flate2::{Decompress, DecompressError, FlushDecompress, Status};

/// Window size of gzip: 2^15 bytes.
const WINDOW_BITS: u8 = 15;

/// How the decompression of a member ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The member is complete and its checksum right.
    Complete,
    /// The member is complete, but its checksum is wrong.
    ChecksumWrong,
    /// The member is complete and its checksum right, but not the length behind it.
    LengthWrong,
    /// The input ends inside the member.
    InputEnds,
    /// The member has more to put out than there is room.
    OutputFull,
    /// The data are damaged.
    Damaged,
}

/// Bytes used and made, and how it ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inflated {
    pub(crate) consumed: usize,
    pub(crate) produced: usize,
    pub(crate) ending: Ending,
}

/// A decompressor that reads gzip headers and checks checksums.
pub(crate) fn gzip_inflater() -> Decompress {
    Decompress::new_gzip(WINDOW_BITS)
}

/// Where only the checksum or the length behind the data is wrong: the bytes of the trailer that
/// zlib has not consumed.
pub(crate) fn unread_trailer_bytes(error: &DecompressError) -> Option<usize> {
    match error.message()? {
        "incorrect data check" => Some(4),
        "incorrect length check" => Some(0),
        _ => None,
    }
}

/// Decompresses the member at the front of `input`; what could be decompressed is at the front
/// of `output` however it ends.
pub(crate) fn inflate_member(input: &[u8], output: &mut [u8]) -> Inflated {
    let mut inflater = gzip_inflater();
    let mut unread_bytes = 0;
    let ending = loop {
        let consumed = position(inflater.total_in());
        let produced = position(inflater.total_out());
        let result = inflater.decompress(
            &input[consumed..],
            &mut output[produced..],
            FlushDecompress::None,
        );
        match result {
            Ok(Status::StreamEnd) => break Ending::Complete,
            Err(error) => match unread_trailer_bytes(&error) {
                Some(0) => break Ending::LengthWrong,
                Some(bytes) => {
                    unread_bytes = bytes;
                    break Ending::ChecksumWrong;
                }
                None => break Ending::Damaged,
            },
            Ok(_) => {}
        }
        let went_on =
            position(inflater.total_in()) > consumed || position(inflater.total_out()) > produced;
        if !went_on {
            let is_full = position(inflater.total_out()) == output.len();
            let is_used = position(inflater.total_in()) == input.len();
            break if is_full && !is_used {
                Ending::OutputFull
            } else {
                Ending::InputEnds
            };
        }
    };
    Inflated {
        consumed: (position(inflater.total_in()) + unread_bytes).min(input.len()),
        produced: position(inflater.total_out()),
        ending,
    }
}

/// A stream position inside a slice.
fn position(total: u64) -> usize {
    usize::try_from(total).unwrap_or(usize::MAX)
}
