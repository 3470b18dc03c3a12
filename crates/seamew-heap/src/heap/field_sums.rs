//! What the fields of all objects hold, summed up by field: which field owns the memory, however
//! deep it lies and over however many holders it is spread.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU32, Ordering};

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::contents::ContentVisitor;
use super::find_classes::matches;
use super::object_set::ObjectSet;
use super::values::bits;
use crate::dominators::tree::NOWHERE;
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// No field.
const NONE: u32 = u32::MAX;

/// A field, in all objects that have it (for a static one that is the class object).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldSumRow {
    /// The class that declares the field.
    pub class_name: String,
    /// None: what the objects of the class keep alive by several of their fields together, or by
    /// way of what those refer to, so that no single field holds it.
    pub field: Option<String>,
    pub is_static: bool,
    /// Objects whose field refers to something.
    pub holders: u64,
    /// Objects that a holder refers to by the field and dominates; none is counted twice.
    pub owned: u64,
    /// What the owned objects retain, no byte twice.
    pub retained_bytes: u64,
    /// The owned object that retains most, and the one that holds it.
    pub biggest: u32,
    pub biggest_retained_bytes: u64,
    pub biggest_holder: u32,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    holders: u64,
    owned: u64,
    retained_bytes: u64,
    biggest: u64,
    biggest_at: u32,
    open_until: u32,
}

impl Heap {
    /// What the fields hold that are declared by classes whose name no pattern in `skip` matches,
    /// most bytes first. An object that two fields of one holder refer to counts for the first.
    /// Walks the dump once, and the dominator tree; four bytes an object while it runs.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn field_sums(&self, skip: &[String], progress: &Progress) -> Result<Vec<FieldSumRow>> {
        let labels = FieldLabels::new(self, skip);
        let holders = labels.holders(self);
        let marks: Vec<AtomicU32> = (0..self.tree.len()).map(|_| AtomicU32::new(NONE)).collect();
        let mut sums = vec![Sum::default(); labels.fields.len()];
        self.mark_statics(&labels, &marks, &mut sums);
        let marker = || Marker {
            heap: self,
            labels: &labels,
            marks: &marks,
            places: FxHashMap::default(),
            holders: vec![0; labels.fields.len()],
        };
        for marker in self.read_contents(&holders, marker, progress)? {
            for (sum, holders) in sums.iter_mut().zip(marker.holders) {
                sum.holders += holders;
            }
        }
        self.sum_marks(&labels, &marks, &mut sums);
        Ok(self.field_rows(&labels, &sums))
    }

    fn mark_statics(&self, labels: &FieldLabels<'_>, marks: &[AtomicU32], sums: &mut [Sum]) {
        for (class, first) in self.table.classes.iter().zip(&labels.first) {
            let Some((object, first)) = class.object.zip(*first) else {
                continue;
            };
            let above = self.tree.position_of(object);
            let labels = first + class.fields.len() as u32..;
            for (field, label) in class.statics.iter().zip(labels) {
                let is_reference = field.type_code == BasicType::Object as u8;
                if is_reference && above != NOWHERE && field.value != 0 {
                    sums[label as usize].holders += 1;
                    self.mark(marks, above, field.value, label);
                }
            }
        }
    }

    /// Notes that the object at an address, if it is dominated by what stands at `above`, is held
    /// by a field.
    #[inline]
    fn mark(&self, marks: &[AtomicU32], above: u32, address: u64, label: u32) {
        let Some(target) = self.addresses.find(address) else {
            return;
        };
        let position = self.tree.position_of(target);
        let (Some(parent), Some(mark)) = (
            self.tree.parent.get(position as usize),
            marks.get(position as usize),
        ) else {
            return;
        };
        // An object has one immediate dominator, so no other thread writes here.
        if *parent == above && mark.load(Ordering::Relaxed) == NONE {
            mark.store(label, Ordering::Relaxed);
        }
    }

    fn sum_marks(&self, labels: &FieldLabels<'_>, marks: &[AtomicU32], sums: &mut [Sum]) {
        for (position, mark) in (0u32..).zip(marks) {
            let label = match mark.load(Ordering::Relaxed) {
                NONE => labels.shared_label(self, self.tree.parent[position as usize]),
                label => label,
            };
            let Some(sum) = sums.get_mut(label as usize) else {
                continue;
            };
            let retained = self.tree.retained_at(position);
            sum.owned += 1;
            if retained > sum.biggest || sum.owned == 1 {
                (sum.biggest, sum.biggest_at) = (retained, position);
            }
            if position >= sum.open_until {
                sum.retained_bytes += retained;
                sum.open_until = self.tree.subtree_end(position);
            }
        }
    }

    fn field_rows(&self, labels: &FieldLabels<'_>, sums: &[Sum]) -> Vec<FieldSumRow> {
        let mut rows: Vec<FieldSumRow> = (labels.fields.iter().zip(sums))
            .filter(|(_, sum)| sum.owned > 0)
            .map(|(field, sum)| {
                let holder = self.tree.dominators(sum.biggest_at).next();
                FieldSumRow {
                    class_name: self.table.get(field.class).name.clone(),
                    field: field.name.map(str::to_owned),
                    is_static: field.is_static,
                    holders: sum.holders,
                    owned: sum.owned,
                    retained_bytes: sum.retained_bytes,
                    biggest: self.id(self.tree.object_at(sum.biggest_at)),
                    biggest_retained_bytes: sum.biggest,
                    biggest_holder: self.id(self.tree.object_at(holder.unwrap_or(0))),
                }
            })
            .collect();
        rows.sort_by(|one, other| {
            let key = |row: &FieldSumRow| (Reverse(row.retained_bytes), row.biggest);
            (key(one), &one.class_name, &one.field).cmp(&(
                key(other),
                &other.class_name,
                &other.field,
            ))
        });
        rows
    }
}

