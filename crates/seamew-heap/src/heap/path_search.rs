//! Search for a shortest path between the GC roots and an object, from both ends.
//!
//! Each step goes one level further, back from the object or forward from the roots, whichever
//! has fewer objects to go on from: what many refer to is soon found from the roots, the end of
//! a long list soon from the object. Levels are whole, so the first meeting is on a shortest path.

use super::excludes::Excludes;
use super::object_set::ObjectSet;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Costs what is looked at: about 100 ns an object.
pub struct PathSearch<'a> {
    heap: &'a Heap,
    excludes: &'a Excludes,
    /// From the object towards the roots.
    back: Side,
    /// From the roots towards the object.
    front: Side,
}

/// What one end of the search has seen.
struct Side {
    seen: ObjectSet,
    /// Objects in the order in which they were seen, with the place of the one before.
    steps: Vec<(ObjectIndex, usize)>,
    /// Where the last level starts among the steps.
    level: usize,
}

impl Side {
    fn new(heap: &Heap, starts: &[ObjectIndex]) -> Self {
        let mut side = Self {
            seen: ObjectSet::new(heap.classes.len()),
            steps: Vec::new(),
            level: 0,
        };
        for start in starts {
            side.see(*start, side.steps.len());
        }
        side
    }

    /// Notes an object. Says whether it is new.
    fn see(&mut self, object: ObjectIndex, before: usize) -> bool {
        let is_new = self.seen.insert(object);
        if is_new {
            self.steps.push((object, before));
        }
        is_new
    }

    /// Objects of the last level.
    fn width(&self) -> usize {
        self.steps.len() - self.level
    }

    /// Starts a level. Returns the places of the one before.
    fn next_level(&mut self) -> std::ops::Range<usize> {
        let places = self.level..self.steps.len();
        self.level = places.end;
        places
    }

    /// The way from an object seen to where this side started, both included.
    fn way(&self, object: ObjectIndex) -> impl Iterator<Item = ObjectIndex> + '_ {
        let last = self.steps.iter().position(|(seen, _)| *seen == object);
        let before = |at: &usize| Some(self.steps[*at].1).filter(|before| before != at);
        std::iter::successors(last, before).map(|at| self.steps[at].0)
    }
}

impl<'a> PathSearch<'a> {
    /// A search for a path to `object`.
    pub fn new(heap: &'a Heap, excludes: &'a Excludes, object: ObjectIndex) -> Self {
        Self {
            heap,
            excludes,
            back: Side::new(heap, &[object]),
            front: Side::new(heap, &heap.roots.objects()),
        }
    }

    /// The path, the root first; empty where there is none.
    pub fn run(mut self) -> Vec<ObjectIndex> {
        let (object, _) = self.back.steps[0];
        if self.front.seen.contains(object) {
            return vec![object];
        }
        let mut classes = Vec::new();
        while self.back.width() > 0 {
            let meeting = if (1..self.back.width()).contains(&self.front.width()) {
                self.step_forward()
            } else {
                self.step_back(&mut classes)
            };
            if let Some(meeting) = meeting.or_else(|| self.step_to_instances(&mut classes)) {
                return self.path_through(meeting);
            }
        }
        Vec::new()
    }

    /// Goes one level forward. Returns an object that is seen from both ends.
    fn step_forward(&mut self) -> Option<ObjectIndex> {
        for place in self.front.next_level() {
            let (holder, _) = self.front.steps[place];
            let mut meeting = None;
            let (front, back) = (&mut self.front, &self.back);
            (self.heap).for_each_followed(holder, self.excludes, |target| {
                if front.see(target, place) && back.seen.contains(target) {
                    meeting = meeting.or(Some(target));
                }
            });
            if meeting.is_some() {
                return meeting;
            }
        }
        None
    }

    /// Goes one level back, and notes the classes met. Returns an object that is seen from both
    /// ends.
    fn step_back(&mut self, classes: &mut Vec<ClassIndex>) -> Option<ObjectIndex> {
        let heap = self.heap;
        for place in self.back.next_level() {
            let (object, _) = self.back.steps[place];
            classes.extend(heap.table.of_object(object));
            let mut meeting = None;
            heap.for_each_other_referrer(object, |referrer| {
                meeting = meeting.or(self.see_referrer(referrer, object, place));
            });
            if meeting.is_some() {
                return meeting;
            }
        }
        None
    }

    /// Where nothing else leads back: goes from the classes met to their instances.
    fn step_to_instances(&mut self, classes: &mut Vec<ClassIndex>) -> Option<ObjectIndex> {
        if self.back.width() > 0 || classes.is_empty() {
            return None;
        }
        let heap = self.heap;
        let mut places = vec![None; heap.table.classes.len()];
        for class in classes.drain(..) {
            let object = heap.table.get(class).object;
            let seen = |(seen, _): &(ObjectIndex, usize)| Some(*seen) == object;
            places[class.at()] = object.zip(self.back.steps.iter().position(seen));
        }
        let instances = (0..heap.classes.len() as u32).map(ObjectIndex);
        instances
            .filter(|instance| heap.reachable.contains(*instance))
            .find_map(|instance| {
                let (class_object, place) = places[heap.classes.get(instance).at()]?;
                self.see_referrer(instance, class_object, place)
            })
    }

    /// Notes that `referrer` holds the object at a place of the way back. Returns the referrer if
    /// the roots lead to it.
    fn see_referrer(
        &mut self,
        referrer: ObjectIndex,
        object: ObjectIndex,
        place: usize,
    ) -> Option<ObjectIndex> {
        let is_new = !self.back.seen.contains(referrer)
            && !self.heap.is_excluded(self.excludes, referrer, object)
            && self.back.see(referrer, place);
        (is_new && self.front.seen.contains(referrer)).then_some(referrer)
    }

    fn path_through(&self, meeting: ObjectIndex) -> Vec<ObjectIndex> {
        let mut path: Vec<ObjectIndex> = self.front.way(meeting).collect();
        path.reverse();
        path.extend(self.back.way(meeting).skip(1));
        path
    }
}
