//! References of single objects, with the fields that hold them.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use super::record::Record;
use super::rows::ObjectRow;
use super::values::bits;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// What a reference is called that is no field.
pub const CLASS: &str = "<class>";
const SUPER: &str = "<super>";
const LOADER: &str = "<class loader>";
const LOCAL: &str = "<Java Local>";

/// A reference: the field that holds it, and the object at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub field: String,
    pub object: ObjectIndex,
}

/// A reference as a row.
#[derive(Clone, Debug, Serialize)]
pub struct ReferenceRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    pub field: String,
}

impl Heap {
    /// References out of an object, in the order of its fields or elements, after its class.
    pub fn outbound(&self, object: ObjectIndex) -> Vec<Reference> {
        let mut references = Vec::new();
        let mut add = |field: String, object: ObjectIndex| {
            references.push(Reference { field, object });
        };
        if let Some(class_object) = self.table.get(self.classes.get(object)).object {
            add(CLASS.into(), class_object);
        }
        if let Some(class) = self.table.of_object(object) {
            self.class_references(class, &mut add);
        } else if let Some(record) = self.record(object) {
            self.record_references(&record, &mut add);
        }
        for local in self.roots.locals.iter().filter(|local| local.thread == object) {
            add(LOCAL.into(), local.object);
        }
        references
    }

    fn class_references(&self, class: ClassIndex, add: &mut impl FnMut(String, ObjectIndex)) {
        let class = self.table.get(class);
        if let Some(super_object) =
            class.super_class.and_then(|super_class| self.table.get(super_class).object)
        {
            add(SUPER.into(), super_object);
        }
        if let Some(loader) = self.addresses.find_loader(class.loader_address) {
            add(LOADER.into(), loader);
        }
        for field in &class.statics {
            if field.type_code == BasicType::Object as u8
                && let Some(target) = self.addresses.find(field.value)
            {
                add(field.name.clone(), target);
            }
        }
    }

    fn record_references(&self, record: &Record, add: &mut impl FnMut(String, ObjectIndex)) {
        let id_bytes = self.id_size.bytes();
        match record {
            Record::Instance { class, fields } => {
                for (offset, field, _) in self.table.field_offsets(*class, id_bytes) {
                    let start = offset as usize;
                    if field.basic_type() == BasicType::Object
                        && let Some(bytes) = fields.get(start..start + id_bytes)
                        && let Some(target) = self.addresses.find(bits(bytes))
                    {
                        add(field.name.clone(), target);
                    }
                }
            }
            Record::Array { element_type: BasicType::Object, length, offset, .. } => {
                self.for_each_element(*offset, *length, |at, target| add(format!("[{at}]"), target));
            }
            Record::Array { .. } => {}
        }
    }

    /// Calls `visit` with place and target of each element that is not null, reading the array a
    /// mebibyte at a time.
    fn for_each_element(
        &self,
        offset: u64,
        length: u32,
        mut visit: impl FnMut(u32, ObjectIndex),
    ) {
        const CHUNK: u32 = 1 << 17;
        let id_bytes = self.id_size.bytes();
        for first in (0..length).step_by(CHUNK as usize) {
            let count = CHUNK.min(length - first) as usize;
            let start = offset + u64::from(first) * id_bytes as u64;
            let bytes = self.dump_bytes(start, count * id_bytes);
            for (at, element) in (first..).zip(bytes.chunks_exact(id_bytes)) {
                if let Some(target) = self.addresses.find(bits(element)) {
                    visit(at, target);
                }
            }
        }
    }

    /// Objects that an object refers to, without field names and without its class; from the
    /// index, so in well under a microsecond for small lists.
    pub fn targets(&self, object: ObjectIndex) -> Vec<ObjectIndex> {
        let Some(mut list) = self.outbound.of(object.0) else { return Vec::new() };
        if list.has_class {
            list.take_class();
        }
        list.map(ObjectIndex).collect()
    }

    /// Reachable objects that refer to an object, by address; instances of a class are not
    /// counted among the referrers of its class object.
    pub fn referrers(&self, object: ObjectIndex) -> Vec<ObjectIndex> {
        let mut referrers: Vec<ObjectIndex> = match self.inbound.of(object.0) {
            Some(list) => list.map(ObjectIndex).collect(),
            None if self.inbound.has(object.0) => Vec::new(),
            None if self.reachable.contains(object) => {
                self.tree.dominator(object).into_iter().collect()
            }
            None => Vec::new(),
        };
        if self.targets(object).contains(&object) {
            referrers.push(object);
            referrers.sort_unstable();
        }
        referrers
    }

    /// Names of the fields through which `holder` refers to `target`, joined by commas.
    pub fn fields_between(&self, holder: ObjectIndex, target: ObjectIndex) -> String {
        const SHOWN: usize = 3;
        let names: Vec<String> = (self.outbound(holder).into_iter())
            .filter(|reference| reference.object == target)
            .map(|reference| reference.field)
            .collect();
        let real = names.iter().filter(|name| *name != CLASS);
        let mut shown: Vec<&str> = real.map(String::as_str).take(SHOWN).collect();
        if shown.is_empty() {
            shown.extend(names.iter().map(String::as_str).take(SHOWN));
        }
        let more = names.len().saturating_sub(SHOWN);
        match more {
            0 => shown.join(", "),
            _ => format!("{}, +{more}", shown.join(", ")),
        }
    }

    /// Inbound references as rows.
    pub fn inbound_rows(&self, object: ObjectIndex, offset: usize, limit: usize) -> Vec<ReferenceRow> {
        (self.referrers(object).into_iter().skip(offset).take(limit))
            .map(|referrer| ReferenceRow {
                field: self.fields_between(referrer, object),
                object: self.row(referrer),
            })
            .collect()
    }

    /// Outbound references as rows.
    pub fn outbound_rows(
        &self,
        object: ObjectIndex,
        offset: usize,
        limit: usize,
    ) -> Vec<ReferenceRow> {
        (self.outbound(object).into_iter().skip(offset).take(limit))
            .map(|reference| ReferenceRow {
                object: self.row(reference.object),
                field: reference.field,
            })
            .collect()
    }
}
