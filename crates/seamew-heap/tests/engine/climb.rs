//! From semidominators to dominators: with jump pointers, from the start or from the middle on,
//! as step by step.

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::Progress;
use seamew_heap::dominators::climb::immediate_from_semi;
use seamew_heap::storage::Storage;

use crate::support::cases;

fn found(semi: &[u32], parent: &[u32], most_steps: u64) -> Vec<u32> {
    let storage = Storage::in_memory();
    let mut column = storage.column("semi", semi.len()).unwrap();
    column.copy_from_slice(semi);
    let progress = Progress::default();
    immediate_from_semi(column, parent, most_steps, &storage, &progress)
        .unwrap()
        .to_vec()
}

fn step_by_step(semi: &[u32], parent: &[u32]) -> Vec<u32> {
    let mut dominators = semi.to_vec();
    for number in 1..semi.len() {
        let mut dominator = parent[number];
        while dominator > semi[number] {
            dominator = dominators[dominator as usize];
        }
        dominators[number] = dominator;
    }
    dominators
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn jumps_lead_where_steps_do(
        // How far above the last number the parent is, how far above the parent the semidominator.
        steps in vec((prop_oneof![4 => Just(0u32), 1 => any::<u32>()], any::<u32>(), 0u8..4), 1..400),
        most_steps in 0u64..300,
    ) {
        let (mut parent, mut semi) = (vec![0], vec![0]);
        for (number, (up, further, kind)) in (1u32..).zip(steps) {
            let above = number - 1 - up % number;
            parent.push(above);
            semi.push(match kind {
                0 => further % (above + 1),
                1 => above.saturating_sub(further % 8),
                _ => above,
            });
        }
        let wanted = step_by_step(&semi, &parent);
        prop_assert_eq!(&found(&semi, &parent, u64::MAX), &wanted);
        prop_assert_eq!(&found(&semi, &parent, 0), &wanted);
        prop_assert_eq!(&found(&semi, &parent, most_steps), &wanted);
    }
}

/// Half the numbers in a chain, the others at its end and also held from its start: ten thousand
/// million steps, or two million jumps.
#[test]
fn a_graph_that_is_quadratic_step_by_step() {
    const CHAIN: u32 = 150_000;
    let numbers = 0..2 * CHAIN;
    let parent: Vec<u32> = (numbers.clone().map(|it| it.saturating_sub(1).min(CHAIN))).collect();
    let semi: Vec<u32> = (numbers.clone())
        .map(|it| if it > CHAIN { 1 } else { it.saturating_sub(1) })
        .collect();
    let dominators = found(&semi, &parent, u64::from(CHAIN));
    assert_eq!(dominators, semi);
}
