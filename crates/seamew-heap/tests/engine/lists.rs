//! Compressed lists, integers, the bitmap of reachable objects: each against a plain vector.

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::ObjectIndex;
use seamew_heap::graph::lists::{Lists, ListsBuilder, OUTBOUND};
use seamew_heap::graph::varint;
use seamew_heap::reachable::Reachable;
use seamew_heap::storage::Storage;

use crate::support::cases;

/// An object's list, before it is encoded.
#[derive(Clone, Debug)]
struct PlainList {
    class: Option<u32>,
    targets: Vec<u32>,
}

impl PlainList {
    fn encode(&self, object: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Some(class) = self.class {
            varint::push(&mut bytes, class.into());
        }
        let mut previous = object;
        for target in &self.targets {
            varint::push_step(&mut bytes, previous, *target);
            previous = *target;
        }
        bytes
    }
}

fn plain_list() -> impl Strategy<Value = PlainList> {
    let target = prop_oneof![3 => 0u32..300, 1 => any::<u32>()];
    // Lists of more than 511 bytes live apart.
    let targets = prop_oneof![
        6 => vec(target.clone(), 1..12),
        1 => vec(target.clone(), 90..180),
        1 => vec(target, 400..1200),
    ];
    (prop::option::of(0u32..70_000), targets)
        .prop_map(|(class, targets)| PlainList { class, targets })
}

fn build(lists: &[Option<PlainList>]) -> Lists {
    let encoded: Vec<Option<Vec<u8>>> = lists
        .iter()
        .zip(0..)
        .map(|(list, object)| list.as_ref().map(|list| list.encode(object)))
        .collect();
    let most_bytes: usize =
        encoded.iter().flatten().map(Vec::len).sum::<usize>() + 16 * lists.len();
    let storage = Storage::in_memory();
    let mut builder = ListsBuilder::new(&storage, &OUTBOUND, lists.len(), most_bytes).unwrap();
    for ((list, encoded), object) in lists.iter().zip(&encoded).zip(0..) {
        if let (Some(list), Some(encoded)) = (list, encoded) {
            builder.push(object, list.class.is_some(), encoded).unwrap();
        }
    }
    builder.finish()
}

fn compare(lists: &[Option<PlainList>]) {
    let built = build(lists);
    for (list, object) in lists.iter().zip(0..) {
        assert_eq!(built.has(object), list.is_some(), "object {object}");
        let Some(list) = list else {
            assert!(built.of(object).is_none(), "object {object}");
            continue;
        };
        let mut found = built.of(object).unwrap();
        assert_eq!(found.has_class, list.class.is_some());
        let class = found.has_class.then(|| found.take_class());
        assert_eq!(class, list.class, "object {object}");
        assert_eq!(found.collect::<Vec<_>>(), list.targets, "object {object}");
    }
    assert!(built.of(lists.len() as u32 + 64).is_none());
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn lists_come_back_as_they_went_in(
        lists in vec(prop::option::weighted(0.7, plain_list()), 0..140),
    ) {
        compare(&lists);
    }

    #[test]
    fn integers_come_back_as_they_went_in(values in vec(any::<u64>(), 0..20), from: u32, to: u32) {
        let mut bytes = Vec::new();
        for value in &values {
            varint::push(&mut bytes, *value);
            varint::push(&mut bytes, *value >> 40);
        }
        varint::push_step(&mut bytes, from, to);
        let mut rest = &bytes[..];
        for value in values {
            prop_assert_eq!(varint::take(&mut rest), value);
            prop_assert_eq!(varint::take(&mut rest), value >> 40);
        }
        prop_assert_eq!(varint::take_step(&mut rest, from), to);
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn any_bytes_are_taken_as_integers_without_harm(bytes in vec(any::<u8>(), 0..40)) {
        let mut rest = &bytes[..];
        let mut previous = 0;
        while !rest.is_empty() {
            let before = rest.len();
            previous = varint::take_step(&mut rest, previous);
            prop_assert!(rest.len() < before);
        }
        prop_assert_eq!(varint::take(&mut rest), 0);
    }

    #[test]
    fn ids_are_ranks_among_the_reachable(
        numbers in vec(prop_oneof![Just(0u32), 1..u32::MAX], 1..300),
        gap in 0usize..200,
    ) {
        // A long unreachable stretch in the middle leaves words without any bit.
        let mut all = numbers.clone();
        all.extend(vec![0; gap]);
        all.extend(&numbers);
        compare_reachable(&all);
    }
}

fn compare_reachable(numbers: &[u32]) {
    let reachable = Reachable::new(numbers, &Storage::in_memory()).unwrap();
    let mut id = 0;
    for (number, object) in numbers.iter().zip((0..).map(ObjectIndex)) {
        assert_eq!(reachable.contains(object), *number != 0);
        let own = (*number != 0).then_some(id);
        assert_eq!(reachable.id(object), own);
        if let Some(own) = own {
            assert_eq!(reachable.object(own), Some(object));
            id += 1;
        }
    }
    assert_eq!(reachable.count(), id);
    assert_eq!(reachable.object(id), None);
    let behind = ObjectIndex(numbers.len() as u32 + 64);
    assert!(!reachable.contains(behind) && reachable.id(behind).is_none());
}

#[test]
fn reachable_objects_in_whole_words() {
    for count in [1, 31, 32, 33, 63, 64, 96] {
        compare_reachable(&vec![1; count]);
        compare_reachable(&vec![0; count]);
    }
}

/// Lists are kept in blocks of 32, and apart when longer than 511 bytes.
#[test]
fn lists_at_the_edges_of_blocks() {
    let of_bytes = |bytes: usize| {
        // The object's own number, over and over: one byte each.
        Some(PlainList {
            class: None,
            targets: vec![0; bytes],
        })
    };
    let one = |count: usize| vec![of_bytes(1); count];
    for count in [0, 1, 31, 32, 33, 63, 64, 65] {
        compare(&one(count));
    }
    for bytes in [510, 511, 512, 513] {
        let lists: Vec<Option<PlainList>> = (0..70u32)
            .map(|object| {
                Some(PlainList {
                    class: None,
                    targets: vec![object; bytes],
                })
            })
            .collect();
        compare(&lists);
        let mut last_in_block = one(31);
        last_in_block.push(of_bytes(bytes));
        last_in_block.extend(one(2));
        compare(&last_in_block);
    }
}

#[test]
fn a_builder_refuses_more_bytes_than_it_was_made_for() {
    let storage = Storage::in_memory();
    let mut builder = ListsBuilder::new(&storage, &OUTBOUND, 4, 100).unwrap();
    builder.push(0, false, &[1; 90]).unwrap();
    assert!(builder.push(1, false, &[1; 90]).is_err());
}