struct LabelledField<'a> {
    class: ClassIndex,
    name: Option<&'a str>,
    is_static: bool,
}

/// Numbers for the fields of the classes looked at: for each class those of its instance fields,
/// its static ones, and one for what no single field holds.
struct FieldLabels<'a> {
    fields: Vec<LabelledField<'a>>,
    /// By class: the number of its first field. None: the class is skipped.
    first: Vec<Option<u32>>,
    /// By class: the number for what no single field of an instance holds.
    shared: Vec<u32>,
}

impl<'a> FieldLabels<'a> {
    fn new(heap: &'a Heap, skip: &[String]) -> Self {
        let mut labels = Self {
            fields: Vec::new(),
            first: Vec::new(),
            shared: Vec::new(),
        };
        for (class, index) in heap.table.classes.iter().zip(0u32..) {
            if skip.iter().any(|pattern| matches(pattern, &class.name)) {
                labels.first.push(None);
                labels.shared.push(NONE);
                continue;
            }
            let class_index = ClassIndex(index);
            let labelled = |name, is_static| LabelledField {
                class: class_index,
                name,
                is_static,
            };
            labels.first.push(Some(labels.fields.len() as u32));
            let own = class
                .fields
                .iter()
                .map(|it| labelled(Some(it.name.as_str()), false));
            labels.fields.extend(own);
            let statics = class
                .statics
                .iter()
                .map(|it| labelled(Some(it.name.as_str()), true));
            labels.fields.extend(statics);
            labels.shared.push(labels.fields.len() as u32);
            labels.fields.push(labelled(None, false));
        }
        labels
    }

    /// Instances that have a field with a number.
    fn holders(&self, heap: &Heap) -> ObjectSet {
        let is_labelled = |class: &ClassIndex| self.first[class.at()].is_some();
        let classes: Vec<bool> = (0..heap.table.classes.len() as u32)
            .map(|class| {
                heap.table
                    .hierarchy(ClassIndex(class))
                    .any(|it| is_labelled(&it))
            })
            .collect();
        let all = (0..heap.classes.len() as u32).map(ObjectIndex);
        let members = all.filter(|object| classes[heap.classes.get(*object).at()]);
        ObjectSet::of(heap.classes.len(), members)
    }

    /// The number for what an instance at a position holds by no single field.
    fn shared_label(&self, heap: &Heap, position: u32) -> u32 {
        if position == NOWHERE {
            return NONE;
        }
        let class = heap.classes.get(heap.tree.object_at(position));
        let is_instance = heap.table.get(class).kind == crate::classes::ClassKind::Instance;
        if is_instance {
            self.shared[class.at()]
        } else {
            NONE
        }
    }

    /// Where the references lie in an instance of a class, and their fields' numbers.
    fn places(&self, heap: &Heap, class: ClassIndex) -> Vec<(usize, u32)> {
        let mut places = Vec::new();
        let mut declaring = (None, 0);
        for (offset, field, owner) in heap.table.field_offsets(class, heap.id_size.bytes()) {
            if declaring.0 != Some(owner) {
                declaring = (Some(owner), 0);
            }
            let number = declaring.1;
            declaring.1 += 1;
            if let Some(first) = self.first[owner.at()]
                && field.basic_type() == BasicType::Object
            {
                places.push((offset as usize, first + number));
            }
        }
        places
    }
}

/// Marks what the fields of instances hold.
struct Marker<'a> {
    heap: &'a Heap,
    labels: &'a FieldLabels<'a>,
    marks: &'a [AtomicU32],
    places: FxHashMap<ClassIndex, Vec<(usize, u32)>>,
    holders: Vec<u64>,
}

impl ContentVisitor for Marker<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let (heap, labels) = (self.heap, self.labels);
        let places = (self.places.entry(class)).or_insert_with(|| labels.places(heap, class));
        let above = heap.tree.position_of(object);
        let id_bytes = heap.id_size.bytes();
        for (offset, label) in places {
            let address = fields.get(*offset..*offset + id_bytes).map_or(0, bits);
            if address != 0 {
                self.holders[*label as usize] += 1;
                heap.mark(self.marks, above, address, *label);
            }
        }
    }
}
