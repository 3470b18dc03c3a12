//! Sound collections: sizes, fill, collisions, waste, contents, against what was built.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use seamew_heap::Progress;
use seamew_heap::collections::{ContentsQuestion, Filter, Order};
use seamew_heap::heap::ObjectSet;
use seamew_testkit::{Address, Value};

use super::kit::{Kit, REFERENCE_BYTES, text, texts};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(40))]

    /// Keys in random buckets: contents, fill, collisions, waste against a count by hand.
    #[test]
    fn hash_maps(places in prop::collection::vec(0usize..20, 0..60), spare in 0usize..20) {
        let mut buckets = vec![Vec::new(); 20 + spare];
        for (number, place) in places.iter().enumerate() {
            buckets[*place].push(format!("k{number}"));
        }
        let mut kit = Kit::new();
        let map = kit.hash_map(&buckets);
        let set = kit.heap.instance(kit.set, &[("map", map.into())]);
        kit.root(set);
        let opened = kit.opened();

        let wanted: Vec<String> = buckets.iter().flatten().cloned().collect();
        prop_assert_eq!(&opened.texts(map), &wanted);
        prop_assert_eq!(&opened.texts(set), &wanted);
        let used = places.iter().collect::<BTreeSet<_>>().len();
        for collection in [map, set] {
            let row = opened.row(collection);
            prop_assert_eq!(row.size, Some(places.len() as u64));
            prop_assert_eq!(row.capacity, Some(buckets.len() as u64));
            let free = (buckets.len() - used) as u64;
            prop_assert_eq!(row.wasted_bytes, free * REFERENCE_BYTES);
            let collided = (places.len() - used) as f64 / places.len() as f64;
            prop_assert_eq!(row.collision_ratio, (!places.is_empty()).then_some(collided));
            let fill = places.len() as f64 / buckets.len() as f64;
            prop_assert_eq!(row.fill_ratio, Some(fill));
        }
    }

    #[test]
    fn lists_and_queues(size in 0usize..40, spare in 1usize..20, head in 0usize..60) {
        let wanted = texts(0..size);
        let capacity = size + spare;
        let mut kit = Kit::new();
        let list = kit.array_list(&wanted, capacity);
        let deque = kit.deque(&wanted, head % capacity, capacity);
        let linked = kit.linked_list(&wanted);
        let (queue, _) = kit.queue(&wanted);
        let (tree, _) = kit.tree_map(&wanted);
        let opened = kit.opened();
        for collection in [list, deque, linked, queue, tree] {
            prop_assert_eq!(&opened.texts(collection), &wanted);
            prop_assert_eq!(opened.row(collection).size, Some(size as u64));
        }
        for collection in [list, deque] {
            let row = opened.row(collection);
            prop_assert_eq!(row.capacity, Some(capacity as u64));
            prop_assert_eq!(row.wasted_bytes, spare as u64 * REFERENCE_BYTES);
            prop_assert_eq!(row.collision_ratio, None);
        }
        for collection in [linked, queue, tree] {
            prop_assert_eq!(opened.row(collection).capacity, None);
        }
    }

    /// All tables over the same collections say the same.
    #[test]
    fn tables_agree(sizes in prop::collection::vec((0usize..30, 0usize..30), 1..20), segments in 1u32..9) {
        let mut kit = Kit::new();
        for (size, spare) in &sizes {
            kit.array_list(&texts(0..*size), size + spare);
        }
        let opened = kit.opened();
        let progress = Progress::default();
        let filter = Filter::default();
        let found = opened.heap.collections(None, Vec::new(), filter, &progress).unwrap();

        let classes = found.by_class().unwrap();
        prop_assert_eq!(classes.len(), 1);
        let sums = classes[0].sums;
        prop_assert_eq!(sums.collections, sizes.len() as u64);
        prop_assert_eq!(sums.elements, sizes.iter().map(|(size, _)| *size as u64).sum::<u64>());
        prop_assert_eq!(sums.empty, sizes.iter().filter(|(size, _)| *size == 0).count() as u64);
        let wasted: u64 = sizes.iter().map(|(_, spare)| *spare as u64 * REFERENCE_BYTES).sum();
        prop_assert_eq!(sums.wasted_bytes, wasted);

        let by_size: Vec<(Option<u64>, u64)> = (found.by_size().unwrap().iter())
            .map(|row| (row.size, row.sums.collections))
            .collect();
        let mut counts = BTreeMap::new();
        for (size, _) in &sizes {
            *counts.entry(*size as u64).or_insert(0) += 1;
        }
        let wanted: Vec<(Option<u64>, u64)> =
            counts.into_iter().map(|(size, count)| (Some(size), count)).collect();
        prop_assert_eq!(by_size, wanted);

        let fill = found.by_fill(segments).unwrap();
        prop_assert!(fill.len() >= segments as usize);
        let mut below = -1.0;
        for row in &fill {
            let inside = |(size, spare): &&(usize, usize)| match row.upto {
                None => size + spare == 0,
                Some(upto) => {
                    let ratio = *size as f64 / (size + spare) as f64;
                    size + spare > 0 && ratio > below && ratio <= upto
                }
            };
            prop_assert_eq!(row.sums.collections, sizes.iter().filter(inside).count() as u64);
            below = row.upto.unwrap_or(below);
        }
        prop_assert!(found.by_collisions(segments).unwrap().iter().all(|row| row.sums.collections == 0));
    }
}

