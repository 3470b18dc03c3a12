//! What an engine must find in a heap, by the rules of Eclipse MAT.
//!
//! * Nodes: every object, class objects included, in address order, and before them the system
//!   class loader, a node of its own at address 0.
//! * An object refers to its class object, then to what its fields or elements name. A class
//!   object refers to java.lang.Class, its superclass, its loader, and its static fields' objects;
//!   a loader that is no object counts as the system loader.
//! * Locals of a known thread are referred to by the thread and are no roots. All other root
//!   records make roots. Where no record is of the kind for system classes, all classes of the
//!   system class loader, arrays aside, are roots.

use std::collections::{BTreeSet, HashMap};

use seamew_hprof::tag::sub;
use seamew_hprof::writer::Value;

use crate::builder::HeapBuilder;
use crate::class::Class;
use crate::graph::Graph;
use crate::object::{Address, Body};

/// An object that an engine must find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedNode {
    /// Where it is; 0 for the system class loader.
    pub address: u64,
    /// Name of its class.
    pub class_name: String,
    /// Address of its class object.
    pub class: Address,
    /// Its bytes as the builder laid it out.
    pub shallow_bytes: u64,
}

/// A class that an engine must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedClass {
    /// Name as in Java source.
    pub name: String,
    /// Class object.
    pub address: Address,
    /// Null for none.
    pub superclass: Address,
    /// Null for the system loader.
    pub loader: Address,
}

/// All that an engine must find.
#[derive(Clone, Debug)]
pub struct ExpectedHeap {
    /// In address order.
    pub nodes: Vec<ExpectedNode>,
    /// In no order.
    pub classes: Vec<ExpectedClass>,
    /// References and roots between the places in `nodes`.
    pub graph: Graph,
    places: HashMap<Address, usize>,
}

impl ExpectedHeap {
    /// The place of the object at an address.
    pub fn place(&self, address: Address) -> Option<usize> {
        self.places.get(&address).copied()
    }

    fn of(heap: &HeapBuilder) -> Self {
        let known = heap.known();
        let mut nodes = vec![node(
            Address::NULL,
            known.class_loader,
            "java.lang.ClassLoader",
            0,
        )];
        nodes.extend(heap.classes.iter().map(|class| {
            node(
                class.address,
                known.class,
                "java.lang.Class",
                class.mirror_bytes,
            )
        }));
        nodes.extend(heap.objects.iter().map(|object| {
            let class = heap.class_of(&object.body);
            node(
                object.address,
                class,
                &heap.class_name(class),
                object.shallow_bytes,
            )
        }));
        nodes.sort_by_key(|node| node.address);
        let places = nodes
            .iter()
            .zip(0..)
            .map(|(node, place)| (Address(node.address), place))
            .collect();
        let graph = Graph::new(nodes.len());
        let mut expected = Self {
            nodes,
            classes: Vec::new(),
            graph,
            places,
        };
        expected.classes = heap
            .classes
            .iter()
            .map(|class| expected.class(heap, class))
            .collect();
        expected.refer(heap);
        expected
    }

    /// Fills in edges and roots.
    fn refer(&mut self, heap: &HeapBuilder) {
        let known = heap.known();
        self.edge(Address::NULL, known.class_loader);
        for class in &heap.classes {
            let ExpectedClass {
                address,
                superclass,
                loader,
                ..
            } = self.class(heap, class);
            self.edge(address, known.class);
            self.edge_unless_null(address, superclass);
            self.edge(address, loader);
            if !heap.forgotten_classes.contains(&address) {
                for target in static_references(class) {
                    self.edge(address, target);
                }
            }
        }
        for object in &heap.objects {
            self.edge(object.address, heap.class_of(&object.body));
            for target in heap.readable_references(&object.body) {
                self.edge_unless_null(object.address, target);
            }
        }
        self.add_roots(heap);
    }

