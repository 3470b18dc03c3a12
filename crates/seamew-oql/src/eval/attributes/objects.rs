//! Properties of objects, classes, arrays and class loaders.

use std::sync::Arc;

use seamew_heap::classes::ClassKind;
use seamew_heap::heap::Heap;
use seamew_heap::{BasicType, ClassIndex, ObjectIndex};

use super::super::access::decoded;
use super::super::session::Evaluator;
use super::super::text::technical_name;
use super::{count, long, reference};
use crate::eval::access::bits;
use crate::value::{List, Special, Value, id_value};

pub const OF_OBJECTS: [&str; 14] = [
    "objectId",
    "objectAddress",
    "clazz",
    "usedHeapSize",
    "retainedHeapSize",
    "displayName",
    "technicalName",
    "classSpecificName",
    "GCRootInfo",
    "outboundReferences",
    "snapshot",
    "object",
    "proxy",
    "class",
];
pub const OF_INSTANCES: [&str; 1] = ["fields"];
pub const OF_CLASSES: [&str; 16] = [
    "name",
    "superClass",
    "superClassId",
    "superClassAddress",
    "classLoaderId",
    "classLoaderAddress",
    "classLoader",
    "numberOfObjects",
    "objectIds",
    "staticFields",
    "fieldDescriptors",
    "heapSizePerInstance",
    "subclasses",
    "allSubclasses",
    "arrayType",
    "instanceSize",
];
pub const OF_ARRAYS: [&str; 3] = ["length", "valueArray", "type"];
pub const OF_OBJECT_ARRAYS: [&str; 2] = ["length", "referenceArray"];
pub const OF_LOADERS: [&str; 1] = ["definedClasses"];

/// The class object of a class as a value.
pub fn class_object(heap: &Heap, class: ClassIndex) -> Value {
    heap.class_object(class).map_or(Value::Null, Value::Object)
}

impl Evaluator<'_> {
    /// Names of the properties that an object has.
    pub(super) fn object_properties(&self, object: ObjectIndex) -> Vec<&'static str> {
        let mut names = OF_OBJECTS.to_vec();
        names.extend(match self.heap.kind(object) {
            "class" => OF_CLASSES.as_slice(),
            "object_array" => &OF_OBJECT_ARRAYS,
            "primitive_array" => &OF_ARRAYS,
            "class_loader" => &OF_LOADERS,
            _ => &[],
        });
        names.extend(OF_INSTANCES);
        names
    }

    /// A property of an object.
    pub(super) fn object_property(&mut self, object: ObjectIndex, name: &str) -> Option<Value> {
        if let Some(found) = self.common_property(object, name) {
            return Some(found);
        }
        if let Some(class) = self.heap.class_table().of_object(object) {
            return self.class_property(class, name);
        }
        if let Some(length) = self.array_length(object) {
            return self.array_property(object, length, name);
        }
        match name {
            "fields" => Some(self.fields(object)),
            "definedClasses" if self.is_loader(object) => Some(self.defined_classes(object)),
            _ => None,
        }
    }

    fn is_loader(&self, object: ObjectIndex) -> bool {
        self.heap.is_kind_of(object, "java.lang.ClassLoader")
    }

    /// What all objects have.
    fn common_property(&mut self, object: ObjectIndex, name: &str) -> Option<Value> {
        let heap = self.heap;
        Some(match name {
            "objectId" if heap.is_reachable(object) => id_value(heap.id(object)),
            "objectId" => Value::Int(-1),
            "objectAddress" => long(heap.object_address(object)),
            "clazz" => class_object(heap, heap.class_of(object)),
            "usedHeapSize" => long(heap.shallow_bytes(object)),
            "retainedHeapSize" => long(heap.retained_bytes(object)),
            "technicalName" => Value::text(technical_name(self, object)),
            "classSpecificName" => self.readable(object).map_or(Value::Null, Value::text),
            "displayName" => {
                let name = technical_name(self, object);
                match self.readable(object) {
                    Some(value) => Value::text(format!("{name}  {value}")),
                    None => Value::text(name),
                }
            }
            "GCRootInfo" => roots_of(heap, object),
            "outboundReferences" => {
                let found = heap.outbound(object).into_iter();
                let named = found.map(|one| {
                    let name = Some(Arc::from(one.field));
                    let object = one.object;
                    Value::special(Special::Reference { name, object })
                });
                Value::list(named.collect())
            }
            "snapshot" => Value::special(Special::Snapshot),
            // Of references these are other objects; here they are the object itself.
            "object" | "proxy" => Value::Object(object),
            _ => return None,
        })
    }

    fn class_property(&self, class: ClassIndex, name: &str) -> Option<Value> {
        let heap = self.heap;
        let table = heap.class_table();
        let own = table.get(class);
        let above = own.super_class.and_then(|above| heap.class_object(above));
        let loader = heap.find_loader(own.loader_address);
        let id = |object: Option<ObjectIndex>| {
            object.map_or(Value::Int(-1), |object| id_value(heap.id(object)))
        };
        Some(match name {
            "name" => Value::text(own.name.as_str()),
            "superClass" => above.map_or(Value::Null, Value::Object),
            "superClassId" => id(above),
            "superClassAddress" => long(above.map_or(0, |above| heap.object_address(above))),
            "classLoader" => loader.map_or(Value::Null, Value::Object),
            "classLoaderId" => id(loader),
            "classLoaderAddress" => long(own.loader_address),
            "numberOfObjects" => count(heap.instance_count(class) as usize),
            "objectIds" => {
                let instances = instances(heap, class);
                self.ids(&instances)
            }
            "fields" | "staticFields" => Value::list(static_fields(heap, class)),
            "fieldDescriptors" => Value::list(declared_fields(heap, class)),
            "heapSizePerInstance" | "instanceSize" => long(own.instance_bytes),
            "subclasses" => Value::List(List::of_objects(below(heap, class, true))),
            "allSubclasses" => Value::List(List::of_objects(below(heap, class, false))),
            "arrayType" => Value::Boolean(own.kind != ClassKind::Instance),
            _ => return None,
        })
    }

    fn array_property(&mut self, array: ObjectIndex, length: u32, name: &str) -> Option<Value> {
        let table = self.heap.class_table();
        let kind = table.get(self.heap.class_of(array)).kind;
        let elements = List::Elements {
            array,
            first: 0,
            count: length,
        };
        Some(match (name, kind) {
            ("length", _) => count(length as usize),
            ("valueArray", ClassKind::PrimitiveArray(_)) => Value::List(elements),
            ("type", ClassKind::PrimitiveArray(code)) => Value::Int(i32::from(code)),
            ("referenceArray", ClassKind::ObjectArray) => self.addresses(array, 0, length),
            _ => return None,
        })
    }

    /// Addresses of the elements of an object array; 0 for null.
    pub(in crate::eval) fn addresses(
        &mut self,
        array: ObjectIndex,
        first: u32,
        count: u32,
    ) -> Value {
        let heap = self.heap;
        let elements = self.elements(array, first, count).into_iter();
        let address = |element: Value| match element {
            Value::Object(object) => long(heap.object_address(object)),
            _ => Value::Long(0),
        };
        Value::list(elements.map(address).collect())
    }

    /// The fields of an instance with their values, the most derived class's first.
    pub(in crate::eval) fn fields(&mut self, object: ObjectIndex) -> Value {
        let heap = self.heap;
        let Some((class, bytes)) = self.reader.fields(object) else {
            return Value::list(Vec::new());
        };
        let id_bytes = heap.id_bytes();
        let fields = heap.class_table().field_offsets(class, id_bytes);
        let found = fields.filter_map(|(offset, field, _)| {
            let basic_type = field.basic_type();
            let start = offset as usize;
            let own = bytes.get(start..start + basic_type.dump_bytes(id_bytes))?;
            let value = decoded(heap, basic_type, bits(own));
            Some(field_value(&field.name, field.type_code, value))
        });
        Value::list(found.collect())
    }

    fn defined_classes(&self, loader: ObjectIndex) -> Value {
        let heap = self.heap;
        let classes = heap.class_table().classes.iter();
        let own = classes
            .filter(|class| heap.find_loader(class.loader_address) == Some(loader))
            .filter_map(|class| class.object.filter(|object| heap.is_reachable(*object)));
        Value::List(List::of_objects(own))
    }
}

