//! Histograms: objects and bytes by class, superclass, loader, package; and the roots.

use std::collections::BTreeMap;

use serde::Serialize;

use super::labels::Labels;
use super::object_set::ObjectSet;
use crate::classes::SizeModel;
use crate::graph::RootType;
use crate::heap::{ClassSums, Heap};
use crate::ids::{ClassIndex, ObjectIndex};

/// How objects are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Class,
    Superclass,
    Loader,
    Package,
}

impl Grouping {
    /// The grouping of a name: class, superclass, loader, package.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "class" => Self::Class,
            "superclass" => Self::Superclass,
            "loader" => Self::Loader,
            "package" => Self::Package,
            _ => return None,
        })
    }
}

/// Objects of a class, superclass, loader or package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HistogramRow {
    pub label: String,
    pub class_id: Option<ClassIndex>,
    pub loader: Option<String>,
    pub objects: u64,
    pub shallow_bytes: u64,
    /// At least this many bytes are retained by the objects together.
    pub retained_bytes: Option<u64>,
}

/// Objects with one kind of root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RootRow {
    #[serde(rename = "type")]
    pub root_type: &'static str,
    /// Root records, as MAT counts them: an object with two JNI handles counts twice.
    pub objects: u64,
    /// Objects that are roots of this kind.
    pub distinct_objects: u64,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
}

impl Heap {
    /// The histogram of the reachable objects, biggest shallow size first.
    pub fn histogram(&self, grouping: Grouping) -> Vec<HistogramRow> {
        let sums = &self.class_sums;
        let mut rows = match grouping {
            Grouping::Class => self.class_rows(sums, true),
            Grouping::Superclass => self.class_rows(&self.with_subclasses(sums), false),
            Grouping::Loader | Grouping::Package => self.rows_by_label(grouping, sums),
        };
        if grouping != Grouping::Class {
            self.add_minimum_retained(&mut rows, grouping, None);
        }
        sort(&mut rows);
        rows
    }

    /// The histogram of the members of a set, biggest first.
    pub fn set_histogram(&self, set: &ObjectSet, grouping: Grouping) -> Vec<HistogramRow> {
        let mut rows = self.counts(set, grouping);
        self.add_minimum_retained(&mut rows, grouping, Some(set));
        rows
    }

    /// The same without retained sizes.
    pub(super) fn counts(&self, set: &ObjectSet, grouping: Grouping) -> Vec<HistogramRow> {
        let mut sums = vec![ClassSums::default(); self.table.classes.len()];
        for object in set.iter() {
            let own = &mut sums[self.classes.get(object).at()];
            own.objects += 1;
            own.shallow_bytes += self.shallow.get(object);
        }
        let mut rows = match grouping {
            Grouping::Class => self.class_rows(&sums, false),
            Grouping::Superclass => self.class_rows(&self.with_subclasses(&sums), false),
            Grouping::Loader | Grouping::Package => self.rows_by_label(grouping, &sums),
        };
        rows.retain(|row| row.objects > 0);
        sort(&mut rows);
        rows
    }

    /// Fills in what the objects of each row (only members of a set) retain at least.
    fn add_minimum_retained(
        &self,
        rows: &mut [HistogramRow],
        grouping: Grouping,
        members: Option<&ObjectSet>,
    ) {
        let labels = self.labels(grouping);
        let retained = self.minimum_retained(&labels, members);
        let numbers = labels.numbers();
        for row in rows {
            row.retained_bytes = row
                .number(&numbers)
                .and_then(|number| retained.get(number).copied());
        }
    }

    /// The histogram of the objects left out as unreachable.
    pub fn unreachable_histogram(&self) -> Vec<HistogramRow> {
        let mut rows = self.class_rows(&self.unreachable_sums, false);
        rows.retain(|row| row.objects > 0);
        sort(&mut rows);
        rows
    }

    fn class_rows(&self, sums: &[ClassSums], retained: bool) -> Vec<HistogramRow> {
        (self.table.classes.iter().zip(sums).zip(0..))
            .filter(|((class, sums), _)| sums.objects > 0 || self.is_loaded(class.object))
            .map(|((class, sums), index)| HistogramRow {
                label: class.name.clone(),
                class_id: Some(ClassIndex(index)),
                loader: self.loader_label(ClassIndex(index)),
                objects: sums.objects,
                shallow_bytes: sums.shallow_bytes,
                retained_bytes: retained.then_some(sums.retained_bytes),
            })
            .collect()
    }

    fn is_loaded(&self, class_object: Option<ObjectIndex>) -> bool {
        class_object.is_some_and(|object| self.reachable.contains(object))
    }

