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
struct Search<'a> {
    heap: &'a Heap,
    wanted: &'a ObjectSet,
    seen: ObjectSet,
    /// By object in `order`: the object it was reached from, or [`NONE`].
    parents: Vec<u32>,
    /// Objects in the order in which they were seen, without those that no path goes through.
    order: Vec<ObjectIndex>,
    levels: Vec<usize>,
    missing: usize,
    /// Whether instances may lead to class objects that are not yet seen.
    seeks_classes: bool,
}

impl Heap {
    /// Searches forwards until all `wanted` are met: some 50 ns and 8 bytes an object of the heap.
    pub(super) fn shortest_tree(&self, wanted: &ObjectSet, excludes: &Excludes) -> ShortestTree {
        let restricted = self.restricted_objects(excludes);
        let mut search = Search {
            heap: self,
            wanted,
            seen: self.no_objects(),
            parents: vec![0; self.classes.len()],
            order: Vec::with_capacity(self.classes.len()),
            levels: vec![0],
            missing: wanted.len(),
            seeks_classes: true,
        };
        for root in self.roots.objects() {
            search.see(root, NONE);
        }
        let mut level = 0..search.order.len();
        while !level.is_empty() && search.missing > 0 {
            search.look_for_classes(level.len());
            for at in level.clone() {
                let holder = search.order[at];
                if restricted.contains(holder) {
                    self.for_each_followed(holder, excludes, |it| search.see(it, holder.0));
                } else {
                    self.for_each_target(holder, |target| search.see(target, holder.0));
                }
                if search.seeks_classes
                    && let Some(class_object) = self.table.get(self.classes.get(holder)).object
                {
                    search.see(class_object, holder.0);
                }
            }
            search.levels.push(level.end);
            level = level.end..search.order.len();
        }
        search.levels.push(search.order.len());
        search.tree()
    }
}

impl Search<'_> {
    #[inline]
    fn see(&mut self, object: ObjectIndex, parent: u32) {
        if !self.seen.insert(object) {
            return;
        }
        let is_wanted = self.wanted.contains(object);
        if !is_wanted && !self.seeks_classes && !self.heap.outbound.has(object.0) {
            return;
        }
        if let Some(place) = self.parents.get_mut(object.at()) {
            *place = parent;
            self.order.push(object);
            self.missing -= usize::from(is_wanted);
        }
    }

    /// Once all class objects are seen, the classes of objects lead to nothing new. That is looked
    /// up before levels that are wider than the table of classes.
    fn look_for_classes(&mut self, width: usize) {
        let heap = self.heap;
        if self.seeks_classes && width >= heap.table.classes.len() {
            let mut objects = heap.table.classes.iter().filter_map(|class| class.object);
            self.seeks_classes =
                objects.any(|it| heap.reachable.contains(it) && !self.seen.contains(it));
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
