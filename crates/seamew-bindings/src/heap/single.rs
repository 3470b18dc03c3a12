//! Small questions about one object.

use pyo3::prelude::*;

use super::{PyHeap, Rows};
use crate::gate;

#[pymethods]
impl PyHeap {
    fn class_name(&self, python: Python<'_>, object_index: u32) -> PyResult<String> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.class_name(object).to_owned())
        })
    }

    fn object_sizes(&self, python: Python<'_>, object_index: u32) -> PyResult<(u64, u64)> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok((self.0.shallow_bytes(object), self.0.retained_bytes(object)))
        })
    }

    fn object_address(&self, python: Python<'_>, object_index: u32) -> PyResult<u64> {
        gate::run(python, || {
            Ok(self.0.object_address(self.0.object(object_index)?))
        })
    }

    fn object_kind(&self, python: Python<'_>, object_index: u32) -> PyResult<&'static str> {
        gate::run(python, || Ok(self.0.kind(self.0.object(object_index)?)))
    }

    fn readable_value(&self, python: Python<'_>, object_index: u32) -> PyResult<Option<String>> {
        gate::run(python, || {
            Ok(self.0.readable_value(self.0.object(object_index)?))
        })
    }

    fn array_length(&self, python: Python<'_>, object_index: u32) -> PyResult<Option<u32>> {
        gate::run(python, || {
            Ok(self.0.array_length(self.0.object(object_index)?))
        })
    }

    fn field_contents<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.field_contents(self.0.object(object_index)?))
        })
    }

    fn field_end<'py>(&self, python: Python<'py>, object_index: u32, path: &str) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.field_end(self.0.object(object_index)?, path))
        })
    }

    fn outbound_page(
        &self,
        python: Python<'_>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<(u32, String)>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.outbound_page(object, offset, limit))
        })
    }

    fn inbound_page(
        &self,
        python: Python<'_>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<(u32, String)>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.inbound_page(object, offset, limit))
        })
    }

    #[pyo3(signature = (object_index, offset, limit))]
    fn dominated_page(
        &self,
        python: Python<'_>,
        object_index: Option<u32>,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let children = self.0.children(self.optional(object_index)?, offset, limit);
            Ok(children.into_iter().map(|it| self.0.id(it)).collect())
        })
    }

    fn retained_page(
        &self,
        python: Python<'_>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.retained_page(object, offset, limit))
        })
    }

    fn retained_count(&self, python: Python<'_>, object_index: u32) -> PyResult<u32> {
        gate::run(python, || {
            Ok(self.0.retained_count(self.0.object(object_index)?))
        })
    }
}
