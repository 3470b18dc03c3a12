//! The last step: the heap from its parts, with sums, facts and warnings.

use super::OpenOptions;
use super::build::{Modelled, Stopwatch};
use super::input::DumpInput;
use super::search::Graph;
use super::stacks::stacks;
use super::sums::{class_sums, unreachable_sums};
use crate::classes::{SizeModel, is_filler};
use crate::dominators::tree::DominatorTree;
use crate::graph::{GcRoot, Indexed, Lists, RootType, Roots};
use crate::heap::{ClassSums, Facts, Heap, HeapWarning, LazySource};
use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::reachable::Reachable;

/// All that a heap consists of.
pub struct Parts {
    pub graph: Graph,
    pub inbound: Lists,
    pub reachable: Reachable,
    pub tree: DominatorTree,
}

/// Puts the parts together; with a writer, writes the columns that are left.
pub fn assemble(
    parts: Parts,
    input: &DumpInput,
    options: &OpenOptions,
    writer: Option<&IndexWriter<'_>>,
    mut watch: Stopwatch,
) -> Heap {
    let Parts {
        graph,
        inbound,
        reachable,
        tree,
    } = parts;
    let unreachable = unreachable_sums(&reachable, &graph.classes, &graph.shallow, &graph.table);
    let mut heap = Heap {
        path: input.path.clone(),
        index_path: None,
        index_bytes: 0,
        index_reused: false,
        source: LazySource::opened(&input.path, std::sync::Arc::clone(&input.source)),
        id_size: input.header.id_size,
        facts: facts(input, options, &graph),
        stacks: stacks(&input.symbols, &graph.roots),
        table: graph.table,
        roots: graph.roots,
        addresses: graph.addresses,
        reachable,
        classes: graph.classes,
        shallow: graph.shallow,
        outbound: graph.outbound,
        inbound,
        class_targets: graph.class_edges.targets,
        positions: graph.positions,
        tree,
        class_sums: Vec::new(),
        unreachable_sums: unreachable,
        few: std::sync::OnceLock::new(),
        collections_known: std::sync::OnceLock::new(),
    };
    heap.class_sums = class_sums(&heap);
    heap.complete_facts();
    heap.warn_of_left_out_stacks();
    if let Some(writer) = writer {
        heap = heap.spill(writer);
    }
    watch.lap("sums");
    heap.facts.phase_seconds = watch.into_laps();
    heap
}

fn facts(input: &DumpInput, options: &OpenOptions, graph: &Graph) -> Facts {
    let compressed = match options.size_model {
        SizeModel::Mat => graph.mat_compressed,
        SizeModel::Gap => graph.layout.reference_bytes < input.header.id_size.bytes() as u64,
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
        size_model: options.size_model,
        layout: graph.layout,
        compressed_references: compressed,
        keep_unreachable: options.keep_unreachable,
        dangling_references: graph.dangling_references,
        lost_bytes: input.lost_bytes,
        warnings: input
            .warnings
            .iter()
            .chain(&graph.warnings)
            .cloned()
            .collect(),
        ..Facts::default()
    }
}

/// Code of the warning that stacks are not in the dump.
pub const LEFT_OUT_STACKS: &str = "left-out-stacks";

/// What the passes found odd.
pub fn graph_warnings(modelled: &Modelled, indexed: &Indexed) -> Vec<HeapWarning> {
    let placeholders = modelled
        .table
        .classes
        .iter()
        .filter(|class| class.is_placeholder)
        .count() as u64;
    let notes = [
        (
            "duplicate-objects",
            modelled.scanned.duplicate_objects,
            "objects are in the dump more than once; each counts once",
        ),
        (
            "odd-instances",
            indexed.odd_instances,
            "instances are longer or shorter than their class says; fields are read as far as \
             they go",
        ),
        (
            "missing-classes",
            placeholders,
            "classes are used but not described; their fields are unknown",
        ),
        (
            "dangling-roots",
            modelled.roots.dangling,
            "GC roots name no object of the dump",
        ),
    ];
    (notes.into_iter())
        .filter(|(_, count, _)| *count > 0)
        .map(|(code, count, message)| HeapWarning {
            code: code.into(),
            message: format!("{count} {message}"),
            hint: String::new(),
            offset: None,
            lost_bytes: 0,
            count,
        })
        .collect()
}

impl Roots {
    /// Adds roots for objects that nothing else reached.
    pub fn add_unreachable(&mut self, objects: &[ObjectIndex]) {
        let root_type = RootType::Unreachable;
        let added = objects.iter().map(|object| GcRoot {
            object: *object,
            root_type,
            records: 1,
        });
        self.roots.extend(added);
        self.roots.sort_unstable();
    }
}

fn total(sums: &[ClassSums]) -> (u64, u64) {
    sums.iter().fold((0, 0), |(objects, bytes), own| {
        (objects + own.objects, bytes + own.shallow_bytes)
    })
}

impl Heap {
    /// Fills in the counts.
    fn complete_facts(&mut self) {
        let fillers: Vec<ClassSums> = (self.table.classes.iter().zip(&self.unreachable_sums))
            .filter(|(class, _)| is_filler(&class.name))
            .map(|(_, sums)| *sums)
            .collect();
        let class_count = (self.table.classes.iter())
            .filter(|class| {
                class
                    .object
                    .is_some_and(|object| self.reachable.contains(object))
            })
            .count();
        let loader_count = self.loader_objects().len() as u64;
        let facts = &mut self.facts;
        facts.class_count = class_count as u64;
        facts.loader_count = loader_count;
        facts.object_count = self.tree.len() as u64;
        facts.root_count = self.roots.objects().len() as u64;
        (_, facts.heap_bytes) = total(&self.class_sums);
        (facts.filler_objects, facts.filler_bytes) = total(&fillers);
        let (unreachable_objects, unreachable_bytes) = total(&self.unreachable_sums);
        facts.unreachable_objects = unreachable_objects - facts.filler_objects;
        facts.unreachable_bytes = unreachable_bytes - facts.filler_bytes;
    }

    /// JDK 19 to 23 dump a parked virtual thread without its stack (measured on 21; from 24 on the
    /// stacks are there). The class tells the releases apart.
    fn warn_of_left_out_stacks(&mut self) {
        let named = |name: &str| (self.table.classes.iter()).position(|class| class.name == name);
        let threads = named("java.lang.VirtualThread").map(|at| &self.table.classes[at]);
        let lacks_stacks = threads.is_some_and(|class| !class.declares("onWaitingList"));
        let chunks = named("jdk.internal.vm.StackChunk").map_or(0, |at| {
            self.class_sums[at].objects + self.unreachable_sums[at].objects
        });
        if lacks_stacks && chunks > 0 {
            self.facts.warnings.push(HeapWarning {
                code: LEFT_OUT_STACKS.into(),
                message: format!(
                    "up to {chunks} stacks of parked virtual threads are left out, as dumps of \
                     JDK 19 to 23 do; what only they hold counts as unreachable"
                ),
                hint: "look at the unreachable objects too, or dump with JDK 24 or later".into(),
                offset: None,
                lost_bytes: 0,
                count: chunks,
            });
        }
    }

    /// Writes the columns that are still in memory.
    fn spill(mut self, writer: &IndexWriter<'_>) -> Self {
        self.classes = self.classes.spill(writer);
        self.shallow.units = writer.spill_data("shallow_units", self.shallow.units);
        self.reachable.words = writer.spill_data("reachable", self.reachable.words);
        self
    }
}
