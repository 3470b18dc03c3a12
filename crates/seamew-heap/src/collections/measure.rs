//! Size, capacity and waste of one collection.

use super::facts::{Chain, Facts};
use super::registry::{Registry, ShapeIndex};
use super::shape::{Occupied, Path, Shape, Size, Store};
use crate::classes::ClassKind;
use crate::heap::Heap;
use crate::ids::ObjectIndex;
use seamew_hprof::tag::BasicType;

/// Wrappers within wrappers that are followed.
const DEEPEST_WRAPPER: u32 = 16;

/// What a collection holds and takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Entries, as the collection says; None where that cannot be read.
    pub size: Option<u64>,
    /// Places in the backing arrays; None where there are none.
    pub capacity: Option<u64>,
    /// Buckets of a hash table that are not empty; None for other collections.
    pub used_buckets: Option<u64>,
    /// Bytes of places that nothing is in.
    pub wasted_bytes: u64,
}

impl Measured {
    /// Entries by places; None without places.
    pub fn fill_ratio(&self) -> Option<f64> {
        let capacity = self.capacity.filter(|capacity| *capacity > 0)?;
        Some(self.size? as f64 / capacity as f64)
    }

    /// Share of the entries that found their bucket taken; None for empty ones and what is no
    /// hash table.
    pub fn collision_ratio(&self) -> Option<f64> {
        let size = self.size.filter(|size| *size > 0)?;
        let collided = size.saturating_sub(self.used_buckets?);
        Some(collided as f64 / size as f64)
    }
}

/// Measures collections of a heap by facts about its objects.
pub struct Measuring<'a, F> {
    pub heap: &'a Heap,
    pub registry: &'a Registry,
    pub facts: &'a F,
}

