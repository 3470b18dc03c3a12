//! The build, phase by phase.

use std::path::Path;
use std::time::Instant;

use rustc_hash::FxHashSet;

use super::input::DumpInput;
use super::stacks::stacks;
use super::sums::{class_sums, count_loaders, unreachable_sums};
use super::OpenOptions;
use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{self, ClassTable, SizeModel};
use crate::dominators::deferred::{self, DeferredInput};
use crate::dominators::tree::{self, DominatorTree, TreeInput};
use crate::dominators::{CrossLists, ReachInput, Reached, immediate_dominators, reach};
use crate::early::EarlyFindings;
use crate::error::{HeapError, Result};
use crate::graph::inbound::{InboundInput, inbound};
use crate::graph::{GcRoot, Indexed, Lists, ReferencesInput, RootType, Roots, read_references};
use crate::heap::{ClassSums, Facts, Heap, HeapWarning};
use crate::ids::ObjectIndex;
use crate::parallel::thread_count;
use crate::progress::{Phase, Progress};
use crate::reachable::Reachable;
use crate::scan::{ScanInput, ScanOutcome, Scanned, scan};
use crate::storage::{Column, Storage};

/// Measures phases.
pub struct Stopwatch {
    since: Instant,
    laps: Vec<(String, f64)>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { since: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, name: &str) {
        self.laps.push((name.to_owned(), self.since.elapsed().as_secs_f64()));
        self.since = Instant::now();
    }
}

/// The dump after the first pass, with classes and roots.
struct Modelled {
    addresses: AddressIndex,
    table: ClassTable,
    roots: Roots,
    layout: ObjectLayout,
    scanned: Scanned,
    mat_compressed: bool,
}

/// Builds a heap from a dump.
pub fn build(path: &Path, options: &OpenOptions, progress: &Progress) -> Result<Heap> {
    let mut watch = Stopwatch::start();
    let storage = Storage::in_memory();
    let mut input = DumpInput::open(path, options, None, progress)?;
    watch.lap("survey");
    let scanned = scan_repairing(&mut input, options, &storage, progress)?;
    watch.lap("scan");
    let mut modelled = model(&input, options, scanned);
    progress.publish_early(early(&modelled));
    watch.lap("classes");
    let indexed = second_pass(&input, options, &mut modelled, &storage, progress)?;
    watch.lap("references");
    let graph = Graph { modelled, indexed };
    let heap = graph.finish(&input, options, &storage, progress, &mut watch)?;
    progress.enter(Phase::Done, 0);
    Ok(heap)
}

/// The first pass alone.
pub fn first_pass(
    path: &Path,
    options: &OpenOptions,
    progress: &Progress,
) -> Result<EarlyFindings> {
    let storage = Storage::in_memory();
    let mut input = DumpInput::open(path, options, None, progress)?;
    let scanned = scan_repairing(&mut input, options, &storage, progress)?;
    Ok(early(&model(&input, options, scanned)))
}

/// The first pass; where a sub-record is unsound, again over repaired segments.
fn scan_repairing(
    input: &mut DumpInput,
    options: &OpenOptions,
    storage: &Storage,
    progress: &Progress,
) -> Result<Scanned> {
    loop {
        let scan_input = ScanInput {
            source: input.source.as_ref(),
            segments: &input.segments,
            id_size: input.header.id_size,
            threads: thread_count(options.threads),
            names: &input.symbols,
        };
        match scan(&scan_input, storage, progress)? {
            ScanOutcome::Done(scanned) => return Ok(*scanned),
            ScanOutcome::Unsound { offset } => {
                if input.is_repaired() {
                    return Err(HeapError::dump_changed(offset));
                }
                input.repair(options.dump_index, progress)?;
            }
        }
    }
}

