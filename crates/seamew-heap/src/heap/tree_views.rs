//! The dominator tree as rows: children, groups of children, chains of dominators.

use std::collections::BTreeMap;

use serde::Serialize;

use super::histogram::{Grouping, package};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Objects with one dominator, grouped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupRow {
    pub label: String,
    pub class_id: Option<ClassIndex>,
    pub objects: u64,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
}

impl Heap {
    /// Objects immediately dominated by an object, or by the virtual root: biggest retained size
    /// first, then by address.
    pub fn children(
        &self,
        object: Option<ObjectIndex>,
        offset: usize,
        limit: usize,
    ) -> Vec<ObjectIndex> {
        let wanted = offset.saturating_add(limit);
        let key = |position: &u32| {
            (
                std::cmp::Reverse(self.tree.retained_at(*position)),
                self.tree.object_at(*position),
            )
        };
        let mut positions: Vec<u32> = self.child_positions(object).collect();
        if wanted < positions.len() && wanted > 0 {
            positions.select_nth_unstable_by_key(wanted - 1, key);
            positions.truncate(wanted);
        }
        positions.sort_unstable_by_key(key);
        positions
            .into_iter()
            .skip(offset)
            .take(limit)
            .map(|at| self.tree.object_at(at))
            .collect()
    }

    /// How many objects an object, or the virtual root, immediately dominates.
    pub fn children_count(&self, object: Option<ObjectIndex>) -> usize {
        self.child_positions(object).count()
    }

    fn child_positions(&self, object: Option<ObjectIndex>) -> impl Iterator<Item = u32> + '_ {
        self.tree
            .children(object.map(|object| self.tree.position_of(object)))
    }

    /// Children grouped, biggest retained size first. Superclasses group like classes here.
    pub fn grouped_children(
        &self,
        object: Option<ObjectIndex>,
        grouping: Grouping,
    ) -> Vec<GroupRow> {
        let mut by_class: BTreeMap<ClassIndex, (u64, u64, u64)> = BTreeMap::new();
        for position in self.child_positions(object) {
            let child = self.tree.object_at(position);
            let (class, label_of) = (self.classes.get(child), self.table.of_object(child));
            // A class object belongs to the loader and package of the class it stands for.
            let class = match grouping {
                Grouping::Loader | Grouping::Package => label_of.unwrap_or(class),
                Grouping::Class | Grouping::Superclass => class,
            };
            let sums = by_class.entry(class).or_default();
            sums.0 += 1;
            sums.1 += self.shallow.get(child);
            sums.2 += self.tree.retained_at(position);
        }
        let mut rows: BTreeMap<(String, Option<ClassIndex>), GroupRow> = BTreeMap::new();
        for (class, (objects, shallow_bytes, retained_bytes)) in by_class {
            let (label, class_id) = self.group_of(class, grouping);
            let row = rows.entry((label.clone(), class_id)).or_insert(GroupRow {
                label,
                class_id,
                objects: 0,
                shallow_bytes: 0,
                retained_bytes: 0,
            });
            row.objects += objects;
            row.shallow_bytes += shallow_bytes;
            row.retained_bytes += retained_bytes;
        }
        let mut rows: Vec<GroupRow> = rows.into_values().collect();
        rows.sort_by(|one, other| {
            (other.retained_bytes, &one.label).cmp(&(one.retained_bytes, &other.label))
        });
        rows
    }

    fn group_of(&self, class: ClassIndex, grouping: Grouping) -> (String, Option<ClassIndex>) {
        let name = &self.table.get(class).name;
        match grouping {
            Grouping::Class | Grouping::Superclass => (name.clone(), Some(class)),
            Grouping::Loader => (
                self.loader_label(class)
                    .unwrap_or_else(|| "<unknown>".into()),
                None,
            ),
            Grouping::Package => (package(name).to_owned(), None),
        }
    }

    /// The object and its dominators, up to the one that only the virtual root dominates.
    pub fn dominator_chain(&self, object: ObjectIndex) -> Vec<ObjectIndex> {
        let mut chain = vec![object];
        if self.reachable.contains(object) {
            let above = self.tree.dominators(self.tree.position_of(object));
            chain.extend(above.map(|position| self.tree.object_at(position)));
        }
        chain
    }

    /// True where `below` is `above` or would be freed with it.
    pub fn dominates(&self, above: ObjectIndex, below: ObjectIndex) -> bool {
        let start = self.tree.position_of(above);
        (start..self.tree.subtree_end(start)).contains(&self.tree.position_of(below))
    }

    /// A seeded sample, without replacement and in address order, of the children of one class;
    /// all of them where there are at most `limit`.
    pub fn sample_children(
        &self,
        object: Option<ObjectIndex>,
        class: ClassIndex,
        excluded: &[ObjectIndex],
        limit: usize,
        seed: u64,
    ) -> Vec<ObjectIndex> {
        let mut members: Vec<ObjectIndex> = (self.child_positions(object))
            .map(|position| self.tree.object_at(position))
            .filter(|child| self.classes.get(*child) == class && !excluded.contains(child))
            .collect();
        members.sort_unstable();
        if members.len() <= limit {
            return members;
        }
        let mut random = SplitMix(seed);
        for place in 0..limit {
            let left = (members.len() - place) as u64;
            let other = place + (random.next() % left) as usize;
            members.swap(place, other);
        }
        members.truncate(limit);
        members.sort_unstable();
        members
    }
}

/// Random numbers by `SplitMix64` (Steele, Lea, Flood 2014): the same for a seed everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
