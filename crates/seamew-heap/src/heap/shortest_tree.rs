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

/// A breadth-first search from the roots.
struct Search {
    seen: ObjectSet,
    /// By object seen: the object it was reached from, or [`NONE`].
    parents: Vec<u32>,
    /// Objects in the order in which they were seen.
    order: Vec<ObjectIndex>,
    levels: Vec<usize>,
    missing: usize,
}

impl Heap {
    /// Searches forwards until all `wanted` are met: some 50 ns and 8 bytes an object of the heap.
    pub(super) fn shortest_tree(&self, wanted: &ObjectSet, excludes: &Excludes) -> ShortestTree {
        let mut search = Search {
            seen: self.no_objects(),
            parents: vec![0; self.classes.len()],
            order: Vec::with_capacity(self.classes.len()),
            levels: vec![0],
            missing: wanted.len(),
        };
        for root in self.roots.objects() {
            search.see(root, NONE, wanted);
        }
        let mut level = 0..search.order.len();
        while !level.is_empty() && search.missing > 0 {
            for at in level.clone() {
                let holder = search.order[at];
                self.for_each_followed(holder, excludes, |target| {
                    search.see(target, holder.0, wanted);
                });
                if let Some(class_object) = self.table.get(self.classes.get(holder)).object {
                    search.see(class_object, holder.0, wanted);
                }
            }
            search.levels.push(level.end);
            level = level.end..search.order.len();
        }
        search.levels.push(search.order.len());
        search.tree(wanted)
    }
}

impl Search {
    #[inline]
    fn see(&mut self, object: ObjectIndex, parent: u32, wanted: &ObjectSet) {
        if self.seen.insert(object)
            && let Some(place) = self.parents.get_mut(object.at())
        {
            *place = parent;
            self.order.push(object);
            self.missing -= usize::from(wanted.contains(object));
        }
    }

    /// Keeps what lies on a path to a wanted object.
    fn tree(self, wanted: &ObjectSet) -> ShortestTree {
        let Self {
            seen,
            mut parents,
            order: mut objects,
            ..
        } = self;
        let mut on_path = seen.empty();
        for object in wanted.iter().filter(|object| seen.contains(*object)) {
            let mut at = object.0;
            while at != NONE && on_path.insert(ObjectIndex(at)) {
                at = parents[at as usize];
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
