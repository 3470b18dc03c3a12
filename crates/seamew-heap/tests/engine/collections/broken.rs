//! What is broken is told, and ends.

use seamew_testkit::{ClassSpec, Value};

use super::kit::{Kit, texts};

#[test]
fn a_bucket_that_comes_back_ends() {
    let mut kit = Kit::new();
    let map = kit.hash_map(&[texts(0..1)]);
    let next = kit.heap.string("not a node");
    let loose = kit.heap.instance(kit.node, &[("key", next.into())]);
    let back = kit.heap.instance(kit.node, &[("next", loose.into())]);
    kit.heap.set_field(loose, "next", back);
    let table = kit.heap.object_array(kit.array, &[loose, next]);
    kit.heap.set_field(map, "table", table);
    let opened = kit.opened();
    assert_eq!(opened.contents(map).rows.len(), 2);
    let note = opened.note(map);
    assert!(note.contains("the chain of bucket 0 comes back"), "{note}");
    assert!(note.contains("no node, but in bucket 1"), "{note}");
    assert!(
        note.contains("the size says 1, 2 entries were found"),
        "{note}"
    );
}

#[test]
fn sizes_that_lie_and_arrays_that_are_missing_are_told() {
    let mut kit = Kit::new();
    let long = kit.array_list(&texts(0..3), 5);
    kit.heap.set_field(long, "size", Value::Int(100));
    let negative = kit.array_list(&texts(0..3), 5);
    kit.heap.set_field(negative, "size", Value::Int(-1));
    let bare = kit.heap.instance(kit.map, &[("size", Value::Int(4))]);
    kit.root(bare);
    let empty = kit.heap.instance(kit.map, &[]);
    kit.root(empty);
    let wrong = kit.heap.instance(kit.map, &[("table", long.into())]);
    kit.root(wrong);
    let hollow = kit.heap.instance(kit.set, &[]);
    kit.root(hollow);
    let deque = kit.deque(&texts(0..2), 0, 4);
    kit.heap.set_field(deque, "head", Value::Int(9));
    let opened = kit.opened();

    assert_eq!(opened.contents(long).rows.len(), 5);
    assert!(opened.note(long).contains("the size says 100, 5 entries"));
    assert_eq!(opened.row(negative).size, None);
    assert_eq!(opened.contents(negative).rows.len(), 5);
    assert!(opened.note(bare).contains("its backing array is missing"));
    assert_eq!(opened.note(empty), "");
    assert_eq!(opened.row(empty).size, Some(0));
    assert!(opened.contents(wrong).rows.is_empty());
    assert!(
        opened
            .note(hollow)
            .contains("the collection that it wraps is missing")
    );
    assert_eq!(opened.row(hollow).size, None);
    assert!(opened.note(deque).contains("outside of its array"));
}

#[test]
fn chains_trees_and_wrappers_that_come_back_end() {
    let mut kit = Kit::new();
    let (queue, links) = kit.queue(&texts(0..50));
    kit.heap.set_field(links[50], "next", links[20]);
    let (done, done_links) = kit.queue(&texts(0..3));
    kit.heap.set_field(done_links[3], "next", done_links[3]);
    kit.heap.set_field(done_links[0], "item", done_links[0]);
    let (tree, root) = kit.tree_map(&texts(0..9));
    let leaf = kit.heap.instance(kit.branch, &[("left", root.into())]);
    kit.heap.set_field(root, "left", leaf);
    let wrapper = kit
        .heap
        .class(ClassSpec::new("java.util.Collections$SynchronizedMap").reference("m"));
    let one = kit.heap.instance(wrapper, &[]);
    let other = kit.heap.instance(wrapper, &[("m", one.into())]);
    kit.heap.set_field(one, "m", other);
    kit.root(one);
    let opened = kit.opened();

    assert_eq!(opened.contents(queue).rows.len(), 50);
    assert!(opened.note(queue).contains("the chain comes back"));
    assert_eq!(opened.row(queue).size, None);
    // A node that was taken out refers to itself, by either field: nothing is wrong.
    assert_eq!(opened.texts(done).len(), 3);
    assert_eq!(opened.row(done).size, Some(3));
    assert!(opened.note(tree).contains("the tree comes back"));
    assert!(opened.note(one).contains("wrap each other"));
    assert_eq!(opened.row(one).size, None);
}

#[test]
fn a_ring_that_could_not_grow_is_full() {
    let mut kit = Kit::new();
    let full = kit.deque(&texts(0..4), 1, 4);
    let empty = kit.deque(&[], 1, 4);
    let opened = kit.opened();
    assert_eq!(opened.row(full).size, Some(4));
    assert_eq!(opened.contents(full).rows.len(), 4);
    assert_eq!(opened.texts(full), texts(0..4));
    assert_eq!(opened.row(empty).size, Some(0));
    assert!(opened.contents(empty).rows.is_empty());
}
