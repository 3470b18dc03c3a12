//! Single objects, and columns over all of them.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{PyHeap, Rows};
use crate::column::PyColumn;
use crate::gate;

#[pymethods]
impl PyHeap {
    fn resolve(&self, python: Python<'_>, text: &str) -> PyResult<u32> {
        gate::run(python, || Ok(self.0.id(self.0.resolve(text)?)))
    }

    fn object_rows<'py>(&self, python: Python<'py>, objects: Vec<u32>) -> Rows<'py> {
        gate::plain(python, || Ok(self.rows(self.0.objects(&objects)?)))
    }

    fn object_detail<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.detail(self.0.object(object_index)?)))
    }

    fn inherited_statics<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.inherited_statics(self.0.object(object_index)?))
        })
    }

    fn instances(
        &self,
        python: Python<'_>,
        class_name: &str,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let objects = self.0.instances(class_name, offset, limit);
            Ok(objects
                .into_iter()
                .map(|object| self.0.id(object))
                .collect())
        })
    }

    fn array_values<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .array_values(self.0.object(object_index)?, offset, limit))
        })
    }

    fn array_elements<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.element_rows(object, offset, limit))
        })
    }

    fn array_bytes<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = gate::run(python, || {
            let object = self.0.object(object_index)?;
            Ok(self.0.array_bytes(object, offset, limit))
        })?;
        Ok(PyBytes::new(python, &bytes))
    }

    fn text(
        &self,
        python: Python<'_>,
        object_index: u32,
        characters: usize,
    ) -> PyResult<Option<String>> {
        gate::run(python, || {
            Ok(self.0.full_text(self.0.object(object_index)?, characters))
        })
    }

    fn objects_csv<'py>(
        &self,
        python: Python<'py>,
        start: u32,
        count: u32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let rows = gate::run(python, || Ok(self.0.objects_csv(start, count)))?;
        Ok(PyBytes::new(python, &rows))
    }

    fn column(&self, python: Python<'_>, name: &str) -> PyResult<PyColumn> {
        gate::run(python, || self.0.column(name)).map(|values| PyColumn::new(name, values))
    }
}
