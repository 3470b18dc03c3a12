//! The class table: names, hierarchy, fields, and where the references lie in an instance.

mod build;
mod chunks;
mod contended;
mod hotspot;
mod injected;
mod instances;
pub mod layout;
mod mirrors;
mod release;
mod sizes;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;
use serde::{Deserialize, Serialize};

use crate::ids::{ClassIndex, ObjectIndex};

pub use build::{ClassNames, build, fake_addresses, missing_class_addresses, missing_class_names};
pub use chunks::StackChunks;
pub use instances::InstanceSizes;
pub use sizes::{GapEvidence, SizeModel, is_filler, mat_array_bytes, mat_layout, set_sizes};

/// What the objects of a class are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassKind {
    Instance,
    ObjectArray,
    /// Type code of the elements.
    PrimitiveArray(u8),
}

/// A declared instance field.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// Basic type code.
    pub type_code: u8,
}

impl Field {
    pub fn basic_type(&self) -> BasicType {
        BasicType::from_code(self.type_code).unwrap_or(BasicType::Byte)
    }
}

/// A static field with its value (an address for references, raw bits otherwise).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StaticField {
    pub name: String,
    pub type_code: u8,
    pub value: u64,
}

/// A class of the dump.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Class {
    pub address: u64,
    /// The class object in the graph; None when it was unreachable and discarded.
    pub object: Option<ObjectIndex>,
    /// Java name, `byte[]` and `java.lang.Object[]` for arrays.
    pub name: String,
    pub kind: ClassKind,
    pub super_class: Option<ClassIndex>,
    pub loader_address: u64,
    /// Bytes of an instance's fields in the dump, superclasses included.
    pub dump_bytes: u32,
    /// Shallow bytes of an instance; 0 for array classes.
    pub instance_bytes: u64,
    /// Shallow bytes of the class object itself.
    pub class_object_bytes: u64,
    /// Declared in this class, in dump order.
    pub fields: Vec<Field>,
    pub statics: Vec<StaticField>,
    /// True for a class that the dump did not describe.
    pub is_placeholder: bool,
}

/// All classes of a dump.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClassTable {
    pub classes: Vec<Class>,
    #[serde(skip)]
    by_address: FxHashMap<u64, ClassIndex>,
    #[serde(skip)]
    by_object: FxHashMap<u32, ClassIndex>,
    /// The class java.lang.Class.
    pub class_of_classes: ClassIndex,
    /// The class java.lang.ClassLoader.
    pub class_of_loaders: ClassIndex,
    /// Class of the primitive arrays, by type code.
    pub primitive_arrays: Vec<Option<ClassIndex>>,
}

impl ClassTable {
    /// Rebuilds the look-up maps after the table changed or was read.
    pub fn reindex(&mut self) {
        let entries = || self.classes.iter().zip(0..);
        self.by_address = entries()
            .map(|(class, index)| (class.address, ClassIndex(index)))
            .collect();
        self.by_object = entries()
            .filter_map(|(class, index)| class.object.map(|object| (object.0, ClassIndex(index))))
            .collect();
    }

    #[inline]
    pub fn get(&self, class: ClassIndex) -> &Class {
        &self.classes[class.at()]
    }

    /// The class whose class object is at `address`.
    #[inline]
    pub fn at_address(&self, address: u64) -> Option<ClassIndex> {
        self.by_address.get(&address).copied()
    }

    /// The class whose class object is `object`.
    #[inline]
    pub fn of_object(&self, object: ObjectIndex) -> Option<ClassIndex> {
        self.by_object.get(&object.0).copied()
    }

    /// The first class of that name.
    pub fn named(&self, name: &str) -> Option<ClassIndex> {
        self.classes
            .iter()
            .position(|class| class.name == name)
            .map(|at| ClassIndex(at as u32))
    }

    /// The class and its superclasses, nearest first; ends at loops.
    pub fn hierarchy(&self, class: ClassIndex) -> impl Iterator<Item = ClassIndex> + '_ {
        let limit = self.classes.len();
        std::iter::successors(Some(class), |current| self.get(*current).super_class).take(limit)
    }

    /// True where `class` is `ancestor` or below it.
    pub fn is_subclass(&self, class: ClassIndex, ancestor: ClassIndex) -> bool {
        self.hierarchy(class).any(|current| current == ancestor)
    }

    /// Offsets of the references in an instance's dumped fields, with the class and the place of
    /// the field: own fields first, then the superclass's, as HPROF writes them.
    pub fn field_offsets(
        &self,
        class: ClassIndex,
        id_bytes: usize,
    ) -> impl Iterator<Item = (u32, &Field, ClassIndex)> + '_ {
        let mut offset = 0u32;
        self.hierarchy(class)
            .flat_map(|owner| {
                self.get(owner)
                    .fields
                    .iter()
                    .map(move |field| (owner, field))
            })
            .map(move |(owner, field)| {
                let at = offset;
                offset += field.basic_type().dump_bytes(id_bytes) as u32;
                (at, field, owner)
            })
    }
}
