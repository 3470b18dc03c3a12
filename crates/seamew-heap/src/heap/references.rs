//! References of single objects, with the fields that hold them.

use rustc_hash::FxHashMap;
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

/// Name of a reference, not yet made a string: arrays may have millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldName<'a> {
    Field(&'a str),
    Element(u32),
}

impl std::fmt::Display for FieldName<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field(name) => formatter.write_str(name),
            Self::Element(at) => write!(formatter, "[{at}]"),
        }
    }
}

/// Fields through which one object refers to another; of an array that may be millions.
#[derive(Default)]
struct FieldNames {
    shown: Vec<String>,
    count: usize,
    is_class: bool,
}

impl FieldNames {
    const SHOWN: usize = 3;

    fn add(&mut self, field: FieldName<'_>) {
        if field == FieldName::Field(CLASS) {
            self.is_class = true;
            return;
        }
        self.count += 1;
        if self.shown.len() < Self::SHOWN {
            self.shown.push(field.to_string());
        }
    }

    fn text(&self) -> String {
        match self.count {
            0 if self.is_class => CLASS.to_owned(),
            count if count <= Self::SHOWN => self.shown.join(", "),
            count => format!("{}, +{}", self.shown.join(", "), count - Self::SHOWN),
        }
    }
}

impl Heap {
    /// References out of an object, in the order of its fields or elements, after its class.
    pub fn outbound(&self, object: ObjectIndex) -> Vec<Reference> {
        let mut references = Vec::new();
        self.for_each_reference(object, &mut |field, object| {
            references.push(Reference {
                field: field.to_string(),
                object,
            });
        });
        references
    }

