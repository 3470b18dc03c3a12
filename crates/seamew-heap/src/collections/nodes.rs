//! Entries that are nodes: buckets of hash tables, chains, trees.

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use super::direct::{Found, for_each_element};
use super::entries::{Entry, Reader, Sink};
use super::facts::Facts;
use super::shape::{Node, Path, Shape, Store};
use crate::ids::ObjectIndex;

/// Buckets read at once: of a big table the first entries are had soon.
const BUCKETS_AT_ONCE: u64 = 4_096;

impl Reader<'_> {
    pub(super) fn tables(
        &mut self,
        object: ObjectIndex,
        path: &Path,
        node: &Node,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut tables = Vec::new();
        self.facts
            .follow_all(object, &path.0, &mut |table| tables.push(table));
        if tables.is_empty() {
            self.backing(object, path);
        }
        let mut known: FxHashSet<ObjectIndex> = tables.iter().copied().collect();
        let mut at = 0;
        while let Some(table) = tables.get(at).copied() {
            at += 1;
            let length = self.facts.length(table).unwrap_or(0);
            for start in (0..length).step_by(BUCKETS_AT_ONCE as usize) {
                let Some(buckets) = self.buckets(table, start) else {
                    self.note(table, "its elements are not in the dump");
                    break;
                };
                for (index, first) in buckets {
                    let moved = node
                        .moved
                        .as_ref()
                        .and_then(|moved| self.facts.reference(first, moved));
                    match moved {
                        Some(moved) if known.insert(moved) => tables.push(moved),
                        Some(_) => {}
                        None => self.bucket(first, index, node, sink)?,
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Some buckets of a table with their places; None where they are not in the dump. Empty ones
    /// are passed over: a table may be big and all but empty.
    fn buckets(&self, table: ObjectIndex, start: u64) -> Option<Vec<(u64, ObjectIndex)>> {
        let mut buckets = Vec::new();
        let range = (start, BUCKETS_AT_ONCE);
        let whole = for_each_element(self.heap, table, range, &mut |index, found| {
            if let Found::Object(first) = found {
                buckets.push((index, first));
            }
            ControlFlow::Continue(())
        });
        whole.is_continue().then_some(buckets)
    }

    fn bucket(
        &mut self,
        first: ObjectIndex,
        index: u64,
        node: &Node,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let tree = node
            .tree
            .as_ref()
            .and_then(|tree| self.facts.reference(first, tree));
        let mut upcoming = Some(tree.unwrap_or(first));
        let mut known = FxHashSet::default();
        while let Some(one) = upcoming {
            if !known.insert(one) {
                self.note(
                    one,
                    &format!("the chain of bucket {index} comes back to this node"),
                );
                break;
            }
            if !self.is_node(one, node) {
                self.note(one, &format!("no node, but in bucket {index}"));
                break;
            }
            sink(self.entry(one, node, Some(index)))?;
            let next = node.next.as_ref();
            upcoming = next.and_then(|next| self.facts.reference(one, next));
        }
        ControlFlow::Continue(())
    }

    fn is_node(&self, object: ObjectIndex, node: &Node) -> bool {
        let holds = node.key.as_ref().or(node.value.as_ref());
        let step = holds.and_then(|path| path.0.first());
        step.is_none_or(|step| {
            step.fields
                .iter()
                .any(|field| self.facts.has(object, field))
        })
    }

    fn entry(&self, one: ObjectIndex, node: &Node, index: Option<u64>) -> Entry {
        let follow = |path: &Path| Found::from(self.facts.follow(one, path));
        Entry {
            index,
            hash: node
                .hash
                .as_ref()
                .and_then(|hash| self.facts.int(one, hash)),
            key: node.key.as_ref().map(follow),
            value: node.value.as_ref().map(follow),
        }
    }

    pub(super) fn chain(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let Store::Chain {
            first,
            until,
            node,
            nulls,
        } = &shape.store
        else {
            return ControlFlow::Continue(());
        };
        let until = until
            .as_ref()
            .and_then(|path| self.facts.follow(object, path));
        let mut upcoming = self
            .facts
            .follow(object, first)
            .filter(|it| Some(*it) != until);
        let mut known = FxHashSet::default();
        let mut position = 0;
        while let Some(one) = upcoming {
            if !known.insert(one) {
                self.note(one, "the chain comes back to this node");
                break;
            }
            let entry = self.entry(one, node, Some(position));
            let holds = entry.key.as_ref().or(entry.value.as_ref());
            let is_set = holds.is_some_and(|held| held.is_set_in(one));
            if is_set || *nulls && self.is_node(one, node) {
                position += 1;
                sink(entry)?;
            }
            let next = node
                .next
                .as_ref()
                .and_then(|next| self.facts.reference(one, next));
            // A node that was taken out of a concurrent queue refers to itself.
            upcoming = next.filter(|next| *next != one && Some(*next) != until);
        }
        ControlFlow::Continue(())
    }

    /// In order: left before right.
    pub(super) fn tree(
        &mut self,
        object: ObjectIndex,
        shape: &Shape,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let Store::Tree {
            root,
            left,
            right,
            node,
        } = &shape.store
        else {
            return ControlFlow::Continue(());
        };
        let mut known = FxHashSet::default();
        let mut open = Vec::new();
        let mut upcoming = self.facts.follow(object, root);
        let mut position = 0;
        loop {
            while let Some(one) = upcoming {
                if !known.insert(one) {
                    self.note(one, "the tree comes back to this node");
                    break;
                }
                open.push(one);
                upcoming = self.facts.reference(one, left);
            }
            let Some(one) = open.pop() else {
                return ControlFlow::Continue(());
            };
            sink(self.entry(one, node, Some(position)))?;
            position += 1;
            upcoming = self.facts.reference(one, right);
        }
    }
}
