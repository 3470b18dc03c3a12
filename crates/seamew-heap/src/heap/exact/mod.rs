//! Exact retained sizes of all classes, loaders or packages at once.
//!
//! What the objects of one label retain together are the objects that every path from a root
//! reaches through one of them. So with B(x), the labels met on every path to x, the answer for a
//! label is the size of all x with the label in B(x). B is a forward "must" analysis: B(x) is x's
//! own labels and what the B of all its referrers have in common. All of a dominator's labels are
//! in the B of what it dominates, so the dominator tree holds nearly all of it; only where an
//! object has several referrers may more be in common than the dominators say. These extra labels
//! are found by sweeps over such objects, starting from "all labels" and taking away until nothing
//! changes; a set that is empty stays so and costs nothing more. (Data-flow analysis by Kildall
//! 1973, here on the quotient by the dominator tree.) The first sweep looks at all such objects,
//! later ones at those that what has changed concerns.
//!
//! Takes eight bytes an object. One walk for each label is the slow twin in the tests.

mod places;
mod referrers;

use std::cell::Cell;
use std::sync::mpsc::sync_channel;

use rustc_hash::FxHashMap;

use self::places::{CLASS, EXTRA, NO_CLASS, NO_PLACE, Place, UNKNOWN, next, places_of};
use self::referrers::{BLOCK_POSITIONS, BLOCKS_AHEAD, Referrers, referrers_of};
use super::histogram::{Grouping, HistogramRow};
use super::labels::{Label, Labels};
use super::object_set::ObjectSet;
use crate::dominators::tree::NOWHERE;
use crate::heap::Heap;
use crate::ids::ClassIndex;

/// Where more than one in so many objects stands below what has changed, finding out what that
/// concerns costs more than looking at everything anew.
const SEARCH_PAYS_AT: usize = 32;

impl Heap {
    /// The histogram with exact retained sizes: what all objects of a row retain together.
    pub fn exact_histogram(&self, grouping: Grouping) -> Vec<HistogramRow> {
        let labels = self.labels(grouping);
        let exact = self.exact_retained(&labels, None);
        with_exact(self.histogram(grouping), &labels, &exact)
    }

    /// The histogram of a set with exact retained sizes: what all its objects of a row retain
    /// together.
    pub fn exact_set_histogram(&self, set: &ObjectSet, grouping: Grouping) -> Vec<HistogramRow> {
        let labels = self.labels(grouping);
        let exact = self.exact_retained(&labels, Some(set));
        with_exact(self.set_histogram(set, grouping), &labels, &exact)
    }

    /// Number and bytes of the objects that all objects of a label (only members of a set) retain
    /// together, exactly, by label. Costs some 100 ns an object, for all labels together.
    pub fn exact_retained(&self, labels: &Labels, members: Option<&ObjectSet>) -> Vec<(u64, u64)> {
        let analysis = Analysis::new(self, labels, members).run();
        let mut sums = vec![(0, 0); labels.names.len()];
        let mut open_until = vec![0; labels.names.len()];
        for position in 0..self.tree.len() as u32 {
            analysis.each_label(position, |label| {
                let label = label as usize;
                if position >= open_until[label] {
                    let end = self.tree.subtree_end(position);
                    sums[label].0 += u64::from(end - position);
                    sums[label].1 += self.tree.retained_at(position);
                    open_until[label] = end;
                }
            });
        }
        sums
    }
}

/// The rows with exact retained sizes.
fn with_exact(
    mut rows: Vec<HistogramRow>,
    labels: &Labels,
    exact: &[(u64, u64)],
) -> Vec<HistogramRow> {
    let numbers = labels.numbers();
    for row in &mut rows {
        let sums = row.number(&numbers).and_then(|number| exact.get(number));
        row.retained_bytes = sums.map(|(_, bytes)| *bytes);
    }
    rows
}

/// The labels that an object with several referrers has beyond its own and its dominators'.
/// Unknown ones stand for all labels.
struct Analysis<'a> {
    heap: &'a Heap,
    labels: &'a Labels,
    places: Vec<Place>,
    /// Extra labels by position, where there are any.
    extra: FxHashMap<u32, Vec<Label>>,
    /// Room for labels, so that not each look at a referrer asks for some.
    scratch: Cell<Vec<Label>>,
}

impl<'a> Analysis<'a> {
    fn new(heap: &'a Heap, labels: &'a Labels, members: Option<&'a ObjectSet>) -> Self {
        Self {
            heap,
            labels,
            places: places_of(heap, members),
            extra: FxHashMap::default(),
            scratch: Cell::default(),
        }
    }

