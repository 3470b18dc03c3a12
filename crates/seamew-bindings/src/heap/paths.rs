//! Paths from the roots.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use seamew_heap::heap::{PathEnd, TreeLimits};

use super::{PyHeap, Rows};
use crate::gate;
use crate::object_set::PyObjectSet;

#[pymethods]
impl PyHeap {
    fn path_to_root<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        excludes: Vec<String>,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok(self.0.path_rows(self.0.object(object_index)?, &excludes))
        })
    }

    fn paths_to_roots<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        excludes: Vec<String>,
        count: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            let object = self.0.object(object_index)?;
            Ok(self.0.paths_rows(object, &excludes, count))
        })
    }

    #[pyo3(signature = (objects, excludes, *, levels, children, least_objects))]
    fn merged_paths<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        excludes: Vec<String>,
        levels: Option<usize>,
        children: Option<usize>,
        least_objects: u64,
    ) -> Rows<'py> {
        let limits = limits(levels, children, least_objects);
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok(self.0.merged_paths(&objects.set, &excludes, &limits))
        })
    }

    #[pyo3(signature = (objects, excludes, top, *, levels, children, least_objects))]
    #[expect(clippy::too_many_arguments, reason = "keywords of a Python method")]
    fn merged_path_classes<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        excludes: Vec<String>,
        top: &str,
        levels: Option<usize>,
        children: Option<usize>,
        least_objects: u64,
    ) -> Rows<'py> {
        let top = path_end(top)?;
        let limits = limits(levels, children, least_objects);
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok((self.0).merged_path_classes(&objects.set, &excludes, top, &limits))
        })
    }
}

/// Limits of a tree; None: no limit.
pub fn limits(levels: Option<usize>, children: Option<usize>, least_objects: u64) -> TreeLimits {
    TreeLimits {
        levels: levels.unwrap_or(usize::MAX),
        children: children.unwrap_or(usize::MAX),
        least_objects,
    }
}

fn path_end(name: &str) -> PyResult<PathEnd> {
    match name {
        "roots" => Ok(PathEnd::Roots),
        "objects" => Ok(PathEnd::Objects),
        _ => Err(PyValueError::new_err(format!(
            "top is roots or objects, not {name}"
        ))),
    }
}
