//! A query on a heap, and what computes its expressions.

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;
use seamew_heap::collections::KnownCollections;
use seamew_heap::heap::{Heap, ObjectSet, RecordReader};
use seamew_heap::{ClassIndex, ObjectIndex, Progress};

use super::access::{Held, Place};
use super::notes::Notes;
use crate::error::Result;
use crate::program::Program;
use crate::value::Value;

/// Objects up to this number are looked at one by one.
const FEW_OBJECTS: usize = 2048;

/// A query on a heap. To be shared between threads.
pub struct Session {
    heap: Arc<Heap>,
    program: Arc<Program>,
    collections: OnceLock<KnownCollections>,
    constants: Vec<Constant>,
    notes: Mutex<Notes>,
    /// Up to so many objects are looked at one by one.
    pub(crate) few_objects: usize,
}

/// The value of a sub-query that is the same for all rows.
#[derive(Default)]
struct Constant {
    value: OnceLock<Value>,
    /// Held by the thread that computes it.
    computing: Mutex<()>,
}

impl Session {
    pub fn new(heap: Arc<Heap>, program: Arc<Program>) -> Self {
        let constants = (0..program.queries()).map(|_| Constant::default());
        Self {
            constants: constants.collect(),
            heap,
            program,
            collections: OnceLock::new(),
            notes: Mutex::default(),
            few_objects: FEW_OBJECTS,
        }
    }

    /// The same query with other plans: up to so many objects are looked at one by one, more of
    /// them together. The answer is the same.
    #[must_use]
    pub fn planning_beyond(mut self, few_objects: usize) -> Self {
        self.few_objects = few_objects;
        self
    }

    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    pub(crate) fn shared_heap(&self) -> Arc<Heap> {
        Arc::clone(&self.heap)
    }

    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// What a user should know of the answer as far as it was read.
    pub fn notes(&self) -> Vec<String> {
        let notes = self.notes.lock();
        notes.map_or_else(|_| Vec::new(), |notes| notes.texts(&self.heap))
    }

    pub(super) fn note(&self, text: String) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.add(text);
        }
    }

    pub(super) fn note_field(&self, step: usize, name: &str, class: ClassIndex, found: bool) {
        if let Ok(mut notes) = self.notes.lock() {
            notes.field(step, name, class, found);
        }
    }

    /// The known collections of the heap.
    pub(super) fn collections(&self) -> Result<&KnownCollections> {
        if let Some(known) = self.collections.get() {
            return Ok(known);
        }
        let known = KnownCollections::new(&self.heap)?;
        Ok(self.collections.get_or_init(|| known))
    }

    /// The value of a query that depends on no row, computed once.
    pub(super) fn constant(
        &self,
        query: usize,
        compute: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        let Some(constant) = self.constants.get(query) else {
            return compute();
        };
        if let Some(value) = constant.value.get() {
            return Ok(value.clone());
        }
        // Another thread may be at it: then its value is there when the lock is.
        let _computing = constant.computing.lock();
        if let Some(value) = constant.value.get() {
            return Ok(value.clone());
        }
        let value = compute()?;
        Ok(constant.value.get_or_init(|| value).clone())
    }
}

/// Computes expressions; each thread has one of its own.
pub struct Evaluator<'s> {
    pub(crate) session: &'s Session,
    pub(crate) heap: &'s Heap,
    pub(crate) progress: &'s Progress,
    pub(super) reader: RecordReader<'s>,
    /// The object that a walk over the dump is at.
    pub(super) held: Held,
    /// The instance read last.
    pub(super) last: Held,
    /// Where the field of a step lies in a class's instances.
    pub(super) places: FxHashMap<(usize, ClassIndex), Option<Place>>,
}

impl<'s> Evaluator<'s> {
    pub fn new(session: &'s Session, progress: &'s Progress) -> Self {
        Self {
            session,
            heap: session.heap(),
            progress,
            reader: RecordReader::new(session.heap()),
            held: Held::default(),
            last: Held::default(),
            places: FxHashMap::default(),
        }
    }

    /// Keeps the fields of the instance that a walk is at.
    pub(crate) fn hold(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        self.held.hold(object, class, fields);
    }

    /// Keeps the length of the array that a walk is at.
    pub(crate) fn hold_array(&mut self, object: ObjectIndex, length: u32) {
        self.held.hold_array(object, length);
    }

    /// Keeps the text of the object that a scan is at.
    pub(crate) fn hold_text(&mut self, object: ObjectIndex, text: &str) {
        self.held.hold_text(object, text);
    }

    /// Objects as a set.
    pub(crate) fn set_of(&self, objects: &[ObjectIndex]) -> ObjectSet {
        let mut set = self.heap.no_objects();
        for object in objects {
            set.insert(*object);
        }
        set
    }
}
