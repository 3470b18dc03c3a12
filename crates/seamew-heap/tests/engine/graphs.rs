//! Random heaps: all that the engine derives from a graph, in every kind of dump.

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::open::OpenOptions;
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{HeapOptions, Spacing};

use crate::support::{cases, check, fresh};

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn random_heaps_of_any_kind_of_dump(
        plan in heap_plan(24),
        options in heap_options(),
        threads in 1usize..3,
        picks in vec(any::<u16>(), 1..5),
    ) {
        check(&plan.build(options), &OpenOptions { threads, ..fresh() }, &picks);
    }

    #[test]
    fn unreachable_objects_are_kept_on_request(
        plan in heap_plan(16),
        options in heap_options(),
        threads in 1usize..3,
        picks in vec(any::<u16>(), 1..5),
    ) {
        let open = OpenOptions { keep_unreachable: true, threads, ..fresh() };
        check(&plan.build(options), &open, &picks);
    }
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn random_heaps_of_more_objects(
        plan in heap_plan(150),
        options in heap_options(),
        picks in vec(any::<u16>(), 1..9),
    ) {
        check(&plan.build(options), &fresh(), &picks);
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
        let spacing = Spacing::Sparse { seed, bits };
        let options = HeapOptions { spacing, ..HeapOptions::default() };
        check(&plan.build(options), &fresh(), &[0, 1]);
    }
}
