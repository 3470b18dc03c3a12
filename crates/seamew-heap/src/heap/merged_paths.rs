//! Shortest paths from the GC roots to many objects, merged into a tree.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::paths::Excludes;
use super::rows::ObjectRow;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Children of a node that are listed.
const LISTED_CHILDREN: usize = 100;

/// What stands for the object that another was reached from: none yet, or none as it is a root.
const UNSEEN: u32 = u32::MAX;
const ROOT: u32 = u32::MAX - 1;

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

#[derive(Default)]
struct Node {
    covered_objects: u64,
    covered_retained_bytes: u64,
    children: Vec<ObjectIndex>,
}

impl Heap {
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
}
