//! Shortest paths from the GC roots to many objects, merged into a tree of objects.

use std::cmp::Reverse;

use serde::Serialize;

use super::bounded_tree::TreeLimits;
use super::excludes::Excludes;
use super::object_set::ObjectSet;
use super::rows::ObjectRow;
use super::shortest_tree::{NONE, ShortestTree};
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// What lies at or under a node of merged paths, of the objects asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Covered {
    pub covered_objects: u64,
    pub covered_shallow_bytes: u64,
    /// Of objects that another one asked about retains, nothing is counted.
    pub covered_retained_bytes: u64,
}

impl Covered {
    pub(super) fn add(&mut self, other: &Self) {
        self.covered_objects += other.covered_objects;
        self.covered_shallow_bytes += other.covered_shallow_bytes;
        self.covered_retained_bytes += other.covered_retained_bytes;
    }
}

/// A node of merged paths.
#[derive(Clone, Debug, Serialize)]
pub struct MergedPathRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    /// Fields through which the node above holds this one; empty for roots.
    pub field: String,
    pub root_types: Vec<&'static str>,
    pub depth: u32,
    /// Row of the node above; -1 for roots.
    pub parent: i64,
    #[serde(flatten)]
    pub covered: Covered,
    /// Nodes right under this one that the limits leave out.
    pub left_out: u64,
}

/// A tree of merged paths, in preorder, the child that covers most objects first.
#[derive(Clone, Debug, Serialize)]
pub struct MergedPaths<Row> {
    pub rows: Vec<Row>,
    /// Objects asked about.
    pub objects: u64,
    /// Those of them that no path leads to.
    pub without_path: u64,
    /// Objects on the longest of the paths.
    pub longest_path: u64,
    /// Topmost nodes that the limits leave out.
    pub left_out: u64,
}

/// A node that is listed.
struct Listed {
    place: u32,
    above: u32,
    depth: u32,
    covered: Covered,
    left_out: u64,
    children: Vec<u32>,
}

impl Heap {
    /// The tree of shortest paths from the roots to all `wanted` objects. Costs what leads to
    /// them: some 200 ns an object, and up to 16 bytes an object of the heap.
    ///
    /// The holds of instances on their classes are followed only if some of the objects cannot be
    /// reached without.
    pub fn merged_paths(
        &self,
        wanted: &ObjectSet,
        excludes: &Excludes,
        limits: &TreeLimits,
    ) -> MergedPaths<MergedPathRow> {
        let tree = self.shortest_tree(wanted, excludes);
        let mut listing = Listing::new(&tree, wanted, limits);
        listing.choose();
        listing.sum_up(self, wanted);
        tree.result(wanted, listing.left_out, self.listed_rows(&listing))
    }

    fn listed_rows(&self, listing: &Listing<'_>) -> Vec<MergedPathRow> {
        let mut rows = Vec::with_capacity(listing.nodes.len());
        let fields = |nodes: &[u32], holder: Option<ObjectIndex>| -> Vec<String> {
            let targets: Vec<ObjectIndex> = nodes.iter().map(|it| listing.object(*it)).collect();
            match holder {
                Some(holder) => self.fields_to(holder, &targets),
                None => vec![String::new(); targets.len()],
            }
        };
        let mut open: Vec<(u32, i64, String)> = Vec::new();
        let put = |nodes: &[u32], holder, row: i64, open: &mut Vec<_>| {
            let named = nodes.iter().copied().zip(fields(nodes, holder)).rev();
            open.extend(named.map(|(node, field)| (node, row, field)));
        };
        put(&listing.tops, None, -1, &mut open);
        while let Some((number, parent, field)) = open.pop() {
            let node = &listing.nodes[number as usize];
            let object = listing.object(number);
            put(
                &node.children,
                Some(object),
                rows.len().cast_signed() as i64,
                &mut open,
            );
            rows.push(MergedPathRow {
                object: self.row(object),
                field,
                root_types: match parent {
                    -1 => self.roots.types_of(object).map(RootType::label).collect(),
                    _ => Vec::new(),
                },
                depth: node.depth,
                parent,
                covered: node.covered,
                left_out: node.left_out,
            });
        }
        rows
    }

    /// What each of the wanted objects counts for; `nested` are those that another one retains.
    pub(super) fn weight(&self, object: ObjectIndex, nested: &ObjectSet) -> Covered {
        Covered {
            covered_objects: 1,
            covered_shallow_bytes: self.shallow.get(object),
            covered_retained_bytes: if nested.contains(object) {
                0
            } else {
                self.retained_bytes(object)
            },
        }
    }

    /// Members of a set that another member dominates.
    pub(super) fn nested(&self, set: &ObjectSet) -> ObjectSet {
        let reachable = set.iter().filter(|object| self.reachable.contains(*object));
        let mut positions: Vec<u32> = reachable
            .map(|object| self.tree.position_of(object))
            .collect();
        positions.sort_unstable();
        let mut nested = self.no_objects();
        let mut end = 0;
        for position in positions {
            if position < end {
                nested.insert(self.tree.object_at(position));
            } else {
                end = self.tree.subtree_end(position);
            }
        }
        nested
    }
}

