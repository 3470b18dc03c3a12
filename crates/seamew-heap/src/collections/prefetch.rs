//! Facts about many collections, read in one walk over the dump.
//!
//! Which objects are needed (backing arrays, counters, nodes of chains) the graph tells before the
//! walk: what the collections refer to. Of each object only the fields that shapes name are kept,
//! four bytes each, in rows found by rank.

use std::sync::atomic::{AtomicU32, Ordering};

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::facts::Facts;
use super::registry::{Registry, ShapeIndex};
use super::shape::{Shape, Store};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;
use crate::ranks;

/// Fields of an instance that are kept at most.
const MOST_FIELDS: usize = 8;
/// A reference that leads nowhere, and what was not read.
const NOTHING: u32 = u32::MAX;

/// How a field is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Reference,
    /// Cut to 32 bits: no heap holds more entries.
    Int,
    /// The number of bits set.
    Bits,
}

/// A field that is kept.
struct Kept {
    name: String,
    offset: usize,
    basic_type: BasicType,
    form: Form,
}

/// Rows of numbers, one for each object of a set.
struct Rows {
    words: Vec<u64>,
    width: usize,
    values: Vec<AtomicU32>,
}

impl Rows {
    fn new(members: &ObjectSet, objects: usize, width: usize) -> Self {
        let mut words = vec![0u64; objects.div_ceil(32).max(1)];
        for member in members.iter() {
            if let Some(word) = words.get_mut(member.at() / 32) {
                *word |= 1 << (member.0 & 31);
            }
        }
        let mut count = 0u64;
        for word in &mut words {
            let bits = u64::from(word.count_ones());
            *word |= count << 32;
            count += bits;
        }
        let values = count as usize * width;
        Self {
            words,
            width,
            values: (0..values).map(|_| AtomicU32::new(NOTHING)).collect(),
        }
    }

    #[inline]
    fn slot(&self, object: ObjectIndex, column: usize) -> Option<&AtomicU32> {
        let rank = ranks::rank(*self.words.get(object.at() / 32)?, object.0 & 31)?;
        self.values.get(rank as usize * self.width + column)
    }

    fn get(&self, object: ObjectIndex, column: usize) -> Option<u32> {
        Some(self.slot(object, column)?.load(Ordering::Relaxed))
    }

    fn set(&self, object: ObjectIndex, column: usize, value: u32) {
        if let Some(slot) = self.slot(object, column) {
            slot.store(value, Ordering::Relaxed);
        }
    }
}

/// Facts about collections and what they consist of.
pub struct Prefetched<'a> {
    heap: &'a Heap,
    /// By class: the fields that are kept.
    kept: Vec<Vec<Kept>>,
    /// Instances, by how many fields of them are kept: one, two, four, eight.
    instances: [Rows; 4],
    /// Arrays: length, and elements that are set.
    arrays: Rows,
}

impl<'a> Prefetched<'a> {
    /// Reads what is needed to measure collections.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn read(
        heap: &'a Heap,
        registry: &Registry,
        collections: &ObjectSet,
        progress: &Progress,
    ) -> Result<Self> {
        let needed = Needed::of(heap, registry, collections);
        let objects = heap.classes.len();
        let kept = kept_fields(heap, registry);
        let shelf_of: Vec<usize> = kept.iter().map(|fields| shelf(fields.len())).collect();
        let mut shelves = [(); 4].map(|()| heap.no_objects());
        for object in needed.instances.iter() {
            shelves[shelf_of[heap.classes.get(object).at()]].insert(object);
        }
        let mut width = 0;
        let instances = shelves.map(|members| {
            width = (2 * width).max(1);
            Rows::new(&members, objects, width)
        });
        let arrays = Rows::new(&needed.arrays, objects, 2);
        let mut wanted = needed.instances;
        wanted.unite(&needed.arrays);
        let prefetched = Self {
            heap,
            kept,
            instances,
            arrays,
        };
        heap.read_contents(&wanted, || Reading::new(&prefetched), progress)?;
        Ok(prefetched)
    }

    fn value(&self, object: ObjectIndex, field: &str, form: Form) -> Option<u32> {
        let fields = self.kept.get(self.heap.classes.get(object).at())?;
        let column = fields.iter().position(|one| one.name == field)?;
        if fields[column].form != form {
            return None;
        }
        self.instances[shelf(fields.len())].get(object, column)
    }
}

/// The place among the shelves for so many fields.
fn shelf(fields: usize) -> usize {
    fields.next_power_of_two().trailing_zeros().min(3) as usize
}

