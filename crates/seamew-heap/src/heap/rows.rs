//! Objects as rows: what every table of objects shows.

use serde::Serialize;

use crate::classes::ClassKind;
use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// One object.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectRow {
    /// Id as users see it: rank among the reachable objects, as in MAT.
    pub object_index: u32,
    pub address: u64,
    pub class_id: ClassIndex,
    pub class_name: String,
    pub kind: &'static str,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
    pub length: Option<u32>,
    pub value: Option<String>,
}

impl Heap {
    /// The object of an id that users see.
    ///
    /// # Errors
    /// When there is no such object.
    pub fn object(&self, id: u32) -> Result<ObjectIndex> {
        self.reachable.object(id).ok_or_else(|| {
            let last = self.reachable.count().saturating_sub(1);
            HeapError::NotFound(format!("there is no object @{id}: the last one is @{last}"))
        })
    }

    /// The objects of ids that users see.
    ///
    /// # Errors
    /// When one of them does not exist.
    pub fn objects(&self, ids: &[u32]) -> Result<Vec<ObjectIndex>> {
        ids.iter().map(|id| self.object(*id)).collect()
    }

    /// The id that users see; that of the system loader for unreachable objects.
    pub fn id(&self, object: ObjectIndex) -> u32 {
        self.reachable.id(object).unwrap_or(0)
    }

    /// Where an object starts.
    pub fn object_address(&self, object: ObjectIndex) -> u64 {
        self.addresses.address(object)
    }

    /// Name of an object's class.
    pub fn class_name(&self, object: ObjectIndex) -> &str {
        &self.table.get(self.classes.get(object)).name
    }

    /// What an object is.
    pub fn kind(&self, object: ObjectIndex) -> &'static str {
        if self.table.of_object(object).is_some() {
            return "class";
        }
        match self.table.get(self.classes.get(object)).kind {
            ClassKind::ObjectArray => "object_array",
            ClassKind::PrimitiveArray(_) => "primitive_array",
            ClassKind::Instance if self.is_thread(object) => "thread",
            ClassKind::Instance if self.is_kind_of(object, "java.lang.ClassLoader") => {
                "class_loader"
            }
            ClassKind::Instance => "instance",
        }
    }

    /// An object as a row. Reads the dump for its value: some tens of microseconds.
    pub fn row(&self, object: ObjectIndex) -> ObjectRow {
        self.row_with_value(object, self.readable_value(object))
    }

    /// An object as a row whose value is known.
    pub fn row_with_value(&self, object: ObjectIndex, value: Option<String>) -> ObjectRow {
        ObjectRow {
            object_index: self.id(object),
            address: self.addresses.address(object),
            class_id: self.classes.get(object),
            class_name: self.class_name(object).to_owned(),
            kind: self.kind(object),
            shallow_bytes: self.shallow.get(object),
            retained_bytes: self.retained_bytes(object),
            length: self.array_length(object),
            value,
        }
    }

    /// Elements of an object array as rows, from element `first` on, at most `count`; None for
    /// null.
    pub fn element_rows(
        &self,
        object: ObjectIndex,
        first: u32,
        count: u32,
    ) -> Vec<Option<ObjectRow>> {
        (self.array_references(object, first, count).into_iter())
            .map(|element| element.map(|element| self.row(element)))
            .collect()
    }

    /// Bytes that an object takes itself.
    pub fn shallow_bytes(&self, object: ObjectIndex) -> u64 {
        self.shallow.get(object)
    }

    /// Retained bytes of an object; 0 for unreachable ones.
    pub fn retained_bytes(&self, object: ObjectIndex) -> u64 {
        if self.reachable.contains(object) {
            self.tree.retained(object)
        } else {
            0
        }
    }

    /// The object named by `0xADDRESS`, `@id` or `Class#n` (the n-th instance by address, from 0).
    ///
    /// # Errors
    /// When the text names no reachable object, with what was found instead.
    pub fn resolve(&self, text: &str) -> Result<ObjectIndex> {
        let text = text.trim();
        if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return self.resolve_address(text, hex);
        }
        if let Some(id) = text.strip_prefix('@') {
            let id = id.parse().map_err(|_| not_a_name(text))?;
            return self.object(id);
        }
        let (class_name, number) = text.rsplit_once('#').ok_or_else(|| not_a_name(text))?;
        let number: usize = number.parse().map_err(|_| not_a_name(text))?;
        let found = self.instances(class_name, number, 1);
        found.first().copied().ok_or_else(|| {
            let count: u64 = (self.table.classes.iter().zip(&self.class_sums))
                .filter(|(class, _)| class.name == class_name)
                .map(|(_, sums)| sums.objects)
                .sum();
            HeapError::NotFound(match count {
                0 => format!("the heap holds no object of a class {class_name}"),
                _ => format!("{class_name} has {count} objects, numbered from 0"),
            })
        })
    }

    fn resolve_address(&self, text: &str, hex: &str) -> Result<ObjectIndex> {
        let address = u64::from_str_radix(hex, 16).map_err(|_| not_a_name(text))?;
        let object = (self.addresses.find_loader(address))
            .ok_or_else(|| HeapError::NotFound(format!("no object starts at {text}")))?;
        if !self.reachable.contains(object) {
            return Err(HeapError::NotFound(format!(
                "the object at {text} ({}) is unreachable and was left out; --keep-unreachable \
                 keeps such objects",
                self.class_name(object)
            )));
        }
        Ok(object)
    }

    /// Reachable objects of the class of that name (all classes of it), by address.
    pub fn instances(&self, class_name: &str, offset: usize, limit: usize) -> Vec<ObjectIndex> {
        let wanted: Vec<bool> = self
            .table
            .classes
            .iter()
            .map(|class| class.name == class_name)
            .collect();
        if !wanted.contains(&true) {
            return Vec::new();
        }
        (0..self.classes.len() as u32)
            .map(ObjectIndex)
            .filter(|object| wanted[self.classes.get(*object).at()])
            .filter(|object| self.reachable.contains(*object))
            .skip(offset)
            .take(limit)
            .collect()
    }
}

fn not_a_name(text: &str) -> HeapError {
    HeapError::NotFound(format!(
        "`{text}` names no object: write 0xADDRESS, @id or Class#n (such as java.lang.Thread#0)"
    ))
}
