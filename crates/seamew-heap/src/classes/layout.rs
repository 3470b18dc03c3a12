//! How the JVM lays objects out: headers, alignment, reference width.
//!
//! Sources: `arrayOop.hpp` and `oop.hpp` of HotSpot.

use seamew_hprof::tag::BasicType;
use serde::{Deserialize, Serialize};

use crate::address::AddressIndex;
use crate::ids::ObjectIndex;
use crate::scan::ArraySample;

/// The layout of one heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLayout {
    /// Bytes of a reference in a field or array.
    pub reference_bytes: u64,
    /// Bytes before the first field of an instance.
    pub instance_header_bytes: u64,
    /// Bytes before the elements of an array, element alignment aside.
    pub array_header_bytes: u64,
    /// Alignment of objects.
    pub alignment_bytes: u64,
    /// Share of sampled arrays, in thousandths, whose gap to the next object is just their size:
    /// near 1000 where no dead objects lie between.
    pub density_permille: u32,
}

/// Rounds up to a multiple of `to`.
#[inline]
pub fn align_up(bytes: u64, to: u64) -> u64 {
    bytes.div_ceil(to.max(1)) * to.max(1)
}

impl ObjectLayout {
    /// Infers the layout from the gaps behind sampled arrays: the one that explains most of them.
    pub fn infer(
        samples: &[ArraySample],
        addresses: &AddressIndex,
        id_bytes: u64,
        compressed: bool,
    ) -> Self {
        let alignment_bytes = alignment(addresses);
        let gaps: Vec<(ArraySample, u64)> = (samples.iter())
            .filter_map(|sample| addresses.gap(sample.address).map(|gap| (*sample, gap)))
            .collect();
        let guess = if compressed || id_bytes == 4 { 4 } else { 8 };
        let mut best = Self::plain(id_bytes, guess, alignment_bytes);
        let mut best_hits = 0;
        for reference_bytes in [guess, 12 - guess] {
            for array_header_bytes in [16, 24, 12, 20] {
                let candidate = Self {
                    reference_bytes: reference_bytes.min(id_bytes),
                    array_header_bytes,
                    instance_header_bytes: instance_header(array_header_bytes, id_bytes),
                    alignment_bytes,
                    density_permille: 0,
                };
                let hits = gaps
                    .iter()
                    .filter(|(sample, gap)| candidate.explains(sample, *gap));
                let hits = hits.count();
                if hits > best_hits {
                    best_hits = hits;
                    best = candidate;
                }
            }
        }
        best.density_permille = (best_hits * 1000).checked_div(gaps.len()).unwrap_or(0) as u32;
        best
    }

    fn plain(id_bytes: u64, reference_bytes: u64, alignment_bytes: u64) -> Self {
        let array_header_bytes = if id_bytes == 4 { 12 } else { 16 };
        Self {
            reference_bytes,
            array_header_bytes,
            instance_header_bytes: instance_header(array_header_bytes, id_bytes),
            alignment_bytes,
            density_permille: 0,
        }
    }

    fn explains(&self, sample: &ArraySample, gap: u64) -> bool {
        self.array_bytes(sample.element_type, u64::from(sample.length)) == gap
    }

    /// Bytes of a value in the heap.
    pub fn value_bytes(&self, basic_type: BasicType) -> u64 {
        basic_type.dump_bytes(self.reference_bytes as usize) as u64
    }

    /// Shallow bytes of an array.
    #[inline]
    pub fn array_bytes(&self, element_type: BasicType, length: u64) -> u64 {
        let element_bytes = self.value_bytes(element_type);
        let first = align_up(self.array_header_bytes, element_bytes);
        align_up(first + length * element_bytes, self.alignment_bytes)
    }
}

fn instance_header(array_header_bytes: u64, id_bytes: u64) -> u64 {
    match (array_header_bytes, id_bytes) {
        (12, _) => 8,
        (16, _) => 12,
        _ => 16,
    }
}

/// Greatest common divisor of the distances between objects, from 8 to 256.
fn alignment(addresses: &AddressIndex) -> u64 {
    let mut previous = None;
    let mut divisor = 0u64;
    for (_, address) in addresses.addresses_from(ObjectIndex(1)) {
        if let Some(previous) = previous {
            divisor = greatest_common_divisor(divisor, address - previous);
        }
        previous = Some(address);
        if (1..=8).contains(&divisor) {
            break;
        }
    }
    divisor.clamp(8, 256)
}

fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}
