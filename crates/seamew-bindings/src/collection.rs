//! Handles of a reader of collections, and of the entries of one.

use std::sync::Arc;

use pyo3::prelude::*;
use seamew_heap::collections::{CollectionReader, Member};
use seamew_heap::heap::Value;

use crate::gate;

#[pyclass(name = "CollectionReader", module = "seamew._engine", frozen)]
pub struct PyCollectionReader(pub Arc<CollectionReader>);

#[pyclass(name = "Entries", module = "seamew._engine", frozen)]
pub struct PyEntries(Vec<(Member, Member)>);

/// An entry for Python: id and value of the key, id and value of the value.
type Row<'a> = (
    Option<u32>,
    Option<&'a Value>,
    Option<u32>,
    Option<&'a Value>,
);

#[pymethods]
impl PyCollectionReader {
    fn kind(&self, python: Python<'_>, object_index: u32) -> PyResult<Option<&'static str>> {
        gate::run(python, || {
            let object = self.0.heap().object(object_index)?;
            Ok(self
                .0
                .kind(object)
                .map(seamew_heap::collections::Kind::label))
        })
    }

    fn size(&self, python: Python<'_>, object_index: u32) -> PyResult<Option<u64>> {
        gate::run(python, || {
            Ok(self.0.size(self.0.heap().object(object_index)?))
        })
    }

    #[pyo3(signature = (object_index, limit=None))]
    fn entries(
        &self,
        python: Python<'_>,
        object_index: u32,
        limit: Option<usize>,
    ) -> PyResult<PyEntries> {
        gate::run(python, || {
            let object = self.0.heap().object(object_index)?;
            Ok(self.0.entries(object, limit.unwrap_or(usize::MAX)))
        })
        .map(PyEntries)
    }
}

#[pymethods]
impl PyEntries {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn page<'py>(
        &self,
        python: Python<'py>,
        offset: usize,
        limit: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let page = self.0.iter().skip(offset).take(limit);
        let rows: Vec<Row<'_>> = page
            .map(|(key, value)| (key.id, key.value.as_ref(), value.id, value.value.as_ref()))
            .collect();
        Ok(pythonize::pythonize(python, &rows)?)
    }
}
