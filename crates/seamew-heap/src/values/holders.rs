//! Which fields hold objects: the owner's field, not the array or map entry between.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::classes::ClassKind;
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Steps from an object to the owner of the collection that it is in, at most.
const MOST_STEPS: usize = 16;

/// A field and how many of the objects looked at it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HolderRow {
    /// `Class#field`, or the kind of root of what no field holds.
    pub field: String,
    pub objects: u64,
}

impl Heap {
    /// The fields that hold most of these objects, at most `limit`. An object that several hold
    /// counts for the first of them by address.
    pub fn common_holders(&self, objects: &[ObjectIndex], limit: usize) -> Vec<HolderRow> {
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        for object in objects {
            *counts.entry(self.holder(*object)).or_default() += 1;
        }
        let mut rows: Vec<HolderRow> = counts
            .into_iter()
            .map(|(field, objects)| HolderRow { field, objects })
            .collect();
        rows.sort_by(|one, other| {
            (Reverse(one.objects), &one.field).cmp(&(Reverse(other.objects), &other.field))
        });
        rows.truncate(limit);
        rows
    }

    /// The field that holds an object; past arrays and the inner objects of `java.util`.
    fn holder(&self, object: ObjectIndex) -> String {
        let mut held = object;
        let mut met = vec![object];
        for _ in 0..MOST_STEPS {
            let referrers = self.referrers(held);
            let Some(next) = referrers.into_iter().find(|it| !met.contains(it)) else {
                break;
            };
            if !self.is_inside_collection(next) {
                return self.field_name(next, held);
            }
            met.push(next);
            held = next;
        }
        match self.roots.types_of(held).map(RootType::label).next() {
            Some(root) => format!("<{root}>"),
            None => self.class_name(held).to_owned(),
        }
    }

    fn is_inside_collection(&self, object: ObjectIndex) -> bool {
        if self.table.of_object(object).is_some() {
            return false;
        }
        let class = self.table.get(self.classes.get(object));
        class.kind == ClassKind::ObjectArray || class.name.starts_with("java.util.")
    }

    fn field_name(&self, holder: ObjectIndex, held: ObjectIndex) -> String {
        let class_name = match self.table.of_object(holder) {
            Some(class) => &self.table.get(class).name,
            None => self.class_name(holder),
        };
        format!("{class_name}#{}", self.fields_between(holder, held))
    }
}
