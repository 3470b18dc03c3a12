//! One object with all its fields.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::record::Record;
use super::rows::ObjectRow;
use super::values::{Value, bits, value};
use crate::classes::ClassKind;
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// Elements of a primitive array that a detail shows.
const SHOWN_ELEMENTS: u32 = 64;
/// A class has fewer superclasses, unless the dump is damaged.
const MOST_SUPERCLASSES: usize = 64;

/// A field with its value: `value` for a primitive, `target` for a reference that is not null.
/// A reference to what is not in the dump has a `value` that says so.
#[derive(Clone, Debug, Serialize)]
pub struct FieldValue {
    pub name: String,
    pub declaring_class: String,
    #[serde(rename = "type")]
    pub type_name: &'static str,
    pub value: Option<Value>,
    pub target: Option<ObjectRow>,
}

/// An object with its fields, from the most derived class up; for a class object its statics.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectDetail {
    #[serde(flatten)]
    pub object: ObjectRow,
    pub superclasses: Vec<String>,
    /// The loader of the object's class, or of the class that a class object stands for.
    pub loader: Option<String>,
    /// Of a class object: how many instances the class has.
    pub instance_count: Option<u64>,
    /// Of a class object: shallow bytes of an instance; None for arrays, whose sizes differ.
    pub instance_bytes: Option<u64>,
    pub root_types: Vec<&'static str>,
    pub dominator: Option<ObjectRow>,
    pub fields: Vec<FieldValue>,
    pub elements: Vec<Value>,
}

impl Heap {
    /// All that is known of an object.
    pub fn detail(&self, object: ObjectIndex) -> ObjectDetail {
        let own_class = self.table.of_object(object);
        let class = own_class.unwrap_or_else(|| self.classes.get(object));
        let superclasses = self.table.hierarchy(class).skip(1);
        ObjectDetail {
            object: self.row(object),
            superclasses: superclasses
                .map(|it| self.table.get(it).name.clone())
                .collect(),
            loader: self.loader_label(class),
            instance_count: own_class
                .and_then(|class| self.class_sums.get(class.at()))
                .map(|sums| sums.objects),
            instance_bytes: own_class
                .map(|class| self.table.get(class))
                .filter(|class| class.kind == ClassKind::Instance)
                .map(|class| class.instance_bytes),
            root_types: self.roots.types_of(object).map(RootType::label).collect(),
            dominator: self.dominator(object).map(|it| self.row(it)),
            fields: match own_class {
                Some(class) => self.statics(class),
                None => self.instance_fields(object),
            },
            elements: self.array_values(object, 0, SHOWN_ELEMENTS),
        }
    }

    /// Static fields of an object's class and of those above it, the nearest class first; for a
    /// class object only of those above the class that it stands for, whose own are its fields.
    pub fn inherited_statics(&self, object: ObjectIndex) -> Vec<FieldValue> {
        let own_class = self.table.of_object(object);
        let class = own_class.unwrap_or_else(|| self.classes.get(object));
        (self.table.hierarchy(class).take(MOST_SUPERCLASSES))
            .skip(usize::from(own_class.is_some()))
            .flat_map(|class| self.statics(class))
            .collect()
    }

    /// The immediate dominator; None where only the virtual root dominates the object.
    pub fn dominator(&self, object: ObjectIndex) -> Option<ObjectIndex> {
        self.reachable
            .contains(object)
            .then(|| self.tree.dominator(object))
            .flatten()
    }

    /// `CLASS @ 0xADDRESS` of a class's loader.
    pub fn loader_label(&self, class: ClassIndex) -> Option<String> {
        let loader = self
            .addresses
            .find_loader(self.table.get(class).loader_address)?;
        Some(self.object_label(loader))
    }

    /// `CLASS @ 0xADDRESS`, and in words for the system class loader.
    pub fn object_label(&self, object: ObjectIndex) -> String {
        if object == ObjectIndex::SYSTEM_LOADER {
            return "<system class loader>".into();
        }
        format!(
            "{} @ 0x{:x}",
            self.class_name(object),
            self.addresses.address(object)
        )
    }

    fn field(&self, name: &str, owner: ClassIndex, basic_type: BasicType, bits: u64) -> FieldValue {
        let is_reference = basic_type == BasicType::Object && bits != 0;
        let target = is_reference.then(|| self.addresses.find(bits)).flatten();
        FieldValue {
            name: name.to_owned(),
            declaring_class: self.table.get(owner).name.clone(),
            type_name: basic_type.java_name(),
            value: match target {
                None if is_reference => Some(Value::Text(format!("<0x{bits:x}: not in the dump>"))),
                _ => value(basic_type, bits),
            },
            target: target.map(|target| self.row(target)),
        }
    }

    fn statics(&self, class: ClassIndex) -> Vec<FieldValue> {
        (self.table.get(class).statics.iter())
            .filter_map(|field| {
                let basic_type = BasicType::from_code(field.type_code)?;
                Some(self.field(&field.name, class, basic_type, field.value))
            })
            .collect()
    }

    fn instance_fields(&self, object: ObjectIndex) -> Vec<FieldValue> {
        let Some(Record::Instance { class, fields }) = self.record(object) else {
            return Vec::new();
        };
        let id_bytes = self.id_size.bytes();
        (self.table.field_offsets(class, id_bytes))
            .filter_map(|(offset, field, owner)| {
                let basic_type = field.basic_type();
                let start = offset as usize;
                let bytes = fields.get(start..start + basic_type.dump_bytes(id_bytes))?;
                Some(self.field(&field.name, owner, basic_type, bits(bytes)))
            })
            .collect()
    }
}
