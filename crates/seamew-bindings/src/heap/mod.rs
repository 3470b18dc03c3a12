//! The handle of an opened heap, a file for each topic. Objects cross as the ids that users see.

mod collections;
mod objects;
mod oql;
mod overview;
mod paths;
mod references;
mod runtime;
mod sets;
mod single;
mod tables;
mod threads;
mod tree;
mod values;

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use seamew_heap::heap::Grouping;
use seamew_heap::{Heap, ObjectIndex, Result};

#[pyclass(name = "Heap", module = "seamew._engine", frozen)]
pub struct PyHeap(Arc<Heap>);

type Rows<'py> = PyResult<Bound<'py, PyAny>>;

impl PyHeap {
    pub fn new(heap: Heap) -> Self {
        Self(Arc::new(heap))
    }

    fn optional(&self, id: Option<u32>) -> Result<Option<ObjectIndex>> {
        id.map(|id| self.0.object(id)).transpose()
    }

    fn rows(&self, objects: Vec<ObjectIndex>) -> Vec<seamew_heap::heap::ObjectRow> {
        objects
            .into_iter()
            .map(|object| self.0.row(object))
            .collect()
    }
}

fn grouping(name: &str) -> PyResult<Grouping> {
    Grouping::from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "by is class, superclass, loader or package, not {name}"
        ))
    })
}
