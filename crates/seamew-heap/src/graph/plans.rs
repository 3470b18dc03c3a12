//! What the second pass needs to know of the classes beforehand: where references lie in an
//! instance, which class objects get edges from their instances, and the class objects' own lists.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use seamew_hprof::id::IdSize;
use seamew_hprof::tag::BasicType;

use super::roots::Roots;
use super::varint;
use super::visitor::{ClassCells, ClassPlan, NO_EDGE, Plans};
use crate::address::AddressIndex;
use crate::classes::{Class, ClassKind, ClassTable};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::scan::{Tallies, TallyKey};

/// Which classes' objects get edges from their instances.
#[derive(Clone, Debug, Default)]
pub struct ClassEdges {
    /// Class objects by edge number.
    pub targets: Vec<u32>,
    /// Classes whose class object refers to roots only: their dominators are found afterwards,
    /// from the instances, so that instances need no edge.
    pub deferred: Vec<ClassIndex>,
}

/// Decides which classes' instances get an edge to the class object. Edges into roots change no
/// dominator. A class object that refers to roots only changes no other object's dominator, so
/// its own can be found afterwards. All others get numbers, the most frequent class first.
pub fn class_edges(
    table: &ClassTable,
    tallies: &Tallies,
    addresses: &AddressIndex,
    roots: &Roots,
) -> ClassEdges {
    let root_objects: FxHashSet<ObjectIndex> = roots.objects().into_iter().collect();
    let loader_is_free = is_system_loader_free(table, &root_objects);
    let is_root = |address: u64| match address {
        0 => loader_is_free,
        address => (addresses.find(address)).is_none_or(|object| root_objects.contains(&object)),
    };
    let mut counted: Vec<(u64, u32)> = Vec::new();
    let mut edges = ClassEdges::default();
    let counts = instance_counts(table, tallies);
    for (class, index) in table.classes.iter().zip(0u32..) {
        let Some(object) = class.object.filter(|object| !root_objects.contains(object)) else {
            continue;
        };
        let class_object = table.get(table.class_of_classes).address;
        if refers_to(table, class).chain([class_object]).all(is_root) {
            edges.deferred.push(ClassIndex(index));
        } else {
            counted.push((counts[index as usize], object.0));
        }
    }
    counted.sort_unstable_by_key(|(count, object)| (std::cmp::Reverse(*count), *object));
    edges.targets = counted.into_iter().map(|(_, object)| object).collect();
    edges
}

/// True where only the virtual root dominates the system loader, whoever else refers to it: it is a
/// root, or two roots refer to it.
fn is_system_loader_free(table: &ClassTable, root_objects: &FxHashSet<ObjectIndex>) -> bool {
    let holders = (table.classes.iter()).filter(|class| {
        let is_root = class.object.is_some_and(|it| root_objects.contains(&it));
        class.loader_address == 0 && is_root
    });
    root_objects.contains(&ObjectIndex::SYSTEM_LOADER) || holders.take(2).count() == 2
}

/// Objects of each class, class objects included.
fn instance_counts(table: &ClassTable, tallies: &Tallies) -> Vec<u64> {
    let mut counts = vec![0; table.classes.len()];
    for (key, tally) in tallies.iter() {
        let class = match key {
            TallyKey::Instances(address) | TallyKey::ObjectArrays(address) => {
                table.at_address(address)
            }
            TallyKey::PrimitiveArrays(element) => table.primitive_arrays[element as usize],
        };
        if let Some(class) = class {
            counts[class.at()] += tally.objects;
        }
    }
    counts
}

/// Addresses that a class object refers to, apart from java.lang.Class: superclass, loader (0: the
/// system loader), statics.
fn refers_to<'a>(table: &'a ClassTable, class: &'a Class) -> impl Iterator<Item = u64> + 'a {
    let statics = (class.statics.iter())
        .filter(|field| field.type_code == BasicType::Object as u8 && field.value != 0)
        .map(|field| field.value);
    let super_class = class
        .super_class
        .map(|super_class| table.get(super_class).address);
    super_class
        .into_iter()
        .chain([class.loader_address])
        .chain(statics)
}

