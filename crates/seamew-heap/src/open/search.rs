//! From the references to dominators and inbound lists, on two threads: while one searches, the
//! other writes finished columns to the index and frees their memory.

use rustc_hash::FxHashSet;

use super::OpenOptions;
use super::build::{Modelled, Stopwatch};
use crate::address::AddressIndex;
use crate::classes::ClassTable;
use crate::classes::layout::ObjectLayout;
use crate::dominators::deferred::{self, DeferredInput};
use crate::dominators::{CrossLists, ReachInput, Reached, immediate_dominators, reach};
use crate::error::Result;
use crate::graph::inbound::{InboundInput, inbound};
use crate::graph::lists::{INBOUND, OUTBOUND};
use crate::graph::{
    ClassColumn, ClassEdges, Indexed, Lists, PositionIndex, Roots, ShallowColumn,
};
use crate::heap::HeapWarning;
use crate::ids::ObjectIndex;
use crate::index::IndexWriter;
use crate::progress::Progress;
use crate::reachable::Reachable;
use crate::storage::{Column, Storage};

/// What is known of the graph, apart from the tree.
pub struct Graph {
    pub addresses: AddressIndex,
    pub table: ClassTable,
    pub roots: Roots,
    pub layout: ObjectLayout,
    pub mat_compressed: bool,
    pub classes: ClassColumn,
    pub shallow: ShallowColumn,
    pub outbound: Lists,
    pub positions: PositionIndex,
    pub class_edges: ClassEdges,
    pub warnings: Vec<HeapWarning>,
    pub dangling_references: u64,
}

/// The graph after the search.
pub struct Searched {
    pub graph: Graph,
    /// By preorder number: the immediate dominator's.
    pub dominators: Column<u32>,
    /// By object: its number.
    pub numbers: Column<u32>,
    /// By number: the object.
    pub objects: Column<u32>,
    pub inbound: Lists,
    pub reachable: Reachable,
}

/// Runs `front` on this thread and `back` on another.
fn both<A, B: Send>(front: impl FnOnce() -> A, back: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let back = scope.spawn(back);
        let front = front();
        (front, back.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Searches the graph, finds the dominators and the inbound lists.
pub fn search(
    modelled: Modelled,
    indexed: Indexed,
    options: &OpenOptions,
    writer: Option<&IndexWriter<'_>>,
    storage: &Storage,
    progress: &Progress,
    watch: &mut Stopwatch,
) -> Result<Searched> {
    let warnings = super::assemble::graph_warnings(&modelled, &indexed);
    let Modelled { addresses, table, mut roots, layout, mat_compressed, .. } = modelled;
    let Indexed { classes, shallow, outbound, positions, class_edges, dangling_references, .. } =
        indexed;
    let class_objects: Vec<Option<ObjectIndex>> =
        table.classes.iter().map(|class| class.object).collect();
    roots.release_locals(&classes, &table);
    let root_objects = roots.objects();
    let object_count = addresses.object_count();
    let reach_input = ReachInput {
        outbound: &outbound,
        class_edges: &class_edges,
        classes: &classes,
        class_objects: &class_objects,
        roots: &root_objects,
        keep_unreachable: options.keep_unreachable,
    };
    let (reached, (addresses, positions)) = both(
        || reach(&reach_input, object_count, storage, progress),
        || match writer {
            Some(writer) => (addresses.spill(writer), positions.spill(writer)),
            None => (addresses, positions),
        },
    );
    let mut reached = reached?;
    watch.lap("reach");
    let reachable = Reachable::new(&reached.number, storage)?;
    let cross_edges = reached.cross.len();
    let edges = std::mem::replace(&mut reached.cross, Column::empty()?);
    let (cross, outbound) = both(
        || CrossLists::build(edges, reached.count, storage, progress),
        || match writer {
            Some(writer) => outbound.spill(&OUTBOUND, writer),
            None => outbound,
        },
    );
    let halves = Halves {
        reached: &reached,
        cross: &cross?,
        cross_edges,
        classes: &classes,
        table: &table,
        class_edges: &class_edges,
        class_objects: &class_objects,
    };
    watch.lap("cross edges");
    let (dominators, inbound) = both(
        || halves.dominators(storage, progress),
        || {
            let lists = halves.inbound(storage, progress)?;
            Ok::<Lists, crate::HeapError>(match writer {
                Some(writer) => lists.spill(&INBOUND, writer),
                None => lists,
            })
        },
    );
    watch.lap("dominators, inbound");
    let (dominators, inbound) = (dominators?, inbound?);
    let Reached { number, object, added_roots, parent, .. } = reached;
    drop(parent);
    roots.add_unreachable(&added_roots);
    let graph = Graph {
        addresses,
        table,
        roots,
        layout,
        mat_compressed,
        classes,
        shallow,
        outbound,
        positions,
        class_edges,
        warnings,
        dangling_references,
    };
    Ok(Searched { graph, dominators, numbers: number, objects: object, inbound, reachable })
}

/// The two halves of the work after the search.
struct Halves<'a> {
    reached: &'a Reached,
    cross: &'a CrossLists,
    cross_edges: usize,
    classes: &'a ClassColumn,
    table: &'a ClassTable,
    class_edges: &'a ClassEdges,
    class_objects: &'a [Option<ObjectIndex>],
}

impl Halves<'_> {
    fn dominators(&self, storage: &Storage, progress: &Progress) -> Result<Column<u32>> {
        let reached = self.reached;
        let mut dominators =
            immediate_dominators(&reached.parent, self.cross, storage, progress)?;
        let is_referenced = |number: u32| {
            reached.parent[number as usize] != 0 || !self.cross.sources(number).is_empty()
        };
        let input = DeferredInput {
            classes: self.classes,
            class_edges: self.class_edges,
            class_objects: self.class_objects,
            number: &reached.number,
            is_referenced: &is_referenced,
        };
        deferred::correct(&input, &mut dominators);
        Ok(dominators)
    }

    fn inbound(&self, storage: &Storage, progress: &Progress) -> Result<Lists> {
        let class_targets: FxHashSet<u32> = self.class_edges.targets.iter().copied().collect();
        let input = InboundInput {
            numbers: &self.reached.number,
            objects: &self.reached.object,
            parents: &self.reached.parent,
            cross: self.cross,
            cross_edges: self.cross_edges,
            classes: self.classes,
            table: self.table,
            class_targets: &class_targets,
        };
        inbound(&input, storage, progress)
    }
}
