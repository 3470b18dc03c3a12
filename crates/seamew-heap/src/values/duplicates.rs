//! Objects of equal contents: groups, what they lose, who holds them.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::holders::HolderRow;
use crate::error::Result;
use crate::heap::{Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Copies whose holders are looked at, for each row shown.
const SAMPLED_COPIES: usize = 200;
/// Holders told for each row.
const SHOWN_HOLDERS: usize = 3;

/// What equal objects lose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Duplicates {
    /// Objects that were compared.
    pub objects: u64,
    /// Different contents among them.
    pub distinct: u64,
    /// Contents that more than one object has.
    pub groups: u64,
    /// Bytes that would be free if each contents were there once.
    pub lost_bytes: u64,
    /// Objects left out: without contents in the dump, or too long to be read.
    pub not_compared: u64,
    /// By class, most bytes lost first.
    pub classes: Vec<DuplicateClassRow>,
    /// The groups asked for.
    pub rows: Vec<DuplicateRow>,
}

/// Equal objects of a class.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateClassRow {
    pub class_name: String,
    pub class_id: ClassIndex,
    pub objects: u64,
    /// Objects of which an equal one comes before.
    pub copies: u64,
    pub lost_bytes: u64,
}

/// Objects of equal contents.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateRow {
    pub class_name: String,
    /// What they hold, cut to fit a row.
    pub value: Option<String>,
    /// Elements of arrays, characters of strings.
    pub length: Option<u64>,
    pub objects: u64,
    /// Shallow bytes of one, with its array for a string.
    pub bytes_each: u64,
    pub lost_bytes: u64,
    /// One of them.
    pub object_index: u32,
    /// The fields that hold most of the copies, of `sampled_objects` copies looked at.
    pub holders: Vec<HolderRow>,
    pub sampled_objects: u64,
}

/// Which groups come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateOrder {
    LostBytes,
    Objects,
}

/// Members of a group by their numbers, and what the question knows of them.
pub(super) trait Compared {
    /// The object of a member; members are objects unless said otherwise.
    fn object(&self, member: u32) -> ObjectIndex {
        ObjectIndex(member)
    }

    /// Bytes lost by a group: those of all members but one.
    fn lost_bytes(&self, heap: &Heap, members: &[u32]) -> u64 {
        let copies = members.iter().skip(1);
        copies
            .map(|member| heap.shallow.get(self.object(*member)))
            .sum()
    }

    /// Fills in value, length and bytes of one.
    fn describe(&self, heap: &Heap, member: u32, row: &mut DuplicateRow);
}

#[derive(Clone, Copy)]
struct Group {
    first: u32,
    objects: u32,
    lost_bytes: u64,
}

impl Heap {
    /// Sums over the groups, and the first `limit` of them as rows. `set` are the objects that
    /// were to be compared, `compared` how many could be.
    pub(super) fn duplicates(
        &self,
        prints: &Fingerprints,
        subject: &impl Compared,
        (set, compared): (&ObjectSet, u64),
        (order, limit): (DuplicateOrder, usize),
        progress: &Progress,
    ) -> Result<Duplicates> {
        let mut groups = Vec::new();
        let mut by_class = ClassTotals::new(self, set);
        prints.for_each_group(|members| {
            let (Some(first), true) = (members.first(), members.len() > 1) else {
                return;
            };
            let group = Group {
                first: *first,
                objects: members.len() as u32,
                lost_bytes: subject.lost_bytes(self, members),
            };
            by_class.add(self.classes.get(subject.object(*first)), &group);
            groups.push(group);
        });
        let copies: u64 = groups.iter().map(|it| u64::from(it.objects) - 1).sum();
        let lost_bytes = groups.iter().map(|group| group.lost_bytes).sum();
        let count = groups.len() as u64;
        groups.sort_unstable_by_key(|group| match order {
            DuplicateOrder::LostBytes => (Reverse(group.lost_bytes), group.first),
            DuplicateOrder::Objects => (Reverse(u64::from(group.objects)), group.first),
        });
        groups.truncate(limit);
        Ok(Duplicates {
            objects: compared,
            distinct: compared.saturating_sub(copies),
            groups: count,
            lost_bytes,
            not_compared: (set.len() as u64).saturating_sub(compared),
            classes: by_class.rows(self),
            rows: self.duplicate_rows(prints, subject, &groups, progress)?,
        })
    }

    fn duplicate_rows(
        &self,
        prints: &Fingerprints,
        subject: &impl Compared,
        groups: &[Group],
        progress: &Progress,
    ) -> Result<Vec<DuplicateRow>> {
        let mut samples: FxHashMap<u32, Vec<ObjectIndex>> =
            groups.iter().map(|it| (it.first, Vec::new())).collect();
        prints.for_each_group(|members| {
            if let Some(sample) = members.first().and_then(|first| samples.get_mut(first)) {
                let step = members.len().div_ceil(SAMPLED_COPIES);
                let chosen = members.iter().step_by(step.max(1));
                sample.extend(chosen.map(|member| subject.object(*member)));
            }
        });
        let mut rows = Vec::new();
        for group in groups {
            progress.check()?;
            let first = subject.object(group.first);
            let sample = samples.get(&group.first).map_or(&[][..], Vec::as_slice);
            let mut row = DuplicateRow {
                class_name: self.class_name(first).to_owned(),
                value: None,
                length: None,
                objects: group.objects.into(),
                bytes_each: self.shallow.get(first),
                lost_bytes: group.lost_bytes,
                object_index: self.id(first),
                holders: self.common_holders(sample, SHOWN_HOLDERS),
                sampled_objects: sample.len() as u64,
            };
            subject.describe(self, group.first, &mut row);
            rows.push(row);
        }
        Ok(rows)
    }
}

/// Sums by class.
struct ClassTotals {
    rows: Vec<(u64, u64, u64)>,
}

impl ClassTotals {
    fn new(heap: &Heap, set: &ObjectSet) -> Self {
        let mut rows = vec![(0, 0, 0); heap.table.classes.len()];
        for object in set.iter() {
            if let Some(row) = rows.get_mut(heap.classes.get(object).at()) {
                row.0 += 1;
            }
        }
        Self { rows }
    }

    fn add(&mut self, class: ClassIndex, group: &Group) {
        if let Some(row) = self.rows.get_mut(class.at()) {
            row.1 += u64::from(group.objects) - 1;
            row.2 += group.lost_bytes;
        }
    }

    fn rows(self, heap: &Heap) -> Vec<DuplicateClassRow> {
        let classes = (0..).map(ClassIndex).zip(self.rows);
        let mut rows: Vec<DuplicateClassRow> = classes
            .filter(|(_, (_, copies, _))| *copies > 0)
            .map(
                |(class_id, (objects, copies, lost_bytes))| DuplicateClassRow {
                    class_name: heap.table.get(class_id).name.clone(),
                    class_id,
                    objects,
                    copies,
                    lost_bytes,
                },
            )
            .collect();
        rows.sort_by_key(|row| (Reverse(row.lost_bytes), row.class_id));
        rows
    }
}
