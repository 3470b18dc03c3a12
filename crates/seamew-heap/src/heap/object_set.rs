//! Sets of objects as bitmaps: an eighth of a byte for each object of the heap.

use crate::ids::ObjectIndex;

/// A set of objects of one heap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSet {
    words: Vec<u64>,
}

impl ObjectSet {
    /// The empty set, for a heap of `objects`.
    pub fn new(objects: usize) -> Self {
        Self {
            words: vec![0; objects / 64 + 1],
        }
    }

    /// The empty set, for the same heap.
    #[must_use]
    pub fn empty(&self) -> Self {
        Self {
            words: vec![0; self.words.len()],
        }
    }

    /// The set of these objects.
    pub fn of(objects: usize, members: impl IntoIterator<Item = ObjectIndex>) -> Self {
        let mut set = Self::new(objects);
        for member in members {
            set.insert(member);
        }
        set
    }

    #[inline]
    pub fn contains(&self, object: ObjectIndex) -> bool {
        let word = self.words.get(object.at() / 64);
        word.is_some_and(|word| word >> (object.0 & 63) & 1 == 1)
    }

    /// Adds an object; true where it was not in the set. An object of a damaged index that is
    /// none is not added.
    #[inline]
    pub fn insert(&mut self, object: ObjectIndex) -> bool {
        let Some(word) = self.words.get_mut(object.at() / 64) else {
            return false;
        };
        let bit = 1 << (object.0 & 63);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Takes an object out.
    #[inline]
    pub fn remove(&mut self, object: ObjectIndex) {
        if let Some(word) = self.words.get_mut(object.at() / 64) {
            *word &= !(1 << (object.0 & 63));
        }
    }

    /// Members. Counts bits: some milliseconds for a hundred million objects.
    pub fn len(&self) -> usize {
        let count = |word: &u64| word.count_ones() as usize;
        self.words.iter().map(count).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Members in address order.
    pub fn iter(&self) -> impl Iterator<Item = ObjectIndex> + '_ {
        self.iter_words(0)
    }

    /// Members in address order without the first ones, which are passed over 64 at a time.
    pub fn iter_from(&self, offset: usize) -> impl Iterator<Item = ObjectIndex> + '_ {
        let mut left = offset;
        let is_needless = |word: &&u64| {
            let count = word.count_ones() as usize;
            let is_passed = count <= left;
            left -= if is_passed { count } else { 0 };
            is_passed
        };
        let passed = self.words.iter().take_while(is_needless).count();
        self.iter_words(passed).skip(left)
    }

    fn iter_words(&self, first: usize) -> impl Iterator<Item = ObjectIndex> + '_ {
        (self.words.iter().zip(0u32..))
            .skip(first)
            .flat_map(|(word, at)| {
                let without_lowest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
                std::iter::successors(Some(*word).filter(|word| *word != 0), without_lowest)
                    .map(move |word| ObjectIndex(at * 64 + word.trailing_zeros()))
            })
    }

    /// Members from one on, in address order.
    pub fn members_from(&self, first: ObjectIndex) -> impl Iterator<Item = ObjectIndex> + '_ {
        self.iter_words(first.0 as usize / 64)
            .skip_while(move |object| *object < first)
    }

    /// Adds all members of `other`.
    pub fn unite(&mut self, other: &Self) {
        self.combine(other, |own, other| own | other);
    }

    /// Keeps the members that are in `other` too.
    pub fn intersect(&mut self, other: &Self) {
        self.combine(other, |own, other| own & other);
    }

    /// Takes the members of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, |own, other| own & !other);
    }

    fn combine(&mut self, other: &Self, operation: impl Fn(u64, u64) -> u64) {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        for (word, other) in self.words.iter_mut().zip(others) {
            *word = operation(*word, other);
        }
    }
}