impl<F: Facts> Measuring<'_, F> {
    /// Measures a collection of a shape.
    pub fn measure(&self, object: ObjectIndex, shape: ShapeIndex) -> Measured {
        self.measure_within(object, shape, 0)
    }

    /// The number of entries alone, as [`Self::measure`] tells it.
    pub fn size(&self, object: ObjectIndex, shape: ShapeIndex) -> Option<u64> {
        self.size_within(object, shape, 0)
    }

    fn size_within(&self, object: ObjectIndex, index: ShapeIndex, depth: u32) -> Option<u64> {
        let shape = self.registry.shape(index);
        match (&shape.size, &shape.store) {
            (Some(size), _) => self.stated(object, size),
            (None, Store::Of { inner, .. }) => {
                let inner = self.facts.follow(object, inner);
                let inner = inner.filter(|_| depth < DEEPEST_WRAPPER)?;
                self.size_within(inner, self.registry.shape_of(self.heap, inner)?, depth + 1)
            }
            (None, _) => self.measure_within(object, index, depth).size,
        }
    }

    fn measure_within(&self, object: ObjectIndex, index: ShapeIndex, depth: u32) -> Measured {
        let shape = self.registry.shape(index);
        if let Store::Of { inner, .. } = &shape.store {
            let inner = self.inner(object, inner, depth);
            let size = match &shape.size {
                Some(size) => self.stated(object, size),
                None => inner.size,
            };
            return Measured { size, ..inner };
        }
        let mut found = Measured::default();
        let arrays = self.arrays(object, shape);
        let lengths = arrays.iter().filter_map(|array| self.facts.length(*array));
        if let Some(places) = places_of(&shape.store) {
            found.capacity = Some(lengths.sum::<u64>() / places);
        }
        if matches!(shape.store, Store::Table { .. }) {
            found.used_buckets = arrays.iter().map(|array| self.facts.used(*array)).sum();
        }
        found.size = match &shape.size {
            Some(size) => self.stated(object, size),
            None => self.counted(object, index, &arrays),
        };
        let taken = found.used_buckets.or(found.size);
        found.wasted_bytes = taken.map_or(0, |taken| self.wasted(object, shape, &found, taken));
        found
    }

    /// What a wrapper wraps.
    fn inner(&self, object: ObjectIndex, path: &Path, depth: u32) -> Measured {
        let inner = self.facts.follow(object, path);
        let inner = inner.filter(|_| depth < DEEPEST_WRAPPER);
        let known =
            inner.and_then(|inner| Some((inner, self.registry.shape_of(self.heap, inner)?)));
        known.map_or_else(Measured::default, |(inner, shape)| {
            self.measure_within(inner, shape, depth + 1)
        })
    }

    /// The number of entries that fields tell.
    pub fn stated(&self, object: ObjectIndex, size: &Size) -> Option<u64> {
        let terms = size
            .terms
            .iter()
            .filter_map(|path| self.facts.sum(object, path));
        let number = size.number.and_then(|number| i64::try_from(number).ok());
        let sum = number
            .into_iter()
            .chain(terms)
            .reduce(i64::saturating_add)?;
        u64::try_from(sum).ok()
    }

    /// The number of entries where no field tells it.
    fn counted(
        &self,
        object: ObjectIndex,
        index: ShapeIndex,
        arrays: &[ObjectIndex],
    ) -> Option<u64> {
        let shape = self.registry.shape(index);
        let first = arrays.first().copied();
        match &shape.store {
            Store::Array(_) => self.facts.length(first?),
            Store::Slots(_) | Store::Table { .. } => self.facts.used(first?),
            Store::Parallel {
                occupied, shared, ..
            } => {
                let place = usize::from(*occupied == Occupied::Values && !shared);
                let array = *arrays.get(place)?;
                if self.is_array(array) {
                    self.facts.used(array)
                } else {
                    Some(1)
                }
            }
            Store::Ring { head, tail, .. } => self.span(object, first?, head, tail.as_ref()?),
            Store::Bits { bits, .. } => match first {
                Some(words) => self.facts.used(words),
                None => self.facts.bits(object, bits.0.first()?.fields.first()?),
            },
            Store::Fields { .. } => Some(self.fields_taken(object, index)),
            Store::Chain { .. } => self.chained(object, shape),
            Store::Unknown | Store::Of { .. } | Store::Pairs(_) | Store::Tree { .. } => None,
        }
    }

    /// Places of a ring from its head to its tail. Where they meet it is empty, or so full that it
    /// was to grow: where memory ended before it could, it stays like that.
    pub fn span(
        &self,
        object: ObjectIndex,
        array: ObjectIndex,
        head: &Path,
        tail: &Path,
    ) -> Option<u64> {
        let length = i64::try_from(self.facts.length(array)?).ok()?;
        let span = (self.facts.sum(object, tail)?).checked_sub(self.facts.sum(object, head)?)?;
        let span = u64::try_from(span.checked_rem_euclid(length)?).ok()?;
        let places = length.unsigned_abs();
        let is_full = || self.facts.used(array) == Some(places);
        Some(if span == 0 && is_full() { places } else { span })
    }

    /// Entries of a collection that has a field for each.
    fn fields_taken(&self, object: ObjectIndex, index: ShapeIndex) -> u64 {
        let shape = self.registry.shape(index);
        let Store::Fields { fields, nulls, .. } = &shape.store else {
            return 0;
        };
        let absent = self.registry.absent(index);
        let is_taken = |field: &&String| match self.facts.reference(object, field) {
            None => *nulls,
            target => target != absent,
        };
        let keys_only = if shape.kind.is_map() { 2 } else { 1 };
        fields.iter().step_by(keys_only).filter(is_taken).count() as u64
    }

    /// Nodes with an item or a key.
    fn chained(&self, object: ObjectIndex, shape: &Shape) -> Option<u64> {
        let Store::Chain {
            first,
            until,
            node,
            nulls,
        } = &shape.store
        else {
            return None;
        };
        let holds = node.key.as_ref().or(node.value.as_ref())?.0.first()?;
        let until = until
            .as_ref()
            .and_then(|path| self.facts.follow(object, path));
        let first = self.facts.follow(object, first);
        let mut chain = Chain::new(self.facts, first, node.next.as_ref()?, until);
        let mut count = 0;
        for one in chain.by_ref() {
            let has = || holds.fields.iter().any(|field| self.facts.has(one, field));
            let held = self.facts.step(one, holds);
            if held.is_some_and(|held| held != one) || *nulls && has() {
                count += 1;
            }
        }
        (!chain.is_cyclic).then_some(count)
    }

    /// The backing arrays of a collection, in the order of its shape.
    fn arrays(&self, object: ObjectIndex, shape: &Shape) -> Vec<ObjectIndex> {
        let mut arrays = Vec::new();
        let mut add = |path: &Path| {
            self.facts
                .follow_all(object, &path.0, &mut |array| arrays.push(array));
        };
        match &shape.store {
            Store::Array(path)
            | Store::Slots(path)
            | Store::Pairs(path)
            | Store::Ring { array: path, .. }
            | Store::Table { table: path, .. } => add(path),
            // A long has its bits in the field itself: the path then leads nowhere.
            Store::Bits { bits, .. } => add(bits),
            Store::Parallel {
                keys,
                values,
                shared,
                ..
            } => {
                if !shared {
                    add(keys);
                }
                values.iter().for_each(add);
            }
            _ => {}
        }
        arrays
    }

    fn wasted(&self, object: ObjectIndex, shape: &Shape, found: &Measured, taken: u64) -> u64 {
        let free = found.capacity.unwrap_or(0).saturating_sub(taken);
        if free == 0 {
            return 0;
        }
        let element_bytes: u64 = match &shape.store {
            Store::Pairs(_) => 2 * self.reference_bytes(),
            Store::Parallel { .. } => {
                let arrays = self.arrays(object, shape);
                arrays.iter().map(|array| self.element_bytes(*array)).sum()
            }
            _ => match self.arrays(object, shape).first() {
                Some(array) => self.element_bytes(*array),
                None => 0,
            },
        };
        free.saturating_mul(element_bytes)
    }

    pub fn is_array(&self, object: ObjectIndex) -> bool {
        self.heap.table.get(self.heap.classes.get(object)).kind != ClassKind::Instance
    }

    fn element_bytes(&self, array: ObjectIndex) -> u64 {
        match self.heap.table.get(self.heap.classes.get(array)).kind {
            ClassKind::PrimitiveArray(code) => {
                BasicType::from_code(code).map_or(0, |kind| kind.dump_bytes(0) as u64)
            }
            _ => self.reference_bytes(),
        }
    }

    fn reference_bytes(&self) -> u64 {
        self.heap.facts.layout.reference_bytes
    }
}

/// Elements of the backing arrays that make one place; None where there is no backing array with
/// places to spare.
fn places_of(store: &Store) -> Option<u64> {
    match store {
        Store::Array(_) | Store::Slots(_) | Store::Ring { .. } | Store::Table { .. } => Some(1),
        Store::Pairs(_) => Some(2),
        Store::Parallel { values, shared, .. } => {
            Some(if values.is_some() && !shared { 2 } else { 1 })
        }
        _ => None,
    }
}
