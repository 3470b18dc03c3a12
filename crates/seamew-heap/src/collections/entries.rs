//! The entries of one collection, read where they lie.
//!
//! Whatever is broken is noted and passed over; no node is visited twice, so that loops end.

use std::ops::ControlFlow;

use super::direct::{Direct, Found, element_at, for_each_element};
use super::facts::Facts;
use super::measure::Measuring;
use super::registry::{Registry, ShapeIndex};
use super::shape::{Kind, Occupied, Path, Shape, Store};
use crate::heap::{Heap, Value};
use crate::ids::ObjectIndex;

/// Wrappers within wrappers that are followed.
const DEEPEST_WRAPPER: u32 = 16;
/// Broken places that are told one by one.
const MOST_NOTES: usize = 20;

/// An entry of a map, or an element, which then is the value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// Place in the array, the bucket's in a hash table; position in a chain.
    pub index: Option<u64>,
    pub hash: Option<i64>,
    pub key: Option<Found>,
    pub value: Option<Found>,
}

impl Entry {
    /// The entry as a collection of a shape has it: what is no map has elements only.
    fn of_kind(mut self, shape: &Shape) -> Self {
        let takes_values = matches!(shape.store, Store::Of { values: true, .. });
        if !shape.kind.is_map()
            && let Some(key) = self.key.take()
            && !takes_values
        {
            self.value = Some(key);
        }
        self
    }
}

/// Takes entries; stops the reading.
pub type Sink<'s> = dyn FnMut(Entry) -> ControlFlow<()> + 's;

/// Reads entries of collections, and notes what is broken.
pub struct Reader<'a> {
    pub(super) heap: &'a Heap,
    registry: &'a Registry,
    pub(super) facts: Direct<'a>,
    notes: Vec<String>,
    unnoted: u64,
}

impl<'a> Reader<'a> {
    pub fn new(heap: &'a Heap, registry: &'a Registry) -> Self {
        Self {
            heap,
            registry,
            facts: Direct::new(heap),
            notes: Vec::new(),
            unnoted: 0,
        }
    }

    pub fn measuring(&self) -> Measuring<'_, Direct<'a>> {
        Measuring {
            heap: self.heap,
            registry: self.registry,
            facts: &self.facts,
        }
    }

    /// What is broken, and how much more of it there is.
    pub fn into_notes(mut self) -> Vec<String> {
        if self.unnoted > 0 {
            self.notes
                .push(format!("{} more places are broken", self.unnoted));
        }
        self.notes
    }

    pub(super) fn note(&mut self, object: ObjectIndex, what: &str) {
        if self.notes.len() < MOST_NOTES {
            let address = self.heap.addresses.address(object);
            let class_name = self.heap.class_name(object);
            self.notes
                .push(format!("{class_name} @ {address:#x}: {what}"));
        } else {
            self.unnoted += 1;
        }
    }

    /// Hands the entries of a collection to a sink, then compares their number with what the
    /// collection says.
    pub fn read(
        &mut self,
        object: ObjectIndex,
        index: ShapeIndex,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut count = 0u64;
        self.entries(object, index, 0, &mut |entry| {
            count += 1;
            sink(entry)
        })?;
        let shape = self.registry.shape(index);
        let kind = shape.kind;
        let is_readable = !matches!(shape.store, Store::Unknown) || shape.size_is(0);
        if !is_readable {
            self.note(object, "only the size of such collections can be read");
        } else if kind != Kind::Multimap {
            let size = self.measuring().size(object, index);
            if let Some(size) = size.filter(|size| *size != count) {
                self.note(
                    object,
                    &format!("the size says {size}, {count} entries were found"),
                );
            }
        }
        ControlFlow::Continue(())
    }

    fn entries(
        &mut self,
        object: ObjectIndex,
        index: ShapeIndex,
        depth: u32,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let shape = self.registry.shape(index);
        let sink: &mut Sink<'_> = &mut |entry| sink(entry.of_kind(shape));
        match &shape.store {
            Store::Unknown => ControlFlow::Continue(()),
            Store::Of {
                inner, key, value, ..
            } => {
                let facts = Direct::new(self.heap);
                self.wrapped(object, inner, depth, &mut |mut entry| {
                    entry.key = led_on(&facts, entry.key, key.as_ref());
                    entry.value = led_on(&facts, entry.value, value.as_ref());
                    sink(entry)
                })
            }
            Store::Array(path) => self.array(object, shape, path, sink),
            Store::Slots(path) => {
                let array = self.backing(object, path);
                self.elements(array, (0, u64::MAX), &mut |index, found| {
                    if found.is_set() {
                        sink(element(index, found))
                    } else {
                        ControlFlow::Continue(())
                    }
                })
            }
            Store::Ring { array, head, tail } => {
                self.ring(object, shape, (array, head, tail.as_ref()), sink)
            }
            Store::Pairs(path) => {
                let array = self.backing(object, path);
                self.pairs(array, sink)
            }
            Store::Parallel { .. } => self.parallel(object, shape, sink),
            Store::Table { table, node } => self.tables(object, table, node, sink),
            Store::Chain { .. } => self.chain(object, shape, sink),
            Store::Tree { .. } => self.tree(object, shape, sink),
            Store::Fields { fields, nulls, .. } => {
                let absent = self.registry.absent(index);
                self.fields(object, shape.kind, (fields, *nulls, absent), sink)
            }
            Store::Bits { bits, universe } => self.bits(object, bits, universe.as_ref(), sink),
        }
    }