    /// Sums of each class with all below it.
    fn with_subclasses(&self, own_sums: &[ClassSums]) -> Vec<ClassSums> {
        let mut sums = vec![ClassSums::default(); own_sums.len()];
        for (class, own) in (0..).zip(own_sums) {
            for ancestor in self.table.hierarchy(ClassIndex(class)) {
                let sum = &mut sums[ancestor.at()];
                sum.objects += own.objects;
                sum.shallow_bytes += own.shallow_bytes;
            }
        }
        sums
    }

    /// Sums by the label of a grouping, without retained bytes.
    fn rows_by_label(&self, grouping: Grouping, sums: &[ClassSums]) -> Vec<HistogramRow> {
        let mut rows: BTreeMap<String, HistogramRow> = BTreeMap::new();
        for (label, own) in self.group_labels(grouping).into_iter().zip(sums) {
            let row = rows.entry(label.clone()).or_insert_with(|| HistogramRow {
                label,
                class_id: None,
                loader: None,
                objects: 0,
                shallow_bytes: 0,
                retained_bytes: None,
            });
            row.objects += own.objects;
            row.shallow_bytes += own.shallow_bytes;
        }
        let mut rows: Vec<HistogramRow> = rows.into_values().collect();
        rows.retain(|row| row.objects > 0);
        rows
    }

    /// Label of each class's group.
    pub fn group_labels(&self, grouping: Grouping) -> Vec<String> {
        (self.table.classes.iter().zip(0..))
            .map(|(class, index)| match grouping {
                Grouping::Class | Grouping::Superclass => class.name.clone(),
                Grouping::Loader => self
                    .loader_label(ClassIndex(index))
                    .unwrap_or_else(|| "<unknown>".into()),
                Grouping::Package => package(&class.name).to_owned(),
            })
            .collect()
    }

    /// Sum, by label, of the retained sizes of those objects (only members of a set) with no
    /// object of the label above them in the dominator tree.
    fn minimum_retained(&self, labels: &Labels, members: Option<&ObjectSet>) -> Vec<u64> {
        let mut retained = vec![0; labels.names.len()];
        let mut open_until = vec![0; labels.names.len()];
        let skips_loader = self.facts.size_model == SizeModel::Gap;
        for position in 0..self.tree.len() as u32 {
            let object = self.tree.object_at(position);
            let is_left_out = members.is_some_and(|members| !members.contains(object));
            if is_left_out || skips_loader && object == ObjectIndex::SYSTEM_LOADER {
                continue;
            }
            for label in labels.of_class(self.classes.get(object)) {
                let label = *label as usize;
                if position >= open_until[label] {
                    retained[label] += self.tree.retained_at(position);
                    open_until[label] = self.tree.subtree_end(position);
                }
            }
        }
        retained
    }

    /// GC roots by type, most objects first.
    pub fn root_rows(&self) -> Vec<RootRow> {
        let mut rows: BTreeMap<RootType, RootRow> = BTreeMap::new();
        for root in &self.roots.roots {
            let row = rows.entry(root.root_type).or_insert_with(|| RootRow {
                root_type: root.root_type.label(),
                objects: 0,
                distinct_objects: 0,
                shallow_bytes: 0,
                retained_bytes: 0,
            });
            row.objects += u64::from(root.records);
            row.distinct_objects += 1;
            row.shallow_bytes += self.shallow.get(root.object);
            row.retained_bytes += self.retained_bytes(root.object);
        }
        let mut rows: Vec<RootRow> = rows.into_values().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.objects));
        rows
    }

    /// Objects with a kind of root, biggest retained size first.
    pub fn root_objects(&self, label: &str) -> Vec<ObjectIndex> {
        let mut objects: Vec<ObjectIndex> = (self.roots.roots.iter())
            .filter(|root| root.root_type.label().eq_ignore_ascii_case(label))
            .map(|root| root.object)
            .collect();
        objects.sort_by_key(|object| (std::cmp::Reverse(self.retained_bytes(*object)), *object));
        objects
    }
}

fn sort(rows: &mut [HistogramRow]) {
    rows.sort_by(|one, other| {
        (other.shallow_bytes, other.objects, &one.label).cmp(&(
            one.shallow_bytes,
            one.objects,
            &other.label,
        ))
    });
}

/// Package of a class name; of an array's element class for arrays.
pub fn package(class_name: &str) -> &str {
    let name = class_name.trim_end_matches("[]");
    match name.rsplit_once('.') {
        Some((package, _)) => package,
        None => "<default>",
    }
}
