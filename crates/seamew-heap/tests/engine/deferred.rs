//! Dominators of class objects left out of the graph: the correction alone, on trees so deep that
//! its linear way is taken, against climbing from every instance.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::dominators::deferred::{DeferredInput, correct};
use seamew_heap::graph::{ClassColumn, ClassEdges};
use seamew_heap::storage::Storage;
use seamew_heap::{ClassIndex, ObjectIndex};

use crate::support::cases;

/// A dominator tree in preorder: by number, its dominator. Chains hang from random places.
fn tree(chains: &[(prop::sample::Index, u16)]) -> Vec<u32> {
    let mut dominators = vec![0, 0];
    for (at, length) in chains {
        let mut above = at.index(dominators.len()) as u32;
        for _ in 0..*length {
            dominators.push(above);
            above = dominators.len() as u32 - 1;
        }
    }
    dominators
}

fn nearest_common(dominators: &[u32], mut one: u32, mut other: u32) -> u32 {
    while one != other {
        if one > other {
            one = dominators[one as usize];
        } else {
            other = dominators[other as usize];
        }
    }
    one
}

/// What is found for deferred classes with the given instances. Objects are numbers less 1, the
/// class objects the last ones; `referenced_from` refers to each of them.
fn found(dominators: &[u32], members: &[Vec<u32>], referenced_from: Option<u32>) -> Vec<u32> {
    let count = dominators.len();
    let objects = count + members.len();
    let storage = Storage::in_memory();
    let mut classes = storage.column::<u16>("classes", objects).unwrap();
    for (class, members) in (1..).zip(members) {
        for member in members {
            classes[*member as usize - 1] = class;
        }
    }
    let number: Vec<u32> = (1..=objects as u32).collect();
    let class_objects: Vec<Option<ObjectIndex>> = std::iter::once(None)
        .chain((count as u32 - 1..).map(|object| Some(ObjectIndex(object))))
        .take(members.len() + 1)
        .collect();
    let mut all = dominators.to_vec();
    all.resize(objects, referenced_from.unwrap_or(0));
    let class_edges = ClassEdges {
        deferred: (1..class_objects.len() as u32).map(ClassIndex).collect(),
        ..ClassEdges::default()
    };
    let input = DeferredInput {
        classes: &ClassColumn::narrow(classes.into(), usize::from(u16::MAX)),
        class_edges: &class_edges,
        class_objects: &class_objects,
        number: &number,
        is_referenced: &|_| referenced_from.is_some(),
    };
    correct(&input, &mut all);
    assert_eq!(
        all[..count],
        *dominators,
        "no other object's dominator changes"
    );
    all.split_off(count)
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_nearest_common_dominator_of_all_instances(
        chains in vec((any::<prop::sample::Index>(), prop_oneof![0u16..20, 5_000u16..20_000]), 1..6),
        picks in vec(any::<prop::sample::Index>(), 1..80),
        class_count in prop_oneof![Just(1usize), 2usize..12],
        tails: bool,
        referenced: Option<prop::sample::Index>,
    ) {
        let dominators = tree(&chains);
        let count = dominators.len() as u32;
        // Instances at the ends of chains make every climb a long one.
        let ends: Vec<u32> = (1..count)
            .filter(|number| dominators.get(*number as usize + 1) != Some(number))
            .collect();
        let pick_one = |pick: &prop::sample::Index| if tails {
            ends[pick.index(ends.len())]
        } else {
            1 + pick.index(count as usize - 1) as u32
        };
        // An object is of one class only: of the last that picked it.
        let class_of: BTreeMap<u32, usize> = (picks.iter().enumerate())
            .map(|(at, pick)| (pick_one(pick), at % class_count))
            .collect();
        let members: Vec<Vec<u32>> = (0..class_count)
            .map(|class| class_of.iter().filter(move |(_, of)| **of == class))
            .map(|members| members.map(|(member, _)| *member).collect())
            .collect();
        let referenced_from = referenced.map(|pick| pick.index(count as usize) as u32);
        let found = found(&dominators, &members, referenced_from);
        for (found, members) in found.into_iter().zip(members) {
            let wanted = (members.iter().copied().chain(referenced_from))
                .reduce(|one, other| nearest_common(&dominators, one, other));
            prop_assert_eq!(found, wanted.unwrap_or(0));
        }
    }
}
