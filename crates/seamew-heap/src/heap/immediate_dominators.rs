//! Which objects immediately dominate a set of objects, by class.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::find_classes::matches;
use super::object_set::ObjectSet;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// What stands for the dominator of objects that only the roots hold.
const ROOTS: &str = "<GC roots>";

/// Dominators of one class, and what they dominate of the set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImmediateDominatorRow {
    pub label: String,
    pub class_id: Option<ClassIndex>,
    pub dominators: u64,
    pub dominator_shallow_bytes: u64,
    pub dominated_objects: u64,
    pub dominated_shallow_bytes: u64,
    /// The dominator that dominates most of them.
    pub biggest_dominator: Option<u32>,
}

#[derive(Clone, Copy, Default)]
struct Dominated {
    objects: u64,
    shallow_bytes: u64,
}

impl Heap {
    /// The immediate dominators of the objects, by class, most dominated bytes first. Dominators
    /// of a class that a pattern in `skip` matches are passed over for theirs; a class object
    /// counts by the name of the class it stands for there, as in MAT.
    pub fn immediate_dominators(
        &self,
        objects: &ObjectSet,
        skip: &[String],
    ) -> Vec<ImmediateDominatorRow> {
        let skips = |name: &str| skip.iter().any(|pattern| matches(pattern, name));
        let classes = self.table.classes.iter();
        let skipped: Vec<bool> = classes.map(|class| skips(&class.name)).collect();
        let mut dominated: FxHashMap<Option<ObjectIndex>, Dominated> = FxHashMap::default();
        for object in objects.iter().filter(|it| self.reachable.contains(*it)) {
            let mut above = self.dominator(object);
            while let Some(dominator) = above.filter(|it| self.is_skipped(*it, &skipped)) {
                above = self.dominator(dominator);
            }
            let sums = dominated.entry(above).or_default();
            sums.objects += 1;
            sums.shallow_bytes += self.shallow.get(object);
        }
        self.rows_by_dominator_class(&dominated)
    }

    fn is_skipped(&self, object: ObjectIndex, skipped: &[bool]) -> bool {
        let class = self.table.of_object(object);
        skipped[class.unwrap_or_else(|| self.classes.get(object)).at()]
    }

    fn rows_by_dominator_class(
        &self,
        dominated: &FxHashMap<Option<ObjectIndex>, Dominated>,
    ) -> Vec<ImmediateDominatorRow> {
        let mut rows: FxHashMap<Option<ClassIndex>, (ImmediateDominatorRow, u64)> =
            FxHashMap::default();
        for (dominator, sums) in dominated {
            let class_id = dominator.map(|dominator| self.classes.get(dominator));
            let (row, most) = rows.entry(class_id).or_insert_with(|| {
                let name = class_id.map_or(ROOTS, |class| &self.table.get(class).name);
                (ImmediateDominatorRow::new(name, class_id), 0)
            });
            row.dominated_objects += sums.objects;
            row.dominated_shallow_bytes += sums.shallow_bytes;
            let Some(dominator) = *dominator else {
                continue;
            };
            row.dominators += 1;
            row.dominator_shallow_bytes += self.shallow.get(dominator);
            let id = self.id(dominator);
            let is_lower = row.biggest_dominator.is_none_or(|other| id < other);
            if sums.objects > *most || sums.objects == *most && is_lower {
                *most = sums.objects;
                row.biggest_dominator = Some(id);
            }
        }
        let mut rows: Vec<ImmediateDominatorRow> = rows.into_values().map(|(row, _)| row).collect();
        rows.sort_by(|one, other| {
            (other.dominated_shallow_bytes, &one.label, one.class_id).cmp(&(
                one.dominated_shallow_bytes,
                &other.label,
                other.class_id,
            ))
        });
        rows
    }
}

impl ImmediateDominatorRow {
    fn new(label: &str, class_id: Option<ClassIndex>) -> Self {
        Self {
            label: label.to_owned(),
            class_id,
            dominators: 0,
            dominator_shallow_bytes: 0,
            dominated_objects: 0,
            dominated_shallow_bytes: 0,
            biggest_dominator: None,
        }
    }
}
