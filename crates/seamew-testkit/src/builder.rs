//! The heap builder: classes, objects, roots.

use std::collections::{HashMap, HashSet};

use seamew_hprof::id::IdSize;
use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::RootRecord;
use seamew_hprof::writer::{HeapForm, Value};

use crate::addresses::{Addresses, Spacing};
use crate::bootstrap::Known;
use crate::class::{Class, ClassSpec, default_value};
use crate::layout::Layout;
use crate::object::{Address, Body, Object};
use crate::threads::StartedThread;

/// How strings keep their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JavaVersion {
    /// In a char array.
    Eight,
    /// In a byte array, Latin-1 or UTF-16.
    Nine,
}

/// In which order the dump has the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOrder {
    /// As Serial, Parallel and G1 write them.
    ByAddress,
    /// As they were made.
    ByCreation,
    /// At random, as Z and Shenandoah come close to.
    Scattered {
        /// Which order.
        seed: u64,
    },
}

/// What kind of dump to build.
#[derive(Clone, Debug)]
pub struct HeapOptions {
    /// Text of the file header.
    pub version_text: String,
    /// Bytes of an identifier.
    pub id_size: IdSize,
    /// How the heap is cut into records.
    pub form: HeapForm,
    /// How strings look.
    pub java: JavaVersion,
    /// References take 4 bytes in the heap where identifiers have 8.
    pub compressed: bool,
    /// How addresses are given out.
    pub spacing: Spacing,
    /// Order of the objects' records.
    pub file_order: FileOrder,
    /// Address of the first class object.
    pub first_address: u64,
    /// The system loader's classes are written as roots; engines must treat them so anyway.
    pub sticky_classes: bool,
}

impl Default for HeapOptions {
    /// As a current HotSpot with a small heap.
    fn default() -> Self {
        Self {
            version_text: "JAVA PROFILE 1.0.2".to_owned(),
            id_size: IdSize::Eight,
            form: HeapForm::Segments { max_bytes: 1 << 20 },
            java: JavaVersion::Nine,
            compressed: true,
            spacing: Spacing::Dense,
            file_order: FileOrder::ByAddress,
            first_address: 0x6000_0000,
            sticky_classes: true,
        }
    }
}

/// A heap in the making. Objects are named by their addresses, which they get when made.
#[derive(Clone, Debug)]
pub struct HeapBuilder {
    pub(crate) options: HeapOptions,
    pub(crate) layout: Layout,
    addresses: Addresses,
    known: Known,
    pub(crate) classes: Vec<Class>,
    class_at: HashMap<Address, usize>,
    array_classes: HashMap<String, Address>,
    pub(crate) objects: Vec<Object>,
    object_at: HashMap<Address, usize>,
    pub(crate) threads: Vec<StartedThread>,
    pub(crate) roots: Vec<RootRecord>,
    pub(crate) forgotten_classes: HashSet<Address>,
    pub(crate) raw_records: Vec<Vec<u8>>,
}

impl HeapBuilder {
    /// A heap with java.lang.Object, Class, ClassLoader, String, Thread and nothing else.
    pub fn new(options: HeapOptions) -> Self {
        let layout = Layout::new(options.id_size, options.compressed);
        let first = options.first_address;
        let id_bytes = options.id_size.bytes();
        let addresses = Addresses::new(options.spacing, first, layout.alignment_bytes, id_bytes);
        let mut heap = Self {
            options,
            layout,
            addresses,
            known: Known::default(),
            classes: Vec::new(),
            class_at: HashMap::new(),
            array_classes: HashMap::new(),
            objects: Vec::new(),
            object_at: HashMap::new(),
            threads: Vec::new(),
            roots: Vec::new(),
            forgotten_classes: HashSet::new(),
            raw_records: Vec::new(),
        };
        heap.known = Known::make(&mut heap);
        heap
    }

    /// The classes that every heap has.
    pub fn known(&self) -> Known {
        self.known
    }

    /// What kind of dump it will be.
    pub fn options(&self) -> &HeapOptions {
        &self.options
    }

    /// Puts what is made next at `address` and behind it.
    pub fn at(&mut self, address: u64) -> &mut Self {
        self.addresses.jump(address);
        self
    }

