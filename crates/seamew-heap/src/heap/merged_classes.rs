//! Shortest paths from the GC roots to many objects, merged by the classes on them.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::bounded_tree::{TreeLimits, preorder};
use super::excludes::Excludes;
use super::merged_paths::{Covered, MergedPaths};
use super::object_set::ObjectSet;
use super::shortest_tree::{NONE, ShortestTree};
use crate::heap::Heap;
use crate::ids::ClassIndex;

/// The end at which paths are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEnd {
    Roots,
    Objects,
}

/// A node of paths merged by class.
#[derive(Clone, Debug, Serialize)]
pub struct MergedClassRow {
    pub label: String,
    pub class_id: ClassIndex,
    pub depth: u32,
    /// Row of the node above; -1 for the topmost.
    pub parent: i64,
    /// Distinct objects of the class at this step of the paths.
    pub objects: u64,
    pub shallow_bytes: u64,
    #[serde(flatten)]
    pub covered: Covered,
    /// Nodes right under this one that the limits leave out.
    pub left_out: u64,
}

struct Node {
    class: ClassIndex,
    above: u32,
    depth: u32,
    objects: u64,
    shallow_bytes: u64,
    covered: Covered,
}

impl Node {
    fn add(&mut self, shallow_bytes: u64) {
        self.objects += 1;
        self.shallow_bytes += shallow_bytes;
    }
}

/// Nodes, each after the one above it.
#[derive(Default)]
struct Nodes {
    nodes: Vec<Node>,
    numbers: FxHashMap<(u32, ClassIndex), u32>,
}

impl Nodes {
    /// The node of a class under another node.
    fn under(&mut self, above: u32, class: ClassIndex, depth: usize) -> u32 {
        *self.numbers.entry((above, class)).or_insert_with(|| {
            self.nodes.push(Node {
                class,
                above,
                depth: depth as u32,
                objects: 0,
                shallow_bytes: 0,
                covered: Covered::default(),
            });
            self.nodes.len() as u32 - 1
        })
    }
}

/// Wanted objects whose paths meet at a place, seen from one node.
struct Meeting {
    node: u32,
    place: u32,
    covered: Covered,
}

impl Heap {
    /// Shortest paths from the roots to all `wanted` objects as a tree of classes: from the roots
    /// down, or from the wanted objects up. Costs as [`merged_paths`](Self::merged_paths); from
    /// the objects up also some 40 bytes for each of them, and some 20 ns for each level.
    pub fn merged_path_classes(
        &self,
        wanted: &ObjectSet,
        excludes: &Excludes,
        top: PathEnd,
        limits: &TreeLimits,
    ) -> MergedPaths<MergedClassRow> {
        let tree = self.shortest_tree(wanted, excludes);
        let nodes = match top {
            PathEnd::Roots => self.classes_down(&tree, wanted, limits),
            PathEnd::Objects => self.classes_up(&tree, wanted, limits),
        };
        let covered = |node: &Node| node.covered.covered_objects;
        let (listed, left_out) = preorder(&nodes, |node| node.above, covered, limits);
        let rows = listed.iter().map(|row| {
            let node = &nodes[row.node];
            MergedClassRow {
                label: self.table.get(node.class).name.clone(),
                class_id: node.class,
                depth: node.depth,
                parent: row.parent,
                objects: node.objects,
                shallow_bytes: node.shallow_bytes,
                covered: node.covered,
                left_out: row.left_out,
            }
        });
        tree.result(wanted, left_out, rows.collect())
    }

    fn classes_down(
        &self,
        tree: &ShortestTree,
        wanted: &ObjectSet,
        limits: &TreeLimits,
    ) -> Vec<Node> {
        let nested = self.nested(wanted);
        let mut nodes = Nodes::default();
        let mut node_of: Vec<u32> = Vec::with_capacity(tree.objects.len());
        for (depth, level) in tree.levels.windows(2).enumerate() {
            for place in level[0]..level[1] {
                let object = tree.objects[place];
                let above = node_of.get(tree.above[place] as usize);
                let mut number = above.copied().unwrap_or(NONE);
                if depth < limits.levels.max(1) {
                    number = nodes.under(number, self.classes.get(object), depth);
                    nodes.nodes[number as usize].add(self.shallow.get(object));
                }
                if wanted.contains(object) {
                    let weight = self.weight(object, &nested);
                    nodes.nodes[number as usize].covered.add(&weight);
                }
                node_of.push(number);
            }
        }
        let mut nodes = nodes.nodes;
        for number in (0..nodes.len()).rev() {
            let covered = nodes[number].covered;
            let above = nodes[number].above;
            if let Some(above) = nodes.get_mut(above as usize) {
                above.covered.add(&covered);
            }
        }
        nodes
    }

    fn classes_up(
        &self,
        tree: &ShortestTree,
        wanted: &ObjectSet,
        limits: &TreeLimits,
    ) -> Vec<Node> {
        let nested = self.nested(wanted);
        let mut nodes = Nodes::default();
        let mut meetings: Vec<Meeting> = (tree.objects.iter().zip(0u32..))
            .filter(|(object, _)| wanted.contains(**object))
            .map(|(object, place)| Meeting {
                node: NONE,
                place,
                covered: self.weight(*object, &nested),
            })
            .collect();
        for depth in 0..limits.levels.clamp(1, tree.levels.len()) {
            for meeting in &mut meetings {
                let object = tree.objects[meeting.place as usize];
                meeting.node = nodes.under(meeting.node, self.classes.get(object), depth);
                let node = &mut nodes.nodes[meeting.node as usize];
                node.add(self.shallow.get(object));
                node.covered.add(&meeting.covered);
                meeting.place = tree.above[meeting.place as usize];
            }
            meetings.retain(|meeting| meeting.place != NONE);
            meetings.sort_unstable_by_key(|meeting| (meeting.node, meeting.place));
            meetings.dedup_by(|later, kept| {
                let same = (later.node, later.place) == (kept.node, kept.place);
                if same {
                    kept.covered.add(&later.covered);
                }
                same
            });
        }
        nodes.nodes
    }
}
