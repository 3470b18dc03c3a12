//! Opening an index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytemuck::Pod;
use seamew_hprof::id::IdSize;

use super::column_file::{self, ColumnEntry};
use super::model::{self, Model};
use super::writer::{FORMAT, Manifest};
use super::{Identity, KEPT_DUMP, Location, VERSION};
use crate::address::AddressIndex;
use crate::dominators::tree::DominatorTree;
use crate::graph::lists::{INBOUND, ListColumns, OUTBOUND};
use crate::graph::{ClassColumn, Lists, PositionIndex, ShallowColumn};
use crate::heap::{Heap, LazySource};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::reachable::Reachable;
use crate::storage::Data;

/// Indexes up to this size are checked by checksum on every opening.
const CHECKED_BYTES: u64 = 64 << 20;

/// More than an address of today's processors can tell apart.
const MOST_BYTES: u64 = 1 << 48;

/// Opens the first usable index of a dump. An index that is stale, foreign, cut or damaged is
/// passed over.
pub fn read(dump: &Path, locations: &[Location]) -> Option<Heap> {
    let identity = Identity::of(dump).ok()?;
    locations.iter().find_map(|location| {
        let directory = location.directory();
        IndexFiles::open(directory, &identity)
            .and_then(|files| files.heap(dump))
            .ok()
    })
}

struct IndexFiles {
    directory: PathBuf,
    manifest: Manifest,
    check_contents: bool,
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

impl IndexFiles {
    fn open(directory: PathBuf, identity: &Identity) -> io::Result<Self> {
        let manifest: Manifest =
            serde_json::from_slice(&fs::read(directory.join("manifest.json"))?)?;
        if manifest.format != FORMAT
            || manifest.version != VERSION
            || manifest.identity != *identity
        {
            return Err(invalid());
        }
        let bytes = manifest
            .columns
            .iter()
            .fold(0, |sum, column: &ColumnEntry| {
                column.bytes().saturating_add(sum)
            });
        Ok(Self {
            directory,
            manifest,
            check_contents: bytes <= CHECKED_BYTES,
        })
    }

    fn model(&self) -> io::Result<Model<'static>> {
        let path = self.directory.join("model.bin");
        if fs::metadata(&path)?.len() != self.manifest.model_bytes {
            return Err(invalid());
        }
        let bytes = fs::read(path)?;
        if crc32fast::hash(&bytes) != self.manifest.model_crc {
            return Err(invalid());
        }
        model::decode(&bytes)
    }

    fn column<T: Pod>(&self, name: &str) -> io::Result<Data<T>> {
        let entry = (self
            .manifest
            .columns
            .iter()
            .find(|entry| entry.name == name))
        .ok_or_else(invalid)?;
        let path = self.directory.join(format!("{name}.column"));
        let identity = self.manifest.identity.short();
        column_file::read(&path, entry, identity, self.check_contents).map(Data::from)
    }

    fn lists(&self, names: &ListColumns) -> io::Result<Lists> {
        Ok(Lists {
            present: self.column(names.present)?,
            bases: self.column(names.bases)?,
            offsets: self.column(names.offsets)?,
            bytes: self.column(names.bytes)?,
            long_bytes: self.column(names.long_bytes)?,
        })
    }

    fn addresses(&self, model: &Model<'_>) -> io::Result<AddressIndex> {
        match &model.chunk_numbers {
            Some(chunks) => AddressIndex::from_bitmap(
                self.column("address_words")?,
                chunks.to_vec(),
                model.address_count,
            )
            .ok_or_else(invalid),
            None => Ok(AddressIndex::from_sorted(self.column("addresses")?)),
        }
    }

    fn classes(&self, model: &Model<'_>) -> io::Result<ClassColumn> {
        let class_count = model.table.classes.len();
        Ok(if model.wide_classes {
            ClassColumn::wide(self.column("classes")?, class_count)
        } else {
            ClassColumn::narrow(self.column("classes")?, class_count)
        })
    }

    fn positions(&self, is_sampled: bool) -> io::Result<PositionIndex> {
        let offsets = self.column("position_offsets")?;
        Ok(if is_sampled {
            PositionIndex::Sampled {
                addresses: self.column("position_addresses")?,
                offsets,
            }
        } else {
            PositionIndex::Direct(offsets)
        })
    }

