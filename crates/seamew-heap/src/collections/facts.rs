//! What has to be known of objects to measure collections, from wherever it comes.

use super::shape::{Path, Step};
use crate::ids::ObjectIndex;

/// Fields of instances and lengths of arrays.
pub trait Facts {
    /// An integral field.
    fn int(&self, object: ObjectIndex, field: &str) -> Option<i64>;

    /// The object that a field refers to.
    fn reference(&self, object: ObjectIndex, field: &str) -> Option<ObjectIndex>;

    /// Whether an object has a field.
    fn has(&self, object: ObjectIndex, field: &str) -> bool;

    /// Bits that are set in a long.
    fn bits(&self, object: ObjectIndex, field: &str) -> Option<u64>;

    /// Length of an array.
    fn length(&self, array: ObjectIndex) -> Option<u64>;

    /// Elements of an array that are not null; bits that are set in an array of longs.
    fn used(&self, array: ObjectIndex) -> Option<u64>;

    /// Objects that an array refers to, in any order.
    fn targets(&self, array: ObjectIndex) -> Vec<ObjectIndex>;

    /// The object at the end of a path; of several the first.
    fn follow(&self, object: ObjectIndex, path: &Path) -> Option<ObjectIndex> {
        let mut found = None;
        self.follow_all(object, &path.0, &mut |end| {
            found.get_or_insert(end);
        });
        found
    }

    /// Calls `visit` with each object at the end of a path.
    fn follow_all(&self, object: ObjectIndex, steps: &[Step], visit: &mut dyn FnMut(ObjectIndex)) {
        let Some((step, rest)) = steps.split_first() else {
            visit(object);
            return;
        };
        if step.optional && !step.fields.iter().any(|field| self.has(object, field)) {
            self.follow_all(object, rest, visit);
            return;
        }
        let Some(target) = self.step(object, step) else {
            return;
        };
        if !step.each {
            self.follow_all(target, rest, visit);
            return;
        }
        for element in self.targets(target) {
            self.follow_all(element, rest, visit);
        }
    }

    /// The object to which one step leads.
    fn step(&self, object: ObjectIndex, step: &Step) -> Option<ObjectIndex> {
        step.fields
            .iter()
            .find_map(|field| self.reference(object, field))
    }

    /// The integer at the end of a path, or the sum of all there.
    fn sum(&self, object: ObjectIndex, path: &Path) -> Option<i64> {
        let (last, steps) = path.0.split_last()?;
        let mut sum = None;
        self.follow_all(object, steps, &mut |holder| {
            if let Some(term) = last.fields.iter().find_map(|field| self.int(holder, field)) {
                sum = Some(sum.unwrap_or(0i64).saturating_add(term));
            }
        });
        sum
    }
}

/// Nodes from `first` on by a field; ends where it comes back to a node (Brent 1980).
pub struct Chain<'a, F: ?Sized> {
    facts: &'a F,
    next: &'a str,
    upcoming: Option<ObjectIndex>,
    until: Option<ObjectIndex>,
    /// A node passed before, and how many nodes there may be until another takes its place.
    mark: Option<ObjectIndex>,
    steps: u64,
    renew_at: u64,
    pub is_cyclic: bool,
}

impl<'a, F: Facts + ?Sized> Chain<'a, F> {
    pub fn new(
        facts: &'a F,
        first: Option<ObjectIndex>,
        next: &'a str,
        until: Option<ObjectIndex>,
    ) -> Self {
        Self {
            facts,
            next,
            upcoming: first.filter(|first| Some(*first) != until),
            until,
            mark: None,
            steps: 0,
            renew_at: 1,
            is_cyclic: false,
        }
    }
}

impl<F: Facts + ?Sized> Iterator for Chain<'_, F> {
    type Item = ObjectIndex;

    fn next(&mut self) -> Option<ObjectIndex> {
        let node = self.upcoming?;
        if self.mark == Some(node) {
            self.is_cyclic = true;
            self.upcoming = None;
            return None;
        }
        self.steps += 1;
        if self.steps == self.renew_at {
            self.mark = Some(node);
            self.renew_at *= 2;
        }
        // A node that was taken out of a concurrent queue refers to itself.
        let following = self.facts.reference(node, self.next);
        self.upcoming = following.filter(|it| *it != node && Some(*it) != self.until);
        Some(node)
    }
}
