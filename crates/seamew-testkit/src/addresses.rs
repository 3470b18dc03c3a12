//! Where the next object goes.

use std::collections::BTreeSet;

use crate::random::Random;

/// How objects lie in the address space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// One behind the other, as after a compacting collection: each gap is just the object's size.
    #[default]
    Dense,
    /// With dead space behind about every fourth object.
    Holes {
        /// Where the holes are.
        seed: u64,
    },
    /// Dense, but each object starts at an odd address: no JVM does that, foreign writers do.
    Unaligned,
    /// 1, 2, 3 and so on from the first address: numbers rather than addresses.
    Numbered,
    /// In clusters all over the address space.
    Sparse {
        /// Where the clusters are.
        seed: u64,
        /// Bits of the highest address.
        bits: u32,
    },
}

/// Gives out addresses.
#[derive(Clone, Debug)]
pub struct Addresses {
    spacing: Spacing,
    random: Random,
    next: u64,
    alignment_bytes: u64,
    most: u64,
    used: BTreeSet<u64>,
}

impl Addresses {
    /// Addresses from `first` on; none needs more than `id_bytes`.
    pub fn new(spacing: Spacing, first: u64, alignment_bytes: u64, id_bytes: usize) -> Self {
        let seed = match spacing {
            Spacing::Holes { seed } | Spacing::Sparse { seed, .. } => seed,
            _ => 0,
        };
        let id_bits = 8 * id_bytes as u32;
        let bits = match spacing {
            Spacing::Sparse { bits, .. } => bits.min(id_bits),
            _ => id_bits,
        };
        let next = if spacing == Spacing::Unaligned {
            first | 1
        } else {
            first
        };
        Self {
            spacing,
            random: Random::new(seed),
            next,
            alignment_bytes,
            most: u64::MAX >> (64 - bits),
            used: BTreeSet::new(),
        }
    }

    /// Continues from `address` on.
    pub fn jump(&mut self, address: u64) {
        self.next = address;
    }

    /// Takes `bytes` and returns their start.
    pub fn take(&mut self, bytes: u64) -> u64 {
        while !self.used.insert(self.next) {
            self.next = self.far();
        }
        let address = self.next;
        self.next = match self.spacing {
            Spacing::Dense => address + bytes,
            Spacing::Holes { .. } if self.random.below(4) > 0 => address + bytes,
            Spacing::Holes { .. } => {
                address + bytes + self.alignment_bytes * (1 + self.random.below(64))
            }
            Spacing::Unaligned => (address + bytes) | 1,
            Spacing::Numbered => address + 1,
            Spacing::Sparse { .. } if self.random.below(8) > 0 => address + bytes,
            Spacing::Sparse { .. } => self.far(),
        };
        assert!(
            address <= self.most,
            "address {address:#x} is beyond the identifier size"
        );
        address
    }

    /// An aligned address anywhere, not next to either end.
    fn far(&mut self) -> u64 {
        let address = (self.random.bits() & (self.most >> 1)).max(1 << 20);
        address / self.alignment_bytes * self.alignment_bytes
    }
}
