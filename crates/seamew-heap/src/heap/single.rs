//! Small questions about one object, whose answers are no rows: for views of objects and for
//! functions in queries.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::object_set::ObjectSet;
use super::record::Record;
use super::references::{CLASS, FieldName};
use super::values::{Value, bits, value};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// What a field of one object holds: `value` for a primitive, `target`, the id of an object, for a
/// reference; neither for null and for what is not in the dump.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldContent {
    pub name: String,
    pub declaring_class: String,
    #[serde(rename = "type")]
    pub type_name: &'static str,
    pub value: Option<Value>,
    pub target: Option<u32>,
}

impl Heap {
    /// The fields of an instance, its own before those of the classes above; of a class object its
    /// statics; none for arrays. Some microseconds.
    pub fn field_contents(&self, object: ObjectIndex) -> Vec<FieldContent> {
        let mut found = Vec::new();
        self.for_each_field(object, &mut |name, owner, basic_type, bits| {
            let (value, target) = self.content(basic_type, bits);
            found.push(FieldContent {
                name: name.to_owned(),
                declaring_class: self.table.get(owner).name.clone(),
                type_name: basic_type.java_name(),
                value,
                target,
            });
        });
        found
    }

    /// What a path of fields leads to, `owner.name`: a primitive value, or the id of an object.
    /// None where a null is on the way or at its end, or an object has no such field.
    pub fn field_end(
        &self,
        object: ObjectIndex,
        path: &str,
    ) -> Option<(Option<Value>, Option<u32>)> {
        let mut end = (None, self.reachable.id(object));
        for name in path.split('.') {
            let object = self.reachable.object(end.1?)?;
            let mut first = None;
            self.for_each_field(object, &mut |field, _, basic_type, bits| {
                if first.is_none() && field == name.trim() {
                    first = Some(self.content(basic_type, bits));
                }
            });
            end = first?;
        }
        Some(end).filter(|end| *end != (None, None))
    }

    /// Calls `visit` with name, declaring class, type and bits of each field.
    fn for_each_field(
        &self,
        object: ObjectIndex,
        visit: &mut dyn FnMut(&str, ClassIndex, BasicType, u64),
    ) {
        if let Some(class) = self.table.of_object(object) {
            for field in &self.table.get(class).statics {
                if let Some(basic_type) = BasicType::from_code(field.type_code) {
                    visit(&field.name, class, basic_type, field.value);
                }
            }
        } else if let Some(Record::Instance { class, fields }) = self.record(object) {
            let id_bytes = self.id_size.bytes();
            for (offset, field, owner) in self.table.field_offsets(class, id_bytes) {
                let (start, basic_type) = (offset as usize, field.basic_type());
                if let Some(bytes) = fields.get(start..start + basic_type.dump_bytes(id_bytes)) {
                    visit(&field.name, owner, basic_type, bits(bytes));
                }
            }
        }
    }

    fn content(&self, basic_type: BasicType, bits: u64) -> (Option<Value>, Option<u32>) {
        let is_reference = basic_type == BasicType::Object;
        let target = is_reference.then(|| self.addresses.find(bits)).flatten();
        let id = target.and_then(|target| self.reachable.id(target));
        (value(basic_type, bits), id)
    }

    /// How many slots for references an object has: elements of an array, references of other
    /// objects, and one for its class.
    pub fn outbound_slots(&self, object: ObjectIndex) -> u32 {
        if let Some(length) = self.array_length(object) {
            return length.saturating_add(1);
        }
        let mut slots = 0;
        self.for_each_reference(object, &mut |_, _| slots += 1);
        slots
    }

    /// References out of some slots of an object, as [`Heap::outbound`] has them. Costs no more
    /// for slots far behind.
    pub fn outbound_page(&self, object: ObjectIndex, first: u32, count: u32) -> Vec<(u32, String)> {
        let mut page = Vec::new();
        let mut add = |name: FieldName<'_>, target| page.push((self.id(target), name.to_string()));
        if self.array_length(object).is_some() {
            let class = self.table.get(self.classes.get(object)).object;
            if let Some(class) = class.filter(|_| first == 0 && count > 0) {
                add(FieldName::Field(CLASS), class);
            }
            // Slot 0 is the class.
            let elements = count.saturating_sub(u32::from(first == 0));
            let first = first.saturating_sub(1);
            let targets = self.array_references(object, first, elements);
            for (at, target) in (first..).zip(targets) {
                if let Some(target) = target {
                    add(FieldName::Element(at), target);
                }
            }
        } else {
            let mut slot = 0;
            self.for_each_reference(object, &mut |name, target| {
                if slot >= first && slot - first < count {
                    add(name, target);
                }
                slot += 1;
            });
        }
        page
    }

    /// Some of the objects that refer to an object, by address.
    pub fn referrers_page(&self, object: ObjectIndex, offset: usize, limit: usize) -> Vec<u32> {
        let referrers = self.referrers(object).into_iter().skip(offset).take(limit);
        referrers.map(|referrer| self.id(referrer)).collect()
    }

    /// The objects that an object immediately dominates.
    pub fn dominated_set(&self, object: ObjectIndex) -> ObjectSet {
        let children = self.tree.children(Some(self.tree.position_of(object)));
        let children = children.map(|position| self.tree.object_at(position));
        ObjectSet::of(self.objects_in_all(), children)
    }

    /// The objects that an object retains, itself the first, in the dominator tree's order: a page.
    pub fn retained_page(&self, object: ObjectIndex, offset: u32, limit: u32) -> Vec<u32> {
        let position = self.tree.position_of(object);
        let first = position.saturating_add(offset);
        let end = first
            .saturating_add(limit)
            .min(self.tree.subtree_end(position));
        (first..end)
            .map(|position| self.id(self.tree.object_at(position)))
            .collect()
    }

    /// How many objects an object retains, itself included.
    pub fn retained_count(&self, object: ObjectIndex) -> u32 {
        let position = self.tree.position_of(object);
        self.tree.subtree_end(position).saturating_sub(position)
    }
}
