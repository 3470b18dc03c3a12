//! Which objects are reachable, and their numbers among those: the object ids that users see.
//!
//! Inside, an object's index is its rank among all objects of the dump, dead ones included, so
//! that nothing is rewritten when the dead ones are found. Users see ids as MAT counts them:
//! ranks among the reachable objects.

use std::io;

use crate::ids::ObjectIndex;
use crate::ranks;
use crate::storage::{Column, Data, Storage};

/// Bitmap of reachable objects with ranks: per 32 objects, those before in the high half.
pub struct Reachable {
    pub(crate) words: Data<u64>,
    pub(crate) count: u32,
}

impl Reachable {
    /// Notes the objects whose number is not 0.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn new(numbers: &[u32], storage: &Storage) -> io::Result<Self> {
        // One word for each begun 32 objects: a word to spare would count none before it.
        let mut words: Column<u64> =
            storage.column("reachable", numbers.len().div_ceil(32).max(1))?;
        let mut count = 0u32;
        for (word, numbers) in words.iter_mut().zip(numbers.chunks(32)) {
            let bits =
                (numbers.iter().rev()).fold(0, |bits, number| bits << 1 | u64::from(*number != 0));
            *word = u64::from(count) << 32 | bits;
            count += bits.count_ones();
        }
        Ok(Self {
            words: words.into(),
            count,
        })
    }

    /// Reachable objects.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// True for reachable objects.
    #[inline]
    pub fn contains(&self, object: ObjectIndex) -> bool {
        self.words
            .get(object.at() / 32)
            .is_some_and(|word| word >> (object.0 & 31) & 1 == 1)
    }

    /// The id that users see.
    #[inline]
    pub fn id(&self, object: ObjectIndex) -> Option<u32> {
        ranks::rank(*self.words.get(object.at() / 32)?, object.0 & 31)
    }

    /// The object of an id that users see.
    pub fn object(&self, id: u32) -> Option<ObjectIndex> {
        if id >= self.count {
            return None;
        }
        let (place, bits) = ranks::seek(&self.words, id);
        Some(ObjectIndex((place * 32) as u32 + bits.trailing_zeros()))
    }
}
