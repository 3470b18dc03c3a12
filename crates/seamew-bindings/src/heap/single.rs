//! Small questions about one object.

use pyo3::prelude::*;

use super::{PyHeap, Rows};
use crate::gate;
use crate::object_set::PyObjectSet;

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

    fn fields_between(&self, python: Python<'_>, holder: u32, target: u32) -> PyResult<String> {
        gate::run(python, || {
            let (holder, target) = (self.0.object(holder)?, self.0.object(target)?);
            Ok(self.0.fields_between(holder, target))
        })
    }

    fn outbound_slots(&self, python: Python<'_>, object_index: u32) -> PyResult<u32> {
        gate::run(python, || {
            Ok(self.0.outbound_slots(self.0.object(object_index)?))
        })
    }

    fn outbound_page(
        &self,
        python: Python<'_>,
        object_index: u32,
        first: u32,
        count: u32,
    ) -> PyResult<Vec<(u32, String)>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.outbound_page(object, first, count))
        })
    }

    fn referrers_page(
        &self,
        python: Python<'_>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.referrers_page(object, offset, limit))
        })
    }

    fn dominated_set(&self, python: Python<'_>, object_index: u32) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            Ok(self.0.dominated_set(self.0.object(object_index)?))
        })?;
        Ok(PyObjectSet::new(&self.0, set))
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