impl Facts for Prefetched<'_> {
    fn int(&self, object: ObjectIndex, field: &str) -> Option<i64> {
        let value = self.value(object, field, Form::Int)?;
        Some(i64::from(value.cast_signed()))
    }

    fn reference(&self, object: ObjectIndex, field: &str) -> Option<ObjectIndex> {
        let value = self.value(object, field, Form::Reference)?;
        (value != NOTHING).then_some(ObjectIndex(value))
    }

    fn has(&self, object: ObjectIndex, field: &str) -> bool {
        let fields = self.kept.get(self.heap.classes.get(object).at());
        fields.is_some_and(|fields| fields.iter().any(|one| one.name == field))
    }

    fn bits(&self, object: ObjectIndex, field: &str) -> Option<u64> {
        self.value(object, field, Form::Bits).map(u64::from)
    }

    fn length(&self, array: ObjectIndex) -> Option<u64> {
        let length = self.arrays.get(array, 0)?;
        (length != NOTHING).then_some(length.into())
    }

    fn used(&self, array: ObjectIndex) -> Option<u64> {
        let used = self.arrays.get(array, 1)?;
        (used != NOTHING).then_some(used.into())
    }

    fn targets(&self, array: ObjectIndex) -> Vec<ObjectIndex> {
        self.heap.targets(array)
    }
}

/// By class, the fields that are kept of its instances: of collections those at which the paths
/// of their shape begin, of all others those that paths go on with.
fn kept_fields(heap: &Heap, registry: &Registry) -> Vec<Vec<Kept>> {
    let mut names: Vec<String> = registry.in_use().flat_map(later_fields).collect();
    names.sort_unstable();
    names.dedup();
    (0..heap.table.classes.len() as u32)
        .map(ClassIndex)
        .map(|class| match registry.of_class(class) {
            Some(index) => {
                let shape = registry.shape(index);
                let mut kept = kept_of(heap, class, &first_fields(shape));
                mark_bits(shape, &mut kept);
                kept
            }
            None => kept_of(heap, class, &names),
        })
        .collect()
}

fn kept_of(heap: &Heap, class: ClassIndex, names: &[String]) -> Vec<Kept> {
    let mut kept: Vec<Kept> = Vec::new();
    for (offset, field, _) in heap.table.field_offsets(class, heap.id_size.bytes()) {
        // A field of the same name further up is another one.
        let is_new = kept.iter().all(|one| one.name != field.name);
        if is_new && names.contains(&field.name) && kept.len() < MOST_FIELDS {
            let basic_type = field.basic_type();
            kept.push(Kept {
                name: field.name.clone(),
                offset: offset as usize,
                basic_type,
                form: if basic_type == BasicType::Object {
                    Form::Reference
                } else {
                    Form::Int
                },
            });
        }
    }
    kept
}

fn mark_bits(shape: &Shape, kept: &mut [Kept]) {
    let Store::Bits { bits, .. } = &shape.store else {
        return;
    };
    for one in kept {
        let is_named = bits.0.iter().any(|step| step.fields.contains(&one.name));
        if is_named && one.form == Form::Int {
            one.form = Form::Bits;
        }
    }
}

/// Fields of a collection that its measures need.
fn first_fields(shape: &Shape) -> Vec<String> {
    let paths = shape.paths();
    let firsts = paths.iter().filter_map(|path| path.0.first());
    let mut names: Vec<String> = firsts
        .flat_map(|step| step.fields.iter().cloned())
        .collect();
    if let Store::Fields { fields, .. } = &shape.store {
        names.extend(fields.iter().cloned());
    }
    names
}

/// Fields of other objects that the measures of a collection need.
fn later_fields(shape: &Shape) -> Vec<String> {
    let paths = shape.paths();
    let steps = paths.iter().flat_map(|path| path.0.iter().skip(1));
    let mut names: Vec<String> = steps.flat_map(|step| step.fields.iter().cloned()).collect();
    if shape.size.is_none()
        && let Store::Chain { node, .. } = &shape.store
    {
        names.extend(node.next.clone());
        let holds = node.key.as_ref().or(node.value.as_ref());
        let step = holds.and_then(|path| path.0.first());
        names.extend(step.iter().flat_map(|step| step.fields.iter().cloned()));
    }
    names
}

/// Objects that measuring collections needs.
struct Needed<'a> {
    heap: &'a Heap,
    registry: &'a Registry,
    instances: ObjectSet,
    arrays: ObjectSet,
    /// Fields by shape, as [`later_fields`].
    later: FxHashMap<ShapeIndex, Vec<String>>,
    /// Whether instances of a class have one of those.
    is_part: FxHashMap<(ShapeIndex, ClassIndex), bool>,
    open: Vec<(ObjectIndex, ShapeIndex)>,
}

