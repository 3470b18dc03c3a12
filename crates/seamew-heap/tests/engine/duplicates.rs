//! Equal strings, arrays and objects, against a comparison of all contents.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use seamew_heap::Heap;
use seamew_heap::values::{DuplicateOrder, Duplicates};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value, sub};

use crate::support::{cases, fresh, open_path};
use crate::value_heaps::{hold, kinds, make_strings, object, quiet, set, strings};

const ORDER: DuplicateOrder = DuplicateOrder::LostBytes;

/// Compares groups as (objects, lost bytes), and the sums.
fn check(found: &Duplicates, groups: &[(u64, u64)], compared: u64) {
    let mut wanted: Vec<(u64, u64)> = groups.iter().filter(|it| it.0 > 1).copied().collect();
    let mut rows: Vec<(u64, u64)> = found
        .rows
        .iter()
        .map(|row| (row.objects, row.lost_bytes))
        .collect();
    assert!(
        found
            .rows
            .is_sorted_by_key(|row| std::cmp::Reverse(row.lost_bytes))
    );
    wanted.sort_unstable();
    rows.sort_unstable();
    assert_eq!(rows, wanted);
    assert_eq!(found.groups, wanted.len() as u64);
    assert_eq!(found.distinct, groups.len() as u64);
    assert_eq!(found.objects, compared);
    assert_eq!(found.lost_bytes, wanted.iter().map(|it| it.1).sum::<u64>());
    let by_class: u64 = found.classes.iter().map(|row| row.lost_bytes).sum();
    assert_eq!(by_class, found.lost_bytes);
}

/// Groups of the same size, each of which loses all but one.
fn plain_groups<K: Ord>(
    heap: &Heap,
    contents: impl Iterator<Item = (K, Address)>,
) -> Vec<(u64, u64)> {
    let mut groups: BTreeMap<K, Vec<u64>> = BTreeMap::new();
    for (key, address) in contents {
        let bytes = heap.shallow_bytes(object(heap, address));
        groups.entry(key).or_default().push(bytes);
    }
    groups
        .values()
        .map(|sizes| (sizes.len() as u64, sizes.iter().skip(1).sum()))
        .collect()
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn equal_strings(plans in strings(), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let made = make_strings(&mut built, &plans);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let all = heap.all_objects();
        let found = heap.duplicate_strings(&all, ORDER, 1000, &quiet()).unwrap();
        let size = |address| heap.shallow_bytes(object(&heap, address));
        let mut groups: BTreeMap<&[u16], Vec<usize>> = BTreeMap::new();
        for (at, one) in made.iter().enumerate() {
            if let Some(units) = &one.units {
                groups.entry(units).or_default().push(at);
            }
        }
        let weighed: Vec<(u64, u64)> = groups.values().map(|members| {
            let own: u64 = members.iter().map(|at| size(made[*at].address)).sum();
            let arrays: BTreeSet<Address> = members.iter()
                .filter(|at| made[**at].is_whole_array)
                .filter_map(|at| made[*at].array)
                .collect();
            let whole = own + arrays.iter().map(|array| size(*array)).sum::<u64>();
            let kept = members.iter().map(|at| {
                let one = &made[*at];
                let array = one.array.filter(|_| one.is_whole_array);
                size(one.address) + array.map_or(0, size)
            });
            (members.len() as u64, whole - kept.max().unwrap_or(0))
        }).collect();
        let compared = made.iter().filter(|one| one.units.is_some()).count() as u64;
        check(&found, &weighed, compared);
        prop_assert_eq!(found.not_compared, made.len() as u64 - compared);
        for row in &found.rows {
            let value = row.value.clone().unwrap();
            prop_assert_eq!(row.length.unwrap(), value.encode_utf16().count() as u64);
        }
    }

    #[test]
    fn equal_arrays(contents in prop::collection::vec((0..3usize, 0..6usize, 0..3u8), 1..50)) {
        let types = [BasicType::Byte, BasicType::Boolean, BasicType::Int];
        let mut built = HeapBuilder::new(HeapOptions::default());
        let mut made = Vec::new();
        for (kind, length, value) in contents {
            let bytes = vec![value; length * types[kind].dump_bytes(0)];
            let array = built.primitive_array(types[kind], &bytes);
            made.push(((kind, bytes), array));
        }
        let bare = built.bare_array(BasicType::Byte, 4);
        hold(&mut built, made.iter().map(|it| it.1).chain([bare]));
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let arrays = set(&heap, made.iter().map(|it| it.1).chain([bare]));
        let found = heap.duplicate_arrays(&arrays, ORDER, 1000, &quiet()).unwrap();
        let groups = plain_groups(&heap, made.iter().cloned());
        check(&found, &groups, made.len() as u64);
        prop_assert_eq!(found.not_compared, 1);
    }

    #[test]
    fn equal_objects(contents in prop::collection::vec((0..2usize, 0..3i32, 0..4usize), 1..60), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let object_class = built.known().object;
        let targets: Vec<Address> = (0..3).map(|_| built.instance(object_class, &[])).collect();
        let classes = ["app.One", "app.Two"].map(|name| {
            built.class(ClassSpec::new(name).field("size", BasicType::Int).reference("next"))
        });
        let mut made = Vec::new();
        for (class, size, target) in contents {
            let next = targets.get(target).copied().unwrap_or(Address::NULL);
            let fields = [("size", Value::Int(size)), ("next", next.into())];
            let address = built.instance(classes[class], &fields);
            made.push(((class, size, target), address));
        }
        hold(&mut built, made.iter().map(|it| it.1));
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let members = set(&heap, made.iter().map(|it| it.1));
        let found = heap.duplicate_objects(&members, ORDER, 1000, &quiet()).unwrap();
        let groups = plain_groups(&heap, made.iter().copied());
        check(&found, &groups, made.len() as u64);
    }
}

/// ```text
/// app.Order.currency -> "EUR" (1);  app.Order.names -> HashMap -> Node[] -> Node -> "EUR" (2)
/// ```
#[test]
fn holders_are_the_fields_around_collections() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let order = built.class(
        ClassSpec::new("app.Order")
            .reference("currency")
            .reference("names"),
    );
    let map = built.class(ClassSpec::new("java.util.HashMap").reference("table"));
    let node = built.class(
        ClassSpec::new("java.util.HashMap$Node")
            .reference("key")
            .reference("next"),
    );
    let texts: Vec<Address> = (0..4).map(|_| built.string("EUR")).collect();
    let inner = built.instance(node, &[("key", texts[2].into())]);
    let outer = built.instance(node, &[("key", texts[1].into()), ("next", inner.into())]);
    let class = built.array_class(node);
    let table = built.object_array(class, &[outer]);
    let names = built.instance(map, &[("table", table.into())]);
    let order = built.instance(
        order,
        &[("currency", texts[0].into()), ("names", names.into())],
    );
    built.root(sub::ROOT_JNI_GLOBAL, order);
    built.root(sub::ROOT_JNI_GLOBAL, texts[3]);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let found = heap
        .duplicate_strings(&heap.all_objects(), ORDER, 5, &quiet())
        .unwrap();
    let holders: Vec<(&str, u64)> = found.rows[0]
        .holders
        .iter()
        .map(|row| (row.field.as_str(), row.objects))
        .collect();
    let wanted = [
        ("app.Order#names", 2),
        ("<JNI Global>", 1),
        ("app.Order#currency", 1),
    ];
    assert_eq!(holders, wanted);
    assert_eq!(found.rows[0].sampled_objects, 4);
}
