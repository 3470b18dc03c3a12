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
use crate::graph::{ClassColumn, ClassEdges, Indexed, Lists, PositionIndex, Roots, ShallowColumn};
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
        (
            front,
            back.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        )
    })
}

/// What the search works with, besides the graph.
#[derive(Clone, Copy)]
pub struct Workshop<'a> {
    pub options: &'a OpenOptions,
    pub writer: Option<&'a IndexWriter<'a>>,
    pub storage: &'a Storage,
    pub progress: &'a Progress,
}

/// Searches the graph, finds the dominators and the inbound lists.
pub fn search(
    modelled: Modelled,
    indexed: Indexed,
    workshop: Workshop<'_>,
    watch: &mut Stopwatch,
) -> Result<Searched> {
    let Workshop {
        storage,
        progress,
        writer,
        ..
    } = workshop;
    let mut graph = Graph::new(modelled, indexed);
    let class_objects: Vec<Option<ObjectIndex>> = graph
        .table
        .classes
        .iter()
        .map(|class| class.object)
        .collect();
    let mut reached = graph.reach(&class_objects, workshop)?;
    watch.lap("reach");
    let reachable = Reachable::new(&reached.number, storage)?;
    let cross_edges = reached.cross.len();
    let edges = std::mem::replace(&mut reached.cross, Column::empty()?);
    let outbound = std::mem::replace(&mut graph.outbound, Lists::none());
    let (cross, outbound) = both(
        move || CrossLists::build(&edges, reached.count, storage, progress),
        || match writer {
            Some(writer) => outbound.spill(&OUTBOUND, writer),
            None => outbound,
        },
    );
    graph.outbound = outbound;
    let halves = Halves {
        graph: &graph,
        reached: &reached,
        cross: &cross?,
        cross_edges,
        class_objects: &class_objects,
    };
    watch.lap("cross edges");
    let (dominators, inbound) = both(
        || halves.dominators(storage, progress),
        || halves.inbound(workshop),
    );
    watch.lap("dominators, inbound");
    let (dominators, inbound) = (dominators?, inbound?);
    let Reached {
        number,
        object,
        added_roots,
        parent,
        ..
    } = reached;
    drop(parent);
    graph.roots.add_unreachable(&added_roots);
    Ok(Searched {
        graph,
        dominators,
        numbers: number,
        objects: object,
        inbound,
        reachable,
    })
}

impl Graph {
    fn new(modelled: Modelled, indexed: Indexed) -> Self {
        let warnings = super::assemble::graph_warnings(&modelled, &indexed);
        let Modelled {
            addresses,
            table,
            roots,
            layout,
            mat_compressed,
            ..
        } = modelled;
        Self {
            addresses,
            table,
            roots,
            layout,
            mat_compressed,
            classes: indexed.classes,
            shallow: indexed.shallow,
            outbound: indexed.outbound,
            positions: indexed.positions,
            class_edges: indexed.class_edges,
            warnings,
            dangling_references: indexed.dangling_references,
        }
    }

    /// Searches while addresses and positions, which the search does not need, are written.
    fn reach(
        &mut self,
        class_objects: &[Option<ObjectIndex>],
        workshop: Workshop<'_>,
    ) -> Result<Reached> {
        let object_count = self.addresses.object_count();
        let addresses = std::mem::replace(&mut self.addresses, AddressIndex::none());
        let positions = std::mem::replace(&mut self.positions, PositionIndex::none());
        let roots = self.roots.objects();
        let input = ReachInput {
            outbound: &self.outbound,
            class_edges: &self.class_edges,
            classes: &self.classes,
            class_objects,
            roots: &roots,
            keep_unreachable: workshop.options.keep_unreachable,
        };
        let (reached, (addresses, positions)) = both(
            || reach(&input, object_count, workshop.storage, workshop.progress),
            || match workshop.writer {
                Some(writer) => (addresses.spill(writer), positions.spill(writer)),
                None => (addresses, positions),
            },
        );
        self.addresses = addresses;
        self.positions = positions;
        reached
    }
}

/// The two halves of the work after the search.
struct Halves<'a> {
    graph: &'a Graph,
    reached: &'a Reached,
    cross: &'a CrossLists,
    cross_edges: usize,
    class_objects: &'a [Option<ObjectIndex>],
}

impl Halves<'_> {
    fn dominators(&self, storage: &Storage, progress: &Progress) -> Result<Column<u32>> {
        let reached = self.reached;
        let mut dominators = immediate_dominators(&reached.parent, self.cross, storage, progress)?;
        let is_referenced = |number: u32| {
            reached.parent[number as usize] != 0 || !self.cross.sources(number).is_empty()
        };
        let input = DeferredInput {
            classes: &self.graph.classes,
            class_edges: &self.graph.class_edges,
            class_objects: self.class_objects,
            number: &reached.number,
            is_referenced: &is_referenced,
        };
        deferred::correct(&input, &mut dominators);
        Ok(dominators)
    }

    fn inbound(&self, workshop: Workshop<'_>) -> Result<Lists> {
        let targets = &self.graph.class_edges.targets;
        let class_targets: FxHashSet<u32> = targets.iter().copied().collect();
        let input = InboundInput {
            numbers: &self.reached.number,
            objects: &self.reached.object,
            parents: &self.reached.parent,
            cross: self.cross,
            cross_edges: self.cross_edges,
            classes: &self.graph.classes,
            table: &self.graph.table,
            class_targets: &class_targets,
        };
        let lists = inbound(&input, workshop.storage, workshop.progress)?;
        Ok(match workshop.writer {
            Some(writer) => lists.spill(&INBOUND, writer),
            None => lists,
        })
    }
}
