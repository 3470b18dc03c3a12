//! Words of 32 bits with ranks: the low half is a bitmap, the high half counts the bits set in all
//! words before. Addresses, reachable objects, and objects with a list of references are kept in
//! such words.

/// Place of the bit with the given rank, among the words: the word, and its bits from there up.
///
/// Words of a damaged index may count wrongly: then the bit is some other one, or none (0).
#[inline]
pub fn seek(words: &[u64], rank: u32) -> (usize, u32) {
    let place = words
        .partition_point(|word| (word >> 32) as u32 <= rank)
        .saturating_sub(1);
    let word = words.get(place).copied().unwrap_or(0);
    let mut bits = word as u32;
    for _ in 0..rank.saturating_sub((word >> 32) as u32).min(32) {
        bits &= bits.wrapping_sub(1);
    }
    (place, bits)
}

/// Rank of a bit that is set in a word.
#[inline]
pub fn rank(word: u64, bit: u32) -> Option<u32> {
    let before = (word as u32 & ((1u32 << bit) - 1)).count_ones();
    (word >> bit & 1 == 1).then(|| ((word >> 32) as u32).wrapping_add(before))
}