pub fn plans(
    table: &ClassTable,
    edges: &ClassEdges,
    locals: &FxHashMap<u32, Vec<u32>>,
    id_size: IdSize,
) -> Plans {
    let edge_of: FxHashMap<u32, u32> = edges
        .targets
        .iter()
        .zip(0..)
        .map(|(object, edge)| (*object, edge))
        .collect();
    let mut offsets = Vec::new();
    let classes = (table.classes.iter().zip(0u32..))
        .map(|(class, index)| {
            let index = ClassIndex(index);
            let first_offset = offsets.len() as u32;
            if class.kind == ClassKind::Instance {
                let fields = table.field_offsets(index, id_size.bytes());
                offsets.extend(
                    fields
                        .filter(|(_, field, _)| field.basic_type() == BasicType::Object)
                        .map(|(offset, ..)| offset),
                );
            }
            let edge = class
                .object
                .and_then(|object| edge_of.get(&object.0).copied());
            ClassPlan {
                first_offset,
                end_offset: offsets.len() as u32,
                edge: edge.unwrap_or(NO_EDGE),
                dump_bytes: class.dump_bytes,
            }
        })
        .collect();
    let special = special_objects(table, locals);
    Plans {
        classes,
        offsets,
        special,
    }
}

/// Bitmap of the class objects and of the objects with locals.
fn special_objects(table: &ClassTable, locals: &FxHashMap<u32, Vec<u32>>) -> Vec<u64> {
    let class_objects = table.classes.iter().filter_map(|class| class.object);
    let objects: Vec<ObjectIndex> = class_objects
        .chain(locals.keys().map(|object| ObjectIndex(*object)))
        .collect();
    let last = objects.iter().map(|object| object.at()).max().unwrap_or(0);
    let mut words = vec![0u64; last / 64 + 1];
    for object in objects {
        words[object.at() / 64] |= 1 << (object.0 & 63);
    }
    words
}

pub fn locals(roots: &Roots) -> FxHashMap<u32, Vec<u32>> {
    let mut locals: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for local in &roots.locals {
        locals
            .entry(local.thread.0)
            .or_default()
            .push(local.object.0);
    }
    locals
}

/// Class objects are of class java.lang.Class, the system loader is a java.lang.ClassLoader.
pub fn set_class_objects(table: &ClassTable, cells: &ClassCells<'_>) {
    cells.set(ObjectIndex::SYSTEM_LOADER, table.class_of_loaders);
    for class in &table.classes {
        if let Some(object) = class.object {
            cells.set(object, table.class_of_classes);
        }
    }
}

/// Encoded lists of the class objects and of the system loader, by object. They name their own
/// class only where that is no root.
pub fn class_lists(
    table: &ClassTable,
    addresses: &AddressIndex,
    roots: &Roots,
    locals: &FxHashMap<u32, Vec<u32>>,
) -> BTreeMap<u32, Vec<u8>> {
    let own_class = |class: ClassIndex| {
        table
            .get(class)
            .object
            .filter(|object| roots.types_of(*object).next().is_none())
    };
    let class_of_classes = own_class(table.class_of_classes);
    let mut lists = BTreeMap::new();
    for class in &table.classes {
        let Some(object) = class.object else { continue };
        let targets = refers_to(table, class).filter_map(|it| addresses.find_loader(it));
        let own_locals = locals
            .get(&object.0)
            .into_iter()
            .flatten()
            .copied()
            .map(ObjectIndex);
        let targets = targets.chain(class_of_classes).chain(own_locals);
        lists.insert(object.0, encoded(object, targets));
    }
    let loader = ObjectIndex::SYSTEM_LOADER;
    lists.insert(
        loader.0,
        encoded(loader, own_class(table.class_of_loaders).into_iter()),
    );
    lists.retain(|_, bytes| !bytes.is_empty());
    lists
}

fn encoded(object: ObjectIndex, targets: impl Iterator<Item = ObjectIndex>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut previous = object.0;
    for target in targets {
        varint::push_step(&mut bytes, previous, target.0);
        previous = target.0;
    }
    bytes
}
