//! Paths from the GC roots to an object, as rows.

use serde::Serialize;

use super::excludes::Excludes;
use super::path_search::PathSearch;
use super::references::ReferenceRow;
use super::root_paths::RootPaths;
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Steps at each end of a path that are listed; a linked list may have a million.
const LISTED_STEPS: usize = 100;

/// One step of a path, the root first.
#[derive(Clone, Debug, Serialize)]
pub struct PathStep {
    #[serde(flatten)]
    pub reference: ReferenceRow,
    pub root_types: Vec<&'static str>,
    /// Steps left out before this one, in the middle of a very long path.
    pub skipped_steps: usize,
}

/// Paths from roots to one object.
#[derive(Clone, Debug, Serialize)]
pub struct PathsFromRoots {
    pub paths: Vec<Vec<PathStep>>,
    /// True where there are more paths than were asked for.
    pub more: bool,
}

impl Heap {
    /// The objects of a shortest path from a root to `object`, the root first; empty where every
    /// path is excluded. An instance's hold on its class is followed only where nothing else
    /// leads to a root.
    pub fn shortest_path(&self, object: ObjectIndex, excludes: &Excludes) -> Vec<ObjectIndex> {
        PathSearch::new(self, excludes, object).run()
    }

    /// A shortest path as rows.
    pub fn path_rows(&self, object: ObjectIndex, excludes: &Excludes) -> Vec<PathStep> {
        self.step_rows(&self.shortest_path(object, excludes))
    }

    /// Paths to an object as rows, shortest first, at most `count`; see [`RootPaths`].
    pub fn paths_rows(
        &self,
        object: ObjectIndex,
        excludes: &Excludes,
        count: usize,
    ) -> PathsFromRoots {
        let mut paths = RootPaths::new(self, excludes, object);
        let rows = paths.by_ref().take(count);
        PathsFromRoots {
            paths: rows.map(|path| self.step_rows(&path)).collect(),
            more: paths.next().is_some(),
        }
    }

    fn step_rows(&self, path: &[ObjectIndex]) -> Vec<PathStep> {
        let holders = std::iter::once(None).chain(path.iter().copied().map(Some));
        let skipped = path.len().saturating_sub(2 * LISTED_STEPS);
        let left_out = LISTED_STEPS..LISTED_STEPS + skipped;
        (path.iter().zip(holders).enumerate())
            .filter(|(at, _)| !left_out.contains(at))
            .map(|(at, (step, holder))| PathStep {
                skipped_steps: if skipped > 0 && at == left_out.end {
                    skipped
                } else {
                    0
                },
                reference: ReferenceRow {
                    object: self.row(*step),
                    field: holder.map_or_else(String::new, |it| self.fields_between(it, *step)),
                },
                root_types: match holder {
                    None => self.roots.types_of(*step).map(RootType::label).collect(),
                    Some(_) => Vec::new(),
                },
            })
            .collect()
    }
}
