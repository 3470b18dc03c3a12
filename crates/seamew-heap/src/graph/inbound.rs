//! Inbound references, from the search tree and its cross edges.
//!
//! Most objects have one referrer only; it is their immediate dominator then, and the dominator
//! tree has it already. So a list is stored only for objects with a cross edge, and for class
//! objects. References from an object to itself and from instances to their class are not stored.

use rustc_hash::FxHashSet;

use super::lists::{INBOUND, Lists, ListsBuilder};
use super::objects::ClassColumn;
use super::varint;
use crate::classes::ClassTable;
use crate::dominators::CrossLists;
use crate::error::Result;
use crate::ids::ObjectIndex;
use crate::progress::Progress;
use crate::storage::Storage;

/// What the lists are made of, by preorder number of the search unless said otherwise.
pub struct InboundInput<'a> {
    /// By object: its number.
    pub numbers: &'a [u32],
    pub objects: &'a [u32],
    pub parents: &'a [u32],
    pub cross: &'a CrossLists,
    pub cross_edges: usize,
    pub classes: &'a ClassColumn,
    pub table: &'a ClassTable,
    /// Class objects with edges from their instances.
    pub class_targets: &'a FxHashSet<u32>,
}

/// Builds the lists.
///
/// # Errors
/// When there is no room, or on cancellation.
pub fn inbound(input: &InboundInput<'_>, storage: &Storage, progress: &Progress) -> Result<Lists> {
    let most_bytes = 5 * (input.cross_edges + input.numbers.len()) + 64;
    let mut builder = ListsBuilder::new(storage, &INBOUND, input.numbers.len(), most_bytes)?;
    let class_objects: FxHashSet<u32> = input
        .table
        .classes
        .iter()
        .filter_map(|class| class.object)
        .map(|it| it.0)
        .collect();
    let class_limit = class_objects.iter().max().copied().unwrap_or(0);
    let mut referrers = Vec::new();
    let mut encoded = Vec::new();
    for (object, number) in (0u32..).zip(input.numbers) {
        if *number == 0 {
            continue;
        }
        let sources = input.cross.sources(*number);
        let is_class = object <= class_limit && class_objects.contains(&object);
        if sources.is_empty() && !is_class {
            continue;
        }
        referrers.clear();
        let parent = input.parents[*number as usize];
        for source in sources {
            if *source != 0 {
                referrers.push(input.objects[*source as usize]);
            }
        }
        if parent != 0 {
            referrers.push(input.objects[parent as usize]);
        }
        if is_class {
            drop_instances(input, object, &mut referrers);
        }
        encode(object, &mut referrers, &mut encoded);
        builder.push(object, false, &encoded)?;
        if object % (1 << 20) == 0 {
            progress.check()?;
        }
    }
    Ok(builder.finish())
}

/// Takes instances out of their class's referrers, where the edge stands for being one. An
/// instance that also refers to its class by a field is dropped too: its class names it anyway.
fn drop_instances(input: &InboundInput<'_>, class_object: u32, referrers: &mut Vec<u32>) {
    let Some(class) = input.table.of_object(ObjectIndex(class_object)) else {
        return;
    };
    if input.class_targets.contains(&class_object) {
        referrers.retain(|referrer| input.classes.get(ObjectIndex(*referrer)) != class);
    }
}

fn encode(object: u32, referrers: &mut Vec<u32>, encoded: &mut Vec<u8>) {
    encoded.clear();
    referrers.sort_unstable();
    referrers.dedup();
    let mut previous = object;
    for referrer in referrers.iter() {
        varint::push_step(encoded, previous, *referrer);
        previous = *referrer;
    }
}
