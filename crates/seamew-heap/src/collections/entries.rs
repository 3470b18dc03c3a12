//! The entries of one collection, read where they lie.
//!
//! Whatever is broken is noted and passed over; no node is visited twice, so that loops end.

use std::cell::RefCell;
use std::ops::ControlFlow;

use rustc_hash::FxHashSet;
use seamew_hprof::tag::BasicType;

use super::facts::Facts;
use super::measure::Measuring;
use super::registry::{Registry, ShapeIndex};
use super::shape::{Kind, Node, Occupied, Path, Shape, Store};
use crate::classes::ClassKind;
use crate::heap::{Fields, Heap, Value};
use crate::ids::ObjectIndex;

/// Elements of an array that are read at once.
const ELEMENTS_AT_ONCE: u32 = 4096;
/// Wrappers within wrappers that are followed.
const DEEPEST_WRAPPER: u32 = 16;
/// Broken places that are told one by one.
const MOST_NOTES: usize = 20;

/// A key, a value or an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Null,
    Object(ObjectIndex),
    Value(Value),
}

impl Found {
    fn is_set(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Object(_) => true,
            Self::Value(Value::Int(number)) => *number != 0,
            Self::Value(Value::Float(number)) => *number != 0.0,
            Self::Value(Value::Boolean(flag)) => *flag,
            Self::Value(Value::Text(text)) => text != "\0",
        }
    }
}

impl From<Option<ObjectIndex>> for Found {
    fn from(object: Option<ObjectIndex>) -> Self {
        object.map_or(Self::Null, Self::Object)
    }
}

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

/// Facts read from the dump one by one; the fields read last are kept.
pub struct Direct<'a> {
    heap: &'a Heap,
    last: RefCell<Option<(ObjectIndex, Option<Fields<'a>>)>>,
}

impl<'a> Direct<'a> {
    pub fn new(heap: &'a Heap) -> Self {
        Self {
            heap,
            last: RefCell::new(None),
        }
    }

    fn fields<T>(
        &self,
        object: ObjectIndex,
        read: impl FnOnce(&Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(known, _)| *known != object) {
            *last = Some((object, self.heap.fields_of(object)));
        }
        last.as_ref()
            .and_then(|(_, fields)| fields.as_ref())
            .and_then(read)
    }
}

impl Facts for Direct<'_> {
    fn int(&self, object: ObjectIndex, field: &str) -> Option<i64> {
        self.fields(object, |fields| fields.int(field))
    }

    fn reference(&self, object: ObjectIndex, field: &str) -> Option<ObjectIndex> {
        self.fields(object, |fields| fields.reference(field))
    }

    fn has(&self, object: ObjectIndex, field: &str) -> bool {
        let class = self.heap.classes.get(object);
        (self
            .heap
            .table
            .field_offsets(class, self.heap.id_size.bytes()))
        .any(|(_, one, _)| one.name == field)
    }

    fn bits(&self, object: ObjectIndex, field: &str) -> Option<u64> {
        self.int(object, field)
            .map(|bits| u64::from(bits.count_ones()))
    }

    fn length(&self, array: ObjectIndex) -> Option<u64> {
        self.heap.array_length(array).map(u64::from)
    }

    fn used(&self, array: ObjectIndex) -> Option<u64> {
        let mut used = 0;
        let is_longs = is_array_of(self.heap, array, BasicType::Long);
        let whole = for_each_element(self.heap, array, (0, u64::MAX), &mut |_, found| {
            used += match found {
                Found::Value(Value::Int(bits)) if is_longs => u64::from(bits.count_ones()),
                found => u64::from(found.is_set()),
            };
            ControlFlow::Continue(())
        });
        whole.is_continue().then_some(used)
    }

    fn targets(&self, array: ObjectIndex) -> Vec<ObjectIndex> {
        self.heap.targets(array)
    }
}

fn is_array_of(heap: &Heap, array: ObjectIndex, element_type: BasicType) -> bool {
    let kind = heap.table.get(heap.classes.get(array)).kind;
    kind == ClassKind::PrimitiveArray(element_type as u8)
}