fn model(input: &DumpInput, options: &OpenOptions, mut scanned: Scanned) -> Modelled {
    let addresses = std::mem::replace(&mut scanned.addresses, AddressIndex::none());
    let raw_classes = std::mem::take(&mut scanned.raw_classes);
    let table = classes::build(raw_classes, &scanned.tallies, &input.symbols, &addresses);
    let roots = Roots::resolve(&scanned.roots, &table, &addresses);
    let id_bytes = input.header.id_size.bytes() as u64;
    let mat_compressed = scanned.mat_compressed && id_bytes == 8;
    let layout = match options.size_model {
        SizeModel::Mat => classes::mat_layout(&addresses, id_bytes, mat_compressed),
        SizeModel::Gap => ObjectLayout::infer(
            &scanned.tallies.array_samples,
            &addresses,
            id_bytes,
            mat_compressed,
        ),
    };
    Modelled { addresses, table, roots, layout, scanned, mat_compressed }
}

/// What the first pass tells, with sizes from a few gaps.
fn early(modelled: &Modelled) -> EarlyFindings {
    crate::early::findings(
        &modelled.scanned.tallies,
        &modelled.table,
        &modelled.addresses,
        &modelled.layout,
    )
}

fn second_pass(
    input: &DumpInput,
    options: &OpenOptions,
    modelled: &mut Modelled,
    storage: &Storage,
    progress: &Progress,
) -> Result<Indexed> {
    let references = ReferencesInput {
        source: input.source.as_ref(),
        id_size: input.header.id_size,
        threads: thread_count(options.threads),
        batches: &modelled.scanned.batches,
        order: modelled.scanned.order,
        tallies: &modelled.scanned.tallies,
        layout: modelled.layout,
        size_model: options.size_model,
        dump_bytes: input.segments.iter().map(|segment| segment.length).sum(),
    };
    let Modelled { addresses, table, roots, .. } = modelled;
    read_references(&references, table, addresses, roots, storage, progress)
}

/// The object graph before the search.
struct Graph {
    modelled: Modelled,
    indexed: Indexed,
}

/// What the two threads after the search bring home.
struct Halves {
    dominators: Column<u32>,
    inbound: Lists,
}

impl Graph {
    fn finish(
        self,
        input: &DumpInput,
        options: &OpenOptions,
        storage: &Storage,
        progress: &Progress,
        watch: &mut Stopwatch,
    ) -> Result<Heap> {
        let Self { mut modelled, indexed } = self;
        let class_objects: Vec<Option<ObjectIndex>> =
            modelled.table.classes.iter().map(|class| class.object).collect();
        let mut reached = search(&modelled, &indexed, &class_objects, options, storage, progress)?;
        watch.lap("reach");
        let reachable = Reachable::new(&reached.number, storage)?;
        let cross_edges = reached.cross.len();
        let edges = std::mem::replace(&mut reached.cross, Column::empty()?);
        let cross = CrossLists::build(edges, reached.count, storage, progress)?;
        watch.lap("cross edges");
        let halves = Halves::run(
            &HalvesInput {
                modelled: &modelled,
                indexed: &indexed,
                reached: &reached,
                cross: &cross,
                cross_edges,
                class_objects: &class_objects,
            },
            storage,
            progress,
        )?;
        watch.lap("dominators, inbound");
        drop(cross);
        let Reached { number, object, added_roots, .. } = reached;
        modelled.roots.add_unreachable(&added_roots);
        let unreachable = unreachable_sums(&reachable, &indexed, &modelled.table);
        let tree_input = TreeInput {
            dominators: halves.dominators,
            objects: object,
            numbers: number,
            shallow: &indexed.shallow,
        };
        let tree = tree::build(tree_input, storage, progress)?;
        watch.lap("tree");
        let parts = Parts { tree, reachable, inbound: halves.inbound };
        Ok(parts.assemble(modelled, indexed, input, options, unreachable, watch))
    }
}

