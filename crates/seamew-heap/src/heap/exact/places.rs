//! The dominator tree as the analysis climbs it: classes and shortcuts by position.

use crate::classes::SizeModel;
use crate::dominators::tree::NOWHERE;
use crate::heap::Heap;
use crate::heap::object_set::ObjectSet;
use crate::ids::ObjectIndex;
use crate::parallel::thread_count;

/// A place in the dominator tree; by position.
#[derive(Clone, Copy)]
pub struct Place {
    /// The next dominator to look at, past those of the same class that are no joins.
    pub above: u32,
    /// Class index and flags.
    pub class: u32,
}

/// The place has several referrers, and its extra labels are still unknown.
pub const UNKNOWN: u32 = 1 << 31;
/// The place has extra labels.
pub const EXTRA: u32 = 1 << 30;
/// The place has several referrers.
const JOIN: u32 = 1 << 29;
pub const CLASS: u32 = JOIN - 1;
/// Class of what has no labels: no member of the set, or the system class loader where that is no
/// object of the heap.
pub const NO_CLASS: u32 = CLASS;

pub const NO_PLACE: Place = Place {
    above: NOWHERE,
    class: NO_CLASS,
};

/// All places; roots have no unknown labels.
pub fn places_of(heap: &Heap, members: Option<&ObjectSet>) -> Vec<Place> {
    let mut places = classed_places(heap, members);
    for position in 0..places.len() {
        places[position].above = above(heap, &places, position as u32);
    }
    for root in heap.roots.objects() {
        if let Some(place) = places.get_mut(heap.tree.position_of(root) as usize) {
            place.class &= !UNKNOWN;
        }
    }
    places
}

/// The places with their classes and flags. Objects lie all over their columns, so this waits for
/// memory most of the time: several threads wait at once.
fn classed_places(heap: &Heap, members: Option<&ObjectSet>) -> Vec<Place> {
    let mut places = vec![NO_PLACE; heap.tree.len()];
    let share = places.len().div_ceil(thread_count(0)).max(1);
    std::thread::scope(|scope| {
        for (number, part) in places.chunks_mut(share).enumerate() {
            scope.spawn(move || {
                for (place, position) in part.iter_mut().zip((number * share) as u32..) {
                    place.class = class_and_flags(heap, members, position);
                }
            });
        }
    });
    places
}

fn class_and_flags(heap: &Heap, members: Option<&ObjectSet>, position: u32) -> u32 {
    let object = heap.tree.object_at(position);
    let is_loader = object == ObjectIndex::SYSTEM_LOADER;
    let is_left_out = members.is_some_and(|members| !members.contains(object));
    let class = if is_left_out || is_loader && heap.facts.size_model == SizeModel::Gap {
        NO_CLASS
    } else {
        heap.classes.get(object).0 & CLASS
    };
    if heap.inbound.has(object.0) {
        class | JOIN | UNKNOWN
    } else {
        class
    }
}

/// The next dominator to look at above a place whose dominators have theirs already.
fn above(heap: &Heap, places: &[Place], position: u32) -> u32 {
    let Some(dominator) = heap.tree.dominators(position).next() else {
        return NOWHERE;
    };
    let class = places[position as usize].class & CLASS;
    match places[dominator as usize] {
        place if place.class == class => place.above,
        _ => dominator,
    }
}

/// The next dominator to look at above a place that is below `dominator`. A shortcut may lead
/// past that one, which then is of a class met already.
pub fn next(place: Place, dominator: u32) -> u32 {
    let is_past = place.above == NOWHERE || place.above < dominator;
    if dominator != NOWHERE && is_past {
        dominator
    } else {
        place.above
    }
}
