//! Sets of objects as questions name them: by class pattern, by object.

use super::find_classes::matches;
use super::object_set::ObjectSet;
use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Names that a refusal suggests.
const SHOWN_NAMES: usize = 5;

/// What a set of objects is made of.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Class names; `*` stands for any text.
    pub patterns: Vec<String>,
    /// The instances of subclasses too.
    pub subclasses: bool,
    /// The class objects themselves too.
    pub class_objects: bool,
    /// The instances of the classes that selected class loaders have loaded too.
    pub loaded: bool,
    pub objects: Vec<ObjectIndex>,
}

impl Heap {
    /// The empty set, for objects of this heap.
    pub fn no_objects(&self) -> ObjectSet {
        ObjectSet::new(self.classes.len())
    }

    /// Objects of the heap, those included that no root reaches: room for a set of them.
    pub(crate) fn objects_in_all(&self) -> usize {
        self.classes.len()
    }

    /// Shallow bytes of the members of a set.
    pub fn shallow_bytes_of(&self, set: &ObjectSet) -> u64 {
        set.iter().map(|object| self.shallow.get(object)).sum()
    }

    /// The members that no other member dominates: together they retain what all members do one
    /// by one. Visits the dominator tree in order: some nanoseconds an object.
    pub fn topmost(&self, set: &ObjectSet) -> ObjectSet {
        let mut topmost = self.no_objects();
        let mut position = 0;
        while position < self.tree.len() as u32 {
            let object = self.tree.object_at(position);
            if set.contains(object) {
                topmost.insert(object);
                position = self.tree.subtree_end(position);
            } else {
                position += 1;
            }
        }
        topmost
    }

    /// All reachable objects.
    pub fn all_objects(&self) -> ObjectSet {
        ObjectSet::of(self.classes.len(), self.all())
    }

    /// The reachable objects of a selection. Some 2 ns an object of the heap.
    ///
    /// # Errors
    /// When a pattern matches no class; near names are told.
    pub fn select(&self, selection: &Selection) -> Result<ObjectSet> {
        let mut set = ObjectSet::of(self.classes.len(), selection.objects.iter().copied());
        let mut wanted = vec![false; self.table.classes.len()];
        for pattern in &selection.patterns {
            for class in self.classes_like(pattern, selection.subclasses)? {
                wanted[class.at()] = true;
                let class_object = self.table.get(class).object;
                if let Some(object) = class_object.filter(|_| selection.class_objects) {
                    set.insert(object);
                }
            }
        }
        if !selection.patterns.is_empty() {
            set.unite(&self.instances_of(&wanted));
        }
        if selection.loaded {
            let loaded: Vec<bool> = (self.table.classes.iter())
                .map(|class| {
                    let loader = self.addresses.find_loader(class.loader_address);
                    loader.is_some_and(|loader| set.contains(loader))
                })
                .collect();
            set.unite(&self.instances_of(&loaded));
        }
        Ok(set)
    }

    /// The reachable instances of classes, told by class index.
    pub fn instances_of(&self, wanted: &[bool]) -> ObjectSet {
        let classes = (0u32..).zip(wanted).filter(|(_, wanted)| **wanted);
        if let Some(few) = self.few_instances(classes.map(|(class, _)| ClassIndex(class))) {
            return ObjectSet::of(self.classes.len(), few);
        }
        let is_wanted = |object: &ObjectIndex| wanted[self.classes.get(*object).at()];
        ObjectSet::of(self.classes.len(), self.all().filter(is_wanted))
    }

    /// The classes whose name a pattern matches, and with `subclasses` those below them.
    ///
    /// # Errors
    /// When no class matches; near names are told.
    pub fn classes_like(&self, pattern: &str, subclasses: bool) -> Result<Vec<ClassIndex>> {
        let classes = || (0..self.table.classes.len() as u32).map(ClassIndex);
        let is_named: Vec<bool> = classes()
            .map(|class| matches(pattern, &self.table.get(class).name))
            .collect();
        if !is_named.contains(&true) {
            return Err(self.no_such_class(pattern));
        }
        let is_under = |class: ClassIndex| self.table.hierarchy(class).any(|it| is_named[it.at()]);
        Ok(classes()
            .filter(|class| is_named[class.at()] || subclasses && is_under(*class))
            .collect())
    }

    fn no_such_class(&self, pattern: &str) -> HeapError {
        let simple = simple_name(pattern).replace('*', "").to_lowercase();
        let mut near: Vec<(usize, &str)> = (self.table.classes.iter().zip(&self.class_sums))
            .filter(|(_, sums)| sums.objects > 0)
            .filter_map(|(class, _)| {
                let own = simple_name(&class.name).to_lowercase();
                let far = if !simple.is_empty() && own.contains(&simple) {
                    own.len() - simple.len()
                } else {
                    distance(&own, &simple) * 4
                };
                (far <= simple.len() * 2).then_some((far, class.name.as_str()))
            })
            .collect();
        near.sort_unstable();
        near.dedup();
        let names: Vec<&str> = near
            .iter()
            .take(SHOWN_NAMES)
            .map(|(_, name)| *name)
            .collect();
        let advice = match names.as_slice() {
            [] => "`*` stands for any text, as in com.acme.*".to_owned(),
            names => format!("near names: {}", names.join(", ")),
        };
        HeapError::NotFound(format!("no class is named {pattern}; {advice}"))
    }
}

/// Names like a wanted one, the nearest first.
pub fn near_names<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut near: Vec<(usize, &str)> = (names.iter())
        .map(|name| (distance(&name.to_lowercase(), &wanted), *name))
        .filter(|(far, _)| far * 2 <= wanted.chars().count().max(2))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name).collect()
}

pub(super) fn simple_name(class_name: &str) -> &str {
    class_name.rsplit(['.', '$']).next().unwrap_or(class_name)
}

/// Edit distance (Levenshtein 1966) by one row of the table.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, character) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, wanted) in other.iter().enumerate() {
            let change = diagonal + usize::from(character != *wanted);
            diagonal = row[place + 1];
            row[place + 1] = change.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
