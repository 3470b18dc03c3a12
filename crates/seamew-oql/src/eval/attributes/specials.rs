//! Properties of the snapshot, its facts, roots, references, fields and types.

use std::collections::BTreeMap;
use std::sync::Arc;

use seamew_heap::graph::RootType;
use seamew_heap::{BasicType, ObjectIndex};

use super::super::session::Evaluator;
use super::objects::class_object;
use super::{count, long};
use crate::value::{List, Special, Value, id_value};

pub const OF_SNAPSHOT: [&str; 4] = ["GCRoots", "classes", "snapshotInfo", "class"];
pub const OF_FACTS: [&str; 10] = [
    "creationDate",
    "usedHeapSize",
    "numberOfObjects",
    "numberOfClasses",
    "numberOfClassLoaders",
    "numberOfGCRoots",
    "path",
    "jvmInfo",
    "identifierSize",
    "class",
];
pub const OF_DATES: [&str; 2] = ["time", "class"];
pub const OF_ROOTS: [&str; 7] = [
    "objectId",
    "objectAddress",
    "object",
    "type",
    "contextId",
    "contextAddress",
    "class",
];
pub const OF_REFERENCES: [&str; 5] = ["objectId", "objectAddress", "object", "name", "class"];
pub const OF_FIELDS: [&str; 5] = ["name", "type", "value", "verboseSignature", "class"];
pub const OF_TYPES: [&str; 3] = ["name", "simpleName", "class"];

/// Names of the properties of a special value.
pub fn names(special: &Special) -> &'static [&'static str] {
    match special {
        Special::Snapshot => &OF_SNAPSHOT,
        Special::SnapshotInfo => &OF_FACTS,
        Special::Date(_) => &OF_DATES,
        Special::Root { .. } => &OF_ROOTS,
        Special::Reference { .. } => &OF_REFERENCES,
        Special::Field { .. } => &OF_FIELDS,
        Special::Type(_) => &OF_TYPES,
    }
}

/// Code of a kind of root, as MAT has it.
pub fn root_code(root_type: RootType) -> i32 {
    match root_type {
        RootType::SystemClass => 2,
        RootType::JniLocal => 4,
        RootType::JniGlobal => 8,
        RootType::ThreadBlock => 16,
        RootType::BusyMonitor => 32,
        RootType::JavaLocal => 64,
        RootType::NativeStack => 128,
        RootType::Thread => 256,
        RootType::Finalizing => 512,
        RootType::Unreachable => 2048,
        RootType::InternedString
        | RootType::Debugger
        | RootType::ReferenceCleanup
        | RootType::VmInternal
        | RootType::JniMonitor
        | RootType::Unknown => 1,
    }
}

impl Evaluator<'_> {
    pub(super) fn special_property(&mut self, special: &Special, name: &str) -> Option<Value> {
        match special {
            Special::Snapshot => self.snapshot_property(name),
            Special::SnapshotInfo => self.fact(name),
            Special::Date(at_ms) => (name == "time").then_some(Value::Long(*at_ms)),
            Special::Root { object, code, .. } => match name {
                "type" => Some(Value::Int(*code)),
                "contextId" => Some(Value::Int(-1)),
                "contextAddress" => Some(Value::Long(0)),
                _ => self.target(*object, name),
            },
            Special::Reference { name: own, object } => match name {
                "name" => Some(own.clone().map_or(Value::Null, Value::Text)),
                _ => self.target(*object, name),
            },
            Special::Field {
                name: own,
                code,
                value,
            } => field_property(own, *code, value.as_ref(), name),
            Special::Type(own) => match name {
                "name" => Some(Value::Text(Arc::clone(own))),
                "simpleName" => {
                    let simple = own.rsplit(['.', '$']).next().unwrap_or(own);
                    Some(Value::text(simple))
                }
                _ => None,
            },
        }
    }

    /// What a root or a reference says of its object.
    fn target(&self, object: ObjectIndex, name: &str) -> Option<Value> {
        Some(match name {
            "objectId" => id_value(self.heap.id(object)),
            "objectAddress" => long(self.heap.object_address(object)),
            "object" => Value::Object(object),
            _ => return None,
        })
    }

    fn snapshot_property(&self, name: &str) -> Option<Value> {
        let heap = self.heap;
        Some(match name {
            "GCRoots" | "gcRoots" => self.ids(&heap.roots().objects()),
            "classes" => {
                let table = heap.class_table();
                let classes = table.classes.iter().filter_map(|class| class.object);
                let mut reachable: Vec<ObjectIndex> = classes
                    .filter(|object| heap.is_reachable(*object))
                    .collect();
                reachable.sort_unstable();
                Value::List(List::of_objects(reachable))
            }
            "snapshotInfo" => Value::special(Special::SnapshotInfo),
            _ => return None,
        })
    }

    fn fact(&self, name: &str) -> Option<Value> {
        let facts = self.heap.facts();
        Some(match name {
            "creationDate" => Value::special(Special::Date(facts.created_at_ms.cast_signed())),
            "usedHeapSize" => long(facts.heap_bytes),
            "numberOfObjects" => count(facts.object_count as usize),
            "numberOfClasses" => count(facts.class_count as usize),
            "numberOfClassLoaders" => count(facts.loader_count as usize),
            "numberOfGCRoots" => count(facts.root_count as usize),
            "identifierSize" => count(facts.id_bytes as usize),
            "path" | "prefix" => Value::text(self.heap.overview().path),
            "jvmInfo" => jvm_info(&self.heap.overview().jvm),
            _ => return None,
        })
    }
}

fn jvm_info(jvm: &BTreeMap<&'static str, String>) -> Value {
    let known = ["java.runtime.name", "java.runtime.version", "java.version"];
    let told: Vec<&str> = (known.iter())
        .filter_map(|key| jvm.get(key).map(String::as_str))
        .collect();
    if told.is_empty() {
        return Value::Null;
    }
    Value::text(told.join(" "))
}

fn field_property(own: &Arc<str>, code: u8, value: Option<&Value>, name: &str) -> Option<Value> {
    Some(match name {
        "name" => Value::Text(Arc::clone(own)),
        "type" => Value::Int(i32::from(code)),
        "value" => value?.clone(),
        "verboseSignature" => {
            let kind = BasicType::from_code(code);
            Value::text(kind.map_or("?", |kind| match kind {
                BasicType::Object => "ref",
                other => other.java_name(),
            }))
        }
        _ => return None,
    })
}

impl Evaluator<'_> {
    /// Class objects of the classes of a name, with those below them if asked; null for none.
    pub(in crate::eval) fn classes_by_name(&self, name: &str, subclasses: bool) -> Value {
        let found = super::super::source::classes_named(self.heap, name, subclasses);
        let objects: Vec<ObjectIndex> = (found.iter())
            .filter_map(|class| match class_object(self.heap, *class) {
                Value::Object(object) => Some(object),
                _ => None,
            })
            .collect();
        if objects.is_empty() {
            return Value::Null;
        }
        Value::List(List::of_objects(objects))
    }
}