    fn wrapped(
        &mut self,
        object: ObjectIndex,
        path: &Path,
        depth: u32,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let Some(inner) = self.facts.follow(object, path) else {
            self.note(object, "the collection that it wraps is missing");
            return ControlFlow::Continue(());
        };
        match self.registry.shape_of(self.heap, inner) {
            Some(shape) if depth < DEEPEST_WRAPPER => self.entries(inner, shape, depth + 1, sink),
            Some(_) => {
                self.note(object, "wrappers that wrap each other");
                ControlFlow::Continue(())
            }
            None => {
                self.note(inner, "no known collection");
                ControlFlow::Continue(())
            }
        }
    }

    /// A backing array; what is missing or no array is noted.
    pub(super) fn backing(&mut self, object: ObjectIndex, path: &Path) -> Option<ObjectIndex> {
        let array = self.facts.follow(object, path);
        if array.is_some_and(|array| self.measuring().is_array(array)) {
            return array;
        }
        if array.is_none() && Shape::may_be_missing(path) {
            return None;
        }
        // A collection that nothing was put into may have none yet.
        let shape = self.registry.shape_of(self.heap, object);
        let size = shape.and_then(|shape| self.measuring().size(object, shape));
        if array.is_some() || size != Some(0) {
            self.note(object, "its backing array is missing");
        }
        None
    }