impl<'a> Needed<'a> {
    fn of(heap: &'a Heap, registry: &'a Registry, collections: &ObjectSet) -> Self {
        let mut needed = Self {
            heap,
            registry,
            instances: collections.clone(),
            arrays: heap.no_objects(),
            later: FxHashMap::default(),
            is_part: FxHashMap::default(),
            open: Vec::new(),
        };
        for object in collections.iter() {
            if let Some(shape) = registry.shape_of(heap, object) {
                needed.open.push((object, shape));
                while let Some((object, shape)) = needed.open.pop() {
                    needed.enter(object, shape);
                }
            }
        }
        needed
    }

    /// Notes what an object of a collection refers to and is needed too.
    fn enter(&mut self, object: ObjectIndex, index: ShapeIndex) {
        let heap = self.heap;
        let Some(mut list) = heap.outbound.of(object.0) else {
            return;
        };
        if list.has_class {
            list.take_class();
        }
        let shape = self.registry.shape(index);
        let has_each = || {
            shape
                .paths()
                .iter()
                .any(|path| path.0.iter().any(|step| step.each))
        };
        for target in list.map(ObjectIndex) {
            let class = heap.classes.get(target);
            if heap.table.get(class).kind != ClassKind::Instance {
                if self.arrays.insert(target) && has_each() {
                    self.open.push((target, index));
                }
                continue;
            }
            let inner = self.registry.of_class(class);
            let inner = inner.filter(|_| matches!(shape.store, Store::Of { .. }));
            let follows = inner.is_some() || self.is_part(index, class);
            if follows && self.instances.insert(target) {
                self.open.push((target, inner.unwrap_or(index)));
            }
        }
    }

    fn is_part(&mut self, index: ShapeIndex, class: ClassIndex) -> bool {
        if let Some(known) = self.is_part.get(&(index, class)) {
            return *known;
        }
        let names =
            (self.later.entry(index)).or_insert_with(|| later_fields(self.registry.shape(index)));
        let is_part = !kept_of(self.heap, class, names).is_empty();
        self.is_part.insert((index, class), is_part);
        is_part
    }
}

/// Keeps what a walk meets.
struct Reading<'a> {
    facts: &'a Prefetched<'a>,
    array: ObjectIndex,
    element_type: BasicType,
    used: u32,
}

impl<'a> Reading<'a> {
    fn new(facts: &'a Prefetched<'a>) -> Self {
        Self {
            facts,
            array: ObjectIndex::SYSTEM_LOADER,
            element_type: BasicType::Object,
            used: 0,
        }
    }
}

impl ContentVisitor for Reading<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, bytes: &[u8]) {
        let heap = self.facts.heap;
        let Some(kept) = self.facts.kept.get(class.at()) else {
            return;
        };
        let rows = &self.facts.instances[shelf(kept.len())];
        for (column, field) in kept.iter().enumerate() {
            let end = field.offset + field.basic_type.dump_bytes(heap.id_size.bytes());
            let Some(bytes) = bytes.get(field.offset..end) else {
                continue;
            };
            let bits = bytes
                .iter()
                .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            let value = match field.form {
                Form::Reference => heap.addresses.find(bits).map_or(NOTHING, |object| object.0),
                Form::Bits => bits.count_ones(),
                Form::Int => saturated(field.basic_type, bits),
            };
            rows.set(object, column, value);
        }
    }

    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        self.array = object;
        self.element_type = element_type;
        self.used = 0;
        self.facts.arrays.set(object, 0, length);
        true
    }

    fn elements(&mut self, bytes: &[u8]) {
        let element_bytes = self
            .element_type
            .dump_bytes(self.facts.heap.id_size.bytes());
        self.used += used_in(self.element_type, bytes.chunks_exact(element_bytes));
    }

    fn array_end(&mut self) {
        self.facts.arrays.set(self.array, 1, self.used);
    }
}

/// Elements that are not null or zero; of longs, the bits set.
fn used_in<'a>(element_type: BasicType, elements: impl Iterator<Item = &'a [u8]>) -> u32 {
    if element_type == BasicType::Long {
        let ones = |element: &[u8]| element.iter().map(|byte| byte.count_ones()).sum::<u32>();
        return elements.map(ones).sum();
    }
    elements
        .map(|element| u32::from(element.iter().any(|byte| *byte != 0)))
        .sum()
}

/// A whole number in the 32 bits that are kept.
fn saturated(basic_type: BasicType, bits: u64) -> u32 {
    let number = match basic_type {
        BasicType::Int => i64::from((bits as u32).cast_signed()),
        BasicType::Short => i64::from((bits as u16).cast_signed()),
        BasicType::Byte => i64::from((bits as u8).cast_signed()),
        _ => bits.cast_signed(),
    };
    let limits = (i64::from(i32::MIN), i64::from(i32::MAX));
    (number.clamp(limits.0, limits.1) as i32).cast_unsigned()
}
