//! Class loaders: what they loaded, and what that holds.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::histogram::Grouping;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// A class loader.
#[derive(Clone, Debug, Serialize)]
pub struct LoaderRow {
    pub object_index: u32,
    pub address: u64,
    pub class_name: String,
    /// The loader it asks first; None for the system loader, and where that is asked.
    pub parent_index: Option<u32>,
    /// Classes that it defined.
    pub classes: u64,
    /// Instances of these classes.
    pub objects: u64,
    pub shallow_bytes: u64,
    /// What the loader itself retains.
    pub retained_bytes: u64,
    /// What the instances retain, at least.
    pub objects_retained_bytes: u64,
}

impl Heap {
    /// All class loaders, by address; the system loader is the first.
    pub fn loaders(&self) -> Vec<LoaderRow> {
        let mut rows: FxHashMap<ObjectIndex, LoaderRow> = (self.loader_objects().into_iter())
            .map(|loader| (loader, self.loader_row(loader)))
            .collect();
        for (class, sums) in self.table.classes.iter().zip(&self.class_sums) {
            let is_loaded = (class.object).is_some_and(|object| self.reachable.contains(object));
            let loader = self.addresses.find_loader(class.loader_address);
            if let Some(row) = loader
                .filter(|_| is_loaded)
                .and_then(|it| rows.get_mut(&it))
            {
                row.classes += 1;
                row.objects += sums.objects;
                row.shallow_bytes += sums.shallow_bytes;
            }
        }
        let retained: FxHashMap<String, u64> = (self.histogram(Grouping::Loader).into_iter())
            .filter_map(|row| Some((row.label, row.retained_bytes?)))
            .collect();
        let mut rows: Vec<(ObjectIndex, LoaderRow)> = rows.into_iter().collect();
        rows.sort_by_key(|(loader, _)| *loader);
        (rows.into_iter())
            .map(|(loader, row)| LoaderRow {
                objects_retained_bytes: *retained.get(&self.object_label(loader)).unwrap_or(&0),
                ..row
            })
            .collect()
    }

    /// The loaders of classes, and instances of loader classes that loaded none.
    pub(crate) fn loader_objects(&self) -> Vec<ObjectIndex> {
        let is_loader: Vec<bool> = (0..self.table.classes.len() as u32)
            .map(|class| {
                self.table
                    .is_subclass(ClassIndex(class), self.table.class_of_loaders)
            })
            .collect();
        let mut loaders: Vec<ObjectIndex> = self.instances_of(&is_loader).iter().collect();
        loaders.extend(
            (self.table.classes.iter())
                .filter(|class| {
                    (class.object).is_some_and(|object| self.reachable.contains(object))
                })
                .filter_map(|class| self.addresses.find_loader(class.loader_address)),
        );
        loaders.sort_unstable();
        loaders.dedup();
        loaders
    }

    fn loader_row(&self, loader: ObjectIndex) -> LoaderRow {
        let is_system = loader == ObjectIndex::SYSTEM_LOADER;
        let parent = (self.fields_of(loader)).and_then(|fields| fields.reference("parent"));
        let parent = parent.filter(|parent| self.reachable.contains(*parent));
        LoaderRow {
            object_index: self.id(loader),
            address: self.addresses.address(loader),
            class_name: if is_system {
                "<system class loader>".to_owned()
            } else {
                self.class_name(loader).to_owned()
            },
            parent_index: parent.map(|parent| self.id(parent)),
            classes: 0,
            objects: 0,
            shallow_bytes: 0,
            retained_bytes: self.retained_bytes(loader),
            objects_retained_bytes: 0,
        }
    }
}
