//! Tables of arrays, against a count of what was built.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value};

use crate::support::{cases, fresh, open_path};
use crate::value_heaps::{hold, kinds, object, quiet, set};

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn fill_of_object_arrays(arrays in prop::collection::vec(prop::collection::vec(any::<bool>(), 0..12), 0..20), segments in 1..7u32, options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let class = built.known().object;
        let element = built.instance(class, &[]);
        let array_class = built.array_class(class);
        let made: Vec<Address> = arrays.iter().map(|array| {
            let elements: Vec<Address> =
                array.iter().map(|used| if *used { element } else { Address::NULL }).collect();
            built.object_array(array_class, &elements)
        }).collect();
        hold(&mut built, made.iter().copied());
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let members = set(&heap, made.iter().copied());
        let rows = heap.array_fill(&members, segments, &quiet()).unwrap();
        prop_assert_eq!(rows.len(), segments as usize + 1);
        let mut below = -1.0;
        for row in &rows {
            let share = |array: &Vec<bool>| {
                let used = array.iter().filter(|used| **used).count();
                used as f64 / array.len() as f64
            };
            let is_in = |array: &&Vec<bool>| match row.up_to_share {
                None => array.is_empty(),
                Some(top) => !array.is_empty() && share(array) <= top && share(array) > below,
            };
            let wanted: Vec<&Vec<bool>> = arrays.iter().filter(is_in).collect();
            let nulls = wanted.iter().flat_map(|array| array.iter()).filter(|used| !**used).count();
            prop_assert_eq!(row.objects, wanted.len() as u64);
            prop_assert_eq!(row.null_elements, nulls as u64);
            below = row.up_to_share.unwrap_or(below);
        }
        let table = heap.array_table(&members, &quiet()).unwrap();
        let mut lengths: BTreeMap<u32, u64> = BTreeMap::new();
        for array in &arrays {
            *lengths.entry(array.len() as u32).or_default() += 1;
        }
        let found: BTreeMap<u32, u64> = table.lengths.iter().map(|row| (row.length, row.objects)).collect();
        prop_assert_eq!(found, lengths);
        let shallow: u64 = table.classes.iter().map(|row| row.shallow_bytes).sum();
        prop_assert_eq!(shallow, heap.shallow_bytes_of(&members));
        let empty: u64 = table.classes.iter().map(|row| row.empty_objects).sum();
        prop_assert_eq!(empty, arrays.iter().filter(|array| array.is_empty()).count() as u64);
    }

    #[test]
    fn constant_arrays(contents in prop::collection::vec((0..3usize, prop::collection::vec(0..2u8, 0..5)), 1..30)) {
        let types = [BasicType::Byte, BasicType::Char, BasicType::Long];
        let mut built = HeapBuilder::new(HeapOptions::default());
        let mut made = Vec::new();
        let mut wanted: BTreeMap<(String, u32), u64> = BTreeMap::new();
        for (kind, values) in &contents {
            let width = types[*kind].dump_bytes(0);
            let bytes: Vec<u8> = values.iter()
                .flat_map(|value| std::iter::repeat_n(0, width - 1).chain([*value]))
                .collect();
            made.push(built.primitive_array(types[*kind], &bytes));
            if values.len() > 1 && values.iter().all(|value| value == &values[0]) {
                let name = format!("{}[]", types[*kind].java_name());
                *wanted.entry((name, values.len() as u32)).or_default() += 1;
            }
        }
        hold(&mut built, made.iter().copied());
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let found = heap.constant_arrays(&set(&heap, made.iter().copied()), &quiet()).unwrap();
        let mut counted: BTreeMap<(String, u32), u64> = BTreeMap::new();
        for row in &found.rows {
            *counted.entry((row.class_name.clone(), row.length)).or_default() += row.objects;
        }
        prop_assert_eq!(counted, wanted);
        prop_assert_eq!(found.objects, found.rows.iter().map(|row| row.objects).sum::<u64>());
    }
}

/// Longer than the stretches in which arrays come; all the same but for one place.
#[test]
fn one_other_element_in_a_long_array() {
    const LENGTH: usize = 3 << 20;
    for place in [None, Some(0), Some(1 << 20), Some(LENGTH - 1)] {
        let mut built = HeapBuilder::new(HeapOptions::default());
        let mut bytes = vec![7; LENGTH];
        if let Some(place) = place {
            bytes[place] = 8;
        }
        let array = built.primitive_array(BasicType::Byte, &bytes);
        hold(&mut built, [array].into_iter());
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let found = heap.constant_arrays(&heap.all_objects(), &quiet()).unwrap();
        assert_eq!(found.objects, u64::from(place.is_none()), "{place:?}");
    }
}

/// The class of builders, and that of strings that share arrays.
fn text_classes(built: &mut HeapBuilder) -> (Address, Address) {
    let base = ClassSpec::new("java.lang.AbstractStringBuilder")
        .reference("value")
        .field("coder", BasicType::Byte)
        .field("count", BasicType::Int);
    let base = built.class(base);
    let builder = built.class(ClassSpec::new("java.lang.StringBuilder").extends(base));
    let old = ClassSpec::new("java.lang.String")
        .reference("value")
        .field("offset", BasicType::Int)
        .field("count", BasicType::Int);
    (builder, built.class(old))
}

#[test]
fn unused_room_of_builders_and_shared_arrays() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let (builder, old) = text_classes(&mut built);
    let wide = built.primitive_array(BasicType::Byte, &[0; 400]);
    let fields = [
        ("value", wide.into()),
        ("coder", Value::Byte(1)),
        ("count", Value::Int(10)),
    ];
    let builder = built.instance(builder, &fields);
    let shared = built.primitive_array(BasicType::Char, &[0; 600]);
    let parts = [(0, 10), (5, 20), (290, 50)].map(|(offset, count)| {
        let place = [("offset", Value::Int(offset)), ("count", Value::Int(count))];
        built.instance(
            old,
            &[[("value", shared.into())].as_slice(), &place].concat(),
        )
    });
    // Held by something else too, so that nobody knows what of it is used.
    let open = built.primitive_array(BasicType::Char, &[0; 600]);
    let part = built.instance(old, &[("value", open.into())]);
    let whole = built.string("used to the end");
    let others = [builder, open, part, whole].into_iter();
    hold(&mut built, others.chain(parts));
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let everything = heap.all_objects();
    let found = heap.unused_room(&everything, 50, 10, &quiet()).unwrap();
    let rows: Vec<_> = (found.rows.iter())
        .map(|row| {
            (
                row.address,
                row.owners,
                row.length,
                row.used_length,
                row.unused_bytes,
            )
        })
        .collect();
    let wanted = [(shared.0, 3, 300, 35, 530), (wide.0, 1, 200, 10, 380)];
    assert_eq!(rows, wanted);
    assert_eq!((found.objects, found.unused_bytes), (2, 910));
    assert_eq!(found.rows[1].owner_index, heap.id(object(&heap, builder)));
    let found = heap.unused_room(&everything, 264, 10, &quiet()).unwrap();
    assert_eq!(found.objects, 1);
}
