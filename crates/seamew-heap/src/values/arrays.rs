//! Arrays by class, by length, and by how much of them is used.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;
use serde::Serialize;

use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Arrays by class and by length.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ArrayTable {
    /// Biggest shallow size first.
    pub classes: Vec<ArrayClassRow>,
    /// By length, rising.
    pub lengths: Vec<ArrayLengthRow>,
}

/// The arrays of a class.
#[derive(Clone, Debug, Serialize)]
pub struct ArrayClassRow {
    pub class_name: String,
    pub class_id: ClassIndex,
    pub objects: u64,
    pub elements: u64,
    /// Arrays of length 0.
    pub empty_objects: u64,
    pub shallow_bytes: u64,
}

/// The arrays of a length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArrayLengthRow {
    pub length: u32,
    pub objects: u64,
    pub shallow_bytes: u64,
}

/// Object arrays of about one share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FillRow {
    /// The highest share of the row, which reaches down to that of the row before; None for arrays
    /// of length 0.
    pub up_to_share: Option<f64>,
    pub objects: u64,
    pub elements: u64,
    pub null_elements: u64,
    pub shallow_bytes: u64,
    /// What the null elements take.
    pub null_bytes: u64,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    objects: u64,
    shallow_bytes: u64,
}

impl Heap {
    /// The members of a set whose class is of a kind.
    pub(super) fn of_kind(
        &self,
        set: &ObjectSet,
        is_wanted: impl Fn(ClassKind) -> bool,
    ) -> ObjectSet {
        let wanted: Vec<bool> = (self.table.classes.iter())
            .map(|class| is_wanted(class.kind))
            .collect();
        let mut members = self.instances_of(&wanted);
        members.intersect(set);
        members
    }

    /// The arrays of a set by class and length. Walks over the dump, for the index has no lengths.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn array_table(&self, set: &ObjectSet, progress: &Progress) -> Result<ArrayTable> {
        let arrays = self.of_kind(set, |kind| kind != ClassKind::Instance);
        let counter = || LengthCounter {
            heap: self,
            sums: FxHashMap::default(),
        };
        let mut classes: BTreeMap<ClassIndex, ArrayClassRow> = BTreeMap::new();
        let mut lengths: BTreeMap<u32, ArrayLengthRow> = BTreeMap::new();
        let counters = self.read_contents(&arrays, counter, progress)?;
        for ((class_id, length), sum) in counters.into_iter().flat_map(|it| it.sums) {
            let row = classes.entry(class_id).or_insert_with(|| ArrayClassRow {
                class_name: self.table.get(class_id).name.clone(),
                class_id,
                objects: 0,
                elements: 0,
                empty_objects: 0,
                shallow_bytes: 0,
            });
            row.objects += sum.objects;
            row.elements += sum.objects * u64::from(length);
            row.empty_objects += if length == 0 { sum.objects } else { 0 };
            row.shallow_bytes += sum.shallow_bytes;
            let row = lengths.entry(length).or_insert(ArrayLengthRow {
                length,
                objects: 0,
                shallow_bytes: 0,
            });
            row.objects += sum.objects;
            row.shallow_bytes += sum.shallow_bytes;
        }
        let mut classes: Vec<ArrayClassRow> = classes.into_values().collect();
        classes.sort_by_key(|row| (Reverse(row.shallow_bytes), row.class_id));
        let lengths = lengths.into_values().collect();
        Ok(ArrayTable { classes, lengths })
    }

    /// The object arrays of a set by the share of elements that are not null, in so many equal
    /// segments (at least one), those of length 0 first.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn array_fill(
        &self,
        set: &ObjectSet,
        segments: u32,
        progress: &Progress,
    ) -> Result<Vec<FillRow>> {
        let segments = segments.max(1);
        let arrays = self.of_kind(set, |kind| kind == ClassKind::ObjectArray);
        let row = |segment: u32| FillRow {
            up_to_share: (segment > 0).then(|| f64::from(segment) / f64::from(segments)),
            objects: 0,
            elements: 0,
            null_elements: 0,
            shallow_bytes: 0,
            null_bytes: 0,
        };
        let empty = || (0..=segments).map(row).collect::<Vec<FillRow>>();
        let counter = || FillCounter {
            heap: self,
            segments,
            current: (ObjectIndex::SYSTEM_LOADER, 0),
            used: 0,
            rows: empty(),
        };
        let mut rows = empty();
        for counter in self.read_contents(&arrays, counter, progress)? {
            for (sum, own) in rows.iter_mut().zip(counter.rows) {
                sum.objects += own.objects;
                sum.elements += own.elements;
                sum.null_elements += own.null_elements;
                sum.shallow_bytes += own.shallow_bytes;
            }
        }
        for row in &mut rows {
            row.null_bytes = row.null_elements * self.facts.layout.reference_bytes;
        }
        Ok(rows)
    }

    /// The objects of a set by a size, the biggest first.
    pub fn biggest(
        &self,
        set: &ObjectSet,
        size: fn(&Self, ObjectIndex) -> u64,
        limit: usize,
    ) -> Vec<ObjectIndex> {
        let mut objects: Vec<ObjectIndex> = set.iter().collect();
        let by_size = |object: &ObjectIndex| (Reverse(size(self, *object)), *object);
        if limit < objects.len() {
            objects.select_nth_unstable_by_key(limit, by_size);
            objects.truncate(limit);
        }
        objects.sort_unstable_by_key(by_size);
        objects
    }

    /// The arrays of a set.
    pub fn arrays_of(&self, set: &ObjectSet) -> ObjectSet {
        self.of_kind(set, |kind| kind != ClassKind::Instance)
    }
}

struct LengthCounter<'a> {
    heap: &'a Heap,
    sums: FxHashMap<(ClassIndex, u32), Sum>,
}

impl ContentVisitor for LengthCounter<'_> {
    fn array(&mut self, object: ObjectIndex, _element_type: BasicType, length: u32) -> bool {
        let class = self.heap.classes.get(object);
        let sum = self.sums.entry((class, length)).or_default();
        sum.objects += 1;
        sum.shallow_bytes += self.heap.shallow.get(object);
        false
    }
}

struct FillCounter<'a> {
    heap: &'a Heap,
    segments: u32,
    current: (ObjectIndex, u32),
    used: u64,
    /// Arrays of length 0, then a row for each segment.
    rows: Vec<FillRow>,
}

impl ContentVisitor for FillCounter<'_> {
    fn array(&mut self, object: ObjectIndex, _element_type: BasicType, length: u32) -> bool {
        self.current = (object, length);
        self.used = 0;
        true
    }

    fn elements(&mut self, bytes: &[u8]) {
        let elements = bytes.chunks_exact(self.heap.id_size.bytes());
        let used = elements.filter(|element| element.iter().any(|byte| *byte != 0));
        self.used += used.count() as u64;
    }

    fn array_end(&mut self) {
        let (object, length) = self.current;
        let length = u64::from(length);
        let segment = match length {
            0 => 0,
            _ => (self.used * u64::from(self.segments))
                .div_ceil(length)
                .max(1),
        };
        if let Some(row) = self.rows.get_mut(segment as usize) {
            row.objects += 1;
            row.elements += length;
            row.null_elements += length.saturating_sub(self.used);
            row.shallow_bytes += self.heap.shallow.get(object);
        }
    }
}