fn search(
    modelled: &Modelled,
    indexed: &Indexed,
    class_objects: &[Option<ObjectIndex>],
    options: &OpenOptions,
    storage: &Storage,
    progress: &Progress,
) -> Result<Reached> {
    let roots = modelled.roots.objects();
    let reach_input = ReachInput {
        outbound: &indexed.outbound,
        class_edges: &indexed.class_edges,
        classes: &indexed.classes,
        class_objects,
        roots: &roots,
        keep_unreachable: options.keep_unreachable,
    };
    reach(&reach_input, modelled.addresses.object_count(), storage, progress)
}

struct HalvesInput<'a> {
    modelled: &'a Modelled,
    indexed: &'a Indexed,
    reached: &'a Reached,
    cross: &'a CrossLists,
    cross_edges: usize,
    class_objects: &'a [Option<ObjectIndex>],
}

impl Halves {
    /// Finds the dominators on this thread while another one makes the lists of references.
    fn run(
        input: &HalvesInput<'_>,
        storage: &Storage,
        progress: &Progress,
    ) -> Result<Self> {
        std::thread::scope(|scope| {
            let lists = scope.spawn(|| input.inbound(storage, progress));
            let dominators = input.dominators(storage, progress);
            let lists = lists.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok(Self { dominators: dominators?, inbound: lists? })
        })
    }
}

impl HalvesInput<'_> {
    fn dominators(&self, storage: &Storage, progress: &Progress) -> Result<Column<u32>> {
        let reached = self.reached;
        let mut dominators =
            immediate_dominators(&reached.parent, self.cross, storage, progress)?;
        let is_referenced = |number: u32| {
            reached.parent[number as usize] != 0 || !self.cross.sources(number).is_empty()
        };
        let input = DeferredInput {
            classes: &self.indexed.classes,
            class_edges: &self.indexed.class_edges,
            class_objects: self.class_objects,
            number: &reached.number,
            is_referenced: &is_referenced,
        };
        deferred::correct(&input, &mut dominators);
        Ok(dominators)
    }

    fn inbound(&self, storage: &Storage, progress: &Progress) -> Result<Lists> {
        let class_targets: FxHashSet<u32> =
            self.indexed.class_edges.targets.iter().copied().collect();
        let inbound_input = InboundInput {
            numbers: &self.reached.number,
            objects: &self.reached.object,
            parents: &self.reached.parent,
            cross: self.cross,
            cross_edges: self.cross_edges,
            classes: &self.indexed.classes,
            table: &self.modelled.table,
            class_targets: &class_targets,
        };
        inbound(&inbound_input, storage, progress)
    }
}

/// The finished parts.
struct Parts {
    tree: DominatorTree,
    reachable: Reachable,
    inbound: Lists,
}

impl Parts {
    fn assemble(
        self,
        modelled: Modelled,
        indexed: Indexed,
        input: &DumpInput,
        options: &OpenOptions,
        unreachable: Vec<ClassSums>,
        watch: &mut Stopwatch,
    ) -> Heap {
        let Modelled { addresses, table, roots, layout, scanned, mat_compressed } =
            modelled;
        let Indexed { classes, shallow, outbound, positions, class_edges, .. } = indexed;
        let mut heap = Heap {
            path: input.path.clone(),
            index_path: None,
            index_bytes: 0,
            index_reused: false,
            source: std::sync::Arc::clone(&input.source),
            id_size: input.header.id_size,
            facts: facts(input, options, &scanned, layout, mat_compressed),
            stacks: stacks(&input.symbols, &roots),
            table,
            roots,
            addresses,
            reachable: self.reachable,
            classes,
            shallow,
            outbound,
            inbound: self.inbound,
            class_targets: class_edges.targets,
            positions,
            tree: self.tree,
            class_sums: Vec::new(),
            unreachable_sums: unreachable,
        };
        heap.class_sums = class_sums(&heap);
        watch.lap("classes, sums");
        heap.facts.reference_count = indexed.references;
        heap.complete_facts();
        heap.facts.warnings.extend(graph_warnings(&scanned, &heap.roots, indexed.odd_instances));
        heap.facts.phase_seconds = std::mem::take(&mut watch.laps);
        heap
    }
}

