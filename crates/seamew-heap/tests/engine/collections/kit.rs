//! Builds collections of the JDK, and asks for them.

use seamew_heap::collections::{
    CollectionRow, Contents, ContentsQuestion, Filter, Item, Order, Shape,
};
use seamew_heap::heap::{ObjectSet, Selection};
use seamew_heap::{Heap, HeapError, Progress};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value, sub};
use tempfile::NamedTempFile;

use crate::support::{fresh, open_path};

pub const REFERENCE_BYTES: u64 = 4;

/// Classes of the JDK as far as collections need them.
pub struct Kit {
    pub heap: HeapBuilder,
    pub array: Address,
    pub map: Address,
    pub node: Address,
    pub set: Address,
    pub list: Address,
    pub ring: Address,
    pub linked: Address,
    pub link: Address,
    pub queue: Address,
    pub tree: Address,
    pub branch: Address,
}

impl Kit {
    pub fn new() -> Self {
        let mut heap = HeapBuilder::new(HeapOptions::default());
        let object = heap.known().object;
        let array = heap.array_class(object);
        // Few short arrays would leave it open how wide references are.
        let evidence = heap.object_array(array, &[Address::NULL; 100]);
        heap.root(sub::ROOT_JNI_GLOBAL, evidence);
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

    pub fn root(&mut self, object: Address) -> Address {
        self.heap.root(sub::ROOT_JNI_GLOBAL, object);
        object
    }

    pub fn int(value: usize) -> Value {
        Value::Int(i32::try_from(value).unwrap())
    }

    /// A hash map with chains of keys in its buckets; each key is its own value.
    pub fn hash_map(&mut self, buckets: &[Vec<String>]) -> Address {
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

    pub fn strings(&mut self, texts: &[String]) -> Vec<Address> {
        texts.iter().map(|text| self.heap.string(text)).collect()
    }

    pub fn array_list(&mut self, texts: &[String], capacity: usize) -> Address {
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

    pub fn deque(&mut self, texts: &[String], head: usize, capacity: usize) -> Address {
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
    pub fn links(&mut self, items: &[Address]) -> Vec<Address> {
        let links: Vec<Address> = (items.iter())
            .map(|item| self.heap.instance(self.link, &[("item", (*item).into())]))
            .collect();
        for pair in links.windows(2) {
            self.heap.set_field(pair[0], "next", pair[1]);
        }
        links
    }

    pub fn linked_list(&mut self, texts: &[String]) -> Address {
        let items = self.strings(texts);
        let links = self.links(&items);
        let first = links.first().copied().unwrap_or(Address::NULL);
        let fields = [("first", first.into()), ("size", Self::int(texts.len()))];
        let list = self.heap.instance(self.linked, &fields);
        self.root(list)
    }

    /// A queue of nodes; its first one is a node without an item, as in the JDK.
    pub fn queue(&mut self, texts: &[String]) -> (Address, Vec<Address>) {
        let mut items = vec![Address::NULL];
        items.extend(self.strings(texts));
        let links = self.links(&items);
        let queue = self.heap.instance(self.queue, &[("head", links[0].into())]);
        (self.root(queue), links)
    }

    /// A balanced tree of sorted keys.
    pub fn tree_map(&mut self, texts: &[String]) -> (Address, Address) {
        let keys = self.strings(texts);
        let root = self.branches(&keys);
        let fields = [("root", root.into()), ("size", Self::int(texts.len()))];
        let map = self.heap.instance(self.tree, &fields);
        (self.root(map), root)
    }

    pub fn branches(&mut self, keys: &[Address]) -> Address {
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

    pub fn opened(&self) -> Opened {
        let file = self.heap.to_file();
        let heap = open_path(file.path(), &fresh());
        Opened { heap, _file: file }
    }
}

/// A heap and the dump that it reads from.
pub struct Opened {
    pub heap: Heap,
    _file: NamedTempFile,
}

impl Opened {
    pub fn set(&self, address: Address) -> ObjectSet {
        let object = self.heap.resolve(&format!("{:#x}", address.0)).unwrap();
        let selection = Selection {
            objects: vec![object],
            ..Selection::default()
        };
        self.heap.select(&selection).unwrap()
    }

    pub fn contents_as(&self, address: Address, own: Vec<Shape>) -> Result<Contents, HeapError> {
        let question = ContentsQuestion {
            limit: u64::MAX,
            ..ContentsQuestion::default()
        };
        (self.heap).contents(&self.set(address), own, &question, &Progress::default())
    }

    pub fn contents(&self, address: Address) -> Contents {
        self.contents_as(address, Vec::new()).unwrap()
    }

    /// The elements of a collection that is sound, in order; of a map the keys.
    pub fn texts(&self, address: Address) -> Vec<String> {
        let contents = self.contents(address);
        assert_eq!(contents.notes, [""; 0], "nothing is broken");
        assert_eq!(contents.size, Some(contents.rows.len() as u64));
        let rows = contents.rows.iter();
        rows.map(|row| text(row.key.as_ref().or(row.value.as_ref())))
            .collect()
    }

    /// The measures of one collection as tables have them.
    pub fn row(&self, address: Address) -> CollectionRow {
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

    pub fn note(&self, address: Address) -> String {
        self.contents(address).notes.join("\n")
    }
}

pub fn text(item: Option<&Item>) -> String {
    match item {
        None => "null".to_owned(),
        Some(Item::Object(row)) => row.value.clone().unwrap_or_default(),
        Some(Item::Value(value)) => value.text(),
    }
}

pub fn texts(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("t{number:04}")).collect()
}
