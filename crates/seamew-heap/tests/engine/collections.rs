//! Collections: what was built is what is found, and what is broken is told and ends.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use seamew_heap::collections::{
    CollectionRow, Contents, ContentsQuestion, Filter, Item, Order, Shape, known_shapes,
};
use seamew_heap::heap::{ObjectSet, Selection, Value as Found};
use seamew_heap::{Heap, HeapError, Progress};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value, sub};

use tempfile::NamedTempFile;

use crate::support::{cases, fresh, open_path};

const REFERENCE_BYTES: u64 = 4;

/// Classes of the JDK as far as collections need them.
struct Kit {
    heap: HeapBuilder,
    array: Address,
    map: Address,
    node: Address,
    set: Address,
    list: Address,
    ring: Address,
    linked: Address,
    link: Address,
    queue: Address,
    tree: Address,
    branch: Address,
}

impl Kit {
    fn new() -> Self {
        let mut heap = HeapBuilder::new(HeapOptions::default());
        let object = heap.known().object;
        let array = heap.array_class(object);
        let mut class = |name: &str, references: &[&str], ints: &[&str]| {
            let mut spec = ClassSpec::new(name);
            for field in references {
                spec = spec.reference(field);
            }
            for field in ints {
                spec = spec.field(field, BasicType::Int);
            }
            heap.class(spec)
        };
        let node_fields = ["next", "key", "value"];
        let [
            map,
            node,
            set,
            list,
            ring,
            linked,
            link,
            queue,
            tree,
            branch,
        ] = [
            class("java.util.HashMap", &["table"], &["size"]),
            class("java.util.HashMap$Node", &node_fields, &["hash"]),
            class("java.util.HashSet", &["map"], &[]),
            class("java.util.ArrayList", &["elementData"], &["size"]),
            class("java.util.ArrayDeque", &["elements"], &["head", "tail"]),
            class("java.util.LinkedList", &["first", "last"], &["size"]),
            class("java.util.LinkedList$Node", &["item", "next", "prev"], &[]),
            class("java.util.concurrent.ConcurrentLinkedQueue", &["head"], &[]),
            class("java.util.TreeMap", &["root"], &["size"]),
            class(
                "java.util.TreeMap$Entry",
                &["left", "right", "key", "value"],
                &[],
            ),
        ];
        Self {
            heap,
            array,
            map,
            node,
            set,
            list,
            ring,
            linked,
            link,
            queue,
            tree,
            branch,
        }
    }

    fn root(&mut self, object: Address) -> Address {
        self.heap.root(sub::ROOT_JNI_GLOBAL, object);
        object
    }

    fn int(value: usize) -> Value {
        Value::Int(i32::try_from(value).unwrap())
    }

    /// A hash map with chains of keys in its buckets; each key is its own value.
    fn hash_map(&mut self, buckets: &[Vec<String>]) -> Address {
        let mut heads = Vec::new();
        for (bucket, keys) in buckets.iter().enumerate() {
            let mut next = Address::NULL;
            for key in keys.iter().rev() {
                let text = self.heap.string(key);
                let fields = [
                    ("next", next.into()),
                    ("key", text.into()),
                    ("value", text.into()),
                    ("hash", Self::int(bucket)),
                ];
                next = self.heap.instance(self.node, &fields);
            }
            heads.push(next);
        }
        let table = self.heap.object_array(self.array, &heads);
        let size = buckets.iter().map(Vec::len).sum();
        let fields = [("table", table.into()), ("size", Self::int(size))];
        let map = self.heap.instance(self.map, &fields);
        self.root(map)
    }

    fn strings(&mut self, texts: &[String]) -> Vec<Address> {
        texts.iter().map(|text| self.heap.string(text)).collect()
    }

    fn array_list(&mut self, texts: &[String], capacity: usize) -> Address {
        let mut elements = self.strings(texts);
        elements.resize(capacity, Address::NULL);
        let array = self.heap.object_array(self.array, &elements);
        let fields = [
            ("elementData", array.into()),
            ("size", Self::int(texts.len())),
        ];
        let list = self.heap.instance(self.list, &fields);
        self.root(list)
    }

    fn deque(&mut self, texts: &[String], head: usize, capacity: usize) -> Address {
        let mut elements = vec![Address::NULL; capacity];
        for (at, text) in self.strings(texts).into_iter().enumerate() {
            elements[(head + at) % capacity] = text;
        }
        let array = self.heap.object_array(self.array, &elements);
        let tail = (head + texts.len()) % capacity;
        let fields = [
            ("elements", array.into()),
            ("head", Self::int(head)),
            ("tail", Self::int(tail)),
        ];
        let deque = self.heap.instance(self.ring, &fields);
        self.root(deque)
    }

