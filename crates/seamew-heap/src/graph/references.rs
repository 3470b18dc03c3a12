//! Second pass: every object's class, size and references.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rustc_hash::FxHashMap;
use seamew_hprof::id::IdSize;
use seamew_hprof::source::DumpSource;
use seamew_hprof::walk::{WalkError, walk};

use super::lists::{Lists, ListsBuilder, OUTBOUND};
use super::objects::{ClassColumn, OVERFLOW, ShallowColumn, shallow_units};
use super::plans::{ClassEdges, class_edges, class_lists, locals, plans, set_class_objects};
use super::positions::{PositionIndex, PositionSample};
use super::roots::Roots;
use super::sink::Sink;
use super::visitor::{ClassCells, Plans, ReferenceVisitor, Shared};
use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{ClassKind, ClassTable, GapEvidence, SizeModel, StackChunks, set_sizes};
use crate::error::{HeapError, Result};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::parallel::run_batches;
use crate::progress::{Phase, Progress};
use crate::scan::{Batch, FileOrder, Tallies};
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
