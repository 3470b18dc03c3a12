//! Decompression in order, for containers that cannot be entered in the middle.

use std::io;

use crate::anomaly::{Anomaly, AnomalyKind, AnomalyLog};

/// Damage met while decompressing; its place in the decompressed data is known to the caller.
pub(crate) struct Damage {
    pub(crate) kind: AnomalyKind,
    pub(crate) message: String,
    /// Bytes of the compressed file that could not be used.
    pub(crate) lost_bytes: u64,
}

/// What one step of decompression came to.
pub(crate) enum Decoded {
    /// This many bytes were put out; more may follow.
    Bytes(usize),
    /// Something is wrong here; decompression goes on behind it where it can.
    Damaged(Damage),
    /// The end.
    End,
}

/// Decompresses a file from front to back.
pub(crate) trait Decoder: Send {
    /// Puts the next bytes at the front of `output`, which is not empty.
    ///
    /// # Errors
    /// When the file cannot be read; damaged data are no error.
    fn decode(&mut self, output: &mut [u8]) -> io::Result<Decoded>;

    /// Bytes of the compressed file used so far.
    fn consumed_bytes(&self) -> u64;
}

/// Fills `block`, which begins at `offset` in the decompressed data; a block that stays shorter
/// is the last.
pub(crate) fn fill_block(
    decoder: &mut dyn Decoder,
    block: &mut [u8],
    offset: u64,
    anomalies: &mut AnomalyLog,
) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match decoder.decode(&mut block[filled..])? {
            Decoded::Bytes(count) => filled += count,
            Decoded::Damaged(damage) => {
                let at = offset + filled as u64;
                let anomaly = Anomaly::new(damage.kind, at, damage.message);
                anomalies.push(anomaly.losing(damage.lost_bytes));
            }
            Decoded::End => break,
        }
    }
    Ok(filled)
}