fn facts(
    input: &DumpInput,
    options: &OpenOptions,
    scanned: &Scanned,
    layout: ObjectLayout,
    mat_compressed: bool,
) -> Facts {
    let _ = scanned;
    let compressed = match options.size_model {
        SizeModel::Mat => mat_compressed,
        SizeModel::Gap => layout.reference_bytes < input.header.id_size.bytes() as u64,
    };
    Facts {
        format: input.header.version_text.clone(),
        container: input.container.clone(),
        id_bytes: input.header.id_size.bytes() as u32,
        created_at_ms: input.header.created_at_ms,
        file_bytes: input.file_bytes,
        dump_bytes: input.source.len(),
        dump_index: input.dump_index as u32,
        dump_count: input.dump_count as u32,
        object_count: 0,
        heap_bytes: 0,
        class_count: 0,
        loader_count: 0,
        root_count: 0,
        reference_count: 0,
        unreachable_objects: 0,
        unreachable_bytes: 0,
        filler_objects: 0,
        filler_bytes: 0,
        size_model: options.size_model,
        layout,
        compressed_references: compressed,
        keep_unreachable: options.keep_unreachable,
        lost_bytes: input.lost_bytes,
        warnings: input.warnings.clone(),
        phase_seconds: Vec::new(),
    }
}

fn graph_warnings(scanned: &Scanned, roots: &Roots, odd_instances: u64) -> Vec<HeapWarning> {
    let mut warnings = Vec::new();
    let mut note = |code: &str, count: u64, message: &str, hint: &str| {
        if count > 0 {
            warnings.push(HeapWarning {
                code: code.into(),
                message: format!("{count} {message}"),
                hint: hint.into(),
                offset: None,
                lost_bytes: 0,
                count,
            });
        }
    };
    note(
        "duplicate-objects",
        scanned.duplicate_objects,
        "objects are in the dump more than once; each counts once",
        "",
    );
    note(
        "odd-instances",
        odd_instances,
        "instances are longer or shorter than their class says; their fields are read as far as they go",
        "",
    );
    note("dangling-roots", roots.dangling, "GC roots name no object of the dump", "");
    warnings
}

impl Roots {
    /// Adds roots for objects that nothing else reached.
    fn add_unreachable(&mut self, objects: &[ObjectIndex]) {
        let root_type = RootType::Unreachable;
        self.roots.extend(objects.iter().map(|object| GcRoot { object: *object, root_type, records: 1 }));
        self.roots.sort_unstable();
    }
}

impl Heap {
    /// Fills in the counts.
    fn complete_facts(&mut self) {
        let sum = |sums: &[ClassSums]| {
            sums.iter().fold((0, 0), |(objects, bytes), sums| {
                (objects + sums.objects, bytes + sums.shallow_bytes)
            })
        };
        let (_, heap_bytes) = sum(&self.class_sums);
        let (unreachable_objects, unreachable_bytes) = sum(&self.unreachable_sums);
        let fillers = (self.table.classes.iter().zip(&self.unreachable_sums))
            .filter(|(class, _)| classes::is_filler(&class.name))
            .fold((0, 0), |(objects, bytes), (_, sums)| {
                (objects + sums.objects, bytes + sums.shallow_bytes)
            });
        let class_count = (self.table.classes.iter())
            .filter(|class| class.object.is_some_and(|object| self.reachable.contains(object)))
            .count();
        let loader_count = count_loaders(self);
        let facts = &mut self.facts;
        facts.class_count = class_count as u64;
        facts.object_count = self.tree.len() as u64;
        facts.heap_bytes = heap_bytes;
        facts.root_count = self.roots.objects().len() as u64;
        facts.unreachable_objects = unreachable_objects;
        facts.unreachable_bytes = unreachable_bytes;
        (facts.filler_objects, facts.filler_bytes) = fillers;
        facts.loader_count = loader_count;
    }
}
