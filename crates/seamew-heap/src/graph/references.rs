//! Second pass: every object's class, size and references.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rustc_hash::{FxHashMap, FxHashSet};
use seamew_hprof::id::IdSize;
use seamew_hprof::source::DumpSource;
use seamew_hprof::tag::BasicType;
use seamew_hprof::walk::{WalkError, walk};

use super::lists::{Lists, ListsBuilder, OUTBOUND};
use super::objects::{ClassColumn, OVERFLOW, ShallowColumn, shallow_units};
use super::positions::{PositionIndex, PositionSample};
use super::roots::Roots;
use super::varint;
use super::visitor::{BatchLists, ClassCells, ClassPlan, NO_EDGE, Plans, ReferenceVisitor, Shared};
use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{
    Class, ClassKind, ClassTable, GapEvidence, SizeModel, StackChunks, set_sizes,
};
use crate::error::{HeapError, Result};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::parallel::run_batches;
use crate::progress::{Phase, Progress};
use crate::scan::{Batch, FileOrder, Tallies, TallyKey};
use crate::storage::{Column, Storage};

/// What the second pass reads.
pub struct ReferencesInput<'a> {
    pub source: &'a dyn DumpSource,
    pub id_size: IdSize,
    pub threads: usize,
    pub batches: &'a [Batch],
    pub order: FileOrder,
    pub tallies: &'a Tallies,
    pub layout: ObjectLayout,
    pub size_model: SizeModel,
    /// Bytes of the heap dump records.
    pub dump_bytes: u64,
}

/// Which classes' objects get edges from their instances.
#[derive(Clone, Debug, Default)]
pub struct ClassEdges {
    /// Class objects by edge number.
    pub targets: Vec<u32>,
    /// Classes whose class object refers to roots only: their dominators are found afterwards,
    /// from the instances, so that instances need no edge.
    pub deferred: Vec<ClassIndex>,
}

/// Result of the second pass.
pub struct Indexed {
    pub classes: ClassColumn,
    pub shallow: ShallowColumn,
    pub outbound: Lists,
    pub positions: PositionIndex,
    pub class_edges: ClassEdges,
    pub dangling_references: u64,
    pub odd_instances: u64,
}

/// Runs the second pass and sets the sizes of the classes.
///
/// # Errors
/// When the dump cannot be read, there is no room, or on cancellation.
pub fn read_references(
    input: &ReferencesInput<'_>,
    table: &mut ClassTable,
    addresses: &AddressIndex,
    roots: &Roots,
    storage: &Storage,
    progress: &Progress,
) -> Result<Indexed> {
    let class_edges = class_edges(table, input.tallies, addresses, roots);
    let locals = locals(roots);
    let plans = plans(table, &class_edges, &locals, input.id_size);
    let mut columns = Columns::new(input, table, addresses.object_count(), storage)?;
    progress.enter(Phase::References, input.dump_bytes);
    let own_sized;
    let gathered = {
        let shared = columns.share(input, table, addresses, &plans, &locals, progress);
        own_sized = shared.stack_chunks.map(|chunks| chunks.class);
        set_class_objects(table, &shared.class_cells);
        let lists = class_lists(table, addresses, roots, &locals);
        gather(input, &shared, lists, addresses.object_count(), storage)?
    };
    let Columns {
        narrow_classes,
        wide_classes,
        shallow_units,
        offsets,
        is_narrow,
    } = columns;
    let positions = if input.order == FileOrder::Scattered {
        PositionIndex::Direct(offsets.into())
    } else {
        PositionIndex::sampled(storage, gathered.samples)?
    };
    set_sizes(
        table,
        input.size_model,
        &input.layout,
        &gathered.evidence,
        addresses,
    );
    let classes = if is_narrow {
        ClassColumn::narrow(narrow_classes.into(), table.classes.len())
    } else {
        ClassColumn::wide(wide_classes.into(), table.classes.len())
    };
    let overflow = gathered.overflow.into_iter().collect();
    Ok(Indexed {
        shallow: fill_shallow(
            shallow_units,
            overflow,
            &classes,
            table,
            own_sized,
            input.size_model,
        ),
        classes,
        outbound: gathered.outbound,
        positions,
        class_edges,
        dangling_references: gathered.dangling,
        odd_instances: gathered.odd_instances,
    })
}