    /// Calls `visit` with each reference out of an object.
    pub fn for_each_reference(
        &self,
        object: ObjectIndex,
        visit: &mut dyn FnMut(FieldName<'_>, ObjectIndex),
    ) {
        self.for_each_reference_to(object, 0, visit);
    }

    /// The same; of an array's elements only those with the wanted address, unless that is 0.
    pub(super) fn for_each_reference_to(
        &self,
        object: ObjectIndex,
        wanted: u64,
        visit: &mut dyn FnMut(FieldName<'_>, ObjectIndex),
    ) {
        if let Some(class_object) = self.table.get(self.classes.get(object)).object {
            visit(FieldName::Field(CLASS), class_object);
        }
        if let Some(class) = self.table.of_object(object) {
            self.class_references(class, visit);
        } else if let Some(record) = self.record(object) {
            self.record_references(&record, wanted, visit);
        }
        for local in self
            .roots
            .locals
            .iter()
            .filter(|local| local.thread == object)
        {
            visit(FieldName::Field(LOCAL), local.object);
        }
    }

    fn class_references(
        &self,
        class: ClassIndex,
        visit: &mut dyn FnMut(FieldName<'_>, ObjectIndex),
    ) {
        let class = self.table.get(class);
        if let Some(super_object) = class
            .super_class
            .and_then(|super_class| self.table.get(super_class).object)
        {
            visit(FieldName::Field(SUPER), super_object);
        }
        if let Some(loader) = self.addresses.find_loader(class.loader_address) {
            visit(FieldName::Field(LOADER), loader);
        }
        for field in &class.statics {
            if field.type_code == BasicType::Object as u8
                && let Some(target) = self.addresses.find(field.value)
            {
                visit(FieldName::Field(&field.name), target);
            }
        }
    }

    fn record_references(
        &self,
        record: &Record,
        wanted: u64,
        visit: &mut dyn FnMut(FieldName<'_>, ObjectIndex),
    ) {
        let id_bytes = self.id_size.bytes();
        match record {
            Record::Instance { class, fields } => {
                for (offset, field, _) in self.table.field_offsets(*class, id_bytes) {
                    let start = offset as usize;
                    if field.basic_type() == BasicType::Object
                        && let Some(bytes) = fields.get(start..start + id_bytes)
                        && let Some(target) = self.addresses.find(bits(bytes))
                    {
                        visit(FieldName::Field(&field.name), target);
                    }
                }
            }
            Record::Array {
                element_type: BasicType::Object,
                length,
                offset,
                ..
            } => {
                self.for_each_element(*offset, *length, wanted, visit);
            }
            Record::Array { .. } => {}
        }
    }

    /// Visits each element that is not null, reading the array a mebibyte at a time.
    fn for_each_element(
        &self,
        offset: u64,
        length: u32,
        wanted: u64,
        visit: &mut dyn FnMut(FieldName<'_>, ObjectIndex),
    ) {
        const CHUNK: u32 = 1 << 17;
        let id_bytes = self.id_size.bytes();
        for first in (0..length).step_by(CHUNK as usize) {
            let count = CHUNK.min(length - first) as usize;
            let start = offset + u64::from(first) * id_bytes as u64;
            let bytes = self.dump_bytes(start, count * id_bytes);
            for (at, element) in (first..).zip(bytes.chunks_exact(id_bytes)) {
                let address = self.id_size.read(element);
                if (wanted == 0 || address == wanted)
                    && let Some(target) = self.addresses.find(address)
                {
                    visit(FieldName::Element(at), target);
                }
            }
        }
    }

    /// Objects that an object refers to, without field names and without its class; from the
    /// index, so in well under a microsecond for small lists.
    pub fn targets(&self, object: ObjectIndex) -> Vec<ObjectIndex> {
        let mut targets = Vec::new();
        self.for_each_target(object, |target| targets.push(target));
        targets
    }

    /// Calls `visit` with each of the [`targets`](Self::targets).
    #[inline]
    pub fn for_each_target(&self, object: ObjectIndex, visit: impl FnMut(ObjectIndex)) {
        let Some(mut list) = self.outbound.of(object.0) else {
            return;
        };
        if list.has_class {
            list.take_class();
        }
        let count = self.classes.len();
        list.map(ObjectIndex)
            .filter(|target| target.at() < count)
            .for_each(visit);
    }

    /// Reachable objects that refer to an object, by address; instances of a class are not
    /// counted among the referrers of its class object.
    pub fn referrers(&self, object: ObjectIndex) -> Vec<ObjectIndex> {
        let mut referrers = Vec::new();
        self.for_each_other_referrer(object, |referrer| referrers.push(referrer));
        if self.refers_to_itself(object) {
            referrers.push(object);
            referrers.sort_unstable();
        }
        referrers
    }

    /// Calls `visit` with each of the [`referrers`](Self::referrers) but the object itself.
    pub fn for_each_other_referrer(&self, object: ObjectIndex, mut visit: impl FnMut(ObjectIndex)) {
        match self.inbound.of(object.0) {
            Some(list) => (list.map(ObjectIndex))
                .filter(|referrer| self.reachable.contains(*referrer))
                .for_each(visit),
            None if self.inbound.has(object.0) => {}
            // An object without a list has one referrer at most, which then dominates it.
            None if self.reachable.contains(object) => {
                if let Some(dominator) = self.tree.dominator(object) {
                    visit(dominator);
                }
            }
            None => {}
        }
    }

    /// References of an object to itself are in its outbound list only.
    pub(super) fn refers_to_itself(&self, object: ObjectIndex) -> bool {
        let Some(mut list) = self.outbound.of(object.0) else {
            return false;
        };
        if list.has_class {
            list.take_class();
        }
        list.any(|target| target == object.0)
    }

    /// Names of the fields through which `holder` refers to `target`, joined by commas; the class
    /// counts only where no field does.
    pub fn fields_between(&self, holder: ObjectIndex, target: ObjectIndex) -> String {
        let mut names = FieldNames::default();
        let address = self.addresses.address(target);
        self.for_each_reference_to(holder, address, &mut |field, object| {
            if object == target {
                names.add(field);
            }
        });
        names.text()
    }

    /// The same for several targets of one holder, which is read once.
    pub(super) fn fields_to(&self, holder: ObjectIndex, targets: &[ObjectIndex]) -> Vec<String> {
        match targets {
            [] => return Vec::new(),
            [target] => return vec![self.fields_between(holder, *target)],
            _ => {}
        }
        let mut names: FxHashMap<ObjectIndex, FieldNames> = (targets.iter())
            .map(|target| (*target, FieldNames::default()))
            .collect();
        self.for_each_reference(holder, &mut |field, object| {
            if let Some(names) = names.get_mut(&object) {
                names.add(field);
            }
        });
        let text = |target| names.get(target).map_or_else(String::new, FieldNames::text);
        targets.iter().map(text).collect()
    }

    /// Inbound references as rows.
    pub fn inbound_rows(
        &self,
        object: ObjectIndex,
        offset: usize,
        limit: usize,
    ) -> Vec<ReferenceRow> {
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
