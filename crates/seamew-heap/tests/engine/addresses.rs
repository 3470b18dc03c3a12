//! The address index, in both of its forms, against a sorted vector.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::ObjectIndex;
use seamew_heap::address::{AddressCollector, AddressIndex, AddressWriter};
use seamew_heap::storage::Storage;

use crate::support::cases;

/// Gaps up to this size are always known.
const KNOWN_GAP_BYTES: u64 = 4 << 20;

fn index(collector: AddressCollector, addresses: &[u64]) -> AddressIndex {
    let mut writer = AddressWriter::new(&collector);
    for address in addresses {
        writer.add(*address);
    }
    drop(writer);
    collector.freeze(&Storage::in_memory()).unwrap()
}

fn compare(index: &AddressIndex, addresses: &BTreeSet<u64>) {
    let sorted: Vec<u64> = addresses.iter().copied().collect();
    assert_eq!(index.object_count(), sorted.len() + 1);
    for (at, address) in sorted.iter().enumerate() {
        let object = ObjectIndex(at as u32 + 1);
        assert_eq!(index.find(*address), Some(object), "{address:#x}");
        assert_eq!(index.find_loader(*address), Some(object));
        assert_eq!(index.address(object), *address);
        let gap = sorted.get(at + 1).map(|next| next - address);
        let found = index.gap(*address);
        let wanted = gap.filter(|gap| found.is_some() || *gap < KNOWN_GAP_BYTES);
        assert_eq!(found, wanted, "gap behind {address:#x}");
        assert_eq!(index.find_with_gap(*address), Some((object, found)));
        for other in [
            address.wrapping_sub(8),
            address + 1,
            address.wrapping_add(8),
        ] {
            assert_eq!(
                index.find(other).is_some(),
                addresses.contains(&other),
                "{other:#x}"
            );
        }
    }
    assert_eq!(index.find(0), None);
    assert_eq!(index.find_loader(0), Some(ObjectIndex::SYSTEM_LOADER));
    assert_eq!(index.address(ObjectIndex::SYSTEM_LOADER), 0);
    assert_eq!(index.address(ObjectIndex(sorted.len() as u32 + 1)), 0);
    let all: Vec<u64> = index
        .addresses_from(ObjectIndex(0))
        .map(|(_, address)| address)
        .collect();
    assert_eq!(
        all,
        std::iter::once(0)
            .chain(sorted.iter().copied())
            .collect::<Vec<_>>()
    );
    for first in [1, sorted.len() / 2 + 1, sorted.len() + 1] {
        let tail: Vec<(ObjectIndex, u64)> =
            index.addresses_from(ObjectIndex(first as u32)).collect();
        let wanted = (first..=sorted.len()).map(|at| (ObjectIndex(at as u32), sorted[at - 1]));
        assert_eq!(tail, wanted.collect::<Vec<_>>());
    }
}

/// Aligned addresses in a few clusters, with neighbours at the edges of words and chunks.
fn aligned() -> impl Strategy<Value = Vec<u64>> {
    let base = prop::sample::select(&[0u64, 1 << 26, 3 << 26, (1 << 35) - 256, 1 << 44][..]);
    let offset = prop_oneof![
        3 => 1u64..64,
        2 => 1u64..20_000,
        1 => (1u64 << 23) - 40..(1 << 23) + 40,
        1 => 1u64..1 << 24,
    ];
    vec(
        (base, offset).prop_map(|(base, offset)| base + 8 * offset),
        0..60,
    )
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_bitmap_finds_what_a_sorted_vector_does(mut addresses in aligned()) {
        let distinct: BTreeSet<u64> = addresses.iter().copied().collect();
        let repeats = (addresses.len() - distinct.len()) as u64;
        let collector = AddressCollector::bitmap(1 << 30);
        {
            let mut writer = AddressWriter::new(&collector);
            for address in &addresses {
                writer.add(*address);
            }
        }
        prop_assert!(!collector.is_unsuited());
        prop_assert_eq!(collector.duplicates(), repeats);
        compare(&collector.freeze(&Storage::in_memory()).unwrap(), &distinct);
        addresses.reverse();
        compare(&index(AddressCollector::sorted(), &addresses), &distinct);
    }

    #[test]
    fn sorted_addresses_may_be_any(addresses in vec(1u64.., 0..60)) {
        let distinct: BTreeSet<u64> = addresses.iter().copied().collect();
        // Ends of the number range have no neighbours to look for.
        prop_assume!(!distinct.contains(&u64::MAX));
        compare(&index(AddressCollector::sorted(), &addresses), &distinct);
    }
}

#[test]
fn addresses_that_do_not_suit_a_bitmap_are_refused() {
    for unsuited in [vec![0x1001], vec![8, 1 << 60]] {
        let collector = AddressCollector::bitmap(1 << 30);
        {
            let mut writer = AddressWriter::new(&collector);
            for address in &unsuited {
                writer.add(*address);
            }
        }
        assert!(collector.is_unsuited(), "{unsuited:x?}");
    }
    let collector = AddressCollector::bitmap(0);
    {
        let mut writer = AddressWriter::new(&collector);
        (0..1000).for_each(|chunk| writer.add((chunk << 26) + 8));
    }
    assert!(
        collector.is_unsuited(),
        "a thousand clusters in a dump without bytes"
    );
}

#[test]
fn several_threads_collect_at_once() {
    let collector = AddressCollector::bitmap(1 << 20);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let collector = &collector;
            scope.spawn(move || {
                let mut writer = AddressWriter::new(collector);
                (1..20_000)
                    .filter(|at| at % 2 == thread)
                    .for_each(|at| writer.add(8 * at));
            });
        }
    });
    assert_eq!(collector.duplicates(), 0);
    let addresses: BTreeSet<u64> = (1..20_000).map(|at| 8 * at).collect();
    compare(
        &collector.freeze(&Storage::in_memory()).unwrap(),
        &addresses,
    );
}

/// The last object that fits into the address space.
#[test]
fn the_end_of_the_address_space() {
    let last = u64::MAX - 7;
    let bitmap = index(AddressCollector::bitmap(1 << 30), &[last - 64, last]);
    assert_eq!(bitmap.gap(last - 64), Some(64));
    assert_eq!(bitmap.gap(last), None);
}