/// The columns that the pass fills; of the two for classes, one is empty.
struct Columns {
    narrow_classes: Column<u16>,
    wide_classes: Column<u32>,
    is_narrow: bool,
    shallow_units: Column<u16>,
    /// Record offsets by object, for dumps without order.
    offsets: Column<u64>,
}

impl Columns {
    fn new(
        input: &ReferencesInput<'_>,
        table: &ClassTable,
        count: usize,
        storage: &Storage,
    ) -> Result<Self> {
        let is_narrow = table.classes.len() < usize::from(u16::MAX);
        let scattered = input.order == FileOrder::Scattered;
        let only_if = |wanted: bool| if wanted { count } else { 0 };
        Ok(Self {
            narrow_classes: storage.column("classes", only_if(is_narrow))?,
            wide_classes: storage.column("classes", only_if(!is_narrow))?,
            is_narrow,
            shallow_units: storage.column("shallow_units", count)?,
            offsets: storage.column("position_offsets", only_if(scattered))?,
        })
    }

    fn share<'a>(
        &'a mut self,
        input: &ReferencesInput<'_>,
        table: &'a ClassTable,
        addresses: &'a AddressIndex,
        plans: &'a Plans,
        locals: &'a FxHashMap<u32, Vec<u32>>,
        progress: &'a Progress,
    ) -> Shared<'a> {
        let scattered = input.order == FileOrder::Scattered;
        Shared {
            addresses,
            table,
            plans,
            locals,
            layout: input.layout,
            size_model: input.size_model,
            stack_chunks: StackChunks::of(
                table,
                input.size_model,
                &input.layout,
                input.id_size.bytes(),
            ),
            class_cells: if self.is_narrow {
                ClassCells::Narrow(self.narrow_classes.cells())
            } else {
                ClassCells::Wide(self.wide_classes.cells())
            },
            shallow_cells: self.shallow_units.cells(),
            offset_cells: scattered.then(|| self.offsets.cells()),
            id_size: input.id_size,
            progress,
        }
    }
}

