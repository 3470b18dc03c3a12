//! Sums by class over the whole heap.

use crate::classes::{ClassTable, SizeModel};
use crate::graph::{ClassColumn, ShallowColumn};
use crate::heap::{ClassSums, Heap};
use crate::ids::ObjectIndex;
use crate::reachable::Reachable;

/// Objects, shallow and minimum retained bytes by class, in one walk over the tree's preorder: an
/// object adds its retained size unless an object of its class above it has done so.
pub fn class_sums(heap: &Heap) -> Vec<ClassSums> {
    let mut sums = vec![ClassSums::default(); heap.table.classes.len()];
    let mut open_until = vec![0u32; sums.len()];
    let skip_loader = heap.facts.size_model == SizeModel::Gap;
    for position in 0..heap.tree.len() as u32 {
        let object = heap.tree.object_at(position);
        if skip_loader && object == ObjectIndex::SYSTEM_LOADER {
            continue;
        }
        let class = heap.classes.get(object).at();
        let own = &mut sums[class];
        own.objects += 1;
        own.shallow_bytes += heap.shallow.get(object);
        if position >= open_until[class] {
            own.retained_bytes += heap.tree.retained_at(position);
            open_until[class] = heap.tree.subtree_end(position);
        }
    }
    sums
}

/// Objects and shallow bytes, by class, of the unreachable objects.
pub fn unreachable_sums(
    reachable: &Reachable,
    classes: &ClassColumn,
    shallow: &ShallowColumn,
    table: &ClassTable,
) -> Vec<ClassSums> {
    let mut sums = vec![ClassSums::default(); table.classes.len()];
    let objects = classes.len() as u32;
    for object in (0..objects).map(ObjectIndex) {
        if !reachable.contains(object) {
            let own = &mut sums[classes.get(object).at()];
            own.objects += 1;
            own.shallow_bytes += shallow.get(object);
        }
    }
    sums
}