    /// Makes a class.
    pub fn class(&mut self, spec: ClassSpec) -> Address {
        let superclass = spec.superclass.unwrap_or(self.known.object);
        let super_end = self
            .class_at
            .get(&superclass)
            .map_or(self.layout.instance_header_bytes, |at| {
                self.classes[*at].fields_end
            });
        let kinds: Vec<BasicType> = spec.fields.iter().map(|(_, kind)| *kind).collect();
        let static_bytes: u64 = spec
            .statics
            .iter()
            .map(|(_, value)| self.layout.value_bytes(value.basic_type()))
            .sum();
        let mirror_bytes = self
            .layout
            .align(Known::mirror_bytes(&self.layout) + static_bytes);
        let address = Address(self.addresses.take(mirror_bytes));
        self.class_at.insert(address, self.classes.len());
        self.classes.push(Class {
            address,
            name: spec.name,
            superclass,
            loader: spec.loader,
            fields_end: self.layout.fields_end(super_end, &kinds),
            fields: spec.fields,
            statics: spec.statics,
            mirror_bytes,
        });
        address
    }

    /// The class of arrays of a class's objects, made on first use; of the same loader.
    pub fn array_class(&mut self, element_class: Address) -> Address {
        let element = &self.classes[self.class_at[&element_class]];
        let spec = ClassSpec::new(&format!("{}[]", element.name)).loaded_by(element.loader);
        let key = format!("{} {element_class:?}", spec.name);
        self.array_class_of(key, spec)
    }

    /// The class of arrays of a primitive type, made on first use.
    pub fn primitive_array_class(&mut self, element_type: BasicType) -> Address {
        let name = format!("{}[]", element_type.java_name());
        self.array_class_of(name.clone(), ClassSpec::new(&name))
    }

    fn array_class_of(&mut self, key: String, spec: ClassSpec) -> Address {
        if let Some(known) = self.array_classes.get(&key) {
            return *known;
        }
        let address = self.class(spec);
        self.array_classes.insert(key, address);
        address
    }

    /// Makes an instance; fields that are not given are 0 or null.
    pub fn instance(&mut self, class: Address, fields: &[(&str, Value)]) -> Address {
        let values = self
            .field_types(class)
            .into_iter()
            .map(default_value)
            .collect();
        let object = self.add(Body::Instance { class, values });
        for (name, value) in fields {
            self.set_field(object, name, *value);
        }
        object
    }

    /// Makes an array of references; null where the address is.
    pub fn object_array(&mut self, class: Address, elements: &[Address]) -> Address {
        self.add(Body::ObjectArray {
            class,
            elements: elements.to_vec(),
        })
    }

    /// Makes an array of values, given big-endian.
    pub fn primitive_array(&mut self, element_type: BasicType, contents: &[u8]) -> Address {
        self.primitive_array_class(element_type);
        self.add(Body::PrimitiveArray {
            element_type,
            contents: contents.to_vec(),
        })
    }

    /// Makes a primitive array whose elements are not in the dump: of any size at no cost.
    pub fn bare_array(&mut self, element_type: BasicType, length: u32) -> Address {
        self.primitive_array_class(element_type);
        self.add(Body::BareArray {
            element_type,
            length,
        })
    }

    /// Makes an object of any body, also one that does not suit its class.
    pub fn add(&mut self, body: Body) -> Address {
        let shallow_bytes = self.shallow_bytes(&body);
        let address = Address(self.addresses.take(shallow_bytes));
        self.add_at(address, body)
    }

    /// Makes an object at an address that may be taken.
    pub fn add_at(&mut self, address: Address, body: Body) -> Address {
        let shallow_bytes = self.shallow_bytes(&body);
        self.object_at.entry(address).or_insert(self.objects.len());
        self.objects.push(Object {
            address,
            body,
            shallow_bytes,
        });
        address
    }

