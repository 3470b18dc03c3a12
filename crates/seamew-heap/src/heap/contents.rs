//! The contents of many objects: fields of instances, elements of arrays, in file order.
//!
//! Few objects are looked up one by one, many are met in one walk over the whole dump, which
//! costs about what the first pass does.

use std::sync::atomic::{AtomicU64, Ordering};

use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::{ClassDumpRecord, HeapVisitor, RootRecord, WalkError, walk};

use super::object_set::ObjectSet;
use super::record::Record;
use crate::classes::ClassKind;
use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};
use crate::parallel::{run_batches, thread_count};
use crate::progress::{Phase, Progress};
use crate::scan::group;

/// Up to one object in so many is looked up by itself: a look-up reads a stretch of 8 KiB.
const WALK_PAYS_AT: usize = 400;
/// Elements of a looked-up array that are read at once.
const CHUNK_BYTES: u64 = 1 << 20;

/// Receives the contents of objects. Each thread has a visitor of its own; between `array` and
/// `array_end` it gets the elements of that array only.
pub trait ContentVisitor: Send {
    /// An instance with its fields, in the order of [`crate::classes::ClassTable::field_offsets`].
    fn instance(&mut self, _object: ObjectIndex, _class: ClassIndex, _fields: &[u8]) {}

    /// An array begins. False leaves its elements out: the next call is `array_end`.
    fn array(&mut self, _object: ObjectIndex, _element_type: BasicType, _length: u32) -> bool {
        false
    }

    /// Whole elements of the array begun last, big endian, in order; in one or more calls.
    fn elements(&mut self, _bytes: &[u8]) {}

    /// The array begun last is complete.
    fn array_end(&mut self) {}
}

impl Heap {
    /// Hands the contents of the wanted reachable objects to visitors, each object once and to
    /// one of them; class objects have none. Returns the visitors.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn read_contents<V: ContentVisitor>(
        &self,
        wanted: &ObjectSet,
        visitor: impl Fn() -> V + Sync,
        progress: &Progress,
    ) -> Result<Vec<V>> {
        let count = wanted.len();
        if count <= self.classes.len() / WALK_PAYS_AT {
            progress.enter(Phase::Contents, count as u64);
            let mut one = visitor();
            for object in wanted.iter().filter(|it| self.reachable.contains(*it)) {
                self.look_up(object, &mut one);
                progress.advance(1)?;
            }
            return Ok(vec![one]);
        }
        let unsound = AtomicU64::new(u64::MAX);
        let walk = |repaired| self.walk_contents(wanted, &visitor, progress, (repaired, &unsound));
        let done = walk(false);
        if unsound.swap(u64::MAX, Ordering::Relaxed) == u64::MAX {
            return done;
        }
        let done = walk(true);
        match unsound.into_inner() {
            u64::MAX => done,
            offset => Err(HeapError::dump_changed(offset)),
        }
    }

    fn look_up<V: ContentVisitor>(&self, object: ObjectIndex, visitor: &mut V) {
        match self.record(object) {
            None => {}
            Some(Record::Instance { class, fields }) => visitor.instance(object, class, &fields),
            Some(Record::Array {
                element_type,
                length,
                offset,
                has_data,
            }) => {
                if visitor.array(object, element_type, length) && has_data {
                    let element_bytes = element_type.dump_bytes(self.id_size.bytes()) as u64;
                    let bytes = u64::from(length) * element_bytes;
                    for start in (0..bytes).step_by(CHUNK_BYTES as usize) {
                        let count = CHUNK_BYTES.min(bytes - start) as usize;
                        visitor.elements(&self.dump_bytes(offset + start, count));
                    }
                }
                visitor.array_end();
            }
        }
    }

    fn walk_contents<V: ContentVisitor>(
        &self,
        wanted: &ObjectSet,
        visitor: &(impl Fn() -> V + Sync),
        progress: &Progress,
        (repaired, unsound): (bool, &AtomicU64),
    ) -> Result<Vec<V>> {
        let dump_index = self.facts.dump_index as usize;
        let segments = self.source.segments(dump_index, repaired)?;
        let Some(source) = self.source.get() else {
            return Ok(Vec::new());
        };
        let units = group(&segments);
        let bytes = segments.iter().map(|segment| segment.length).sum();
        progress.enter(Phase::Contents, bytes);
        let classes = self.wanted_classes(wanted);
        let states = run_batches(
            thread_count(0),
            units.len(),
            || {
                (
                    Contents::new(self, wanted, &classes, visitor(), progress),
                    Vec::new(),
                )
            },
            |(contents, buffer), unit| {
                for segment in &units[unit] {
                    contents.reached = segment.offset;
                    walk(source, *segment, self.id_size, buffer, contents)
                        .map_err(|error| failure(error, unsound))?;
                    progress.advance(segment.end() - contents.reached)?;
                }
                Ok(())
            },
        )?;
        Ok(states
            .into_iter()
            .map(|(contents, _)| contents.visitor)
            .collect())
    }

    /// By class, whether there are wanted objects of it: most records are passed over by that.
    fn wanted_classes(&self, wanted: &ObjectSet) -> Vec<bool> {
        let mut classes = vec![false; self.table.classes.len()];
        for object in wanted.iter() {
            classes[self.classes.get(object).at()] = true;
        }
        classes
    }
}

