//! What the second pass does with each record: class, size, references of every object.

use rustc_hash::FxHashMap;
use seamew_hprof::id::IdSize;
use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::{ClassDumpRecord, HeapVisitor, RootRecord};
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};

use super::objects::{OVERFLOW, shallow_units};
use super::positions::{PositionSample, SAMPLE_OBJECTS};
use super::varint;
use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{ClassTable, GapEvidence, SizeModel, StackChunks};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// No edge from the instances to the class object.
pub const NO_EDGE: u32 = u32::MAX;
/// Instances of a class whose gaps are looked at.
const GAPS_PER_CLASS: u32 = 1 << 16;
const CACHE_SLOTS: usize = 1024;

/// The class column while several threads write it.
pub enum ClassCells<'a> {
    Narrow(&'a [AtomicU16]),
    Wide(&'a [AtomicU32]),
}

impl ClassCells<'_> {
    #[inline]
    pub fn set(&self, object: ObjectIndex, class: ClassIndex) {
        match self {
            Self::Narrow(cells) => cells[object.at()].store(class.0 as u16, Ordering::Relaxed),
            Self::Wide(cells) => cells[object.at()].store(class.0, Ordering::Relaxed),
        }
    }
}

/// What the hot loop needs to know of a class.
#[derive(Clone, Copy, Debug)]
pub struct ClassPlan {
    /// Range of `Plans::offsets`: where references lie in an instance.
    pub first_offset: u32,
    pub end_offset: u32,
    /// Number of the class among those to which instances keep an edge.
    pub edge: u32,
    pub dump_bytes: u32,
}

/// Plans of all classes.
pub struct Plans {
    pub classes: Vec<ClassPlan>,
    pub offsets: Vec<u32>,
    /// Bitmap of the class objects, and of what stacks hold on behalf of.
    pub special: Vec<u64>,
}

/// What all threads of the second pass share.
pub struct Shared<'a> {
    pub addresses: &'a AddressIndex,
    pub table: &'a ClassTable,
    pub plans: &'a Plans,
    pub locals: &'a FxHashMap<u32, Vec<u32>>,
    pub layout: ObjectLayout,
    pub size_model: SizeModel,
    pub stack_chunks: Option<StackChunks>,
    pub class_cells: ClassCells<'a>,
    pub shallow_cells: &'a [AtomicU16],
    /// Record offsets by object, for dumps without order.
    pub offset_cells: Option<&'a [AtomicU64]>,
    pub id_size: IdSize,
    pub progress: &'a Progress,
}

/// An object's list within a batch.
#[derive(Clone, Copy)]
pub struct Head {
    pub object: u32,
    pub has_class: bool,
    pub length: u64,
}

/// The lists of one batch, in file order.
#[derive(Default)]
pub struct BatchLists {
    pub heads: Vec<Head>,
    pub bytes: Vec<u8>,
}

/// One thread of the second pass.
pub struct ReferenceVisitor<'a> {
    shared: &'a Shared<'a>,
    pub lists: BatchLists,
    pub samples: Vec<PositionSample>,
    pub evidence: Vec<GapEvidence>,
    /// Shallow sizes of arrays and stack chunks too big for the column.
    pub overflow: Vec<(u32, u64)>,
    pub dangling: u64,
    /// Instances longer or shorter than their class says.
    pub odd_instances: u64,
    class_cache: Vec<(u64, u32)>,
    since_sample: u32,
    array: OpenArray,
    progress_at: u64,
}

/// The object array whose elements are coming.
#[derive(Default)]
struct OpenArray {
    object: Option<u32>,
    previous: u32,
    start: usize,
    has_class: bool,
}

const NO_CLASS: u32 = u32::MAX;

impl<'a> ReferenceVisitor<'a> {
    pub fn new(shared: &'a Shared<'a>) -> Self {
        Self {
            shared,
            lists: BatchLists::default(),
            samples: Vec::new(),
            evidence: vec![GapEvidence::default(); shared.table.classes.len()],
            overflow: Vec::new(),
            dangling: 0,
            odd_instances: 0,
            class_cache: vec![(0, NO_CLASS); CACHE_SLOTS],
            since_sample: SAMPLE_OBJECTS,
            array: OpenArray::default(),
            progress_at: 0,
        }
    }

