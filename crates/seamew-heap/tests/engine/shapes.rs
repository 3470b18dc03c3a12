//! Heaps that break naive algorithms: too deep for recursion, too wide for quadratic time.

use seamew_heap::{Heap, ObjectIndex};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, sub};

use crate::support::{fresh, open_path};

fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

fn node_class(heap: &mut HeapBuilder) -> Address {
    heap.class(ClassSpec::new("Node").reference("next").reference("value"))
}

/// A chain of nodes; returns them, the first one first.
fn chain(heap: &mut HeapBuilder, class: Address, length: usize) -> Vec<Address> {
    let nodes: Vec<Address> = (0..length).map(|_| heap.instance(class, &[])).collect();
    for pair in nodes.windows(2) {
        heap.set_field(pair[0], "next", pair[1]);
    }
    nodes
}

/// ```text
/// root -> n0 -> n1 -> ... -> n99999
/// ```
#[test]
fn a_chain_of_a_hundred_thousand() {
    const LENGTH: usize = 100_000;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = node_class(&mut built);
    let nodes = chain(&mut built, class, LENGTH);
    built.root(sub::ROOT_JNI_GLOBAL, nodes[0]);
    let file = built.to_file();
    for threads in [1, 2] {
        let options = seamew_heap::open::OpenOptions { threads, ..fresh() };
        let heap = open_path(file.path(), &options);
        let objects: Vec<ObjectIndex> = nodes.iter().map(|it| object(&heap, *it)).collect();
        for (at, node) in objects.iter().enumerate() {
            assert_eq!(heap.retained_bytes(*node), 24 * (LENGTH - at) as u64);
            assert_eq!(
                heap.dominator(*node),
                at.checked_sub(1).map(|above| objects[above])
            );
        }
        let nothing = heap.excludes(&[]).unwrap();
        assert_eq!(heap.shortest_path(objects[LENGTH - 1], &nothing), objects);
        assert_eq!(heap.dominator_chain(objects[LENGTH - 1]).len(), LENGTH);
        assert_eq!(
            heap.retained_by(&objects[1000..1002]),
            (99_000, 99_000 * 24)
        );
    }
}

/// ```text
/// root -> array -> o0, o1, ... o999999
///                  each -> hub, last -> hub2
/// ```
#[test]
fn a_million_references_from_one_object_and_to_one() {
    const COUNT: usize = 1_000_000;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = built.class(ClassSpec::new("Spoke").reference("hub"));
    let class_of_object = built.known().object;
    let hub = built.instance(class_of_object, &[]);
    let array_class = built.array_class(class_of_object);
    let array = built.object_array(array_class, &vec![Address::NULL; COUNT]);
    let spokes: Vec<Address> = (0..COUNT)
        .map(|_| built.instance(class, &[("hub", hub.into())]))
        .collect();
    for (at, spoke) in spokes.iter().enumerate() {
        built.set_element(array, at, *spoke);
    }
    built.root(sub::ROOT_JNI_GLOBAL, array);
    let file = built.to_file();
    let heap = open_path(
        file.path(),
        &seamew_heap::open::OpenOptions {
            threads: 2,
            ..fresh()
        },
    );
    let (array, hub) = (object(&heap, array), object(&heap, hub));
    let array_bytes = 16 + 4 * COUNT as u64;
    // The class object of Object[] has no other instance.
    let class_bytes = 24;
    let spoke_bytes = 16 * COUNT as u64;
    assert_eq!(
        heap.retained_bytes(array),
        array_bytes + class_bytes + spoke_bytes + 16
    );
    assert_eq!(heap.dominator(hub), Some(array));
    assert_eq!(heap.children_count(Some(array)), COUNT + 2);
    assert_eq!(heap.referrers(hub).len(), COUNT);
    assert_eq!(heap.targets(array).len(), COUNT);
    assert_eq!(heap.outbound_rows(array, COUNT - 1, 5).len(), 2);
    let last = object(&heap, spokes[COUNT - 1]);
    assert_eq!(heap.referrers(last), [array]);
    assert_eq!(heap.fields_between(array, last), format!("[{}]", COUNT - 1));
}

/// A binary tree whose leaves all refer back to the top: every edge but the tree's goes upwards.
#[test]
fn a_tree_with_edges_back_to_its_top() {
    const COUNT: usize = (1 << 15) - 1;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = node_class(&mut built);
    let nodes: Vec<Address> = (0..COUNT).map(|_| built.instance(class, &[])).collect();
    for (at, node) in nodes.iter().enumerate() {
        let child = |at: usize| nodes.get(at).copied().unwrap_or(nodes[0]);
        built.set_field(*node, "next", child(2 * at + 1));
        built.set_field(*node, "value", child(2 * at + 2));
    }
    built.root(sub::ROOT_JNI_GLOBAL, nodes[0]);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    for (at, node) in nodes.iter().enumerate() {
        let node = object(&heap, *node);
        let above = at.checked_sub(1).map(|at| object(&heap, nodes[at / 2]));
        assert_eq!(heap.dominator(node), above);
        let levels = 15 - (at + 1).ilog2();
        assert_eq!(heap.retained_bytes(node), 24 * ((1 << levels) - 1));
    }
}