fn failure(error: WalkError, unsound: &AtomicU64) -> HeapError {
    match error {
        WalkError::Unsound { offset, .. } => {
            unsound.fetch_min(offset, Ordering::Relaxed);
            HeapError::Cancelled
        }
        WalkError::Stopped { .. } => HeapError::Cancelled,
        WalkError::Io { offset, source } => HeapError::dump_io(offset, source),
    }
}

/// Picks the wanted objects out of a walk.
struct Contents<'a, V> {
    heap: &'a Heap,
    wanted: &'a ObjectSet,
    wanted_classes: &'a [bool],
    /// Address and index of the class met last: records of a class come in runs.
    last_class: (u64, Option<ClassIndex>),
    primitive_arrays: [bool; 16],
    object_arrays: bool,
    in_array: bool,
    reached: u64,
    progress: &'a Progress,
    visitor: V,
}

impl<'a, V: ContentVisitor> Contents<'a, V> {
    fn new(
        heap: &'a Heap,
        wanted: &'a ObjectSet,
        wanted_classes: &'a [bool],
        visitor: V,
        progress: &'a Progress,
    ) -> Self {
        let mut primitive_arrays = [false; 16];
        let mut object_arrays = false;
        for (class, _) in heap
            .table
            .classes
            .iter()
            .zip(wanted_classes)
            .filter(|it| *it.1)
        {
            match class.kind {
                ClassKind::PrimitiveArray(code) => primitive_arrays[usize::from(code & 15)] = true,
                ClassKind::ObjectArray => object_arrays = true,
                ClassKind::Instance => {}
            }
        }
        Self {
            heap,
            wanted,
            wanted_classes,
            last_class: (0, None),
            primitive_arrays,
            object_arrays,
            in_array: false,
            reached: 0,
            progress,
            visitor,
        }
    }

    /// The wanted, reachable object at an address.
    fn find(&self, address: u64) -> Option<ObjectIndex> {
        let object = self.heap.addresses.find(address)?;
        let is_wanted = self.wanted.contains(object) && self.heap.reachable.contains(object);
        is_wanted.then_some(object)
    }

    /// The class at an address, if there are wanted objects of it.
    fn class(&mut self, address: u64) -> Option<ClassIndex> {
        if self.last_class.0 != address {
            let class = self.heap.table.at_address(address);
            let is_wanted = |class: &ClassIndex| self.wanted_classes[class.at()];
            self.last_class = (address, class.filter(is_wanted));
        }
        self.last_class.1
    }

    fn begin(&mut self, address: u64, element_type: BasicType, length: u32) {
        let Some(object) = self.find(address) else {
            return;
        };
        if self.visitor.array(object, element_type, length) {
            self.in_array = true;
        } else {
            self.visitor.array_end();
        }
    }

    fn end(&mut self) {
        if self.in_array {
            self.visitor.array_end();
            self.in_array = false;
        }
    }
}

impl<V: ContentVisitor> HeapVisitor for Contents<'_, V> {
    const NEEDS_CONTENTS: bool = true;
    const NEEDS_PRIMITIVES: bool = true;

    fn root(&mut self, _root: RootRecord) {}

    fn class_dump(&mut self, _at: u64, _class: ClassDumpRecord<'_>) {}

    fn instance(&mut self, _at: u64, address: u64, class_address: u64, fields: &[u8]) {
        if let Some(class) = self.class(class_address)
            && let Some(object) = self.find(address)
        {
            self.visitor.instance(object, class, fields);
        }
    }

    fn object_array(&mut self, _at: u64, address: u64, _class_address: u64, length: u32) {
        if self.object_arrays {
            self.begin(address, BasicType::Object, length);
        }
    }

    fn elements(&mut self, bytes: &[u8]) {
        if self.in_array {
            self.visitor.elements(bytes);
        }
    }

    fn object_array_end(&mut self) {
        self.end();
    }

    fn primitive_array(&mut self, _at: u64, address: u64, element_type: BasicType, length: u32) {
        if self.primitive_arrays[usize::from(element_type as u8 & 15)] {
            self.begin(address, element_type, length);
        }
    }

    fn wants_elements(&self) -> bool {
        self.in_array
    }

    fn primitives(&mut self, bytes: &[u8]) {
        if self.in_array {
            self.visitor.elements(bytes);
        }
    }

    fn primitive_array_end(&mut self) {
        self.end();
    }

    fn window(&mut self, at: u64) -> bool {
        let passed = at.saturating_sub(self.reached);
        self.reached = at;
        self.progress.advance(passed).is_ok()
    }
}
