//! The dominator tree and retained sets.

use pyo3::prelude::*;
use seamew_heap::ClassIndex;
use seamew_heap::heap::Opening;

use super::{PyHeap, Rows, grouping};
use crate::gate;
use crate::object_set::PyObjectSet;
use crate::progress::PyProgress;

#[pymethods]
impl PyHeap {
    #[pyo3(signature = (object_index, offset, limit))]
    fn children<'py>(
        &self,
        python: Python<'py>,
        object_index: Option<u32>,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.rows(self.0.children(self.optional(object_index)?, offset, limit)))
        })
    }

    #[pyo3(signature = (object_index))]
    fn children_count(&self, python: Python<'_>, object_index: Option<u32>) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.children_count(self.optional(object_index)?))
        })
    }

    #[pyo3(signature = (object_index, by))]
    fn grouped_children<'py>(
        &self,
        python: Python<'py>,
        object_index: Option<u32>,
        by: &str,
    ) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || {
            Ok(self.0.grouped_children(self.optional(object_index)?, by))
        })
    }

    #[pyo3(signature = (object_index, class_id, excluded, limit, seed))]
    fn sample_children(
        &self,
        python: Python<'_>,
        object_index: Option<u32>,
        class_id: u32,
        excluded: Vec<u32>,
        limit: usize,
        seed: u64,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let parent = self.optional(object_index)?;
            let excluded = self.0.objects(&excluded)?;
            let class = ClassIndex(class_id);
            let sample = self
                .0
                .sample_children(parent, class, &excluded, limit, seed);
            Ok(sample.into_iter().map(|object| self.0.id(object)).collect())
        })
    }

    fn dominators_of<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.rows(self.0.dominator_chain(self.0.object(object_index)?)))
        })
    }

    fn dominates(&self, python: Python<'_>, above: u32, below: u32) -> PyResult<bool> {
        gate::run(python, || {
            Ok(self
                .0
                .dominates(self.0.object(above)?, self.0.object(below)?))
        })
    }

    fn retained_set<'py>(&self, python: Python<'py>, objects: Vec<u32>) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.retained_set(&self.0.objects(&objects)?))
        })
    }

    fn retained_bytes_of(&self, python: Python<'_>, objects: Vec<u32>) -> PyResult<(u64, u64)> {
        gate::run(python, || {
            Ok(self.0.retained_by(&self.0.objects(&objects)?))
        })
    }

    fn immediate_dominators<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        skip: Vec<String>,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.immediate_dominators(&objects.set, &skip))
        })
    }

    fn field_sums<'py>(
        &self,
        python: Python<'py>,
        skip: Vec<String>,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || self.0.field_sums(&skip, &progress.0))
    }

    fn big_drops<'py>(&self, python: Python<'py>, threshold_bytes: u64) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.big_drops(threshold_bytes)))
    }

    #[pyo3(signature = (objects, by, *, depth, limit, least_bytes))]
    fn group_tree_of<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        by: &str,
        depth: u32,
        limit: usize,
        least_bytes: u64,
    ) -> Rows<'py> {
        let opening = Opening {
            grouping: grouping(by)?,
            depth,
            limit,
            least_bytes,
        };
        gate::plain(python, || Ok(self.0.group_tree_of(&objects.set, opening)))
    }

    #[pyo3(signature = (starts, by, *, depth, limit, least_bytes))]
    fn group_tree<'py>(
        &self,
        python: Python<'py>,
        starts: Option<Vec<u32>>,
        by: &str,
        depth: u32,
        limit: usize,
        least_bytes: u64,
    ) -> Rows<'py> {
        let opening = Opening {
            grouping: grouping(by)?,
            depth,
            limit,
            least_bytes,
        };
        gate::plain(python, || {
            let starts = starts.map(|starts| self.0.objects(&starts)).transpose()?;
            Ok(self.0.group_tree(starts.as_deref(), opening))
        })
    }
}
