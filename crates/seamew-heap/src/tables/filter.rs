//! Which rows of a table a query wants, as far as the heap can pick them without looking at all.

use crate::heap::{Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};

/// Rows that fulfil all of this. What is None does not matter.
#[derive(Clone, Debug)]
pub struct RowFilter {
    /// Ids of the objects that the rows are about, sorted.
    pub ids: Option<Vec<u32>>,
    /// Their ids at least and at most.
    pub id_range: (u32, u32),
    /// Their classes.
    pub classes: Option<Vec<ClassIndex>>,
    /// Ids of the objects at the other end: targets of references, dominators.
    pub others: Option<Vec<u32>>,
    /// Places in the dominator tree, at least and at most.
    pub positions: (u32, u32),
}

impl Default for RowFilter {
    fn default() -> Self {
        Self {
            ids: None,
            id_range: (0, u32::MAX),
            classes: None,
            others: None,
            positions: (0, u32::MAX),
        }
    }
}

impl RowFilter {
    /// Calls `visit` with the wanted ones of the reachable objects, by address, until it fails.
    pub(super) fn for_each<E>(
        &self,
        heap: &Heap,
        mut visit: impl FnMut(ObjectIndex) -> Result<(), E>,
    ) -> Result<(), E> {
        let classes = self.wanted_classes(heap);
        let is_wanted = |object: &ObjectIndex| {
            heap.reachable.contains(*object)
                && (classes.as_ref()).is_none_or(|it| it[heap.classes.get(*object).at()])
        };
        if let Some(objects) = self.named(heap) {
            return objects.into_iter().filter(is_wanted).try_for_each(visit);
        }
        let (first, last) = self.id_range;
        let Some(start) = heap.reachable.object(first) else {
            return Ok(());
        };
        let end = match heap.reachable.object(last) {
            Some(object) => object.0 + 1,
            None => heap.classes.len() as u32,
        };
        (start.0..end)
            .map(ObjectIndex)
            .filter(is_wanted)
            .try_for_each(&mut visit)
    }

    /// True for an object that `for_each` would give.
    pub(super) fn takes(&self, heap: &Heap, object: ObjectIndex) -> bool {
        let (first, last) = self.id_range;
        let class = heap.classes.get(object);
        heap.reachable.id(object).is_some_and(|id| {
            (first..=last).contains(&id)
                && (self.ids.as_ref()).is_none_or(|ids| ids.binary_search(&id).is_ok())
                && (self.classes.as_ref()).is_none_or(|classes| classes.contains(&class))
        })
    }

    /// The objects that may stand at the other end.
    pub(super) fn other_objects(&self, heap: &Heap) -> Option<ObjectSet> {
        let ids = self.others.as_ref()?.iter();
        let objects = ids.filter_map(|id| heap.reachable.object(*id));
        Some(ObjectSet::of(heap.objects_in_all(), objects))
    }

    /// The wanted ones among the members of a set.
    pub(super) fn within(&self, heap: &Heap, members: &ObjectSet) -> ObjectSet {
        let mut wanted = heap.no_objects();
        let keep = |object: ObjectIndex| {
            if members.contains(object) {
                wanted.insert(object);
            }
            Ok::<(), std::convert::Infallible>(())
        };
        match self.for_each(heap, keep) {
            Ok(()) => wanted,
        }
    }

    /// The objects with the ids that are asked for, by address.
    pub(super) fn named(&self, heap: &Heap) -> Option<Vec<ObjectIndex>> {
        let (first, last) = self.id_range;
        let mut ids = self.ids.clone()?;
        ids.retain(|id| (first..=last).contains(id));
        ids.dedup();
        Some(
            ids.into_iter()
                .filter_map(|id| heap.reachable.object(id))
                .collect(),
        )
    }

    fn wanted_classes(&self, heap: &Heap) -> Option<Vec<bool>> {
        let classes = self.classes.as_ref()?;
        let mut wanted = vec![false; heap.table.classes.len()];
        for class in classes {
            if let Some(flag) = wanted.get_mut(class.at()) {
                *flag = true;
            }
        }
        Some(wanted)
    }
}