    fn add_roots(&mut self, heap: &HeapBuilder) {
        let mut thread_of_serial = HashMap::new();
        let mut tells_system_classes = false;
        for record in heap.root_records() {
            let object = Address(record.address);
            if record.tag == sub::ROOT_THREAD_OBJECT {
                thread_of_serial.insert(record.thread_serial, object);
            }
            tells_system_classes |=
                record.tag == sub::ROOT_STICKY_CLASS && self.place(object).is_some_and(|it| it > 0);
            let in_thread = matches!(
                record.tag,
                sub::ROOT_JAVA_FRAME | sub::ROOT_JNI_LOCAL | sub::ROOT_NATIVE_STACK
            );
            match thread_of_serial
                .get(&record.thread_serial)
                .filter(|_| in_thread)
            {
                Some(thread) => self.edge_unless_null(*thread, object),
                None if object == Address::NULL => {}
                None => self.graph.roots.extend(self.place(object)),
            }
        }
        if !tells_system_classes {
            self.add_system_classes(heap);
        }
        let roots: BTreeSet<usize> = self.graph.roots.drain(..).collect();
        self.graph.roots.extend(roots);
    }

    fn add_system_classes(&mut self, heap: &HeapBuilder) {
        for class in heap.classes.iter().filter(|class| !class.is_array()) {
            if self.class(heap, class).loader == Address::NULL {
                self.graph.roots.extend(self.place(class.address));
            }
        }
    }

    /// What can be known of a class: nothing without its dump. A loader that is no object is the
    /// system loader, for which some JVMs write an address.
    fn class(&self, heap: &HeapBuilder, class: &Class) -> ExpectedClass {
        let known = |address: Address| {
            let is_known = !heap.forgotten_classes.contains(&class.address)
                && self.places.contains_key(&address);
            if is_known { address } else { Address::NULL }
        };
        ExpectedClass {
            name: class.name.clone(),
            address: class.address,
            superclass: known(class.superclass),
            loader: known(class.loader),
        }
    }

    /// Adds an edge; one to nowhere is left out, as is one from nowhere.
    fn edge(&mut self, from: Address, to: Address) {
        if let (Some(from), Some(to)) = (self.place(from), self.place(to)) {
            self.graph.edges[from].push(to);
        }
    }

    fn edge_unless_null(&mut self, from: Address, to: Address) {
        if to != Address::NULL {
            self.edge(from, to);
        }
    }
}

fn node(address: Address, class: Address, class_name: &str, shallow_bytes: u64) -> ExpectedNode {
    ExpectedNode {
        address: address.0,
        class_name: class_name.to_owned(),
        class,
        shallow_bytes,
    }
}

fn reference(value: &Value) -> Option<Address> {
    match value {
        Value::Object(address) if *address != 0 => Some(Address(*address)),
        _ => None,
    }
}

fn static_references(class: &Class) -> impl Iterator<Item = Address> {
    class
        .statics
        .iter()
        .filter_map(|(_, value)| reference(value))
}

impl HeapBuilder {
    /// What an engine must find. Not for heaps with two objects at one address.
    pub fn expected(&self) -> ExpectedHeap {
        ExpectedHeap::of(self)
    }

    fn class_of(&self, body: &Body) -> Address {
        match body {
            Body::Instance { class, .. } | Body::ObjectArray { class, .. } => *class,
            Body::PrimitiveArray { element_type, .. } | Body::BareArray { element_type, .. } => {
                let name = format!("{}[]", element_type.java_name());
                let class = self.classes.iter().find(|class| class.name == name);
                class
                    .expect("the builder makes the class with the array")
                    .address
            }
        }
    }

    fn class_name(&self, class: Address) -> String {
        let known = self.class_at(class).map(|class| class.name.clone());
        known.unwrap_or_else(|| format!("unknown-class-{:#x}", class.0))
    }

    /// What a reader can know of an object's references: without a class's dump it cannot tell
    /// where those of that class and of the classes above are.
    fn readable_references(&self, body: &Body) -> Vec<Address> {
        let Body::Instance { class, values } = body else {
            return body.references();
        };
        let fields = self
            .hierarchy(*class)
            .take_while(|owner| !self.forgotten_classes.contains(&owner.address))
            .map(|owner| owner.fields.len())
            .sum();
        values.iter().take(fields).filter_map(reference).collect()
    }
}
