//! Room in the arrays of strings and builders that no text uses.

use std::cmp::Reverse;

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::characters::Part;
use super::texts::{TextOwner, TextOwners};
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// Arrays of strings and builders with unused room.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UnusedRoom {
    /// Arrays with more unused room than asked for.
    pub objects: u64,
    pub unused_bytes: u64,
    /// Most unused bytes first.
    pub rows: Vec<UnusedRow>,
}

/// An array that is longer than its texts.
#[derive(Clone, Debug, Serialize)]
pub struct UnusedRow {
    /// The array.
    pub object_index: u32,
    pub address: u64,
    pub class_name: String,
    /// One of the strings or builders that use it.
    pub owner_index: u32,
    pub owner_class_name: String,
    /// Strings and builders that use it.
    pub owners: u64,
    /// Characters that there is room for.
    pub length: u64,
    pub used_length: u64,
    pub unused_bytes: u64,
    pub shallow_bytes: u64,
}

/// An array found, small enough to be kept for each.
struct Found {
    array: ObjectIndex,
    place: usize,
    length: u64,
    used: u64,
    unused_bytes: u64,
}

impl Heap {
    /// The arrays of the strings and builders of a set with more than `least` unused characters,
    /// and the first `limit` as rows. Arrays that anything else refers to are left out: what of
    /// them is used is not known.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn unused_room(
        &self,
        set: &ObjectSet,
        least: u64,
        limit: usize,
        progress: &Progress,
    ) -> Result<UnusedRoom> {
        let instances = self.of_kind(set, |kind| kind == crate::classes::ClassKind::Instance);
        let owners = TextOwners::read(self, &instances, progress)?;
        let measurer = || Measurer {
            owners: &owners,
            near: 0,
            least,
            found: Vec::new(),
        };
        let measurers = self.read_contents(&owners.arrays(self), measurer, progress)?;
        let mut found: Vec<Found> = measurers.into_iter().flat_map(|it| it.found).collect();
        found.retain(|one| self.only_owners_refer_to(one, &owners));
        found.sort_unstable_by_key(|one| (Reverse(one.unused_bytes), one.array));
        Ok(UnusedRoom {
            objects: found.len() as u64,
            unused_bytes: found.iter().map(|one| one.unused_bytes).sum(),
            rows: (found.iter().take(limit))
                .map(|one| self.unused_row(one, &owners))
                .collect(),
        })
    }

    fn only_owners_refer_to(&self, one: &Found, owners: &TextOwners) -> bool {
        let mut place = one.place;
        let own = owners.of_array(one.array, &mut place);
        let known = owners.all().get(own).unwrap_or_default();
        let is_known = |referrer: &ObjectIndex| {
            known
                .binary_search_by_key(referrer, |owner| owner.owner)
                .is_ok()
        };
        self.referrers(one.array).iter().all(is_known)
            && self.roots.types_of(one.array).next().is_none()
    }

    fn unused_row(&self, one: &Found, owners: &TextOwners) -> UnusedRow {
        let mut place = one.place;
        let own = owners.of_array(one.array, &mut place);
        let owner =
            (owners.all().get(own.start)).map_or(ObjectIndex::SYSTEM_LOADER, |owner| owner.owner);
        UnusedRow {
            object_index: self.id(one.array),
            address: self.addresses.address(one.array),
            class_name: self.class_name(one.array).to_owned(),
            owner_index: self.id(owner),
            owner_class_name: self.class_name(owner).to_owned(),
            owners: own.len() as u64,
            length: one.length,
            used_length: one.used,
            unused_bytes: one.unused_bytes,
            shallow_bytes: self.shallow.get(one.array),
        }
    }
}

struct Measurer<'a> {
    owners: &'a TextOwners,
    near: usize,
    least: u64,
    found: Vec<Found>,
}

impl ContentVisitor for Measurer<'_> {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        let places = self.owners.of_array(object, &mut self.near);
        let own = self.owners.all().get(places.clone()).unwrap_or_default();
        let is_wide = own.iter().any(|owner| self.owners.is_wide(owner.owner));
        let (length, unit_bytes) = match element_type {
            BasicType::Char => (u64::from(length), 2),
            BasicType::Byte if is_wide => (u64::from(length) / 2, 2),
            BasicType::Byte => (u64::from(length), 1),
            _ => return false,
        };
        let used = used_length(own, self.owners, length);
        if length - used > self.least {
            self.found.push(Found {
                array: object,
                place: places.start,
                length,
                used,
                unused_bytes: (length - used) * unit_bytes,
            });
        }
        false
    }
}

/// Characters of an array that one text or another uses.
fn used_length(own: &[TextOwner], owners: &TextOwners, length: u64) -> u64 {
    let part_of = |owner: &TextOwner| {
        let Part { skip, count } = owners.part(owner.owner);
        let start = u64::from(skip).min(length);
        (start, (start + u64::from(count)).min(length))
    };
    if let [owner] = own {
        let (start, end) = part_of(owner);
        return end - start;
    }
    let mut parts: Vec<(u64, u64)> = own.iter().map(part_of).collect();
    parts.sort_unstable();
    let mut used = 0;
    let mut reached = 0;
    for (start, end) in parts {
        used += end.max(reached) - start.max(reached);
        reached = reached.max(end);
    }
    used
}
