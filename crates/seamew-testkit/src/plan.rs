//! Random heaps for property tests.
//!
//! A plan is plain data that proptest can shrink; [`HeapPlan::build`] makes the heap. References
//! are kept as [`Target`]s, which mean something whatever else is cut from the plan.

mod strategies;

use seamew_hprof::tag::sub;
use seamew_hprof::walk::RootRecord;

use crate::builder::{HeapBuilder, HeapOptions};
use crate::class::ClassSpec;
use crate::object::Address;
use crate::threads::Frame;

pub use strategies::{heap_options, heap_plan};

/// What a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Null,
    /// The object of that number, counted around.
    Object(u16),
    /// So many objects behind the one that refers.
    Ahead(u8),
    /// So many objects before it.
    Behind(u8),
    /// The first object: so many references lead there that it is a hub.
    Hub,
    Itself,
    /// A class object, counted around; array classes and the bootstrap's among them.
    Class(u16),
    /// An address at which there is nothing.
    Nowhere,
}

/// A class.
#[derive(Clone, Debug)]
pub struct ClassPlan {
    /// Places of a class before it; none: below java.lang.Object.
    pub superclass: Option<u8>,
    /// None: the system loader.
    pub loader: Option<Target>,
    /// Reference fields that it adds, between primitive ones.
    pub references: u8,
    pub statics: Vec<Target>,
}

/// An object.
#[derive(Clone, Debug)]
pub enum ObjectPlan {
    /// Of a class, counted around; references beyond its fields are left out.
    Instance {
        class: u8,
        references: Vec<Target>,
    },
    /// Of a class's array class, or of `Object[]`.
    Array {
        class: Option<u8>,
        elements: Vec<Target>,
    },
    Bytes(u8),
    Text(u8),
}

/// A reference from a thread's stack.
#[derive(Clone, Copy, Debug)]
pub enum LocalPlan {
    Java(u8, Target),
    Jni(Option<u8>, Target),
    Native(Target),
}

/// All of a heap.
#[derive(Clone, Debug)]
pub struct HeapPlan {
    pub classes: Vec<ClassPlan>,
    pub objects: Vec<ObjectPlan>,
    /// Kind of root, counted around, and the root.
    pub roots: Vec<(u8, Target)>,
    pub threads: Vec<Vec<LocalPlan>>,
}

const ROOT_TAGS: [u8; 8] = [
    sub::ROOT_JNI_GLOBAL,
    sub::ROOT_MONITOR_USED,
    sub::ROOT_STICKY_CLASS,
    sub::ROOT_THREAD_BLOCK,
    sub::ROOT_UNKNOWN,
    // Of threads that are not in the dump:
    sub::ROOT_JAVA_FRAME,
    sub::ROOT_JNI_LOCAL,
    sub::ROOT_NATIVE_STACK,
];
const UNKNOWN_THREAD: u32 = 4711;

impl HeapPlan {
    /// Makes the heap.
    pub fn build(&self, options: HeapOptions) -> HeapBuilder {
        let heap = HeapBuilder::new(options);
        let mut build = Build {
            plan: self,
            heap,
            classes: Vec::new(),
            arrays: Vec::new(),
            objects: Vec::new(),
        };
        build.make_objects();
        build.link_objects();
        build.link_classes();
        build.make_threads();
        build.make_roots();
        build.heap
    }
}

struct Build<'a> {
    plan: &'a HeapPlan,
    heap: HeapBuilder,
    /// Made on first use, so that class objects lie between the others.
    classes: Vec<Address>,
    /// Array classes with the places of their element classes.
    arrays: Vec<(Address, Option<usize>)>,
    objects: Vec<Address>,
}

