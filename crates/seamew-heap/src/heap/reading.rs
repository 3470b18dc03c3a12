//! Contents of few objects as plain values, for the questions that know the JDK's own classes.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::values::{Value, bits, value};
use crate::heap::Heap;
use crate::ids::ObjectIndex;
use seamew_hprof::tag::BasicType;

use super::record::Record;

/// The fields of an object by name; for a class object its statics. Of two fields of one name the
/// one of the most derived class counts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contents {
    /// Primitive values.
    pub values: BTreeMap<String, Value>,
    /// Ids of the objects referred to; fields that are null are left out.
    pub targets: BTreeMap<String, u32>,
}

impl Contents {
    fn add(&mut self, heap: &Heap, name: &str, basic_type: BasicType, bits: u64) {
        if self.values.contains_key(name) || self.targets.contains_key(name) {
            return;
        }
        if let Some(value) = value(basic_type, bits) {
            self.values.insert(name.to_owned(), value);
        } else if let Some(target) = heap.addresses.find(bits)
            && heap.reachable.contains(target)
        {
            self.targets.insert(name.to_owned(), heap.id(target));
        }
    }
}

impl Heap {
    /// The fields of each of these objects; none for arrays. Some microseconds an object.
    pub fn contents_of(&self, objects: &[ObjectIndex]) -> Vec<Contents> {
        objects
            .iter()
            .map(|object| self.read_one(*object))
            .collect()
    }

    fn read_one(&self, object: ObjectIndex) -> Contents {
        let mut contents = Contents::default();
        if let Some(class) = self.table.of_object(object) {
            for field in &self.table.get(class).statics {
                if let Some(basic_type) = BasicType::from_code(field.type_code) {
                    contents.add(self, &field.name, basic_type, field.value);
                }
            }
        } else if let Some(Record::Instance { class, fields }) = self.record(object) {
            let id_bytes = self.id_size.bytes();
            for (offset, field, _) in self.table.field_offsets(class, id_bytes) {
                let (start, basic_type) = (offset as usize, field.basic_type());
                let bytes = fields.get(start..start + basic_type.dump_bytes(id_bytes));
                if let Some(bytes) = bytes {
                    contents.add(self, &field.name, basic_type, bits(bytes));
                }
            }
        }
        contents
    }

    /// The text of each of these strings, at most so many characters; None for other objects.
    pub fn strings(&self, objects: &[ObjectIndex], characters: usize) -> Vec<Option<String>> {
        (objects.iter())
            .map(|object| self.string(*object, characters))
            .collect()
    }

    /// The static field `Class#field` that refers to each of these objects, the first by class;
    /// None where no static does. Costs a look at every class.
    pub fn static_fields_of(&self, objects: &[ObjectIndex]) -> Vec<Option<String>> {
        let mut holders: FxHashMap<u64, Option<String>> = (objects.iter())
            .map(|object| (self.addresses.address(*object), None))
            .collect();
        for class in &self.table.classes {
            for field in &class.statics {
                if field.type_code == BasicType::Object as u8
                    && let Some(holder @ None) = holders.get_mut(&field.value)
                {
                    *holder = Some(format!("{}#{}", class.name, field.name));
                }
            }
        }
        (objects.iter())
            .map(|object| {
                holders
                    .get(&self.addresses.address(*object))
                    .cloned()
                    .flatten()
            })
            .collect()
    }
}
