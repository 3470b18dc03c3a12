//! References and paths.

use pyo3::prelude::*;

use super::{PyHeap, Rows};
use crate::gate;

#[pymethods]
impl PyHeap {
    fn inbound<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .inbound_rows(self.0.object(object_index)?, offset, limit))
        })
    }

    fn inbound_count(&self, python: Python<'_>, object_index: u32) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.referrers(self.0.object(object_index)?).len())
        })
    }

    fn outbound<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .outbound_rows(self.0.object(object_index)?, offset, limit))
        })
    }

    fn outbound_count(&self, python: Python<'_>, object_index: u32) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.outbound(self.0.object(object_index)?).len())
        })
    }

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

    fn merged_paths<'py>(
        &self,
        python: Python<'py>,
        objects: Vec<u32>,
        excludes: Vec<String>,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok(self.0.merged_paths(&self.0.objects(&objects)?, &excludes))
        })
    }
}
