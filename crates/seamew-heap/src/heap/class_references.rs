//! References between classes: what refers to the objects of a set, or what they refer to.

use std::cmp::Reverse;
use std::ops::Range;

use serde::Serialize;

use super::bounded_tree::TreeLimits;
use super::object_set::ObjectSet;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Rows at most; what is beyond counts as left out.
const MOST_ROWS: usize = 100_000;
/// Levels at most.
const MOST_LEVELS: usize = 100;

/// Which way references are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

/// Objects of one class that refer to those of the row above, or that those refer to.
#[derive(Clone, Debug, Serialize)]
pub struct ClassReferenceRow {
    pub label: String,
    pub class_id: ClassIndex,
    pub depth: u32,
    /// Row above; -1 for the objects asked about.
    pub parent: i64,
    pub objects: u64,
    pub shallow_bytes: u64,
    /// Objects that are in a row above already; where all are, the row is not followed.
    pub repeated_objects: u64,
    /// Rows right under this one that the limits leave out.
    pub left_out: u64,
}

/// A tree of classes in preorder, the biggest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClassReferences {
    pub rows: Vec<ClassReferenceRow>,
    /// Topmost rows that the limits leave out.
    pub left_out: u64,
}

impl Heap {
    /// The objects of a set by class, and under each class the distinct objects one reference
    /// further, by class again; at most 100 levels and 100,000 rows. Some 50 ns a reference.
    pub fn references_by_class(
        &self,
        objects: &ObjectSet,
        direction: Direction,
        limits: &TreeLimits,
    ) -> ClassReferences {
        let mut walk = Walk {
            heap: self,
            direction,
            limits,
            seen: self.no_objects(),
            found: ClassReferences::default(),
        };
        let reachable = objects
            .iter()
            .filter(|object| self.reachable.contains(*object));
        walk.list(reachable.collect(), None);
        walk.found
    }
}

/// A row with its objects, while those below it are listed.
struct Above<'a> {
    row: usize,
    depth: u32,
    class: ClassIndex,
    /// Sorted.
    objects: &'a [ObjectIndex],
    next: Option<&'a Above<'a>>,
}

struct Walk<'a> {
    heap: &'a Heap,
    direction: Direction,
    limits: &'a TreeLimits,
    /// Empty between the searches for neighbours.
    seen: ObjectSet,
    found: ClassReferences,
}

impl Walk<'_> {
    /// Lists objects by class under a row, and what is below them.
    fn list(&mut self, mut objects: Vec<ObjectIndex>, above: Option<&Above<'_>>) {
        let heap = self.heap;
        objects.sort_unstable_by_key(|object| (heap.classes.get(*object), *object));
        let groups = self.groups(&objects);
        let room = MOST_ROWS.saturating_sub(self.found.rows.len());
        let shown = groups.len().min(self.limits.children).min(room);
        let left_out = (groups.len() - shown) as u64;
        match above {
            Some(above) => self.found.rows[above.row].left_out = left_out,
            None => self.found.left_out = left_out,
        }
        for (place, shallow_bytes) in groups.into_iter().take(shown) {
            let own = &objects[place];
            let below = self.put(own, shallow_bytes, above);
            let repeated = self.found.rows[below.row].repeated_objects;
            let levels = self.limits.levels.min(MOST_LEVELS);
            if (below.depth as usize) + 1 < levels && repeated < own.len() as u64 {
                let neighbours = self.neighbours(own);
                self.list(neighbours, Some(&below));
            }
        }
    }

    /// Places of the objects of each class, and their shallow bytes; biggest first.
    fn groups(&self, objects: &[ObjectIndex]) -> Vec<(Range<usize>, u64)> {
        let heap = self.heap;
        let mut start = 0;
        let mut groups: Vec<(Range<usize>, u64)> = objects
            .chunk_by(|one, other| heap.classes.get(*one) == heap.classes.get(*other))
            .map(|group| {
                let place = start..start + group.len();
                start = place.end;
                (place, group.iter().map(|it| heap.shallow.get(*it)).sum())
            })
            .collect();
        groups.sort_by_key(|(place, bytes)| (Reverse(*bytes), Reverse(place.len())));
        groups
    }

    fn put<'a>(
        &mut self,
        objects: &'a [ObjectIndex],
        shallow_bytes: u64,
        above: Option<&'a Above<'a>>,
    ) -> Above<'a> {
        let class = (objects.first()).map_or(ClassIndex(0), |it| self.heap.classes.get(*it));
        let depth = above.map_or(0, |above| above.depth + 1);
        let rows = || std::iter::successors(above, |row| row.next);
        let is_above = |object: &&ObjectIndex| {
            rows().any(|row| row.class == class && row.objects.binary_search(object).is_ok())
        };
        let repeated_objects = objects.iter().filter(is_above).count() as u64;
        self.found.rows.push(ClassReferenceRow {
            label: self.heap.table.get(class).name.clone(),
            class_id: class,
            depth,
            parent: above.map_or(-1, |above| above.row.cast_signed() as i64),
            objects: objects.len() as u64,
            shallow_bytes,
            repeated_objects,
            left_out: 0,
        });
        Above {
            row: self.found.rows.len() - 1,
            depth,
            class,
            objects,
            next: above,
        }
    }

    /// The distinct objects one reference further.
    fn neighbours(&mut self, objects: &[ObjectIndex]) -> Vec<ObjectIndex> {
        let Self { heap, seen, .. } = self;
        let mut found = Vec::new();
        let mut see = |object: ObjectIndex| {
            if heap.reachable.contains(object) && seen.insert(object) {
                found.push(object);
            }
        };
        for object in objects {
            match self.direction {
                Direction::In => {
                    heap.for_each_other_referrer(*object, &mut see);
                    if heap.refers_to_itself(*object) {
                        see(*object);
                    }
                }
                Direction::Out => {
                    heap.for_each_target(*object, &mut see);
                    let class = heap.table.get(heap.classes.get(*object));
                    class.object.into_iter().for_each(&mut see);
                }
            }
        }
        for object in &found {
            seen.remove(*object);
        }
        found
    }
}
