//! The dominator tree by class, loader or package, several levels deep.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::histogram::Grouping;
use super::object_set::ObjectSet;
use super::tree_views::GroupRow;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// How far a tree of groups is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    pub grouping: Grouping,
    /// Levels.
    pub depth: u32,
    /// Groups of a level under one group; the rest is counted.
    pub limit: usize,
    /// Groups that retain less are not opened, though listed.
    pub least_bytes: u64,
}

/// A group of objects that are immediately dominated by the objects of the group above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupTreeRow {
    #[serde(flatten)]
    pub group: GroupRow,
    pub depth: u32,
    /// Groups beside this one, under the same group, that are not listed; on the last one listed.
    pub more: u64,
}

/// A group and the positions of its objects.
struct Group {
    row: GroupRow,
    positions: Vec<u32>,
}

impl Heap {
    /// The objects that `starts` dominate, or those that only the roots hold, in groups; below
    /// each group what its objects dominate, in groups, and so on. In preorder, biggest retained
    /// size first. Costs some ten nanoseconds an object looked at.
    pub fn group_tree(
        &self,
        starts: Option<&[ObjectIndex]>,
        opening: Opening,
    ) -> Vec<GroupTreeRow> {
        let mut rows = Vec::new();
        let tops: Vec<u32> = match starts {
            None => self.tree.children(None).collect(),
            Some(starts) => {
                let positions = starts.iter().map(|start| self.tree.position_of(*start));
                self.children_of(positions)
            }
        };
        self.open_groups(&tops, 0, opening, &mut rows);
        rows
    }

    /// The same, starting with the topmost members of a set in groups, themselves on the first
    /// level.
    pub fn group_tree_of(&self, set: &ObjectSet, opening: Opening) -> Vec<GroupTreeRow> {
        let topmost = self.topmost(set);
        let positions = topmost.iter().map(|object| self.tree.position_of(object));
        let mut rows = Vec::new();
        self.open_groups(&positions.collect::<Vec<u32>>(), 0, opening, &mut rows);
        rows
    }

    fn children_of(&self, positions: impl Iterator<Item = u32>) -> Vec<u32> {
        positions
            .flat_map(|position| self.tree.children(Some(position)))
            .collect()
    }

    fn open_groups(
        &self,
        positions: &[u32],
        depth: u32,
        opening: Opening,
        rows: &mut Vec<GroupTreeRow>,
    ) {
        let mut groups = self.grouped(positions, opening.grouping);
        let more = groups.len().saturating_sub(opening.limit) as u64;
        groups.truncate(opening.limit);
        let last = groups.len();
        for (number, group) in (1..).zip(groups) {
            let opens = group.row.retained_bytes >= opening.least_bytes;
            rows.push(GroupTreeRow {
                group: group.row,
                depth,
                more: if number == last { more } else { 0 },
            });
            if opens && depth + 1 < opening.depth {
                let children = self.children_of(group.positions.into_iter());
                self.open_groups(&children, depth + 1, opening, rows);
            }
        }
    }

    fn grouped(&self, positions: &[u32], grouping: Grouping) -> Vec<Group> {
        let mut by_class: FxHashMap<ClassIndex, Vec<u32>> = FxHashMap::default();
        for position in positions {
            let class = self.group_class(self.tree.object_at(*position), grouping);
            by_class.entry(class).or_default().push(*position);
        }
        let mut groups: FxHashMap<(String, Option<ClassIndex>), Group> = FxHashMap::default();
        for (class, positions) in by_class {
            let (label, class_id) = self.group_of(class, grouping);
            let group = groups
                .entry((label.clone(), class_id))
                .or_insert_with(|| Group {
                    row: GroupRow::new(label, class_id),
                    positions: Vec::new(),
                });
            for position in &positions {
                group.row.objects += 1;
                group.row.shallow_bytes += self.shallow.get(self.tree.object_at(*position));
                group.row.retained_bytes += self.tree.retained_at(*position);
            }
            group.positions.extend(positions);
        }
        let mut groups: Vec<Group> = groups.into_values().collect();
        groups.sort_by(|one, other| one.row.order(&other.row));
        groups
    }
}
