//! How much of a tree is listed, and in which order.

use std::cmp::Reverse;

/// How much of a tree is listed.
#[derive(Clone, Copy, Debug)]
pub struct TreeLimits {
    /// Levels, the topmost included; at least one is listed.
    pub levels: usize,
    /// Nodes under one node, and at the top.
    pub children: usize,
    /// Objects that a node must cover.
    pub least_objects: u64,
}

impl TreeLimits {
    /// At most so many nodes under each.
    pub fn children(children: usize) -> Self {
        Self {
            levels: usize::MAX,
            children,
            least_objects: 0,
        }
    }
}

/// A node in its place.
pub struct Listed {
    pub node: usize,
    /// Row of the node above; -1 for the topmost.
    pub parent: i64,
    /// Nodes right under this one that the limits leave out.
    pub left_out: u64,
}

/// Nodes in preorder, the one that covers most objects first. `above` gives the number of the
/// node above, `covered` the objects; what is above no node is at the top.
pub fn preorder<Node>(
    nodes: &[Node],
    above: impl Fn(&Node) -> u32,
    covered: impl Fn(&Node) -> u64,
    limits: &TreeLimits,
) -> (Vec<Listed>, u64) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut tops = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        let siblings = children.get_mut(above(node) as usize);
        siblings.unwrap_or(&mut tops).push(number);
    }
    let mut rows = Vec::new();
    let mut open: Vec<(usize, i64)> = Vec::new();
    let open_all = |mut numbers: Vec<usize>, parent: i64, open: &mut Vec<(usize, i64)>| {
        let all = numbers.len();
        numbers.retain(|number| covered(&nodes[*number]) >= limits.least_objects);
        numbers.sort_by_key(|number| Reverse(covered(&nodes[*number])));
        numbers.truncate(limits.children);
        open.extend(numbers.iter().rev().map(|number| (*number, parent)));
        (all - numbers.len()) as u64
    };
    let left_out = open_all(tops, -1, &mut open);
    while let Some((node, parent)) = open.pop() {
        let row = rows.len().cast_signed() as i64;
        let below = std::mem::take(&mut children[node]);
        rows.push(Listed {
            node,
            parent,
            left_out: open_all(below, row, &mut open),
        });
    }
    (rows, left_out)
}
