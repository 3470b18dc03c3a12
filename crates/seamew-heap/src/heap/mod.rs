//! An opened heap: the columns, and what is known of the dump.

mod access;
mod bounded_tree;
mod class_references;
mod columns;
mod contents;
mod detail;
mod drops;
mod exact;
mod excludes;
mod export;
mod facts;
mod few_instances;
mod field_edges;
mod field_sums;
mod find_classes;
mod group_tree;
mod histogram;
mod immediate_dominators;
mod labels;
mod loaders;
mod merged_classes;
mod merged_paths;
mod object_set;
mod overview;
mod path_search;
mod paths;
mod readable;
mod reading;
mod record;
mod record_reader;
mod references;
mod retained;
mod root_paths;
mod rows;
mod selection;
mod shortest_tree;
mod single;
mod source;
mod thread_locals;
mod thread_state;
mod threads;
mod tree_views;
mod values;

use std::path::PathBuf;
use std::sync::OnceLock;

use seamew_hprof::id::IdSize;

use crate::address::AddressIndex;
use crate::classes::ClassTable;
use crate::collections::Registry;
use crate::dominators::tree::DominatorTree;
use crate::graph::{ClassColumn, Lists, PositionIndex, Roots, ShallowColumn};
use crate::reachable::Reachable;

pub use bounded_tree::TreeLimits;
pub use class_references::{ClassReferenceRow, ClassReferences, Direction};
pub use columns::ColumnValues;
pub use contents::ContentVisitor;
pub use detail::{FieldValue, ObjectDetail};
pub use drops::DropRow;
pub use excludes::Excludes;
pub(crate) use few_instances::FewInstances;
pub use field_edges::{FieldEdges, Referents};
pub use field_sums::FieldSumRow;
pub use find_classes::ClassRow;
pub(crate) use find_classes::matches as name_matches;
pub use group_tree::{GroupTreeRow, Opening};
pub use histogram::{Grouping, HistogramRow, RootRow};
pub use immediate_dominators::ImmediateDominatorRow;
pub use labels::Labels;
pub use loaders::LoaderRow;
pub use merged_classes::{MergedClassRow, PathEnd};
pub use merged_paths::{Covered, MergedPathRow, MergedPaths};
pub use object_set::ObjectSet;
pub use overview::{Overview, WarningRow};
pub use paths::{PathStep, PathsFromRoots};
pub use readable::{double_text, float_text, primitive_text};
pub use reading::Contents;
pub use record_reader::{ArrayRecord, RecordReader};
pub use references::{Reference, ReferenceRow};
pub use root_paths::RootPaths;
pub use rows::ObjectRow;
pub use selection::Selection;
pub(crate) use selection::near_names;
pub use single::FieldContent;
pub use source::LazySource;
pub use thread_locals::ThreadLocalRow;
pub use threads::{FrameRow, LocalVariable, ThreadRow};
pub use tree_views::GroupRow;
pub use values::{Fields, Value};
pub(crate) use values::{bits, value as primitive};

pub use facts::{ClassSums, Facts, HeapWarning, Stack, StackFrame};

/// A heap: object graph, dominator tree, names. Cheap to share between threads; all queries read.
pub struct Heap {
    pub(crate) path: PathBuf,
    pub(crate) index_path: Option<PathBuf>,
    pub(crate) index_bytes: u64,
    pub(crate) index_reused: bool,
    pub(crate) source: LazySource,
    pub(crate) id_size: IdSize,
    pub(crate) facts: Facts,
    pub(crate) table: ClassTable,
    pub(crate) roots: Roots,
    pub(crate) addresses: AddressIndex,
    pub(crate) reachable: Reachable,
    pub(crate) classes: ClassColumn,
    pub(crate) shallow: ShallowColumn,
    pub(crate) outbound: Lists,
    pub(crate) inbound: Lists,
    /// Class objects by edge number; see [`crate::graph::ClassEdges`].
    pub(crate) class_targets: Vec<u32>,
    pub(crate) positions: PositionIndex,
    pub(crate) tree: DominatorTree,
    /// Objects, shallow and minimum retained bytes by class.
    pub(crate) class_sums: Vec<ClassSums>,
    /// The same, without retained bytes, of the objects removed as unreachable.
    pub(crate) unreachable_sums: Vec<ClassSums>,
    pub(crate) stacks: Vec<Stack>,
    /// Made when it is first asked for.
    pub(crate) few: OnceLock<FewInstances>,
    /// The same.
    pub(crate) collections_known: OnceLock<Registry>,
}

impl Heap {
    /// Small facts about the dump and how it was read.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// All classes.
    pub fn class_table(&self) -> &ClassTable {
        &self.table
    }
}
