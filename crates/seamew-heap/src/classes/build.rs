//! From decoded class dumps and the names of the string table to the class table.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use seamew_hprof::tag::BasicType;

use super::{Class, ClassKind, ClassTable, Field, StaticField};
use crate::address::AddressIndex;
use crate::ids::ClassIndex;
use crate::scan::{RawClass, Tallies, TallyKey};

/// Names as the dump's string table has them.
pub trait ClassNames: Sync {
    /// Java name of the class at `address`, if a `LOAD_CLASS` record names it.
    fn class_name(&self, address: u64) -> Option<String>;
    /// A string of the string table.
    fn text(&self, id: u64) -> Option<String>;
}

const OBJECT: &str = "java.lang.Object";
const CLASS: &str = "java.lang.Class";
const LOADER: &str = "java.lang.ClassLoader";

/// Addresses of class objects that the dump mentions but does not describe, in order: they become
/// placeholders in the graph. Fake addresses below the heap stand for classes without any.
pub fn missing_class_addresses(raw: &[&RawClass], tallies: &Tallies) -> Vec<u64> {
    let known: FxHashSet<u64> = raw.iter().map(|class| class.address).collect();
    let mut missing = BTreeSet::new();
    for (key, _) in tallies.iter() {
        if let TallyKey::Instances(address) | TallyKey::ObjectArrays(address) = key
            && address != 0
            && !known.contains(&address)
        {
            missing.insert(address);
        }
    }
    missing.into_iter().collect()
}

/// Names of the classes that must exist but that no class dump has.
pub fn missing_class_names(
    raw: &[&RawClass],
    tallies: &Tallies,
    names: &dyn ClassNames,
) -> Vec<String> {
    let known: FxHashSet<String> = raw
        .iter()
        .filter_map(|class| names.class_name(class.address))
        .collect();
    let mut wanted: Vec<String> = vec![CLASS.into(), LOADER.into()];
    for (key, _) in tallies.iter() {
        if let TallyKey::PrimitiveArrays(element_type) = key {
            wanted.push(format!("{}[]", element_type.java_name()));
        }
    }
    wanted.retain(|name| !known.contains(name));
    wanted.sort();
    wanted
}

/// Addresses for `count` classes without one: above the system loader, below any heap, and free
/// where `taken` lists the low addresses that objects have.
pub fn fake_addresses(count: usize, taken: &FxHashSet<u64>) -> Vec<u64> {
    (1u64..)
        .map(|n| n * 8)
        .filter(|address| !taken.contains(address))
        .take(count)
        .collect()
}

/// Builds the table. Class objects are looked up in `addresses`, placeholders included.
pub fn build(
    raw: Vec<RawClass>,
    tallies: &Tallies,
    names: &dyn ClassNames,
    addresses: &AddressIndex,
    fake_addresses: &[u64],
) -> ClassTable {
    let described_classes: Vec<&RawClass> = raw.iter().collect();
    let missing = missing_class_addresses(&described_classes, tallies);
    let missing_names = missing_class_names(&described_classes, tallies, names);
    let arrays: FxHashSet<u64> = (tallies.iter())
        .filter_map(|(key, _)| match key {
            TallyKey::ObjectArrays(address) => Some(address),
            _ => None,
        })
        .collect();
    let field_bytes: FxHashMap<u64, u32> = (tallies.iter())
        .filter_map(|(key, tally)| match key {
            TallyKey::Instances(address) => Some((address, tally.field_bytes)),
            _ => None,
        })
        .collect();
    let mut table = ClassTable::default();
    let mut supers = Vec::new();
    let mut seen = FxHashSet::default();
    for class in raw {
        if seen.insert(class.address) {
            supers.push(class.super_address);
            let name = names
                .class_name(class.address)
                .unwrap_or_else(|| format!("unknown-class-0x{:x}", class.address));
            table.classes.push(described(class, name, names));
        }
    }
    for address in missing {
        let suffix = if arrays.contains(&address) { "[]" } else { "" };
        let name = names
            .class_name(address)
            .unwrap_or_else(|| format!("unknown-class-0x{address:x}{suffix}"));
        let mut class = placeholder(address, name, arrays.contains(&address));
        class.dump_bytes = field_bytes.get(&address).copied().unwrap_or(0);
        class.fields = unknown_fields(class.dump_bytes);
        table.classes.push(class);
    }
    for (name, address) in missing_names.into_iter().zip(fake_addresses) {
        table.classes.push(placeholder(*address, name, false));
    }
    let object_address = table
        .classes
        .iter()
        .find(|class| class.name == OBJECT)
        .map_or(0, |class| class.address);
    supers.resize(table.classes.len(), object_address);
    for class in &mut table.classes {
        class.object = addresses.find(class.address);
        // The boot loader has an address in some dumps, but never an object.
        if addresses.find(class.loader_address).is_none() {
            class.loader_address = 0;
        }
    }
    table.reindex();
    link(&mut table, &supers);
    table
}

