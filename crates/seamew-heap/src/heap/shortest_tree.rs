//! The tree of shortest paths from the GC roots to the objects of a set.

use super::excludes::Excludes;
use super::object_set::ObjectSet;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// What stands for the object above a root.
pub const NONE: u32 = u32::MAX;

/// Objects on shortest paths from the roots to wanted objects; each has a place, and one object
/// above it that holds it. Places rise with the distance from the roots.
pub struct ShortestTree {
    /// By place.
    pub objects: Vec<ObjectIndex>,
    /// By place: the place of the object above, or [`NONE`] for roots.
    pub above: Vec<u32>,
    /// Where the levels start, and the end of the last.
    pub levels: Vec<usize>,
    /// Wanted objects that no path leads to.
    pub without_path: usize,
}

/// A breadth-first search from the roots, among the objects that lead to wanted ones.
struct Search<'a> {
    wanted: &'a ObjectSet,
    ancestors: &'a ObjectSet,
    seen: ObjectSet,
    /// By object seen: the object it was reached from, or [`NONE`].
    parents: Vec<u32>,
    /// Objects in the order in which they were seen.
    order: Vec<ObjectIndex>,
    levels: Vec<usize>,
    missing: usize,
}

impl Heap {
    /// Searches back from the wanted objects up to the roots, then forward through what was met:
    /// some 200 ns an object met, and up to 12 bytes an object of the heap.
    ///
    /// The holds of instances on their classes are followed only if some of the objects cannot be
    /// reached without.
    pub(super) fn shortest_tree(&self, wanted: &ObjectSet, excludes: &Excludes) -> ShortestTree {
        let mut ancestors = self.ancestors(wanted);
        let search = self.search_forward(wanted, excludes, &ancestors, false);
        if search.missing > 0 {
            let mut missing = wanted.clone();
            missing.subtract(&search.seen);
            if self.add_holders(&mut self.ancestors(&missing)) {
                self.add_holders(&mut ancestors);
                return self
                    .search_forward(wanted, excludes, &ancestors, true)
                    .tree();
            }
        }
        search.tree()
    }

    /// The wanted objects and all that lead to them, but not what lies behind roots: a shortest
    /// path passes no root.
    fn ancestors(&self, wanted: &ObjectSet) -> ObjectSet {
        let mut ancestors = self.no_objects();
        let roots = ObjectSet::of(self.classes.len(), self.roots.objects());
        for object in wanted.iter() {
            self.add_ancestors(object, &roots, &mut ancestors);
        }
        ancestors
    }

    fn add_ancestors(&self, object: ObjectIndex, roots: &ObjectSet, ancestors: &mut ObjectSet) {
        if !ancestors.insert(object) {
            return;
        }
        let mut open = vec![object];
        while let Some(object) = open.pop() {
            if !roots.contains(object) {
                self.for_each_other_referrer(object, |referrer| {
                    if ancestors.insert(referrer) {
                        open.push(referrer);
                    }
                });
            }
        }
    }

    /// Adds the instances of the class objects among `ancestors` that are no roots, and what leads
    /// to them, until there are no more. False where there are no such class objects.
    fn add_holders(&self, ancestors: &mut ObjectSet) -> bool {
        let roots = ObjectSet::of(self.classes.len(), self.roots.objects());
        let mut known = vec![false; self.table.classes.len()];
        loop {
            let mut held = vec![false; known.len()];
            for (at, class) in self.table.classes.iter().enumerate() {
                let object = class.object.filter(|it| !roots.contains(*it) && !known[at]);
                held[at] = object.is_some_and(|it| ancestors.contains(it));
            }
            if !held.contains(&true) {
                return known.contains(&true);
            }
            for holder in self.instances_of(&held).iter() {
                self.add_ancestors(holder, &roots, ancestors);
            }
            for (known, held) in known.iter_mut().zip(held) {
                *known |= held;
            }
        }
    }

    fn search_forward<'a>(
        &self,
        wanted: &'a ObjectSet,
        excludes: &Excludes,
        ancestors: &'a ObjectSet,
        follows_holds: bool,
    ) -> Search<'a> {
        let mut search = Search {
            wanted,
            ancestors,
            seen: self.no_objects(),
            parents: vec![0; self.classes.len()],
            order: Vec::new(),
            levels: vec![0],
            missing: wanted.len(),
        };
        for root in self.roots.objects() {
            search.see(root, NONE);
        }
        let mut level = 0..search.order.len();
        while !level.is_empty() && search.missing > 0 {
            for at in level.clone() {
                let holder = search.order[at];
                self.for_each_followed(holder, excludes, |target| search.see(target, holder.0));
                let class_object = self.table.get(self.classes.get(holder)).object;
                if let Some(class_object) = class_object.filter(|_| follows_holds) {
                    search.see(class_object, holder.0);
                }
            }
            search.levels.push(level.end);
            level = level.end..search.order.len();
        }
        search.levels.push(search.order.len());
        search
    }
}

impl Search<'_> {
    #[inline]
    fn see(&mut self, object: ObjectIndex, parent: u32) {
        if self.ancestors.contains(object)
            && self.seen.insert(object)
            && let Some(place) = self.parents.get_mut(object.at())
        {
            *place = parent;
            self.order.push(object);
            self.missing -= usize::from(self.wanted.contains(object));
        }
    }

    /// Keeps what lies on a path to a wanted object.
    fn tree(self) -> ShortestTree {
        let Self {
            seen,
            mut parents,
            order: mut objects,
            ..
        } = self;
        let mut on_path = seen.empty();
        for object in self.wanted.iter().filter(|object| seen.contains(*object)) {
            let mut at = object.0;
            while at != NONE && on_path.insert(ObjectIndex(at)) {
                at = parents.get(at as usize).copied().unwrap_or(NONE);
            }
        }
        let mut levels = vec![0];
        let mut kept = 0;
        for level in self.levels.windows(2) {
            for at in level[0]..level[1] {
                if on_path.contains(objects[at]) {
                    objects[kept] = objects[at];
                    kept += 1;
                }
            }
            if levels.last() != Some(&kept) {
                levels.push(kept);
            }
        }
        objects.truncate(kept);
        objects.shrink_to_fit();
        // Parents come before their children, so theirs are places already.
        let above = (objects.iter().zip(0..))
            .map(|(object, place)| {
                let parent = std::mem::replace(&mut parents[object.at()], place);
                parents.get(parent as usize).copied().unwrap_or(NONE)
            })
            .collect();
        ShortestTree {
            objects,
            above,
            levels,
            without_path: self.missing,
        }
    }
}
