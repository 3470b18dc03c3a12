//! All ways from the GC roots to an object, one by one, the shortest first.

use std::collections::VecDeque;

use super::excludes::Excludes;
use super::object_set::ObjectSet;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Paths to an object by a search back over its referrers, breadth first. Each object is met once,
/// so paths share the steps next to the object, and there is one path for each root from which the
/// object can be reached without passing another root: a shortest such path. They come by length.
/// Where the object is a root itself, the first path is that object alone.
///
/// An instance's hold on its class is followed only where nothing else leads to a root. Costs what
/// is looked at: about 100 ns an object.
pub struct RootPaths<'a> {
    heap: &'a Heap,
    excludes: &'a Excludes,
    roots: ObjectSet,
    seen: ObjectSet,
    /// Objects in the order in which they were met, with the place of the one that each holds.
    steps: Vec<(ObjectIndex, u32)>,
    /// Place to go on from.
    next: usize,
    /// Where the level after the present one starts.
    next_level: usize,
    /// Class objects of the present level.
    classes: Vec<u32>,
    follows_holds: bool,
    /// Whether a class object was met that its instances may hold.
    met_class: bool,
    /// Places of roots met that were not yet handed out.
    found: VecDeque<u32>,
    has_found: bool,
}

impl<'a> RootPaths<'a> {
    /// The paths to `object` that take no excluded reference.
    pub fn new(heap: &'a Heap, excludes: &'a Excludes, object: ObjectIndex) -> Self {
        let mut paths = Self {
            heap,
            excludes,
            roots: ObjectSet::of(heap.classes.len(), heap.roots.objects()),
            seen: heap.no_objects(),
            steps: Vec::new(),
            next: 0,
            next_level: 1,
            classes: Vec::new(),
            follows_holds: false,
            met_class: false,
            found: VecDeque::new(),
            has_found: false,
        };
        paths.meet(object, 0);
        paths
    }

    fn meet(&mut self, object: ObjectIndex, held: u32) {
        if self.seen.insert(object) {
            if self.roots.contains(object) {
                self.found.push_back(self.steps.len() as u32);
                self.has_found = true;
            }
            self.steps.push((object, held));
        }
    }

    fn meet_referrer(&mut self, referrer: ObjectIndex, held: u32) {
        let (object, _) = self.steps[held as usize];
        if !self.seen.contains(referrer) && !self.heap.is_excluded(self.excludes, referrer, object)
        {
            self.meet(referrer, held);
        }
    }

    /// Meets the referrers of one more object. False at the end.
    fn go_on(&mut self) -> bool {
        if self.next == self.next_level {
            self.meet_instances();
            self.next_level = self.steps.len();
        }
        let place = self.next;
        let Some((object, _)) = self.steps.get(place).copied() else {
            return self.start_over();
        };
        self.next += 1;
        if place > 0 && self.roots.contains(object) {
            return true;
        }
        if self.heap.table.of_object(object).is_some() {
            self.met_class = true;
            self.classes.push(place as u32);
        }
        let heap = self.heap;
        heap.for_each_other_referrer(object, |referrer| {
            self.meet_referrer(referrer, place as u32);
        });
        true
    }

    /// Where nothing has led to a root: begins anew, with the holds of instances on their classes.
    fn start_over(&mut self) -> bool {
        if self.has_found || self.follows_holds || !self.met_class {
            return false;
        }
        let (object, _) = self.steps[0];
        *self = Self {
            follows_holds: true,
            ..Self::new(self.heap, self.excludes, object)
        };
        true
    }

    /// Goes from the class objects of the present level to their instances.
    fn meet_instances(&mut self) {
        let places = std::mem::take(&mut self.classes);
        if !self.follows_holds || places.is_empty() {
            return;
        }
        let heap = self.heap;
        let mut held = vec![None; heap.table.classes.len()];
        for place in places {
            if let Some(class) = heap.table.of_object(self.steps[place as usize].0) {
                held[class.at()] = Some(place);
            }
        }
        for instance in heap.all() {
            if let Some(place) = held[heap.classes.get(instance).at()] {
                self.meet_referrer(instance, place);
            }
        }
    }

    /// The path from the root at a place.
    fn path(&self, root: u32) -> Vec<ObjectIndex> {
        let held = |at: &u32| Some(self.steps[*at as usize].1).filter(|_| *at > 0);
        std::iter::successors(Some(root), held)
            .map(|at| self.steps[at as usize].0)
            .collect()
    }
}

impl Iterator for RootPaths<'_> {
    type Item = Vec<ObjectIndex>;

    /// The next path, the root first.
    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() && self.go_on() {}
        self.found.pop_front().map(|root| self.path(root))
    }
}