fn described(raw: RawClass, name: String, names: &dyn ClassNames) -> Class {
    let text = |id: u64| names.text(id).unwrap_or_else(|| format!("field-0x{id:x}"));
    Class {
        address: raw.address,
        object: None,
        kind: kind_of(&name),
        name,
        super_class: None,
        loader_address: raw.loader_address,
        dump_bytes: raw.instance_bytes,
        instance_bytes: 0,
        class_object_bytes: 0,
        fields: (raw.fields.into_iter())
            .map(|(id, basic_type)| Field {
                name: text(id),
                type_code: basic_type as u8,
            })
            .collect(),
        statics: (raw.statics.into_iter())
            .map(|(id, basic_type, value)| StaticField {
                name: text(id),
                type_code: basic_type as u8,
                value,
            })
            .collect(),
        is_placeholder: false,
    }
}

fn placeholder(address: u64, name: String, is_object_array: bool) -> Class {
    let kind = if is_object_array {
        ClassKind::ObjectArray
    } else {
        kind_of(&name)
    };
    Class {
        address,
        object: None,
        name,
        kind,
        super_class: None,
        loader_address: 0,
        dump_bytes: 0,
        instance_bytes: 0,
        class_object_bytes: 0,
        fields: Vec::new(),
        statics: Vec::new(),
        is_placeholder: true,
    }
}

/// Fields that fill the bytes of an instance whose class is missing: ints, a short, a byte.
fn unknown_fields(bytes: u32) -> Vec<Field> {
    let ints = (0..bytes / 4).map(|_| BasicType::Int);
    let short = (bytes & 2 != 0).then_some(BasicType::Short);
    let byte = (bytes & 1 != 0).then_some(BasicType::Byte);
    (ints.chain(short).chain(byte).zip(0..))
        .map(|(basic_type, n)| Field {
            name: format!("unknown-field-{n}"),
            type_code: basic_type as u8,
        })
        .collect()
}

/// What a class name says about its objects.
fn kind_of(name: &str) -> ClassKind {
    const PRIMITIVE: [BasicType; 8] = [
        BasicType::Boolean,
        BasicType::Char,
        BasicType::Float,
        BasicType::Double,
        BasicType::Byte,
        BasicType::Short,
        BasicType::Int,
        BasicType::Long,
    ];
    let Some(element) = name.strip_suffix("[]") else {
        return ClassKind::Instance;
    };
    let primitive = PRIMITIVE
        .into_iter()
        .find(|basic_type| basic_type.java_name() == element);
    primitive.map_or(ClassKind::ObjectArray, |basic_type| {
        ClassKind::PrimitiveArray(basic_type as u8)
    })
}

/// Sets superclasses (without loops) and the well-known classes.
fn link(table: &mut ClassTable, supers: &[u64]) {
    for (at, super_address) in supers.iter().enumerate() {
        let super_class = table.at_address(*super_address);
        table.classes[at].super_class = super_class.filter(|super_class| {
            let own = ClassIndex(at as u32);
            !table
                .hierarchy(*super_class)
                .any(|ancestor| ancestor == own)
        });
    }
    let by_name: FxHashMap<&str, ClassIndex> = (table.classes.iter().enumerate().rev())
        .map(|(index, class)| (class.name.as_str(), ClassIndex(index as u32)))
        .collect();
    let named = |name: &str| by_name.get(name).copied();
    let class_of_classes = named(CLASS).unwrap_or_default();
    let class_of_loaders = named(LOADER).unwrap_or_default();
    let mut primitive_arrays = vec![None; 12];
    for (index, class) in table.classes.iter().enumerate().rev() {
        if let ClassKind::PrimitiveArray(code) = class.kind {
            primitive_arrays[usize::from(code)] = Some(ClassIndex(index as u32));
        }
    }
    table.class_of_classes = class_of_classes;
    table.class_of_loaders = class_of_loaders;
    table.primitive_arrays = primitive_arrays;
}

impl Class {
    /// True for array classes.
    pub fn is_array(&self) -> bool {
        self.kind != ClassKind::Instance
    }
}