    pub(super) fn elements(
        &mut self,
        array: Option<ObjectIndex>,
        range: (u64, u64),
        visit: &mut dyn FnMut(u64, Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(array) = array else {
            return ControlFlow::Continue(());
        };
        let mut stopped = false;
        let whole = for_each_element(self.heap, array, range, &mut |index, found| {
            let flow = visit(index, found);
            stopped |= flow.is_break();
            flow
        });
        if stopped {
            return ControlFlow::Break(());
        }
        if whole.is_break() {
            self.note(array, "its elements are not in the dump");
        }
        ControlFlow::Continue(())
    }

    fn stated(&self, object: ObjectIndex, shape: &Shape) -> Option<u64> {
        let size = shape.size.as_ref()?;
        self.measuring().stated(object, size)
    }

    fn array(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        path: &Path,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let array = self.backing(object, path);
        let count = self.stated(object, shape).unwrap_or(u64::MAX);
        self.elements(array, (0, count), &mut |index, found| {
            sink(element(index, found))
        })
    }

    fn ring(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        (path, head, tail): (&Path, &Path, Option<&Path>),
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let array = self.backing(object, path);
        let length = array
            .and_then(|array| self.facts.length(array))
            .unwrap_or(0);
        if length == 0 {
            return ControlFlow::Continue(());
        }
        let place = |path: &Path| {
            let place = self
                .facts
                .sum(object, path)
                .and_then(|it| u64::try_from(it).ok());
            place.filter(|place| *place < length)
        };
        let count = match (self.stated(object, shape), tail.zip(array)) {
            (Some(size), _) => Some(size.min(length)),
            (None, Some((tail, array))) => {
                (place(tail)).and_then(|_| self.measuring().span(object, array, head, tail))
            }
            _ => None,
        };
        let (Some(head), Some(count)) = (place(head), count) else {
            self.note(object, "its first place lies outside of its array");
            return ControlFlow::Continue(());
        };
        let upto_end = count.min(length - head);
        self.elements(array, (head, upto_end), &mut |index, found| {
            sink(element(index, found))
        })?;
        self.elements(array, (0, count - upto_end), &mut |index, found| {
            sink(element(index, found))
        })
    }

    fn pairs(&mut self, array: Option<ObjectIndex>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut key = Found::Null;
        self.elements(array, (0, u64::MAX), &mut |index, found| {
            if index % 2 == 0 {
                key = found;
                return ControlFlow::Continue(());
            }
            let key = std::mem::replace(&mut key, Found::Null);
            if !key.is_set() && !found.is_set() {
                return ControlFlow::Continue(());
            }
            sink(Entry {
                index: Some(index / 2),
                hash: None,
                key: Some(key),
                value: Some(found),
            })
        })
    }

    fn parallel(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let Store::Parallel {
            keys,
            values,
            occupied,
            null,
            ..
        } = &shape.store
        else {
            return ControlFlow::Continue(());
        };
        if let Some(only) = self.only_entry(object, keys, values.as_ref()) {
            return sink(only);
        }
        let keys = self.backing(object, keys);
        let values = values.as_ref().and_then(|path| self.backing(object, path));
        let length = keys.and_then(|keys| self.facts.length(keys)).unwrap_or(0);
        let is_true = |flag: &Path| self.facts.sum(object, flag) == Some(1);
        let null_place = null
            .as_ref()
            .filter(|flag| is_true(flag))
            .map(|_| length.saturating_sub(1));
        let count = match occupied {
            Occupied::Size => self.stated(object, shape).unwrap_or(0),
            _ => u64::MAX,
        };
        // The array that tells which places are taken is read in pages, the other one there only.
        let by_values = *occupied == Occupied::Values;
        let (telling, other) = if by_values {
            (values, keys)
        } else {
            (keys, values)
        };
        let heap = self.heap;
        self.elements(telling, (0, count), &mut |index, found| {
            let is_taken = *occupied == Occupied::Size || null_place == Some(index);
            if !is_taken && !found.is_set() {
                return ControlFlow::Continue(());
            }
            let found = Some(found);
            let beside = other.and_then(|other| element_at(heap, other, index));
            let (key, value) = if by_values {
                (beside, found)
            } else {
                (found, beside)
            };
            sink(Entry {
                index: Some(index),
                hash: None,
                key,
                value,
            })
        })
    }

    /// The entry of a map whose keys are in no array, but one key.
    fn only_entry(&self, object: ObjectIndex, keys: &Path, values: Option<&Path>) -> Option<Entry> {
        let key = self.facts.follow(object, keys)?;
        if self.measuring().is_array(key) {
            return None;
        }
        Some(Entry {
            index: Some(0),
            hash: None,
            key: Some(Found::Object(key)),
            value: values.map(|path| self.facts.follow(object, path).into()),
        })
    }

    fn fields(
        &mut self,
        object: ObjectIndex,
        kind: Kind,
        (fields, nulls, absent): (&[String], bool, Option<ObjectIndex>),
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let found: Vec<Option<ObjectIndex>> = fields
            .iter()
            .map(|field| self.facts.reference(object, field))
            .collect();
        let is_taken = |target: Option<ObjectIndex>| match target {
            None => nulls,
            Some(_) => target != absent,
        };
        let size = if kind.is_map() { 2 } else { 1 };
        for (index, group) in (0..).zip(found.chunks(size)) {
            match group {
                [key, value] if is_taken(*key) => sink(Entry {
                    index: Some(index),
                    hash: None,
                    key: Some((*key).into()),
                    value: Some((*value).into()),
                })?,
                [target] if is_taken(*target) => sink(element(index, (*target).into()))?,
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }

    fn bits(
        &mut self,
        object: ObjectIndex,
        path: &Path,
        universe: Option<&Path>,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut set = Vec::new();
        let mut add = |word: u64, bits: i64| {
            let bits = bits.cast_unsigned();
            set.extend(
                (0..64)
                    .filter(|bit| bits >> bit & 1 == 1)
                    .map(|bit| word * 64 + bit),
            );
        };
        match self.facts.follow(object, path) {
            Some(words) => {
                self.elements(Some(words), (0, u64::MAX), &mut |word, found| {
                    if let Found::Value(Value::Int(bits)) = found {
                        add(word, bits);
                    }
                    ControlFlow::Continue(())
                })?;
            }
            None => {
                if let Some(bits) = self.facts.sum(object, path) {
                    add(0, bits);
                }
            }
        }
        let names = universe.and_then(|path| self.backing(object, path));
        for bit in set {
            let found = match names {
                Some(names) => element_at(self.heap, names, bit).unwrap_or(Found::Null),
                None => Found::Value(Value::Int(bit.cast_signed())),
            };
            sink(element(bit, found))?;
        }
        ControlFlow::Continue(())
    }
}

/// What a path leads to from a key or a value.
fn led_on(facts: &Direct<'_>, found: Option<Found>, path: Option<&Path>) -> Option<Found> {
    match (&found, path) {
        (Some(Found::Object(object)), Some(path)) => Some(facts.follow(*object, path).into()),
        _ => found,
    }
}

fn element(index: u64, found: Found) -> Entry {
    Entry {
        index: Some(index),
        hash: None,
        key: None,
        value: Some(found),
    }
}
