//! Shallow sizes: from the address gaps of a dense heap, and by MAT's rules.

use proptest::prelude::*;
use seamew_heap::classes::SizeModel;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_testkit::plan::heap_plan;
use seamew_testkit::{
    Address, BasicType, Body, ClassSpec, HeapBuilder, HeapOptions, IdSize, Value, sub,
};

use crate::support::{cases, fresh, open_path, rows};

fn shallow(heap: &Heap, address: Address) -> u64 {
    let rows = rows(heap);
    let row = rows.iter().find(|row| row.address == address.0);
    row.expect("the object is reachable").shallow_bytes
}

/// Arrays that tell headers and reference widths apart, alone among all layouts.
fn telling_arrays(heap: &mut HeapBuilder) {
    for length in [0, 1, 4, 5, 13] {
        heap.primitive_array(BasicType::Byte, &vec![0; length]);
    }
    let class = heap.known().object;
    let class = heap.array_class(class);
    for length in [0, 1, 2, 3, 4, 7] {
        heap.object_array(class, &vec![Address::NULL; length]);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn gaps_tell_the_sizes_in_a_dense_heap(plan in heap_plan(40), narrow: bool, compressed: bool) {
        let id_size = if narrow { IdSize::Four } else { IdSize::Eight };
        let options = HeapOptions { id_size, compressed, ..HeapOptions::default() };
        let mut built = plan.build(options);
        telling_arrays(&mut built);
        let file = built.to_file();
        let heap = open_path(file.path(), &OpenOptions { keep_unreachable: true, ..fresh() });
        let expected = built.expected();
        for (row, node) in rows(&heap).iter().zip(&expected.nodes).skip(1) {
            prop_assert_eq!(row.address, node.address);
            prop_assert_eq!(row.shallow_bytes, node.shallow_bytes, "{:x?}", node);
        }
        let layout = heap.facts().layout;
        let width = if narrow || compressed { 4 } else { 8 };
        prop_assert_eq!(layout.reference_bytes, width);
        prop_assert_eq!(layout.density_permille, 1000);
    }
}

/// Fields that HotSpot adds and no dump shows: the gap has them.
#[test]
fn hidden_fields_are_in_the_gap() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    telling_arrays(&mut built);
    let class = built.class(ClassSpec::new("app.Padded").field("count", BasicType::Int));
    for at in 0..10 {
        built.at(0x7000_0000 + at * 128);
        let padded = built.instance(class, &[]);
        built.root(sub::ROOT_JNI_GLOBAL, padded);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    assert_eq!(shallow(&heap, Address(0x7000_0000)), 128);
}

/// A class of one instance with a hole behind it, in a heap with holes: the fields decide.
#[test]
fn a_hole_is_no_size() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = built.class(ClassSpec::new("app.Lonely").field("count", BasicType::Int));
    let lonely = built.instance(class, &[]);
    built.root(sub::ROOT_JNI_GLOBAL, lonely);
    for at in 1..20u64 {
        built.at(0x7000_0000 + at * 4096);
        let array = built.primitive_array(BasicType::Int, &[0; 400]);
        built.root(sub::ROOT_JNI_GLOBAL, array);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    assert_eq!(shallow(&heap, lonely), 16);
}

/// ```text
/// class A      { byte a; long b; }        by four: 12 + 9 -> 24
/// class B : A  { short c; Object d; }             24 + 6 -> 32
/// ```
struct MatHeap {
    built: HeapBuilder,
    instance: Address,
    class: Address,
    bytes: Address,
    references: Address,
    longs: Address,
}

/// By these rules: a header of a pointer and a reference; each class's fields rounded up to the
/// width of a reference; an array's length behind the header, all rounded up likewise; class objects
/// have their static fields only.
fn mat_heap(compressed: bool, id_size: IdSize) -> MatHeap {
    let options = HeapOptions {
        compressed,
        id_size,
        ..HeapOptions::default()
    };
    let mut built = HeapBuilder::new(options);
    let above = ClassSpec::new("A")
        .field("a", BasicType::Byte)
        .field("b", BasicType::Long);
    let above = built.class(above);
    let spec = ClassSpec::new("B")
        .extends(above)
        .field("c", BasicType::Short)
        .reference("d");
    let class = built.class(
        spec.static_field("S", Value::Long(1))
            .static_field("T", Address::NULL),
    );
    let class_of_object = built.known().object;
    let array_class = built.array_class(class_of_object);
    let instance = built.instance(class, &[]);
    let bytes = built.primitive_array(BasicType::Byte, &[0; 3]);
    let longs = built.primitive_array(BasicType::Long, &[0; 8]);
    let references = built.object_array(array_class, &[Address::NULL; 9]);
    // With narrow references this starts where the one before, with wide ones, would not have ended.
    let next = built.object_array(array_class, &[]);
    for object in [instance, bytes, longs, references, next] {
        built.root(sub::ROOT_JNI_GLOBAL, object);
    }
    MatHeap {
        built,
        instance,
        class,
        bytes,
        references,
        longs,
    }
}

#[test]
fn sizes_by_the_rules_of_mat() {
    let cases = [
        // 12 bytes of header: 12 + 9 -> 24, + 6 -> 32; arrays' elements behind 16 bytes.
        (true, IdSize::Eight, [32, 16, 24, 56, 24]),
        // 16 bytes of header: 16 + 9 -> 32, + 10 -> 48; arrays' elements behind 24 bytes.
        (false, IdSize::Eight, [48, 16, 32, 96, 32]),
        // 8 bytes of header: 8 + 9 -> 20, + 6 -> 28; arrays' elements behind 12 bytes.
        (true, IdSize::Four, [32, 16, 16, 48, 24]),
    ];
    for (compressed, id_size, wanted) in cases {
        let MatHeap {
            built,
            instance,
            class,
            bytes,
            references,
            longs,
        } = mat_heap(compressed, id_size);
        let file = built.to_file();
        let heap = open_path(
            file.path(),
            &OpenOptions {
                size_model: SizeModel::Mat,
                ..fresh()
            },
        );
        let found = [instance, class, bytes, references, longs].map(|it| shallow(&heap, it));
        assert_eq!(found, wanted, "compressed {compressed}, {id_size:?}");
    }
}

/// An object too big for its column, and one that nearly is.
#[test]
fn sizes_around_the_limit_of_the_column() {
    const MOST_UNITS: u64 = 0xffff;
    let mut built = HeapBuilder::new(HeapOptions::default());
    telling_arrays(&mut built);
    let arrays: Vec<Address> = (MOST_UNITS - 3..MOST_UNITS + 3)
        .map(|units| built.bare_array(BasicType::Byte, (units * 8 - 16) as u32))
        .collect();
    for array in &arrays {
        built.root(sub::ROOT_JNI_GLOBAL, *array);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    for (array, units) in arrays.iter().zip(MOST_UNITS - 3..) {
        assert_eq!(shallow(&heap, *array), 8 * units);
    }
}

/// The biggest arrays and the counts are known after the first pass, dead objects included.
#[test]
fn first_findings() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    telling_arrays(&mut built);
    let class = built.class(ClassSpec::new("Dead").reference("next"));
    for _ in 0..7 {
        built.add(Body::Instance {
            class,
            values: vec![Value::Object(0)],
        });
    }
    let big = built.bare_array(BasicType::Int, 1_000_000);
    let progress = Progress::default();
    let file = built.to_file();
    let findings = seamew_heap::open::first_pass(file.path(), &fresh(), &progress).unwrap();
    assert_eq!(findings.arrays[0].address, big.0);
    assert_eq!(findings.arrays[0].shallow_bytes, 4_000_016);
    let dead = findings
        .histogram
        .iter()
        .find(|row| row.label == "Dead")
        .unwrap();
    assert_eq!((dead.objects, dead.shallow_bytes), (7, 7 * 16));
    assert_eq!(findings.object_count, 5 + 6 + 7 + 1);
    open(file.path(), &fresh(), &progress).unwrap();
    assert_eq!(progress.early().map(|early| early.object_count), Some(19));
}