/// Every node of a ladder has two ways in: nothing but the top dominates.
///
/// ```text
/// root -> l0 -> l1 -> l2 ...        each li -> r(i+1), each ri -> l(i+1)
/// root -> r0 -> r1 -> r2 ...
/// ```
#[test]
fn a_ladder_in_which_only_the_top_dominates() {
    const LENGTH: usize = 30_000;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = node_class(&mut built);
    let left = chain(&mut built, class, LENGTH);
    let right = chain(&mut built, class, LENGTH);
    let top = built.instance(
        class,
        &[("next", left[0].into()), ("value", right[0].into())],
    );
    for at in 1..LENGTH {
        built.set_field(left[at - 1], "value", right[at]);
        built.set_field(right[at - 1], "value", left[at]);
    }
    built.root(sub::ROOT_JNI_GLOBAL, top);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let top = object(&heap, top);
    for node in left.iter().chain(&right) {
        assert_eq!(heap.dominator(object(&heap, *node)), Some(top));
    }
    assert_eq!(heap.retained_bytes(top), 24 * (2 * LENGTH as u64 + 1));
}

/// Instances of a class, whose class object is not a root and refers to roots only, at both ends of
/// a long chain: what dominates the class object is found by climbing the chain again and again.
///
/// ```text
/// root -> owner -> first instance
///         owner -> n0 -> n1 -> ... -> n9999 -> array of instances
/// ```
#[test]
fn a_class_object_above_instances_at_the_end_of_a_long_chain() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let known = built.known();
    let loader = built.instance(known.class_loader, &[]);
    built.root(sub::ROOT_JNI_GLOBAL, loader);
    let class = node_class(&mut built);
    let leaf = built.class(ClassSpec::new("Leaf").loaded_by(loader));
    let first = built.instance(leaf, &[]);
    let owner = built.instance(class, &[("value", first.into())]);
    let nodes = chain(&mut built, class, 10_000);
    built.set_field(owner, "next", nodes[0]);
    let leaves: Vec<Address> = (0..100).map(|_| built.instance(leaf, &[])).collect();
    let array_class = built.array_class(known.object);
    let array = built.object_array(array_class, &leaves);
    built.set_field(nodes[9_999], "value", array);
    built.root(sub::ROOT_JNI_GLOBAL, owner);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let found = heap.dominator(object(&heap, leaf));
    assert_eq!(found, Some(object(&heap, owner)));
}

/// The same where the nearest common dominator is in the middle of the chain, and where a second
/// class has an instance outside.
#[test]
fn class_objects_dominated_from_the_middle_of_a_chain_and_from_nowhere() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let known = built.known();
    let loader = built.instance(known.class_loader, &[]);
    built.root(sub::ROOT_JNI_GLOBAL, loader);
    let class = node_class(&mut built);
    let inner = built.class(ClassSpec::new("Inner").loaded_by(loader));
    let outer = built.class(ClassSpec::new("Outer").loaded_by(loader));
    let nodes = chain(&mut built, class, 20_000);
    let array_class = built.array_class(known.object);
    for (node, class) in [(5_000, inner), (0, outer), (12_000, inner), (19_999, inner)] {
        let members: Vec<Address> = (0..20).map(|_| built.instance(class, &[])).collect();
        let array = built.object_array(array_class, &members);
        built.set_field(nodes[node], "value", array);
    }
    let outside = built.instance(outer, &[]);
    built.root(sub::ROOT_JNI_GLOBAL, outside);
    built.root(sub::ROOT_JNI_GLOBAL, nodes[0]);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    assert_eq!(
        heap.dominator(object(&heap, inner)),
        Some(object(&heap, nodes[5_000]))
    );
    assert_eq!(heap.dominator(object(&heap, outer)), None);
}

/// Arrays of four thousand million elements, of which the dump tells the length only.
#[test]
fn sizes_beyond_what_the_columns_hold() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let known = built.known();
    let arrays: Vec<Address> = (0..3)
        .map(|_| built.bare_array(BasicType::Long, u32::MAX))
        .collect();
    let array_class = built.array_class(known.object);
    let owner = built.object_array(array_class, &arrays);
    let tail = built.string("tail");
    built.root(sub::ROOT_JNI_GLOBAL, owner);
    built.root(sub::ROOT_JNI_GLOBAL, tail);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let array_bytes = 16 + 8 * u64::from(u32::MAX);
    for array in arrays {
        assert_eq!(heap.retained_bytes(object(&heap, array)), array_bytes);
    }
    // The array of 3 references takes 32 bytes; the class objects of Object[] and long[] are its own.
    assert_eq!(
        heap.retained_bytes(object(&heap, owner)),
        3 * array_bytes + 32 + 2 * 24
    );
}