    fn at(&self, position: u32) -> Place {
        let place = self.places.get(position as usize);
        place.copied().unwrap_or(NO_PLACE)
    }

    /// The class of the object there, be it a member or not.
    fn class_of(&self, position: u32) -> ClassIndex {
        match self.at(position).class & CLASS {
            NO_CLASS => self.heap.classes.get(self.heap.tree.object_at(position)),
            class => ClassIndex(class),
        }
    }

    fn own_labels(&self, place: Place) -> &'a [Label] {
        self.labels.of_class(ClassIndex(place.class & CLASS))
    }

    fn extra_labels(&self, position: u32, place: Place) -> &[Label] {
        match place.class & EXTRA {
            0 => &[],
            _ => self.extra.get(&position).map_or(&[], Vec::as_slice),
        }
    }

    fn each_label(&self, position: u32, visit: impl FnMut(Label)) {
        let place = self.at(position);
        let more = self.extra_labels(position, place);
        self.own_labels(place)
            .iter()
            .chain(more)
            .copied()
            .for_each(visit);
    }

    /// Sweeps until nothing changes.
    fn run(mut self) -> Self {
        let mut due = self.open_positions();
        loop {
            let mut changed = self.sweep(&due);
            if changed.is_empty() {
                changed = self.sift_by_instances();
            }
            if changed.is_empty() {
                return self;
            }
            due = self.concerned(changed);
        }
    }

    /// Updates the positions in their order; returns those that have other labels now.
    fn sweep(&mut self, due: &[u32]) -> Vec<u32> {
        let heap = self.heap;
        let (ahead, blocks) = sync_channel(BLOCKS_AHEAD);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for block in due.chunks(BLOCK_POSITIONS) {
                    if ahead.send(Referrers::of(heap, block)).is_err() {
                        return;
                    }
                }
            });
            let mut changed = Vec::new();
            for block in blocks {
                for (position, referrers) in block.iter() {
                    if self.update(position, referrers) {
                        changed.push(position);
                    }
                }
            }
            changed
        })
    }

    /// Whether the place may have extra labels.
    fn is_open(&self, position: u32) -> bool {
        self.at(position).class & (UNKNOWN | EXTRA) != 0
    }

    fn open_positions(&self) -> Vec<u32> {
        (0..self.places.len() as u32)
            .filter(|position| self.is_open(*position))
            .collect()
    }

    /// The open positions whose labels may be others now that those of `changed` are: what objects
    /// below these refer to. All of them where that is quicker.
    fn concerned(&self, mut changed: Vec<u32>) -> Vec<u32> {
        let tree = &self.heap.tree;
        let most = tree.len() / SEARCH_PAYS_AT;
        if changed.len() > most {
            return self.open_positions();
        }
        changed.sort_unstable();
        let mut concerned = Vec::new();
        let (mut looked_at, mut done_until) = (0, 0);
        for position in changed {
            let below = done_until.max(position)..tree.subtree_end(position);
            looked_at += below.len();
            if looked_at > most {
                return self.open_positions();
            }
            done_until = done_until.max(below.end);
            for referrer in below {
                self.heap
                    .for_each_target(tree.object_at(referrer), |target| {
                        let target = tree.position_of(target);
                        if self.is_open(target) {
                            concerned.push(target);
                        }
                    });
            }
        }
        concerned.sort_unstable();
        concerned.dedup();
        concerned
    }

    /// Works out the extra labels of a position anew. Says whether they are others than before.
    fn update(&mut self, position: u32, referrers: Option<&[u32]>) -> bool {
        let common = match referrers {
            Some(referrers) => self.common(position, referrers.iter().copied()),
            None => self.common(position, referrers_of(self.heap, position)),
        };
        let Some(mut found) = common else {
            return false;
        };
        let place = self.at(position);
        let was_unknown = place.class & UNKNOWN != 0;
        if !was_unknown {
            // What instances have taken away from their class object stays away.
            let before = self.extra_labels(position, place);
            found.retain(|label| before.contains(label));
        }
        self.set(position, found) || was_unknown
    }

    /// Notes the extra labels of a position. Says whether they are others than before.
    fn set(&mut self, position: u32, found: Vec<Label>) -> bool {
        let Some(place) = self.places.get_mut(position as usize) else {
            return false;
        };
        place.class &= !(UNKNOWN | EXTRA);
        if found.is_empty() {
            return self.extra.remove(&position).is_some();
        }
        place.class |= EXTRA;
        let count = found.len();
        let before = self.extra.insert(position, found);
        before.is_none_or(|before| before.len() != count)
    }

    /// Takes from class objects what their instances, which hold them too, do not have in common.
    /// Returns the positions where that was anything.
    fn sift_by_instances(&mut self) -> Vec<u32> {
        let heap = self.heap;
        let mut open = self.open_classes();
        let mut changed = Vec::new();
        if open.is_empty() {
            return changed;
        }
        // Most places are of other classes, or of those that are done: a bit tells that quickly.
        let mut is_due = vec![false; heap.table.classes.len()];
        for class in open.keys() {
            is_due[class.at()] = true;
        }
        for referrer in 0..self.places.len() as u32 {
            let class = self.class_of(referrer);
            let due = is_due.get_mut(class.at()).filter(|due| **due);
            let Some((due, (position, common))) = due.zip(open.get_mut(&class)) else {
                continue;
            };
            let own_subtree = *position..heap.tree.subtree_end(*position);
            if !own_subtree.contains(&referrer) {
                let dominator = heap.tree.dominators(*position).next();
                self.sift(common, referrer, dominator.unwrap_or(NOWHERE));
                *due = common.as_ref().is_none_or(|common| !common.is_empty());
            }
        }
        for (position, common) in open.into_values() {
            let Some(mut common) = common else { continue };
            let place = self.at(position);
            let own = self.own_labels(place);
            common.retain(|label| !own.contains(label));
            if self.set(position, common) || place.class & UNKNOWN != 0 {
                changed.push(position);
            }
        }
        changed
    }

    /// The classes whose objects are open: with the position and the extra labels, None where
    /// unknown.
    fn open_classes(&self) -> FxHashMap<ClassIndex, (u32, Option<Vec<Label>>)> {
        let heap = self.heap;
        (heap.table.classes.iter().zip((0..).map(ClassIndex)))
            .filter_map(|(one, class)| Some((class, heap.tree.position_of(one.object?))))
            .filter(|(_, position)| self.is_open(*position))
            .map(|(class, position)| (class, (position, self.extra.get(&position).cloned())))
            .collect()
    }

    /// What all referrers have in common below the dominator, less the object's own labels; None
    /// where only unknown ones are left.
    fn common(&self, position: u32, referrers: impl Iterator<Item = u32>) -> Option<Vec<Label>> {
        let heap = self.heap;
        let dominator = heap.tree.dominators(position).next().unwrap_or(NOWHERE);
        let own_subtree = position..heap.tree.subtree_end(position);
        let mut common: Option<Vec<Label>> = None;
        // What many refer to is soon done: the rest of its list is not even decoded.
        for referrer in referrers {
            if referrer != NOWHERE && !own_subtree.contains(&referrer) {
                self.sift(&mut common, referrer, dominator);
            }
            if common.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        let own = self.own_labels(self.at(position));
        common.map(|mut common| {
            common.retain(|label| !own.contains(label));
            common
        })
    }

    /// Takes out of `common` what is not met between a referrer and the dominator.
    fn sift(&self, common: &mut Option<Vec<Label>>, referrer: u32, dominator: u32) {
        let Some(candidates) = common else {
            *common = self.met(referrer, dominator);
            return;
        };
        let mut missing = self.scratch.take();
        missing.clone_from(candidates);
        let mut at = referrer;
        while at != dominator && at != NOWHERE && !missing.is_empty() {
            let place = self.at(at);
            if place.class & UNKNOWN != 0 {
                self.scratch.set(missing);
                return;
            }
            let (own, extra) = (self.own_labels(place), self.extra_labels(at, place));
            missing.retain(|label| !own.contains(label) && !extra.contains(label));
            at = next(place, dominator);
        }
        if !missing.is_empty() {
            candidates.retain(|label| !missing.contains(label));
        }
        self.scratch.set(missing);
    }

    /// All labels met between a referrer and the dominator; None where one is unknown.
    fn met(&self, referrer: u32, dominator: u32) -> Option<Vec<Label>> {
        let mut met = Vec::new();
        let mut at = referrer;
        while at != dominator && at != NOWHERE {
            let place = self.at(at);
            if place.class & UNKNOWN != 0 {
                return None;
            }
            for label in self
                .own_labels(place)
                .iter()
                .chain(self.extra_labels(at, place))
            {
                if !met.contains(label) {
                    met.push(*label);
                }
            }
            at = next(place, dominator);
        }
        Some(met)
    }
}
