//! The instances of classes that have few: questions about them walk the heap once, together.

use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// A class with at most so many instances has few. Most classes have.
const FEW: u64 = 256;

/// The instances of each class that has few, by class and address.
pub(crate) struct FewInstances {
    objects: Vec<(ClassIndex, ObjectIndex)>,
}

impl FewInstances {
    fn of(heap: &Heap) -> Self {
        let has_few: Vec<bool> = (heap.class_sums.iter())
            .map(|sums| sums.objects <= FEW)
            .collect();
        let mut objects: Vec<_> = (heap.all())
            .map(|object| (heap.classes.get(object), object))
            .filter(|(class, _)| has_few.get(class.at()).copied().unwrap_or(false))
            .collect();
        objects.sort_unstable();
        Self { objects }
    }

    fn instances(&self, class: ClassIndex) -> impl Iterator<Item = ObjectIndex> + '_ {
        let first = self.objects.partition_point(|(one, _)| *one < class);
        (self.objects[first..].iter())
            .take_while(move |(one, _)| *one == class)
            .map(|(_, object)| *object)
    }
}

impl Heap {
    /// The reachable instances of classes that all have few; None where one of them has many.
    pub(super) fn few_instances(
        &self,
        classes: impl Iterator<Item = ClassIndex> + Clone,
    ) -> Option<impl Iterator<Item = ObjectIndex> + '_> {
        let has_few = |class: ClassIndex| {
            let sums = self.class_sums.get(class.at());
            sums.is_some_and(|sums| sums.objects <= FEW)
        };
        if !classes.clone().all(has_few) {
            return None;
        }
        let few = self.few.get_or_init(|| FewInstances::of(self));
        let classes: Vec<ClassIndex> = classes.collect();
        Some(classes.into_iter().flat_map(|class| few.instances(class)))
    }
}
