//! Variable-length integers, seven bits a byte, low bits first; signed ones zigzagged.

/// Appends `value`.
#[inline]
pub fn push(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Takes a value off the front; 0 at the end of the bytes, and bits beyond 63 are dropped.
#[inline]
pub fn take(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    let mut shift = 0;
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (shift & 63);
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    value
}

/// Appends the step from `from` to `to`.
#[inline]
pub fn push_step(bytes: &mut Vec<u8>, from: u32, to: u32) {
    let step = i64::from(to) - i64::from(from);
    push(bytes, ((step << 1) ^ (step >> 63)).cast_unsigned());
}

/// Takes a step off the front and returns where it leads from `from`.
#[inline]
pub fn take_step(bytes: &mut &[u8], from: u32) -> u32 {
    let zigzag = take(bytes);
    let step = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
    i64::from(from).wrapping_add(step).cast_unsigned() as u32
}