fn field_value(name: &str, code: u8, value: Value) -> Value {
    let value = match value {
        Value::Object(object) => reference(object),
        other => other,
    };
    Value::special(Special::Field {
        name: Arc::from(name),
        code,
        value: Some(value),
    })
}

fn static_fields(heap: &Heap, class: ClassIndex) -> Vec<Value> {
    let statics = heap.class_table().get(class).statics.iter();
    statics
        .filter_map(|field| {
            let basic_type = BasicType::from_code(field.type_code)?;
            let value = decoded(heap, basic_type, field.value);
            Some(field_value(&field.name, field.type_code, value))
        })
        .collect()
}

fn declared_fields(heap: &Heap, class: ClassIndex) -> Vec<Value> {
    let fields = heap.class_table().get(class).fields.iter();
    fields
        .map(|field| {
            Value::special(Special::Field {
                name: Arc::from(field.name.as_str()),
                code: field.type_code,
                value: None,
            })
        })
        .collect()
}

/// Instances of a class itself, by address.
pub fn instances(heap: &Heap, class: ClassIndex) -> Vec<ObjectIndex> {
    let mut wanted = vec![false; heap.class_table().classes.len()];
    if let Some(slot) = wanted.get_mut(class.at()) {
        *slot = true;
    }
    heap.instances_of(&wanted).iter().collect()
}

/// Class objects of the classes below a class: all, or the next ones only.
pub fn below(heap: &Heap, class: ClassIndex, next_only: bool) -> Vec<ObjectIndex> {
    let table = heap.class_table();
    (0..table.classes.len() as u32)
        .map(ClassIndex)
        .filter(|one| {
            if next_only {
                table.get(*one).super_class == Some(class)
            } else {
                *one != class && table.is_subclass(*one, class)
            }
        })
        .filter_map(|one| heap.class_object(one))
        .collect()
}

/// The root records of an object, as an array; null where it is no root.
pub fn roots_of(heap: &Heap, object: ObjectIndex) -> Value {
    let roots = &heap.roots().roots;
    let first = roots.partition_point(|root| root.object < object);
    let own = roots.get(first..).unwrap_or_default().iter();
    let found: Vec<Value> = own
        .take_while(|root| root.object == object)
        .flat_map(|root| {
            let special = Value::special(Special::Root {
                object,
                code: super::specials::root_code(root.root_type),
                label: root.root_type.label(),
            });
            std::iter::repeat_n(special, root.records.min(1 << 16) as usize)
        })
        .collect();
    if found.is_empty() {
        Value::Null
    } else {
        Value::list(found)
    }
}