    fn heap(&self, dump: &Path) -> io::Result<Heap> {
        let mut model = self.model()?;
        model.table.to_mut().reindex();
        let id_size = IdSize::from_bytes(model.facts.id_bytes).ok_or_else(invalid)?;
        let bytes: u64 = self.manifest.columns.iter().map(ColumnEntry::bytes).sum();
        let classes = self.classes(&model)?;
        let kept_dump = self.directory.join(KEPT_DUMP);
        let kept_bytes = fs::metadata(&kept_dump).map_or(0, |metadata| metadata.len());
        let heap = Heap {
            path: dump.to_owned(),
            index_path: Some(self.directory.clone()),
            index_bytes: bytes + self.manifest.model_bytes + kept_bytes,
            index_reused: true,
            source: LazySource::new(dump, kept_dump),
            id_size,
            addresses: self.addresses(&model)?,
            reachable: Reachable {
                words: self.column("reachable")?,
                count: model.reachable_count,
            },
            classes,
            shallow: ShallowColumn {
                units: self.column("shallow_units")?,
                overflow: model.shallow_overflow.into_iter().collect(),
            },
            outbound: self.lists(&OUTBOUND)?,
            inbound: self.lists(&INBOUND)?,
            class_targets: model.class_targets.into_owned(),
            positions: self.positions(model.sampled_positions)?,
            tree: DominatorTree {
                order: self.column("tree_order")?,
                position: self.column("tree_position")?,
                subtree: self.column("tree_subtree")?,
                parent: self.column("tree_parent")?,
                retained_units: self.column("tree_retained")?,
                retained_overflow: model.retained_overflow.into_iter().collect(),
            },
            facts: model.facts.into_owned(),
            table: model.table.into_owned(),
            roots: model.roots.into_owned(),
            class_sums: model.class_sums.into_owned(),
            unreachable_sums: model.unreachable_sums.into_owned(),
            stacks: model.stacks.into_owned(),
            few: std::sync::OnceLock::new(),
            collections_known: std::sync::OnceLock::new(),
        };
        if heap.has_matching_lengths() {
            Ok(heap)
        } else {
            Err(invalid())
        }
    }
}

impl Heap {
    /// True where the columns fit each other, so that no index leads outside.
    fn has_matching_lengths(&self) -> bool {
        let objects = self.addresses.object_count();
        let reached = self.reachable.count() as usize;
        let classes = self.table.classes.len();
        self.classes.len() == objects
            && self.shallow.units.len() == objects
            && self.tree.position.len() == objects
            && self.reachable.words.len() == objects.div_ceil(32).max(1)
            && [
                &self.tree.order,
                &self.tree.subtree,
                &self.tree.parent,
                &self.tree.retained_units,
            ]
            .iter()
            .all(|column| column.len() == reached)
            && self.class_sums.len() == classes
            && self.unreachable_sums.len() == classes
            && self.has_sound_model(objects, classes)
            && self.has_possible_sizes()
    }

    /// True where no size is beyond any machine's memory, so that sums stay sums.
    fn has_possible_sizes(&self) -> bool {
        let possible = |bytes: &u64| *bytes <= MOST_BYTES;
        let mut sums = self.class_sums.iter().chain(&self.unreachable_sums);
        let overflow = self.shallow.overflow.values();
        overflow
            .chain(self.tree.retained_overflow.values())
            .all(possible)
            && sums.all(|own| {
                u32::try_from(own.objects).is_ok()
                    && possible(&own.shallow_bytes)
                    && possible(&own.retained_bytes)
            })
    }

    /// True where the model names only objects and classes that exist.
    fn has_sound_model(&self, objects: usize, classes: usize) -> bool {
        let object = |object: ObjectIndex| object.at() < objects;
        let class = |class: ClassIndex| class.at() < classes;
        let table = &self.table;
        class(table.class_of_classes)
            && class(table.class_of_loaders)
            && table.primitive_arrays.iter().flatten().all(|it| class(*it))
            && (table.classes.iter())
                .all(|it| it.super_class.is_none_or(class) && it.object.is_none_or(object))
            && self.roots.roots.iter().all(|it| object(it.object))
            && self.roots.threads.iter().all(|it| object(it.object))
            && self
                .roots
                .locals
                .iter()
                .all(|it| object(it.object) && object(it.thread))
            && self.stacks.iter().all(|stack| {
                let frames = stack.frames.iter().flat_map(|frame| &frame.locals);
                object(stack.thread) && frames.chain(&stack.other_locals).all(|it| object(*it))
            })
    }
}
