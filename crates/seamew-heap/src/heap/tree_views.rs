//! The dominator tree as rows: children, groups of children, chains of dominators.

use serde::Serialize;

use super::group_tree::Opening;
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

impl GroupRow {
    /// A group without objects.
    pub(super) fn new(label: String, class_id: Option<ClassIndex>) -> Self {
        Self {
            label,
            class_id,
            objects: 0,
            shallow_bytes: 0,
            retained_bytes: 0,
        }
    }

    /// Biggest retained size first, then by label and class.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        (other.retained_bytes, &self.label, self.class_id).cmp(&(
            self.retained_bytes,
            &other.label,
            other.class_id,
        ))
    }
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
        let opening = Opening {
            grouping,
            depth: 1,
            limit: usize::MAX,
            least_bytes: 0,
        };
        let start = object.map(|object| [object]);
        let rows = self.group_tree(start.as_ref().map(<[_; 1]>::as_slice), opening);
        rows.into_iter().map(|row| row.group).collect()
    }

    /// The class by which an object is grouped.
    pub(super) fn group_class(&self, object: ObjectIndex, grouping: Grouping) -> ClassIndex {
        let stands_for = match grouping {
            // A class object belongs to the loader and package of the class it stands for.
            Grouping::Loader | Grouping::Package => self.table.of_object(object),
            Grouping::Class | Grouping::Superclass => None,
        };
        stands_for.unwrap_or_else(|| self.classes.get(object))
    }

    /// Label of a class's group, and the class itself where the group is one.
    pub(super) fn group_of(
        &self,
        class: ClassIndex,
        grouping: Grouping,
    ) -> (String, Option<ClassIndex>) {
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
