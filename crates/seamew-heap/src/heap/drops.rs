//! Big drops in the dominator tree: where much is retained, but no single object below holds most
//! of it. Such an object is where memory accumulates, as a map's table or a list's array.

use serde::Serialize;

use super::rows::ObjectRow;
use crate::heap::Heap;

/// An object below which the tree spreads.
#[derive(Clone, Debug, Serialize)]
pub struct DropRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    /// Objects that it immediately dominates.
    pub children: u64,
    /// What the biggest of them retains.
    pub biggest_child_retained_bytes: u64,
    /// What the object retains beyond that.
    pub drop_bytes: u64,
}

impl Heap {
    /// The objects that retain over `threshold_bytes` more than the biggest object they dominate,
    /// biggest drop first. Looks at those that retain more than the threshold and at their
    /// children only.
    pub fn big_drops(&self, threshold_bytes: u64) -> Vec<DropRow> {
        let mut rows = Vec::new();
        let is_big = |position: &u32| self.tree.retained_at(*position) > threshold_bytes;
        let mut open: Vec<u32> = self.tree.children(None).filter(is_big).collect();
        while let Some(position) = open.pop() {
            let (mut children, mut biggest) = (0, 0);
            for child in self.tree.children(Some(position)) {
                children += 1;
                biggest = biggest.max(self.tree.retained_at(child));
                if is_big(&child) {
                    open.push(child);
                }
            }
            let drop_bytes = self.tree.retained_at(position).saturating_sub(biggest);
            if drop_bytes > threshold_bytes {
                rows.push(DropRow {
                    object: self.row(self.tree.object_at(position)),
                    children,
                    biggest_child_retained_bytes: biggest,
                    drop_bytes,
                });
            }
        }
        rows.sort_by_key(|row| (std::cmp::Reverse(row.drop_bytes), row.object.object_index));
        rows
    }
}