impl ShortestTree {
    pub(super) fn result<Row>(
        &self,
        wanted: &ObjectSet,
        left_out: u64,
        rows: Vec<Row>,
    ) -> MergedPaths<Row> {
        MergedPaths {
            rows,
            objects: wanted.len() as u64,
            without_path: self.without_path as u64,
            longest_path: self.levels.len() as u64 - 1,
            left_out,
        }
    }
}

/// Chooses the nodes to list, level by level, and sums up what they cover.
struct Listing<'a> {
    tree: &'a ShortestTree,
    limits: &'a TreeLimits,
    /// By place: wanted objects at or under it.
    covered: Vec<u32>,
    /// By place: its node, or [`NONE`].
    node_of: Vec<u32>,
    nodes: Vec<Listed>,
    tops: Vec<u32>,
    left_out: u64,
}

impl<'a> Listing<'a> {
    fn new(tree: &'a ShortestTree, wanted: &ObjectSet, limits: &'a TreeLimits) -> Self {
        let mut covered: Vec<u32> = (tree.objects.iter())
            .map(|object| u32::from(wanted.contains(*object)))
            .collect();
        for place in (0..covered.len()).rev() {
            let under = covered[place];
            if let Some(above) = covered.get_mut(tree.above[place] as usize) {
                *above += under;
            }
        }
        Self {
            tree,
            limits,
            node_of: vec![NONE; covered.len()],
            covered,
            nodes: Vec::new(),
            tops: Vec::new(),
            left_out: 0,
        }
    }

    fn object(&self, node: u32) -> ObjectIndex {
        self.tree.objects[self.nodes[node as usize].place as usize]
    }

    /// The node of the object above a place.
    fn node_above(&self, place: u32) -> u32 {
        let above = self.tree.above[place as usize];
        self.node_of.get(above as usize).copied().unwrap_or(NONE)
    }

    fn choose(&mut self) {
        for (depth, level) in (0u32..).zip(self.tree.levels.windows(2)) {
            if depth as usize >= self.limits.levels.max(1) {
                break;
            }
            let mut candidates: Vec<u32> = (level[0] as u32..level[1] as u32)
                .filter(|place| depth == 0 || self.node_above(*place) != NONE)
                .collect();
            candidates.sort_unstable_by_key(|place| {
                let covered = Reverse(self.covered[*place as usize]);
                (
                    self.node_above(*place),
                    covered,
                    self.tree.objects[*place as usize],
                )
            });
            let above_of =
                |one: &u32, other: &u32| self.node_above(*one) == self.node_above(*other);
            let groups: Vec<Vec<u32>> =
                candidates.chunk_by(above_of).map(<[u32]>::to_vec).collect();
            for group in groups {
                self.list(&group, depth);
            }
        }
    }

    /// Lists the nodes of the objects at some places under one node, as the limits allow.
    fn list(&mut self, places: &[u32], depth: u32) {
        let Some(above) = places.first().map(|place| self.node_above(*place)) else {
            return;
        };
        let least = self.limits.least_objects;
        let shown = places.iter().take(self.limits.children);
        let shown: Vec<u32> = shown
            .copied()
            .filter(|place| u64::from(self.covered[*place as usize]) >= least)
            .collect();
        let first = self.nodes.len() as u32;
        for (node, place) in (first..).zip(&shown) {
            self.node_of[*place as usize] = node;
            self.nodes.push(Listed {
                place: *place,
                above,
                depth,
                covered: Covered::default(),
                left_out: 0,
                children: Vec::new(),
            });
        }
        let left_out = (places.len() - shown.len()) as u64;
        let children = (first..self.nodes.len() as u32).collect();
        if let Some(node) = self.nodes.get_mut(above as usize) {
            (node.children, node.left_out) = (children, left_out);
        } else {
            (self.tops, self.left_out) = (children, left_out);
        }
    }

    /// Adds what each wanted object counts for to the nodes listed above it.
    fn sum_up(&mut self, heap: &Heap, wanted: &ObjectSet) {
        let nested = heap.nested(wanted);
        for place in 0..self.node_of.len() {
            if self.node_of[place] == NONE {
                self.node_of[place] = self.node_above(place as u32);
            }
            let object = self.tree.objects[place];
            if let Some(node) = self.nodes.get_mut(self.node_of[place] as usize)
                && wanted.contains(object)
            {
                node.covered.add(&heap.weight(object, &nested));
            }
        }
        for number in (0..self.nodes.len()).rev() {
            let covered = self.nodes[number].covered;
            let above = self.nodes[number].above;
            if let Some(above) = self.nodes.get_mut(above as usize) {
                above.covered.add(&covered);
            }
        }
    }
}
