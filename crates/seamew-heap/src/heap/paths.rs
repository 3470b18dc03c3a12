//! The shortest path from the GC roots to an object, and references that paths may not take.

use std::collections::HashMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::path_search::PathSearch;
use super::references::{FieldName, ReferenceRow};
use crate::error::{HeapError, Result};
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Steps at each end of a path that are listed; a linked list may have a million.
const LISTED_STEPS: usize = 100;

/// One step of a path, the root first.
#[derive(Clone, Debug, Serialize)]
pub struct PathStep {
    #[serde(flatten)]
    pub reference: ReferenceRow,
    pub root_types: Vec<&'static str>,
    /// Steps left out before this one, in the middle of a very long path.
    pub skipped_steps: usize,
}

/// References that a search does not follow.
pub struct Excludes {
    /// By class: excluded field names; None: all fields.
    by_class: FxHashMap<ClassIndex, Option<FxHashSet<String>>>,
}

impl Heap {
    /// Compiles excludes: `CLASS#FIELD`, or `CLASS` for all its fields; subclasses included.
    ///
    /// # Errors
    /// When a class has no such field. Classes that the dump does not have are no error.
    pub fn excludes(&self, texts: &[String]) -> Result<Excludes> {
        let mut by_class: FxHashMap<ClassIndex, Option<FxHashSet<String>>> = HashMap::default();
        for text in texts {
            let (class_name, field) = match text.split_once('#') {
                Some((class_name, field)) => (class_name, Some(field)),
                None => (text.as_str(), None),
            };
            for class in self.classes_under(class_name) {
                if let Some(field) = field
                    && !self.has_field(class, field)
                {
                    let message = format!("the class {class_name} has no field {field}");
                    return Err(HeapError::NotFound(message));
                }
                let entry = by_class
                    .entry(class)
                    .or_insert_with(|| Some(FxHashSet::default()));
                match (entry, field) {
                    (entry, None) => *entry = None,
                    (Some(fields), Some(field)) => {
                        fields.insert(field.to_owned());
                    }
                    (None, Some(_)) => {}
                }
            }
        }
        Ok(Excludes { by_class })
    }

    fn classes_under(&self, class_name: &str) -> Vec<ClassIndex> {
        let classes = (0..self.table.classes.len() as u32).map(ClassIndex);
        classes
            .filter(|class| {
                self.table
                    .hierarchy(*class)
                    .any(|it| self.table.get(it).name == class_name)
            })
            .collect()
    }

    fn has_field(&self, class: ClassIndex, name: &str) -> bool {
        let statics = &self.table.get(class).statics;
        statics.iter().any(|field| field.name == name)
            || self
                .table
                .field_offsets(class, 8)
                .any(|(_, field, _)| field.name == name)
            || name.starts_with('<')
    }

    /// True where every reference from `holder` to `target` is excluded.
    pub(super) fn is_excluded(
        &self,
        excludes: &Excludes,
        holder: ObjectIndex,
        target: ObjectIndex,
    ) -> bool {
        if excludes.by_class.is_empty() {
            return false;
        }
        match excludes.by_class.get(&self.classes.get(holder)) {
            None => false,
            Some(None) => true,
            Some(Some(fields)) => {
                let mut all_excluded = true;
                self.for_each_reference(holder, &mut |field, object| {
                    if object == target {
                        let named = |name: &str| fields.contains(name);
                        all_excluded &= matches!(field, FieldName::Field(name) if named(name));
                    }
                });
                all_excluded
            }
        }
    }

    /// The objects of a shortest path from a root to `object`, the root first; empty where every
    /// path is excluded. An instance's hold on its class is followed only where nothing else
    /// leads to a root.
    pub fn shortest_path(&self, object: ObjectIndex, excludes: &Excludes) -> Vec<ObjectIndex> {
        PathSearch::new(self, excludes, object).run()
    }

    /// A shortest path as rows.
    pub fn path_rows(&self, object: ObjectIndex, excludes: &Excludes) -> Vec<PathStep> {
        let path = self.shortest_path(object, excludes);
        let holders = std::iter::once(None).chain(path.iter().copied().map(Some));
        let skipped = path.len().saturating_sub(2 * LISTED_STEPS);
        let left_out = LISTED_STEPS..LISTED_STEPS + skipped;
        (path.iter().zip(holders).enumerate())
            .filter(|(at, _)| !left_out.contains(at))
            .map(|(at, (step, holder))| PathStep {
                skipped_steps: if skipped > 0 && at == left_out.end {
                    skipped
                } else {
                    0
                },
                reference: ReferenceRow {
                    object: self.row(*step),
                    field: holder.map_or_else(String::new, |it| self.fields_between(it, *step)),
                },
                root_types: match holder {
                    None => self.roots.types_of(*step).map(RootType::label).collect(),
                    Some(_) => Vec::new(),
                },
            })
            .collect()
    }

    /// Objects that an object refers to by references that are not excluded, its class aside.
    pub(super) fn followed_targets(
        &self,
        holder: ObjectIndex,
        excludes: &Excludes,
    ) -> Vec<ObjectIndex> {
        match excludes.by_class.get(&self.classes.get(holder)) {
            None => self.targets(holder),
            Some(None) => Vec::new(),
            Some(Some(fields)) => {
                let mut targets = Vec::new();
                self.for_each_reference(holder, &mut |field, object| {
                    if !matches!(field, FieldName::Field(name) if fields.contains(name)) {
                        targets.push(object);
                    }
                });
                targets
            }
        }
    }
}
