//! Instances of equal class and fields; references are equal where they lead to the same object.

use std::sync::atomic::{AtomicU64, Ordering};

use super::duplicates::{Compared, DuplicateOrder, DuplicateRow, Duplicates};
use super::fingerprint::{Fingerprint, Fingerprints};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Slots of the filter for each object: of so many different objects one goes through needlessly.
const SLOTS_PER_OBJECT: usize = 8;

impl Heap {
    /// Equal instances among those of a set. The first walk over the dump finds those that may
    /// have an equal (two to four bytes an object), the second compares them (16 bytes each).
    /// Lost are the shallow bytes of all copies but one.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn duplicate_objects(
        &self,
        set: &ObjectSet,
        order: DuplicateOrder,
        limit: usize,
        progress: &Progress,
    ) -> Result<Duplicates> {
        let mut objects = self.of_kind(set, |kind| kind == ClassKind::Instance);
        objects.remove(ObjectIndex::SYSTEM_LOADER);
        for object in self.table.classes.iter().filter_map(|class| class.object) {
            objects.remove(object);
        }
        let filter = Filter::new(objects.len());
        let sieve = || Sieve {
            filter: &filter,
            seen: 0,
        };
        let sieves = self.read_contents(&objects, sieve, progress)?;
        let compared = sieves.iter().map(|sieve| sieve.seen).sum();
        let printer = || Printer {
            filter: &filter,
            prints: Vec::new(),
        };
        let printers = self.read_contents(&objects, printer, progress)?;
        let runs = printers.into_iter().map(|printer| printer.prints).collect();
        let prints = Fingerprints::sorted(runs);
        self.duplicates(
            &prints,
            &Objects,
            (&objects, compared),
            (order, limit),
            progress,
        )
    }
}

fn fingerprint(object: ObjectIndex, class: ClassIndex, fields: &[u8]) -> Fingerprint {
    Fingerprint::of(fields, class.0.into(), object.0)
}

/// Which fingerprints were met once, and which twice; some that were met once are taken for twice.
struct Filter {
    once: Vec<AtomicU64>,
    twice: Vec<AtomicU64>,
    mask: u64,
}

impl Filter {
    fn new(objects: usize) -> Self {
        let slots = (objects * SLOTS_PER_OBJECT).next_power_of_two().max(64);
        let words = || (0..slots / 64).map(|_| AtomicU64::new(0)).collect();
        Self {
            once: words(),
            twice: words(),
            mask: slots as u64 - 1,
        }
    }

    fn place(&self, print: Fingerprint) -> (usize, u64) {
        let slot = print.bits() & self.mask;
        ((slot / 64) as usize, 1 << (slot % 64))
    }

    fn note(&self, print: Fingerprint) {
        let (word, bit) = self.place(print);
        let (Some(once), Some(twice)) = (self.once.get(word), self.twice.get(word)) else {
            return;
        };
        if once.fetch_or(bit, Ordering::Relaxed) & bit != 0 {
            twice.fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn may_have_an_equal(&self, print: Fingerprint) -> bool {
        let (word, bit) = self.place(print);
        let twice = self.twice.get(word);
        twice.is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0)
    }
}

struct Sieve<'a> {
    filter: &'a Filter,
    seen: u64,
}

impl ContentVisitor for Sieve<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        self.filter.note(fingerprint(object, class, fields));
        self.seen += 1;
    }
}

struct Printer<'a> {
    filter: &'a Filter,
    prints: Vec<Fingerprint>,
}

impl ContentVisitor for Printer<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let print = fingerprint(object, class, fields);
        if self.filter.may_have_an_equal(print) {
            self.prints.push(print);
        }
    }
}

struct Objects;

impl Compared for Objects {
    fn describe(&self, heap: &Heap, member: u32, row: &mut DuplicateRow) {
        let object = ObjectIndex(member);
        let value = heap.readable_value(object);
        row.value = value.or_else(|| Some(heap.fields_text(object)));
    }
}
