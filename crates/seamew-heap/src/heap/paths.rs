//! Shortest paths from the GC roots: to one object, or merged for many.

use std::collections::HashMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::references::{FieldName, ReferenceRow};
use super::rows::ObjectRow;
use crate::error::{HeapError, Result};
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Children of a node of merged paths that are listed.
const LISTED_CHILDREN: usize = 100;

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

/// A node of merged paths.
#[derive(Clone, Debug, Serialize)]
pub struct MergedPathRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    pub depth: u32,
    /// Row of the node above; -1 for roots.
    pub parent: i64,
    pub covered_objects: u64,
    pub covered_retained_bytes: u64,
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
    fn is_excluded(&self, excludes: &Excludes, holder: ObjectIndex, target: ObjectIndex) -> bool {
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
    /// leads to a root. Searches backwards, so it costs what refers to the object.
    pub fn shortest_path(&self, object: ObjectIndex, excludes: &Excludes) -> Vec<ObjectIndex> {
        let mut search = Backward {
            heap: self,
            excludes,
            towards: HashMap::default(),
        };
        let mut level = vec![object];
        search.towards.insert(object, object);
        if self.is_root(object) {
            return level;
        }
        let mut classes = Vec::new();
        while !level.is_empty() {
            classes.extend(level.iter().filter_map(|it| self.table.of_object(*it)));
            match search.expand(&level) {
                Found::Root(root) => return search.path_from(root),
                Found::Level(next) => level = next,
            }
            if level.is_empty() && !classes.is_empty() {
                match search.instances(&std::mem::take(&mut classes)) {
                    Found::Root(root) => return search.path_from(root),
                    Found::Level(next) => level = next,
                }
            }
        }
        Vec::new()
    }

    fn is_root(&self, object: ObjectIndex) -> bool {
        self.roots.types_of(object).next().is_some()
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

    /// The tree of shortest paths from the roots to all `objects`, in preorder, the child that
    /// covers most objects first; at most 100 children of a node are listed. Empty where every
    /// path is excluded. Searches forwards through the whole heap: about 50 ns an object.
    pub fn merged_paths(&self, objects: &[ObjectIndex], excludes: &Excludes) -> Vec<MergedPathRow> {
        let parents = self.search_forward(objects, excludes);
        let mut nodes: FxHashMap<ObjectIndex, Node> = FxHashMap::default();
        let mut tops = Vec::new();
        for target in objects
            .iter()
            .filter(|object| parents[object.at()] != UNSEEN)
        {
            let retained_bytes = self.retained_bytes(*target);
            let mut at = *target;
            let mut below = None;
            loop {
                let node = nodes.entry(at).or_default();
                let is_new = node.covered_objects == 0;
                node.covered_objects += 1;
                node.covered_retained_bytes += retained_bytes;
                if let Some(child) = below {
                    node.children.push(child);
                }
                below = is_new.then_some(at);
                match parents[at.at()] {
                    ROOT => {
                        tops.extend(below);
                        break;
                    }
                    parent => at = ObjectIndex(parent),
                }
            }
        }
        self.merged_rows(&nodes, tops)
    }

    fn merged_rows(
        &self,
        nodes: &FxHashMap<ObjectIndex, Node>,
        tops: Vec<ObjectIndex>,
    ) -> Vec<MergedPathRow> {
        let mut rows = Vec::new();
        let by_cover = |mut children: Vec<ObjectIndex>| {
            let key = |object: &ObjectIndex| {
                let covered = nodes.get(object).map_or(0, |node| node.covered_objects);
                (std::cmp::Reverse(covered), *object)
            };
            children.sort_unstable_by_key(key);
            children.truncate(LISTED_CHILDREN);
            children.reverse();
            children
        };
        let mut open: Vec<(ObjectIndex, i64, u32)> =
            by_cover(tops).into_iter().map(|top| (top, -1, 0)).collect();
        while let Some((object, parent, depth)) = open.pop() {
            let Some(node) = nodes.get(&object) else {
                continue;
            };
            let row = rows.len().cast_signed() as i64;
            rows.push(MergedPathRow {
                object: self.row(object),
                depth,
                parent,
                covered_objects: node.covered_objects,
                covered_retained_bytes: node.covered_retained_bytes,
            });
            let children = by_cover(node.children.clone());
            open.extend(children.into_iter().map(|child| (child, row, depth + 1)));
        }
        rows
    }

    /// Breadth-first search from the roots until all `wanted` are found: by object, the one that
    /// it was reached from.
    fn search_forward(&self, wanted: &[ObjectIndex], excludes: &Excludes) -> Vec<u32> {
        let mut parents = vec![UNSEEN; self.classes.len()];
        let mut missing: FxHashSet<ObjectIndex> = wanted.iter().copied().collect();
        let mut level: Vec<ObjectIndex> = self.roots.objects();
        for root in &level {
            parents[root.at()] = ROOT;
            missing.remove(root);
        }
        while !level.is_empty() && !missing.is_empty() {
            let mut next = Vec::new();
            for holder in &level {
                let targets = self.followed_targets(*holder, excludes);
                let class_object = self.table.get(self.classes.get(*holder)).object;
                for target in targets.into_iter().chain(class_object) {
                    if parents[target.at()] == UNSEEN {
                        parents[target.at()] = holder.0;
                        missing.remove(&target);
                        next.push(target);
                    }
                }
            }
            level = next;
        }
        parents
    }

    fn followed_targets(&self, holder: ObjectIndex, excludes: &Excludes) -> Vec<ObjectIndex> {
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

/// Where one step of a search leads.
enum Found {
    Root(ObjectIndex),
    Level(Vec<ObjectIndex>),
}

/// A search from an object backwards to the roots.
struct Backward<'a> {
    heap: &'a Heap,
    excludes: &'a Excludes,
    /// By object seen: the next one on the way to the object that the search began at.
    towards: FxHashMap<ObjectIndex, ObjectIndex>,
}

impl Backward<'_> {
    /// Notes that `referrer` holds `object`: true for a root, None where it is no way.
    fn see(&mut self, referrer: ObjectIndex, object: ObjectIndex) -> Option<bool> {
        if self.towards.contains_key(&referrer)
            || self.heap.is_excluded(self.excludes, referrer, object)
        {
            return None;
        }
        self.towards.insert(referrer, object);
        Some(self.heap.is_root(referrer))
    }

    /// Goes one step back from all objects of a level.
    fn expand(&mut self, level: &[ObjectIndex]) -> Found {
        let mut next = Vec::new();
        for object in level {
            for referrer in self.heap.referrers(*object) {
                match self.see(referrer, *object) {
                    Some(true) => return Found::Root(referrer),
                    Some(false) => next.push(referrer),
                    None => {}
                }
            }
        }
        Found::Level(next)
    }

    /// Goes one step back from classes to their instances.
    fn instances(&mut self, classes: &[ClassIndex]) -> Found {
        let mut class_objects = vec![None; self.heap.table.classes.len()];
        for class in classes {
            class_objects[class.at()] = self.heap.table.get(*class).object;
        }
        let mut next = Vec::new();
        for instance in (0..self.heap.classes.len() as u32).map(ObjectIndex) {
            let class = self.heap.classes.get(instance);
            let Some(class_object) = class_objects[class.at()] else {
                continue;
            };
            if self.heap.reachable.contains(instance) {
                match self.see(instance, class_object) {
                    Some(true) => return Found::Root(instance),
                    Some(false) => next.push(instance),
                    None => {}
                }
            }
        }
        Found::Level(next)
    }

    fn path_from(&self, root: ObjectIndex) -> Vec<ObjectIndex> {
        let next = |at: &ObjectIndex| self.towards.get(at).copied().filter(|next| next != at);
        std::iter::successors(Some(root), next).collect()
    }
}

const UNSEEN: u32 = u32::MAX;
const ROOT: u32 = u32::MAX - 1;

#[derive(Default)]
struct Node {
    covered_objects: u64,
    covered_retained_bytes: u64,
    children: Vec<ObjectIndex>,
}
