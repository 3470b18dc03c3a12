//! Dominators of class objects left out of the graph: the correction alone, on trees so deep that
//! its linear way is taken, against climbing from every instance.

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

/// One deferred class, whose class object has the last number; objects are numbers less 1.
fn found(dominators: &[u32], members: &[u32], referenced_from: Option<u32>) -> u32 {
    let count = dominators.len();
    let mut classes = Storage::in_memory()
        .column::<u16>("classes", count)
        .unwrap();
    for member in members {
        classes[*member as usize - 1] = 1;
    }
    let number: Vec<u32> = (1..=count as u32).collect();
    let class_object = ObjectIndex(count as u32 - 1);
    let mut all = dominators.to_vec();
    all.push(referenced_from.unwrap_or(0));
    let class_edges = ClassEdges {
        deferred: vec![ClassIndex(1)],
        ..ClassEdges::default()
    };
    let input = DeferredInput {
        classes: &ClassColumn::narrow(classes.into(), usize::from(u16::MAX)),
        class_edges: &class_edges,
        class_objects: &[None, Some(class_object)],
        number: &number,
        is_referenced: &|_| referenced_from.is_some(),
    };
    correct(&input, &mut all);
    assert_eq!(
        all[..count],
        *dominators,
        "no other object's dominator changes"
    );
    all[count]
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_nearest_common_dominator_of_all_instances(
        chains in vec((any::<prop::sample::Index>(), prop_oneof![0u16..20, 5_000u16..20_000]), 1..6),
        picks in vec(any::<prop::sample::Index>(), 1..40),
        tails: bool,
        referenced: Option<prop::sample::Index>,
    ) {
        let dominators = tree(&chains);
        let count = dominators.len() as u32;
        // Instances at the ends of chains make every climb a long one.
        let ends: Vec<u32> = (1..count)
            .filter(|number| dominators.get(*number as usize + 1) != Some(number))
            .collect();
        let members: Vec<u32> = picks
            .iter()
            .map(|pick| if tails {
                ends[pick.index(ends.len())]
            } else {
                1 + pick.index(count as usize - 1) as u32
            })
            .collect();
        let referenced_from = referenced.map(|pick| pick.index(count as usize) as u32);
        let wanted = members
            .iter()
            .copied()
            .chain(referenced_from)
            .reduce(|one, other| nearest_common(&dominators, one, other));
        prop_assert_eq!(found(&dominators, &members, referenced_from), wanted.unwrap());
    }
}
