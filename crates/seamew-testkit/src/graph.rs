//! Slow, obviously right answers about a directed graph with roots.
//!
//! Nothing here is clever: a node dominates exactly those nodes that roots no longer reach once it
//! is gone. Costs are quadratic or worse, so the graphs must be small.

use std::collections::VecDeque;

/// A directed graph with roots. Edges may repeat and may lead from a node to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// By node: the nodes that it refers to.
    pub edges: Vec<Vec<usize>>,
    /// Nodes that are reachable of their own; may repeat.
    pub roots: Vec<usize>,
}

impl Graph {
    /// A graph of `count` nodes without edges.
    pub fn new(count: usize) -> Self {
        Self {
            edges: vec![Vec::new(); count],
            roots: Vec::new(),
        }
    }

    /// Nodes.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// True without nodes.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// By node: whether a root reaches it.
    pub fn reachable(&self) -> Vec<bool> {
        self.reachable_without(&[])
    }

    /// By node: whether a root reaches it when some nodes are gone.
    pub fn reachable_without(&self, gone: &[usize]) -> Vec<bool> {
        let distances = self.distances_without(gone);
        distances
            .into_iter()
            .map(|distance| distance.is_some())
            .collect()
    }

    /// By node: edges on the shortest path from a root; None where there is no path.
    pub fn distances(&self) -> Vec<Option<usize>> {
        self.distances_without(&[])
    }

    fn distances_without(&self, gone: &[usize]) -> Vec<Option<usize>> {
        let mut distances = vec![None; self.len()];
        let mut queue = VecDeque::new();
        for root in &self.roots {
            if !gone.contains(root) && distances[*root].is_none() {
                distances[*root] = Some(0);
                queue.push_back((*root, 0));
            }
        }
        while let Some((node, distance)) = queue.pop_front() {
            for target in &self.edges[node] {
                if !gone.contains(target) && distances[*target].is_none() {
                    distances[*target] = Some(distance + 1);
                    queue.push_back((*target, distance + 1));
                }
            }
        }
        distances
    }

    /// Reachable nodes that are lost when the given ones are gone, themselves included: what they
    /// retain together.
    pub fn retained_set(&self, nodes: &[usize]) -> Vec<usize> {
        let before = self.reachable();
        let after = self.reachable_without(nodes);
        (0..self.len())
            .filter(|node| before[*node] && !after[*node])
            .collect()
    }

    /// By node: its retained set; empty where it is unreachable.
    pub fn retained_sets(&self) -> Vec<Vec<usize>> {
        (0..self.len())
            .map(|node| self.retained_set(&[node]))
            .collect()
    }

    /// By node: its immediate dominator; None where it is unreachable or where no single other
    /// node dominates it.
    pub fn dominators(&self) -> Vec<Option<usize>> {
        immediate(&self.retained_sets())
    }

    /// By node: the sum of `weights` over its retained set.
    pub fn retained_sums(&self, weights: &[u64]) -> Vec<u64> {
        let sum = |set: Vec<usize>| set.into_iter().map(|node| weights[node]).sum();
        self.retained_sets().into_iter().map(sum).collect()
    }

    /// Nodes that are made roots so that all are reachable: first every unreachable node that no
    /// other unreachable node refers to, then, for what only cycles hold, the lowest one left, as
    /// often as needed; those for which `comes_last` after all others.
    pub fn roots_to_keep_all(&self, comes_last: impl Fn(usize) -> bool) -> Vec<usize> {
        let reachable = self.reachable();
        let mut held = vec![false; self.len()];
        for (node, targets) in self.edges.iter().enumerate() {
            for target in targets
                .iter()
                .filter(|target| !reachable[node] && **target != node)
            {
                held[*target] = true;
            }
        }
        let mut kept = self.clone();
        let first = (0..self.len()).filter(|node| !reachable[*node] && !held[*node]);
        kept.roots.extend(first);
        loop {
            let reachable = kept.reachable();
            let left = (0..self.len()).filter(|node| !reachable[*node]);
            let Some(lowest) = left.min_by_key(|node| (comes_last(*node), *node)) else {
                break;
            };
            kept.roots.push(lowest);
        }
        kept.roots.split_off(self.roots.len())
    }
}

/// Immediate dominators from retained sets: of all nodes that retain a node, the one that retains
/// least, because dominators form a chain.
fn immediate(sets: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut dominators: Vec<Option<usize>> = vec![None; sets.len()];
    for (node, set) in sets.iter().enumerate() {
        for dominated in set.iter().filter(|dominated| **dominated != node) {
            let nearest = &mut dominators[*dominated];
            if nearest.is_none_or(|other| sets[other].len() > set.len()) {
                *nearest = Some(node);
            }
        }
    }
    dominators
}

#[cfg(test)]
mod tests {
    use super::Graph;

    /// ```text
    /// root 0 -> 1 -> 2 -> 4 -> 5
    ///           1 -> 3 -> 4
    /// 6 -> 5, 6 -> 6, 7 <-> 8 (unreachable)
    /// ```
    fn diamond() -> Graph {
        let edges = [
            &[1][..],
            &[2, 3],
            &[4, 4],
            &[4],
            &[5],
            &[],
            &[5, 6],
            &[8],
            &[7],
        ];
        Graph {
            edges: edges.iter().map(|targets| targets.to_vec()).collect(),
            roots: vec![0],
        }
    }

    #[test]
    fn a_node_behind_a_diamond_is_dominated_from_above_it() {
        let dominators = diamond().dominators();
        assert_eq!(
            dominators[..6],
            [None, Some(0), Some(1), Some(1), Some(1), Some(4)]
        );
    }

    #[test]
    fn a_set_can_retain_more_than_its_members() {
        let graph = diamond();
        assert_eq!(graph.retained_set(&[2]), [2]);
        assert_eq!(graph.retained_set(&[2, 3]), [2, 3, 4, 5]);
    }

    #[test]
    fn unreachable_nodes_have_no_distance() {
        let distances = diamond().distances();
        assert_eq!(distances[..6], [0, 1, 2, 2, 3, 4].map(Some));
        assert_eq!(distances[6..], [None, None, None]);
    }

    #[test]
    fn a_referrer_is_kept_before_a_cycle() {
        assert_eq!(diamond().roots_to_keep_all(|_| false), [6, 7]);
        assert_eq!(diamond().roots_to_keep_all(|node| node == 7), [6, 8]);
    }
}