    fn shallow_bytes(&self, body: &Body) -> u64 {
        match body {
            Body::Instance { class, .. } => {
                let end = self
                    .class_at
                    .get(class)
                    .map(|at| self.classes[*at].fields_end);
                self.layout
                    .align(end.unwrap_or(self.layout.instance_header_bytes))
            }
            Body::ObjectArray { elements, .. } => self
                .layout
                .array_bytes(BasicType::Object, elements.len() as u64),
            Body::PrimitiveArray {
                element_type,
                contents,
            } => {
                let length = contents.len() / element_type.dump_bytes(0);
                self.layout.array_bytes(*element_type, length as u64)
            }
            Body::BareArray {
                element_type,
                length,
            } => self.layout.array_bytes(*element_type, u64::from(*length)),
        }
    }

    /// Sets an instance's field, the nearest one of that name.
    pub fn set_field(&mut self, object: Address, name: &str, value: impl Into<Value>) {
        let at = self.object_at[&object];
        let Body::Instance { class, .. } = self.objects[at].body else {
            panic!("{object:?} is no instance");
        };
        let place = self
            .hierarchy(class)
            .flat_map(|owner| &owner.fields)
            .position(|(field, _)| field == name)
            .unwrap_or_else(|| panic!("{object:?} has no field {name}"));
        if let Body::Instance { values, .. } = &mut self.objects[at].body {
            values[place] = value.into();
        }
    }

    /// Sets an element of an array of references.
    pub fn set_element(&mut self, array: Address, index: usize, element: Address) {
        let at = self.object_at[&array];
        let Body::ObjectArray { elements, .. } = &mut self.objects[at].body else {
            panic!("{array:?} is no array of references");
        };
        elements[index] = element;
    }

    /// Sets a static field.
    pub fn set_static(&mut self, class: Address, name: &str, value: impl Into<Value>) {
        let class = self.class_mut(class);
        let field = class.statics.iter_mut().find(|(field, _)| field == name);
        field.unwrap_or_else(|| panic!("no static field {name}")).1 = value.into();
    }

    /// Sets a class's loader.
    pub fn set_loader(&mut self, class: Address, loader: Address) {
        self.class_mut(class).loader = loader;
    }

    /// Sets a class's superclass. Objects that exist keep their values.
    pub fn set_superclass(&mut self, class: Address, superclass: Address) {
        self.class_mut(class).superclass = superclass;
    }

    fn class_mut(&mut self, class: Address) -> &mut Class {
        &mut self.classes[self.class_at[&class]]
    }

    /// Leaves a class's dump out; its name stays.
    pub fn forget_class(&mut self, class: Address) {
        self.forgotten_classes.insert(class);
    }

    /// Makes an object a root, by a record without a thread.
    pub fn root(&mut self, tag: u8, object: Address) {
        self.root_record(RootRecord {
            tag,
            address: object.0,
            thread_serial: 0,
            frame_index: 0,
        });
    }

    /// Adds a root record of any kind, behind those of the threads.
    pub fn root_record(&mut self, record: RootRecord) {
        self.roots.push(record);
    }

    /// Adds a sub-record of any bytes at the end of the heap.
    pub fn raw_record(&mut self, bytes: &[u8]) {
        self.raw_records.push(bytes.to_vec());
    }

    /// The class and its superclasses, nearest first.
    pub(crate) fn hierarchy(&self, class: Address) -> impl Iterator<Item = &Class> {
        let find = |address: Address| Some(&self.classes[*self.class_at.get(&address)?]);
        std::iter::successors(find(class), move |class| find(class.superclass))
            .take(self.classes.len())
    }

    /// Types of an instance's fields, as the dump has them.
    pub(crate) fn field_types(&self, class: Address) -> Vec<BasicType> {
        self.hierarchy(class)
            .flat_map(|owner| &owner.fields)
            .map(|(_, kind)| *kind)
            .collect()
    }

    /// Class of an object; of no meaning for arrays of values.
    pub(crate) fn class_of_instance(&self, object: Address) -> Address {
        match self.objects[self.object_at[&object]].body {
            Body::Instance { class, .. } | Body::ObjectArray { class, .. } => class,
            _ => Address::NULL,
        }
    }

    /// The class at an address.
    pub(crate) fn class_at(&self, class: Address) -> Option<&Class> {
        self.class_at.get(&class).map(|at| &self.classes[*at])
    }
}