    /// Nodes of a list, the first of them first.
    fn links(&mut self, items: &[Address]) -> Vec<Address> {
        let links: Vec<Address> = (items.iter())
            .map(|item| self.heap.instance(self.link, &[("item", (*item).into())]))
            .collect();
        for pair in links.windows(2) {
            self.heap.set_field(pair[0], "next", pair[1]);
        }
        links
    }

    fn linked_list(&mut self, texts: &[String]) -> Address {
        let items = self.strings(texts);
        let links = self.links(&items);
        let first = links.first().copied().unwrap_or(Address::NULL);
        let fields = [("first", first.into()), ("size", Self::int(texts.len()))];
        let list = self.heap.instance(self.linked, &fields);
        self.root(list)
    }

    /// A queue of nodes; its first one is a node without an item, as in the JDK.
    fn queue(&mut self, texts: &[String]) -> (Address, Vec<Address>) {
        let mut items = vec![Address::NULL];
        items.extend(self.strings(texts));
        let links = self.links(&items);
        let queue = self.heap.instance(self.queue, &[("head", links[0].into())]);
        (self.root(queue), links)
    }

    /// A balanced tree of sorted keys.
    fn tree_map(&mut self, texts: &[String]) -> (Address, Address) {
        let keys = self.strings(texts);
        let root = self.branches(&keys);
        let fields = [("root", root.into()), ("size", Self::int(texts.len()))];
        let map = self.heap.instance(self.tree, &fields);
        (self.root(map), root)
    }

    fn branches(&mut self, keys: &[Address]) -> Address {
        if keys.is_empty() {
            return Address::NULL;
        }
        let (left, rest) = keys.split_at(keys.len() / 2);
        let (left, right) = (self.branches(left), self.branches(&rest[1..]));
        let fields = [
            ("left", left.into()),
            ("right", right.into()),
            ("key", rest[0].into()),
            ("value", rest[0].into()),
        ];
        self.heap.instance(self.branch, &fields)
    }

    fn opened(&self) -> Opened {
        let file = self.heap.to_file();
        let heap = open_path(file.path(), &fresh());
        Opened { heap, _file: file }
    }
}

/// A heap and the dump that it reads from.
struct Opened {
    heap: Heap,
    _file: NamedTempFile,
}

impl Opened {
    fn set(&self, address: Address) -> ObjectSet {
        let object = self.heap.resolve(&format!("{:#x}", address.0)).unwrap();
        let selection = Selection {
            objects: vec![object],
            ..Selection::default()
        };
        self.heap.select(&selection).unwrap()
    }

    fn contents_as(&self, address: Address, own: Vec<Shape>) -> Result<Contents, HeapError> {
        let question = ContentsQuestion {
            limit: u64::MAX,
            ..ContentsQuestion::default()
        };
        (self.heap).contents(&self.set(address), own, &question, &Progress::default())
    }

    fn contents(&self, address: Address) -> Contents {
        self.contents_as(address, Vec::new()).unwrap()
    }

    /// The elements of a collection that is sound, in order; of a map the keys.
    fn texts(&self, address: Address) -> Vec<String> {
        let contents = self.contents(address);
        assert_eq!(contents.notes, [""; 0], "nothing is broken");
        assert_eq!(contents.size, Some(contents.rows.len() as u64));
        let rows = contents.rows.iter();
        rows.map(|row| text(row.key.as_ref().or(row.value.as_ref())))
            .collect()
    }

    /// The measures of one collection as tables have them.
    fn row(&self, address: Address) -> CollectionRow {
        let set = self.set(address);
        let progress = Progress::default();
        let filter = Filter::default();
        let found = (self.heap)
            .collections(Some(&set), Vec::new(), filter, &progress)
            .unwrap();
        let (total, mut rows) = found.objects(Order::Size, 0, 10).unwrap();
        assert_eq!(total, 1);
        rows.remove(0)
    }

    fn note(&self, address: Address) -> String {
        self.contents(address).notes.join("\n")
    }
}

fn text(item: Option<&Item>) -> String {
    match item {
        None => "null".to_owned(),
        Some(Item::Object(row)) => row.value.clone().unwrap_or_default(),
        Some(Item::Value(value)) => value.text(),
    }
}

fn texts(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("t{number:04}")).collect()
}

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
    // A node that was taken out refers to itself: nothing is wrong.
    assert_eq!(opened.texts(done).len(), 3);
    assert!(opened.note(tree).contains("the tree comes back"));
    assert!(opened.note(one).contains("wrap each other"));
    assert_eq!(opened.row(one).size, None);
}

