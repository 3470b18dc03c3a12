//! Random heaps: reachability, dominators by way of retained sizes, sums, in every kind of dump.

use proptest::prelude::*;
use seamew_heap::open::OpenOptions;
use seamew_testkit::plan::{HeapPlan, heap_options, heap_plan};
use seamew_testkit::{HeapOptions, Spacing};

use crate::support::{cases, check, fresh};

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn random_heaps_of_any_kind_of_dump(
        plan in heap_plan(24),
        options in heap_options(),
        threads in 1usize..3,
    ) {
        check(&plan.build(options), &OpenOptions { threads, ..fresh() });
    }

    #[test]
    fn unreachable_objects_are_kept_on_request(
        plan in heap_plan(16),
        options in heap_options(),
        threads in 1usize..3,
    ) {
        check(&plan.build(options), &OpenOptions { keep_unreachable: true, threads, ..fresh() });
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn random_heaps_of_more_objects(plan in heap_plan(150), options in heap_options()) {
        check(&plan.build(options), &fresh());
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn addresses_all_over_the_address_space(
        plan in heap_plan(24),
        seed in any::<u64>(),
        bits in prop::sample::select(&[34, 40, 47, 64][..]),
    ) {
        check_sparse(&plan, Spacing::Sparse { seed, bits });
    }
}

fn check_sparse(plan: &HeapPlan, spacing: Spacing) {
    check(
        &plan.build(HeapOptions {
            spacing,
            ..HeapOptions::default()
        }),
        &fresh(),
    );
}
