//! Objects grouped by their value, or by what a path of fields leads to.

use std::cmp::Reverse;

use serde::Serialize;

use super::ends::{End, Reached};
use super::field_path::FieldPath;
use super::fingerprint::{Fingerprint, Fingerprints};
use super::value_keys::end_key;
use crate::error::Result;
use crate::heap::{Heap, ObjectSet, primitive};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// Objects grouped by value.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ValueGroups {
    pub objects: u64,
    /// Groups in all.
    pub total: u64,
    pub rows: Vec<ValueGroup>,
}

/// Objects of one value.
#[derive(Clone, Debug, Serialize)]
pub struct ValueGroup {
    pub value: Option<String>,
    /// `value`, `object` (one without a readable value, told by its address), `null`, or `missing`
    /// (no such field, or no contents in the dump).
    pub kind: &'static str,
    pub objects: u64,
    pub shallow_bytes: u64,
    /// At least this many bytes are retained by the objects together.
    pub retained_bytes: u64,
    /// The first of the objects.
    pub object_index: u32,
}

/// Which groups come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupOrder {
    Objects,
    ShallowBytes,
    RetainedBytes,
}

#[derive(Clone, Copy)]
struct Sum {
    first: ObjectIndex,
    objects: u32,
    shallow_bytes: u64,
    retained_bytes: u64,
}

impl Heap {
    /// The objects of a set by the value of a path of fields, or by their own. Texts, numbers and
    /// names are equal where they read the same; other objects where they are the same one.
    ///
    /// # Errors
    /// When no object has such a field, with near names; when the dump cannot be read any more;
    /// on cancellation.
    pub fn group_by(
        &self,
        set: &ObjectSet,
        path: Option<&FieldPath>,
        (order, limit): (GroupOrder, usize),
        progress: &Progress,
    ) -> Result<ValueGroups> {
        let reached = match path {
            Some(path) => self.ends_of(set, path, progress)?,
            None => (set.iter())
                .map(|origin| Reached {
                    origin,
                    end: End::Object(origin),
                })
                .collect(),
        };
        let keys = self.keys_of(reached, progress)?;
        let mut sums = Vec::new();
        Fingerprints::sorted(vec![keys]).for_each_group(|members| {
            let objects = || members.iter().map(|member| ObjectIndex(*member));
            sums.extend(objects().next().map(|first| Sum {
                first,
                objects: members.len() as u32,
                shallow_bytes: objects().map(|object| self.shallow.get(object)).sum(),
                retained_bytes: self.minimum_retained_by(objects()),
            }));
        });
        let total = sums.len() as u64;
        sums.sort_unstable_by_key(|sum| {
            let size = match order {
                GroupOrder::Objects => u64::from(sum.objects),
                GroupOrder::ShallowBytes => sum.shallow_bytes,
                GroupOrder::RetainedBytes => sum.retained_bytes,
            };
            (Reverse(size), sum.first)
        });
        Ok(ValueGroups {
            objects: set.len() as u64,
            total,
            rows: sums
                .iter()
                .take(limit)
                .map(|sum| self.value_group(sum, path))
                .collect(),
        })
    }

    /// A key for each origin: that of the value it leads to.
    fn keys_of(&self, mut reached: Vec<Reached>, progress: &Progress) -> Result<Vec<Fingerprint>> {
        let target = |one: &Reached| match one.end {
            End::Object(object) => Some(object),
            _ => None,
        };
        let targets = ObjectSet::of(self.objects_in_all(), reached.iter().filter_map(target));
        let keys = self.value_keys(&targets, progress)?;
        reached.sort_unstable_by_key(target);
        let mut left = keys.iter().peekable();
        let key = |one: &Reached| match target(one) {
            Some(object) => {
                while left.next_if(|key| key.member < object.0).is_some() {}
                let found = left.peek().filter(|key| key.member == object.0);
                found.map_or_else(
                    || end_key(one.end, one.origin),
                    |key| key.for_member(one.origin.0),
                )
            }
            None => end_key(one.end, one.origin),
        };
        Ok(reached.iter().map(key).collect())
    }

    fn value_group(&self, sum: &Sum, path: Option<&FieldPath>) -> ValueGroup {
        let (kind, value) = self.end_text(self.end_of(sum.first, path));
        ValueGroup {
            value,
            kind,
            objects: sum.objects.into(),
            shallow_bytes: sum.shallow_bytes,
            retained_bytes: sum.retained_bytes,
            object_index: self.id(sum.first),
        }
    }

    fn end_text(&self, end: End) -> (&'static str, Option<String>) {
        match end {
            End::Missing => ("missing", None),
            End::Null => ("null", None),
            End::Bits(kind, bits) => ("value", primitive(kind, bits).map(|value| value.text())),
            End::Object(object) => {
                if let Some(text) = self.readable_value(object) {
                    return ("value", Some(text));
                }
                let address = self.addresses.address(object);
                let name = format!("{} @ {address:#x}", self.class_name(object));
                ("object", Some(name))
            }
        }
    }

    /// Retained bytes of the objects that no other of them dominates: the least that all of them
    /// retain together.
    pub fn minimum_retained_by(&self, objects: impl Iterator<Item = ObjectIndex>) -> u64 {
        let mut positions: Vec<u32> = objects
            .filter(|object| self.reachable.contains(*object))
            .map(|object| self.tree.position_of(object))
            .collect();
        positions.sort_unstable();
        let mut bytes = 0;
        let mut open_until = 0;
        for position in positions {
            if position >= open_until {
                bytes += self.tree.retained_at(position);
                open_until = self.tree.subtree_end(position);
            }
        }
        bytes
    }
}