    /// Starts a segment of a batch.
    pub fn enter_segment(&mut self, offset: u64) {
        self.since_sample = SAMPLE_OBJECTS;
        self.progress_at = offset;
    }

    /// Ends a segment of a batch.
    pub fn leave_segment(&mut self, end: u64) {
        let _ = self.shared.progress.advance(end - self.progress_at);
    }

    /// True for class objects and for threads with locals.
    #[inline]
    fn is_special(&self, object: ObjectIndex) -> bool {
        let words = &self.shared.plans.special;
        words
            .get(object.at() / 64)
            .is_some_and(|word| word >> (object.0 & 63) & 1 == 1)
    }

    /// True where a class dump has the object's address: the class dump wins.
    #[cold]
    fn is_class_object(&self, object: ObjectIndex) -> bool {
        self.shared.table.of_object(object).is_some()
    }

    #[inline]
    fn class_at(&mut self, address: u64) -> Option<ClassIndex> {
        let slot = (address >> 3) as usize % CACHE_SLOTS;
        let (cached, class) = self.class_cache[slot];
        if cached == address && class != NO_CLASS {
            return Some(ClassIndex(class));
        }
        let class = self.shared.table.at_address(address)?;
        self.class_cache[slot] = (address, class.0);
        Some(class)
    }

    #[inline]
    fn position(&mut self, object: ObjectIndex, address: u64, at: u64) {
        if let Some(cells) = self.shared.offset_cells {
            cells[object.at()].store(at, Ordering::Relaxed);
        } else if self.since_sample >= SAMPLE_OBJECTS {
            self.samples.push(PositionSample {
                address,
                offset: at,
            });
            self.since_sample = 0;
        }
        self.since_sample += 1;
    }

    /// Appends the step to the object at `address`, if there is one.
    #[inline]
    fn reference(&mut self, previous: u32, address: u64) -> u32 {
        if address == 0 {
            return previous;
        }
        let Some(target) = self.shared.addresses.find(address) else {
            self.dangling += 1;
            return previous;
        };
        varint::push_step(&mut self.lists.bytes, previous, target.0);
        target.0
    }

    #[inline]
    fn head(&mut self, object: u32, has_class: bool, start: usize) {
        let length = (self.lists.bytes.len() - start) as u64;
        // Without order an object may come again: then its last record counts, even an empty one.
        if length > 0 || self.shared.offset_cells.is_some() {
            self.lists.heads.push(Head {
                object,
                has_class,
                length,
            });
        }
    }

    #[inline]
    fn class_edge(&mut self, edge: u32) -> bool {
        if edge == NO_EDGE {
            return false;
        }
        varint::push(&mut self.lists.bytes, u64::from(edge));
        true
    }

    #[inline]
    fn array_size(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) {
        let layout = &self.shared.layout;
        let bytes = match self.shared.size_model {
            SizeModel::Gap => layout.array_bytes(element_type, u64::from(length)),
            SizeModel::Mat => {
                crate::classes::mat_array_bytes(layout, element_type, u64::from(length))
            }
        };
        self.set_shallow(object, bytes);
    }

    #[inline]
    fn set_shallow(&mut self, object: ObjectIndex, bytes: u64) {
        let units = shallow_units(bytes).unwrap_or_else(|| {
            self.overflow.push((object.0, bytes));
            OVERFLOW
        });
        self.shared.shallow_cells[object.at()].store(units, Ordering::Relaxed);
    }

    #[cold]
    fn locals(&mut self, object: ObjectIndex, mut previous: u32) {
        for local in self.shared.locals.get(&object.0).into_iter().flatten() {
            varint::push_step(&mut self.lists.bytes, previous, *local);
            previous = *local;
        }
    }

    /// References of an instance, from its dumped fields.
    #[inline]
    fn fields(&mut self, object: ObjectIndex, plan: ClassPlan, fields: &[u8]) -> u32 {
        let shared = self.shared;
        let id_bytes = shared.id_size.bytes();
        let mut previous = object.0;
        let offsets = &shared.plans.offsets[plan.first_offset as usize..plan.end_offset as usize];
        for offset in offsets {
            let offset = *offset as usize;
            let Some(field) = fields.get(offset..offset + id_bytes) else {
                break;
            };
            previous = self.reference(previous, shared.id_size.read(field));
        }
        previous
    }
}