impl Build<'_> {
    fn class(&mut self, wanted: u8) -> Address {
        if self.plan.classes.is_empty() {
            return self.heap.known().object;
        }
        let wanted = usize::from(wanted) % self.plan.classes.len();
        while self.classes.len() <= wanted {
            let at = self.classes.len();
            let class = &self.plan.classes[at];
            let mut spec =
                ClassSpec::new(&format!("plan.C{at}")).field("b", crate::BasicType::Byte);
            if let Some(above) = class
                .superclass
                .and_then(|back| at.checked_sub(back.into()))
            {
                spec = self
                    .classes
                    .get(above)
                    .map_or(spec.clone(), |above| spec.extends(*above));
            }
            for field in 0..class.references {
                spec = spec.reference(&format!("c{at}r{field}"));
            }
            for field in 0..class.statics.len() {
                spec = spec.static_field(&format!("S{field}"), Address::NULL);
            }
            let made = self.heap.class(spec);
            self.classes.push(made);
        }
        self.classes[wanted]
    }

    fn array_class(&mut self, element: Option<u8>) -> Address {
        let Some(element) = element.filter(|_| !self.plan.classes.is_empty()) else {
            let object = self.heap.known().object;
            return self.heap.array_class(object);
        };
        let class = self.class(element);
        let array = self.heap.array_class(class);
        self.arrays
            .push((array, Some(usize::from(element) % self.plan.classes.len())));
        array
    }

    fn make_objects(&mut self) {
        for object in &self.plan.objects {
            let made = match object {
                ObjectPlan::Instance { class, .. } => {
                    let class = self.class(*class);
                    self.heap.instance(class, &[])
                }
                ObjectPlan::Array { class, elements } => {
                    let class = self.array_class(*class);
                    self.heap
                        .object_array(class, &vec![Address::NULL; elements.len()])
                }
                ObjectPlan::Bytes(length) => self
                    .heap
                    .primitive_array(crate::BasicType::Byte, &vec![7; (*length).into()]),
                ObjectPlan::Text(length) => self.heap.string(&"x".repeat((*length).into())),
            };
            self.objects.push(made);
        }
        if let Some(last) = self.plan.classes.len().checked_sub(1) {
            self.class(last as u8);
        }
    }

    fn target(&self, from: usize, target: Target) -> Address {
        let count = self.objects.len().max(1);
        let object = |at: usize| {
            self.objects
                .get(at % count)
                .copied()
                .unwrap_or(Address::NULL)
        };
        match target {
            Target::Null => Address::NULL,
            Target::Object(at) => object(at.into()),
            Target::Ahead(steps) => object(from + usize::from(steps)),
            Target::Behind(steps) => object(from + count - usize::from(steps) % count),
            Target::Hub => object(0),
            Target::Itself => object(from),
            Target::Class(at) => {
                self.heap.classes[usize::from(at) % self.heap.classes.len()].address
            }
            Target::Nowhere => Address(self.heap.options().first_address - 64),
        }
    }

    fn link_objects(&mut self) {
        for (from, object) in self.plan.objects.iter().enumerate() {
            match object {
                ObjectPlan::Instance { references, .. } => {
                    let fields = self.reference_fields(self.objects[from]);
                    for (field, target) in fields.iter().zip(references) {
                        let target = self.target(from, *target);
                        self.heap.set_field(self.objects[from], field, target);
                    }
                }
                ObjectPlan::Array { elements, .. } => {
                    for (at, target) in elements.iter().enumerate() {
                        let target = self.target(from, *target);
                        self.heap.set_element(self.objects[from], at, target);
                    }
                }
                ObjectPlan::Bytes(_) | ObjectPlan::Text(_) => {}
            }
        }
    }

    fn reference_fields(&self, object: Address) -> Vec<String> {
        let class = self.heap.class_of_instance(object);
        let fields = self.heap.hierarchy(class).flat_map(|owner| &owner.fields);
        fields
            .filter(|(_, kind)| *kind == crate::BasicType::Object)
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn link_classes(&mut self) {
        for (at, class) in self.plan.classes.iter().enumerate() {
            let own = self.classes[at];
            for (field, target) in class.statics.iter().enumerate() {
                let target = self.target(at, *target);
                self.heap.set_static(own, &format!("S{field}"), target);
            }
            let loader = class
                .loader
                .map_or(Address::NULL, |loader| self.target(at, loader));
            self.heap.set_loader(own, loader);
            for (array, element) in &self.arrays {
                if *element == Some(at) {
                    self.heap.set_loader(*array, loader);
                }
            }
        }
    }

    fn make_threads(&mut self) {
        for (number, locals) in self.plan.threads.iter().enumerate() {
            let thread = self.heap.thread(&format!("worker-{number}"));
            let class = self.heap.known().thread;
            for line in 1..3 {
                self.heap
                    .frame(thread, Frame::new(class, "run", "Thread.java", line));
            }
            for local in locals {
                match *local {
                    LocalPlan::Java(frame, target) => {
                        let target = self.target(0, target);
                        self.heap.java_local(thread, frame.into(), target);
                    }
                    LocalPlan::Jni(frame, target) => {
                        let target = self.target(0, target);
                        self.heap.jni_local(thread, frame.map(u32::from), target);
                    }
                    LocalPlan::Native(target) => {
                        let target = self.target(0, target);
                        self.heap.native_stack(thread, target);
                    }
                }
            }
        }
    }

    fn make_roots(&mut self) {
        for (kind, target) in &self.plan.roots {
            self.heap.root_record(RootRecord {
                tag: ROOT_TAGS[usize::from(*kind) % ROOT_TAGS.len()],
                address: self.target(0, *target).0,
                thread_serial: UNKNOWN_THREAD,
                frame_index: 0,
            });
        }
    }
}