#[test]
fn filters_choose() {
    let mut kit = Kit::new();
    for (size, capacity) in [(0, 0), (0, 10), (1, 10), (5, 10), (100, 100)] {
        kit.array_list(&texts(0..size), capacity);
    }
    let opened = kit.opened();
    let count = |filter| {
        let progress = Progress::default();
        let found = opened
            .heap
            .collections(None, Vec::new(), filter, &progress)
            .unwrap();
        found.objects(Order::Size, 0, 0).unwrap().0
    };
    let all = Filter::default();
    assert_eq!(count(all), 5);
    assert_eq!(
        count(Filter {
            most_size: Some(0),
            ..all
        }),
        2
    );
    assert_eq!(
        count(Filter {
            least_size: 5,
            ..all
        }),
        2
    );
    assert_eq!(
        count(Filter {
            most_fill: Some(0.2),
            ..all
        }),
        2
    );
}

#[test]
fn orders_put_the_most_first() {
    let mut kit = Kit::new();
    let full = kit.array_list(&texts(0..50), 50);
    let roomy = kit.array_list(&texts(0..1), 40);
    let opened = kit.opened();
    let progress = Progress::default();
    let found = opened
        .heap
        .collections(None, Vec::new(), Filter::default(), &progress)
        .unwrap();
    let first = |order| {
        let (total, rows) = found.objects(order, 0, 1).unwrap();
        assert_eq!((total, rows.len()), (2, 1));
        rows[0].object.address
    };
    assert_eq!(first(Order::Size), full.0);
    assert_eq!(first(Order::Retained), full.0);
    assert_eq!(first(Order::Wasted), roomy.0);
    let (_, rest) = found.objects(Order::Size, 1, 9).unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].object.address, roomy.0);
}

/// The retained size of nested collections of a class counts once.
#[test]
fn retained_sizes_count_once() {
    let mut kit = Kit::new();
    let inner = kit.heap.object_array(kit.array, &[Address::NULL; 100]);
    let inner = kit
        .heap
        .instance(kit.list, &[("elementData", inner.into())]);
    let outer = kit.heap.object_array(kit.array, &[inner]);
    let fields = [("elementData", outer.into()), ("size", Value::Int(1))];
    let outer = kit.heap.instance(kit.list, &fields);
    kit.root(outer);
    let opened = kit.opened();
    let progress = Progress::default();
    let found = opened
        .heap
        .collections(None, Vec::new(), Filter::default(), &progress)
        .unwrap();
    let classes = found.by_class().unwrap();
    assert_eq!(classes[0].sums.collections, 2);
    assert_eq!(
        classes[0].sums.retained_bytes,
        opened.row(outer).object.retained_bytes
    );
    // By size they are two groups, each with its own.
    let sizes = found.by_size().unwrap();
    assert_eq!(
        sizes[0].sums.retained_bytes,
        opened.row(inner).object.retained_bytes
    );
}

#[test]
fn pages_and_keys() {
    let mut kit = Kit::new();
    let long = "x".repeat(400);
    let buckets = [texts(0..3), vec![long.clone()], texts(3..9)];
    let map = kit.hash_map(&buckets);
    let other = kit.hash_map(&[texts(0..1)]);
    let opened = kit.opened();
    let ask = |set: &ObjectSet, key: Option<&str>, offset, limit| {
        let question = ContentsQuestion {
            key: key.map(str::to_owned),
            offset,
            limit,
        };
        opened
            .heap
            .contents(set, Vec::new(), &question, &Progress::default())
            .unwrap()
    };
    let one = opened.set(map);
    let page = ask(&one, None, 2, 3);
    assert!(!page.is_complete);
    let keys: Vec<String> = page.rows.iter().map(|row| text(row.key.as_ref())).collect();
    assert_eq!(keys, ["t0002", &long[..256], "t0003"]);
    assert_eq!(page.rows[2].index, Some(2));
    assert_eq!(page.rows[2].hash, Some(2));
    assert!(ask(&one, None, 100, 3).rows.is_empty());

    // A key is compared in full, not as far as rows show it.
    assert_eq!(ask(&one, Some(&long), 0, 9).rows.len(), 1);
    assert_eq!(ask(&one, Some(&long[..256]), 0, 9).rows.len(), 0);
    let mut both = opened.set(map);
    both.unite(&opened.set(other));
    assert_eq!(ask(&both, Some("t0000"), 0, 9).rows.len(), 2);
    assert_eq!(ask(&both, None, 0, u64::MAX).collections, 2);
}