/// Calls `visit` with the elements of an array from a place on, and their places.
fn for_each_element(
    heap: &Heap,
    array: ObjectIndex,
    (first, count): (u64, u64),
    visit: &mut dyn FnMut(u64, Found) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let length = u64::from(heap.array_length(array).unwrap_or(0));
    let end = first.saturating_add(count).min(length);
    let is_objects = heap.table.get(heap.classes.get(array)).kind == ClassKind::ObjectArray;
    let mut at = first as u32;
    while u64::from(at) < end {
        let wanted = ELEMENTS_AT_ONCE.min((end - u64::from(at)) as u32);
        let page: Vec<Found> = if is_objects {
            let objects = heap.array_references(array, at, wanted);
            objects.into_iter().map(Found::from).collect()
        } else {
            let values = heap.array_values(array, at, wanted);
            values.into_iter().map(Found::Value).collect()
        };
        if page.is_empty() {
            return ControlFlow::Break(());
        }
        for found in page {
            visit(at.into(), found)?;
            at += 1;
        }
    }
    ControlFlow::Continue(())
}

/// Reads entries of collections, and notes what is broken.
pub struct Reader<'a> {
    heap: &'a Heap,
    registry: &'a Registry,
    facts: Direct<'a>,
    pub notes: Vec<String>,
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

    fn note(&mut self, object: ObjectIndex, what: &str) {
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
            let size = self.measuring().measure(object, index).size;
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
    fn backing(&mut self, object: ObjectIndex, path: &Path) -> Option<ObjectIndex> {
        let array = self.facts.follow(object, path);
        if array.is_some_and(|array| self.measuring().is_array(array)) {
            return array;
        }
        if array.is_none() && Shape::may_be_missing(path) {
            return None;
        }
        // A collection that nothing was put into may have none yet.
        let shape = self.registry.shape_of(self.heap, object);
        let size = shape.and_then(|shape| self.measuring().measure(object, shape).size);
        if array.is_some() || size != Some(0) {
            self.note(object, "its backing array is missing");
        }
        None
    }

    fn elements(
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
        let count = match (self.stated(object, shape), tail.map(place)) {
            (Some(size), _) => Some(size.min(length)),
            (None, Some(Some(tail))) => place(head).map(|head| (tail + length - head) % length),
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
        let only = self.facts.follow(object, keys);
        if only.is_some_and(|only| !self.measuring().is_array(only)) {
            let value = values
                .as_ref()
                .map(|path| self.facts.follow(object, path).into());
            return sink(Entry {
                index: Some(0),
                hash: None,
                key: only.map(Found::Object),
                value,
            });
        }
        let key_array = self.backing(object, keys);
        let value_array = values.as_ref().map(|path| self.backing(object, path));
        let length = key_array
            .and_then(|array| self.facts.length(array))
            .unwrap_or(0);
        let has_null = null
            .as_ref()
            .is_some_and(|path| self.facts.sum(object, path) == Some(1));
        let count = match occupied {
            Occupied::Size => self.stated(object, shape).unwrap_or(0),
            _ => u64::MAX,
        };
        let heap = self.heap;
        self.elements(key_array, (0, count), &mut |index, key| {
            let value = |index| match value_array {
                None => Some(None),
                Some(array) => Some(Some(element_at(heap, array?, index)?)),
            };
            let is_null_key = has_null && index + 1 == length;
            let is_taken = match occupied {
                Occupied::Keys => key.is_set() || is_null_key,
                Occupied::Values => value(index).flatten().is_some_and(|it| it.is_set()),
                Occupied::Size => true,
            };
            if !is_taken {
                return ControlFlow::Continue(());
            }
            sink(Entry {
                index: Some(index),
                hash: None,
                key: Some(key),
                value: value(index).flatten(),
            })
        })
    }

    fn tables(
        &mut self,
        object: ObjectIndex,
        path: &Path,
        node: &Node,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut tables = Vec::new();
        self.facts
            .follow_all(object, &path.0, &mut |table| tables.push(table));
        if tables.is_empty() {
            self.backing(object, path);
        }
        let mut known: FxHashSet<ObjectIndex> = tables.iter().copied().collect();
        let mut at = 0;
        while let Some(table) = tables.get(at).copied() {
            at += 1;
            let mut buckets = Vec::new();
            // Empty buckets are passed over at once: a table may be big and all but empty.
            self.elements(Some(table), (0, u64::MAX), &mut |index, found| {
                if let Found::Object(first) = found {
                    buckets.push((index, first));
                }
                ControlFlow::Continue(())
            })?;
            for (index, first) in buckets {
                let moved = node
                    .moved
                    .as_ref()
                    .and_then(|moved| self.facts.reference(first, moved));
                match moved {
                    Some(moved) if known.insert(moved) => tables.push(moved),
                    Some(_) => {}
                    None => self.bucket(first, index, node, sink)?,
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn bucket(
        &mut self,
        first: ObjectIndex,
        index: u64,
        node: &Node,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let tree = node
            .tree
            .as_ref()
            .and_then(|tree| self.facts.reference(first, tree));
        let mut upcoming = Some(tree.unwrap_or(first));
        let mut known = FxHashSet::default();
        while let Some(one) = upcoming {
            if !known.insert(one) {
                self.note(
                    one,
                    &format!("the chain of bucket {index} comes back to this node"),
                );
                break;
            }
            if !self.is_node(one, node) {
                self.note(one, &format!("no node, but in bucket {index}"));
                break;
            }
            sink(self.entry(one, node, Some(index)))?;
            let next = node.next.as_ref();
            upcoming = next.and_then(|next| self.facts.reference(one, next));
        }
        ControlFlow::Continue(())
    }

    fn is_node(&self, object: ObjectIndex, node: &Node) -> bool {
        let holds = node.key.as_ref().or(node.value.as_ref());
        let step = holds.and_then(|path| path.0.first());
        step.is_none_or(|step| {
            step.fields
                .iter()
                .any(|field| self.facts.has(object, field))
        })
    }

    fn entry(&self, one: ObjectIndex, node: &Node, index: Option<u64>) -> Entry {
        let follow = |path: &Path| Found::from(self.facts.follow(one, path));
        Entry {
            index,
            hash: node
                .hash
                .as_ref()
                .and_then(|hash| self.facts.int(one, hash)),
            key: node.key.as_ref().map(follow),
            value: node.value.as_ref().map(follow),
        }
    }

    fn chain(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let Store::Chain {
            first,
            until,
            node,
            nulls,
        } = &shape.store
        else {
            return ControlFlow::Continue(());
        };
        let until = until
            .as_ref()
            .and_then(|path| self.facts.follow(object, path));
        let mut upcoming = self
            .facts
            .follow(object, first)
            .filter(|it| Some(*it) != until);
        let mut known = FxHashSet::default();
        let mut position = 0;
        while let Some(one) = upcoming {
            if !known.insert(one) {
                self.note(one, "the chain comes back to this node");
                break;
            }
            let entry = self.entry(one, node, Some(position));
            let holds = entry.key.as_ref().or(entry.value.as_ref());
            let is_set = holds.is_some_and(Found::is_set);
            if is_set || *nulls && self.is_node(one, node) {
                position += 1;
                sink(entry)?;
            }
            let next = node
                .next
                .as_ref()
                .and_then(|next| self.facts.reference(one, next));
            // A node that was taken out of a concurrent queue refers to itself.
            upcoming = next.filter(|next| *next != one && Some(*next) != until);
        }
        ControlFlow::Continue(())
    }

    /// In order: left before right.
    fn tree(&mut self, object: ObjectIndex, shape: &Shape, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let Store::Tree {
            root,
            left,
            right,
            node,
        } = &shape.store
        else {
            return ControlFlow::Continue(());
        };
        let mut known = FxHashSet::default();
        let mut open = Vec::new();
        let mut upcoming = self.facts.follow(object, root);
        let mut position = 0;
        loop {
            while let Some(one) = upcoming {
                if !known.insert(one) {
                    self.note(one, "the tree comes back to this node");
                    break;
                }
                open.push(one);
                upcoming = self.facts.reference(one, left);
            }
            let Some(one) = open.pop() else {
                return ControlFlow::Continue(());
            };
            sink(self.entry(one, node, Some(position)))?;
            position += 1;
            upcoming = self.facts.reference(one, right);
        }
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

fn element_at(heap: &Heap, array: ObjectIndex, index: u64) -> Option<Found> {
    let mut element = None;
    let _ = for_each_element(heap, array, (index, 1), &mut |_, found| {
        element = Some(found);
        ControlFlow::Break(())
    });
    element
}