/// JDK 6 has a ring of entries around a header, JDK 7 a chain of nodes.
#[test]
fn the_fields_of_the_dump_choose_the_shape() {
    let mut kit = Kit::new();
    let class = ClassSpec::new("old.LinkedList")
        .reference("header")
        .field("size", BasicType::Int);
    let class = kit.heap.class(class);
    let entry = kit.heap.class(
        ClassSpec::new("old.Entry")
            .reference("element")
            .reference("next"),
    );
    let header = kit.heap.instance(entry, &[]);
    let a = kit.heap.string("a");
    let last = kit.heap.instance(entry, &[("next", header.into())]);
    let first = kit
        .heap
        .instance(entry, &[("element", a.into()), ("next", last.into())]);
    kit.heap.set_field(header, "next", first);
    let list = kit
        .heap
        .instance(class, &[("header", header.into()), ("size", Value::Int(2))]);
    kit.root(list);
    let opened = kit.opened();
    let lines = known_shapes().unwrap();
    let own: Vec<Shape> = (lines.into_iter())
        .filter(|shape| shape.class_name == "java.util.LinkedList")
        .map(|shape| Shape {
            class_name: "old.LinkedList".to_owned(),
            ..shape
        })
        .collect();
    assert_eq!(own.len(), 2);
    let ring = own[1].clone();
    let found = opened.contents_as(list, vec![ring]).unwrap();
    assert_eq!(found.notes, [""; 0]);
    let elements: Vec<String> = found
        .rows
        .iter()
        .map(|row| text(row.value.as_ref()))
        .collect();
    assert_eq!(elements, ["a", "null"]);
}

#[test]
fn shapes_of_ones_own() {
    let mut kit = Kit::new();
    let spec = ClassSpec::new("app.Numbers")
        .reference("keys")
        .reference("texts");
    let class = kit.heap.class(spec.field("count", BasicType::Int));
    let below = kit.heap.class(ClassSpec::new("app.Below").extends(class));
    let keys: Vec<u8> = [0i64, 7, 0, 9]
        .iter()
        .flat_map(|key| key.to_be_bytes())
        .collect();
    let keys = kit.heap.primitive_array(BasicType::Long, &keys);
    let values = kit.strings(&texts(0..4));
    let values = kit.heap.object_array(kit.array, &values);
    let fields = [
        ("keys", keys.into()),
        ("texts", values.into()),
        ("count", Value::Int(2)),
    ];
    let map = kit.heap.instance(below, &fields);
    kit.root(map);
    let opened = kit.opened();

    let error = opened.contents_as(map, Vec::new()).unwrap_err().to_string();
    assert!(
        error.contains("app.Below is no known collection"),
        "{error}"
    );
    let own = |line: &str| vec![Shape::parse_line(line).unwrap()];
    let shape = own("app.Numbers map size=count keys=keys values=texts");
    let found = opened.contents_as(map, shape).unwrap();
    assert_eq!(found.notes, [""; 0]);
    let entries: Vec<(Option<Found>, String)> = (found.rows.iter())
        .map(|row| {
            let key = match &row.key {
                Some(Item::Value(value)) => Some(value.clone()),
                _ => None,
            };
            (key, text(row.value.as_ref()))
        })
        .collect();
    let wanted = [(7, "t0001"), (9, "t0003")];
    assert_eq!(
        entries,
        wanted.map(|(key, text)| (Some(Found::Int(key)), text.to_owned()))
    );
    let error = opened.contents_as(map, own("app.Numbers list size=count array=elements"));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("app.Numbers has no field elements; it has"),
        "{error}"
    );
}

#[test]
fn lines_that_are_no_shapes_are_refused() {
    let refused = |line: &str| Shape::parse_line(line).unwrap_err();
    assert!(known_shapes().unwrap().len() > 100);
    for (line, reason) in [
        ("app.A", "no class and kind"),
        ("app.A bag size=n", "`kind` is"),
        ("app.A list size", "not name=value"),
        ("app.A list", "`size` is missing"),
        ("app.A list array=a..b", "no path"),
        ("app.A list array=a next=b", "`next` is unknown"),
        ("app.A map table=t next=n size=s", "`key` is missing"),
        ("app.A list first=f item=i", "`next` is missing"),
        ("app.A map fields=a,b,c", "in turn"),
        ("app.A list array=a colour=red", "`colour` is unknown"),
        ("app.A map keys=a occupied=never", "`occupied` is"),
    ] {
        let error = refused(line);
        assert!(error.contains(reason), "{line}: {error}");
    }
}