/// Decides which classes' instances get an edge to the class object. Edges into roots change no
/// dominator. A class object that refers to roots only changes no other object's dominator, so
/// its own can be found afterwards. All others get numbers, the most frequent class first.
fn class_edges(
    table: &ClassTable,
    tallies: &Tallies,
    addresses: &AddressIndex,
    roots: &Roots,
) -> ClassEdges {
    let root_objects: FxHashSet<ObjectIndex> = roots.objects().into_iter().collect();
    let is_root = |address: u64| {
        address == 0
            || addresses
                .find(address)
                .is_none_or(|object| root_objects.contains(&object))
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

fn plans(
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

fn locals(roots: &Roots) -> FxHashMap<u32, Vec<u32>> {
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
fn set_class_objects(table: &ClassTable, cells: &ClassCells<'_>) {
    cells.set(ObjectIndex::SYSTEM_LOADER, table.class_of_loaders);
    for class in &table.classes {
        if let Some(object) = class.object {
            cells.set(object, table.class_of_classes);
        }
    }
}

/// Encoded lists of the class objects and of the system loader, by object. They name their own
/// class only where that is no root.
fn class_lists(
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

/// What the threads of the pass brought together.
struct Gathered {
    outbound: Lists,
    samples: Vec<PositionSample>,
    evidence: Vec<GapEvidence>,
    overflow: Vec<(u32, u64)>,
    dangling: u64,
    odd_instances: u64,
}

fn gather(
    input: &ReferencesInput<'_>,
    shared: &Shared<'_>,
    class_lists: BTreeMap<u32, Vec<u8>>,
    objects: usize,
    storage: &Storage,
) -> Result<Gathered> {
    // A reference takes an identifier in the dump and at most five bytes here; a class number
    // takes three at most, its object at least 16 in the dump.
    let class_bytes: usize = class_lists.values().map(Vec::len).sum();
    let most_bytes = (input.dump_bytes as usize / 2 * 3) + class_bytes + 32 * objects / 64;
    let builder = ListsBuilder::new(storage, &OUTBOUND, objects, most_bytes)?;
    let sink = Mutex::new(Sink {
        builder,
        class_lists,
        next: 0,
        waiting: BTreeMap::new(),
        spare: Vec::new(),
        scattered: input.order == FileOrder::Scattered,
    });
    let states = run_batches(
        input.threads,
        input.batches.len(),
        || (ReferenceVisitor::new(shared), Vec::new()),
        |(visitor, buffer), batch| read_batch(input, &sink, visitor, buffer, batch),
    )?;
    let mut sink = sink.into_inner().map_err(|_| HeapError::Cancelled)?;
    if sink.scattered {
        sink.append_scattered(objects, storage)?;
    }
    sink.append_classes(u32::MAX)?;
    let mut gathered = Gathered {
        outbound: sink.builder.finish(),
        samples: Vec::new(),
        evidence: vec![GapEvidence::default(); shared.table.classes.len()],
        overflow: Vec::new(),
        dangling: 0,
        odd_instances: 0,
    };
    for (visitor, _) in states {
        gathered.samples.extend(visitor.samples);
        gathered.overflow.extend(visitor.overflow);
        gathered.dangling += visitor.dangling;
        gathered.odd_instances += visitor.odd_instances;
        for (into, from) in gathered.evidence.iter_mut().zip(visitor.evidence) {
            into.merge(from);
        }
    }
    Ok(gathered)
}

fn read_batch(
    input: &ReferencesInput<'_>,
    sink: &Mutex<Sink>,
    visitor: &mut ReferenceVisitor<'_>,
    buffer: &mut Vec<u8>,
    batch: usize,
) -> Result<()> {
    for segment in &input.batches[batch].segments {
        visitor.enter_segment(segment.offset);
        match walk(input.source, *segment, input.id_size, buffer, visitor) {
            Ok(()) => visitor.leave_segment(segment.end()),
            Err(WalkError::Io { offset, source }) => {
                return Err(HeapError::dump_io(offset, source));
            }
            Err(WalkError::Stopped { .. }) => return Err(HeapError::Cancelled),
            Err(WalkError::Unsound { offset, .. }) => {
                return Err(HeapError::dump_changed(offset));
            }
        }
    }
    let lists = std::mem::take(&mut visitor.lists);
    let mut sink = sink.lock().map_err(|_| HeapError::Cancelled)?;
    visitor.lists = sink.take(batch, lists)?;
    Ok(())
}

/// Brings the batches' lists into order.
struct Sink {
    builder: ListsBuilder,
    class_lists: BTreeMap<u32, Vec<u8>>,
    next: usize,
    waiting: BTreeMap<usize, BatchLists>,
    /// Emptied buffers, to be filled again without new page faults.
    spare: Vec<BatchLists>,
    scattered: bool,
}

impl Sink {
    /// Takes a batch's lists and returns an empty buffer.
    fn take(&mut self, batch: usize, lists: BatchLists) -> Result<BatchLists> {
        self.waiting.insert(batch, lists);
        if !self.scattered {
            while let Some(mut lists) = self.waiting.remove(&self.next) {
                self.append(&lists)?;
                lists.heads.clear();
                lists.bytes.clear();
                self.spare.push(lists);
                self.next += 1;
            }
        }
        Ok(self.spare.pop().unwrap_or_default())
    }

    fn append(&mut self, lists: &BatchLists) -> Result<()> {
        let mut rest = &lists.bytes[..];
        let mut next_class = self.next_class();
        for head in &lists.heads {
            if head.object > next_class {
                self.append_classes(head.object)?;
                next_class = self.next_class();
            }
            let (encoded, behind) = rest.split_at(head.length as usize);
            self.builder.push(head.object, head.has_class, encoded)?;
            rest = behind;
        }
        Ok(())
    }

    fn next_class(&self) -> u32 {
        self.class_lists
            .first_key_value()
            .map_or(u32::MAX, |(object, _)| *object)
    }

    /// Appends the lists of class objects before `object`.
    fn append_classes(&mut self, object: u32) -> Result<()> {
        while let Some(entry) = self.class_lists.first_entry()
            && *entry.key() < object
        {
            let (class_object, encoded) = entry.remove_entry();
            self.builder.push(class_object, false, &encoded)?;
        }
        Ok(())
    }

    /// Appends the lists of a dump without order: notes where each object's list is, then takes
    /// them by object. Of an object that is there twice, the last one counts.
    fn append_scattered(&mut self, objects: usize, storage: &Storage) -> Result<()> {
        let mut places: Column<u64> = storage.column("list_places", objects)?;
        let waiting = std::mem::take(&mut self.waiting);
        for (batch, lists) in &waiting {
            for (head, list) in lists.heads.iter().zip(1u64..) {
                places[head.object as usize] = (*batch as u64) << 32 | list;
            }
        }
        let starts: FxHashMap<usize, Vec<usize>> = waiting
            .iter()
            .map(|(batch, lists)| (*batch, starts(lists)))
            .collect();
        for (place, object) in places.iter().zip(0u32..) {
            if *place == 0 {
                continue;
            }
            let batch = (place >> 32) as usize;
            let list = (place & u64::from(u32::MAX)) as usize - 1;
            let (Some(lists), Some(starts)) = (waiting.get(&batch), starts.get(&batch)) else {
                continue;
            };
            self.append_classes(object)?;
            let encoded = &lists.bytes[starts[list]..starts[list + 1]];
            if encoded.is_empty() {
                continue;
            }
            self.builder
                .push(object, lists.heads[list].has_class, encoded)?;
        }
        Ok(())
    }
}

/// Starts of a batch's lists, and the end.
fn starts(lists: &BatchLists) -> Vec<usize> {
    let mut starts = Vec::with_capacity(lists.heads.len() + 1);
    let mut at = 0;
    starts.push(at);
    for head in &lists.heads {
        at += head.length as usize;
        starts.push(at);
    }
    starts
}

/// Writes the sizes of instances and class objects beside those of the arrays, and of the class
/// `own_sized`, whose instances have one each.
fn fill_shallow(
    mut units: Column<u16>,
    mut overflow: FxHashMap<u32, u64>,
    classes: &ClassColumn,
    table: &ClassTable,
    own_sized: Option<ClassIndex>,
    size_model: SizeModel,
) -> ShallowColumn {
    let mut by_class: Vec<Option<u64>> = (table.classes.iter())
        .map(|class| (class.kind == ClassKind::Instance).then_some(class.instance_bytes))
        .collect();
    if let Some(class) = own_sized {
        by_class[class.at()] = None;
    }
    let class_units: Vec<Option<u16>> = by_class
        .iter()
        .map(|bytes| bytes.and_then(shallow_units))
        .collect();
    let mut set = |units: &mut u16, object: u32, bytes: u64| {
        *units = shallow_units(bytes).unwrap_or_else(|| {
            overflow.insert(object, bytes);
            OVERFLOW
        });
    };
    for object in 0..units.len() {
        let class = classes.get(ObjectIndex(object as u32));
        match (class_units[class.at()], by_class[class.at()]) {
            (Some(known), _) => units[object] = known,
            (None, Some(bytes)) => set(&mut units[object], object as u32, bytes),
            (None, None) => {}
        }
    }
    if size_model == SizeModel::Gap {
        // The system loader is no object of the heap; MAT gives it a size all the same.
        units[0] = 0;
    }
    for class in &table.classes {
        if let Some(object) = class.object {
            set(&mut units[object.at()], object.0, class.class_object_bytes);
        }
    }
    ShallowColumn {
        units: units.into(),
        overflow,
    }
}