impl HeapVisitor for ReferenceVisitor<'_> {
    const NEEDS_CONTENTS: bool = true;

    fn root(&mut self, _root: RootRecord) {}

    fn class_dump(&mut self, _at: u64, _class: ClassDumpRecord<'_>) {}

    #[inline]
    fn instance(&mut self, at: u64, address: u64, class_address: u64, fields: &[u8]) {
        let Some((object, gap)) = self.shared.addresses.find_with_gap(address) else {
            return;
        };
        let Some(class) = self.class_at(class_address) else {
            return;
        };
        let plan = self.shared.plans.classes[class.at()];
        let is_special = self.is_special(object);
        if is_special && self.is_class_object(object) {
            return;
        }
        self.position(object, address, at);
        self.shared.class_cells.set(object, class);
        let evidence = &mut self.evidence[class.at()];
        if evidence.looked_at < GAPS_PER_CLASS
            && let Some(gap) = gap
        {
            evidence.add(gap);
        }
        if fields.len() != plan.dump_bytes as usize {
            self.odd_instances += 1;
        }
        if let Some(chunks) = self.shared.stack_chunks
            && chunks.class == class
        {
            self.set_shallow(object, chunks.bytes(fields).min(gap.unwrap_or(u64::MAX)));
        }
        let start = self.lists.bytes.len();
        let has_class = self.class_edge(plan.edge);
        let previous = self.fields(object, plan, fields);
        if is_special {
            self.locals(object, previous);
        }
        self.head(object.0, has_class, start);
    }

    #[inline]
    fn object_array(&mut self, at: u64, address: u64, class_address: u64, length: u32) {
        self.array.object = None;
        let Some(object) = self.shared.addresses.find(address) else {
            return;
        };
        let Some(class) = self.class_at(class_address) else {
            return;
        };
        let is_special = self.is_special(object);
        if is_special && self.is_class_object(object) {
            return;
        }
        self.position(object, address, at);
        self.shared.class_cells.set(object, class);
        self.array_size(object, BasicType::Object, length);
        let start = self.lists.bytes.len();
        let edge = self.shared.plans.classes[class.at()].edge;
        let has_class = self.class_edge(edge);
        self.array = OpenArray {
            object: Some(object.0),
            previous: object.0,
            start,
            has_class,
        };
    }

    #[inline]
    fn elements(&mut self, bytes: &[u8]) {
        if self.array.object.is_none() {
            return;
        }
        let id_size = self.shared.id_size;
        let mut previous = self.array.previous;
        for element in bytes.chunks_exact(id_size.bytes()) {
            previous = self.reference(previous, id_size.read(element));
        }
        self.array.previous = previous;
    }

    #[inline]
    fn object_array_end(&mut self) {
        if let Some(object) = self.array.object.take() {
            if self.is_special(ObjectIndex(object)) {
                self.locals(ObjectIndex(object), self.array.previous);
            }
            self.head(object, self.array.has_class, self.array.start);
        }
    }

    #[inline]
    fn primitive_array(&mut self, at: u64, address: u64, element_type: BasicType, length: u32) {
        let Some(object) = self.shared.addresses.find(address) else {
            return;
        };
        let Some(class) = self.shared.table.primitive_arrays[element_type as usize] else {
            return;
        };
        let is_special = self.is_special(object);
        if is_special && self.is_class_object(object) {
            return;
        }
        self.position(object, address, at);
        self.shared.class_cells.set(object, class);
        self.array_size(object, element_type, length);
        let start = self.lists.bytes.len();
        let edge = self.shared.plans.classes[class.at()].edge;
        let has_class = self.class_edge(edge);
        if is_special {
            self.locals(object, object.0);
        }
        self.head(object.0, has_class, start);
    }

    fn window(&mut self, at: u64) -> bool {
        let passed = at - self.progress_at;
        self.progress_at = at;
        self.shared.progress.advance(passed).is_ok()
    }
}
