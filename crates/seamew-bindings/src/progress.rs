//! Progress of a long call, polled by Python.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use seamew_heap::{Phase, Progress};

#[pyclass(name = "Progress", module = "seamew._engine", frozen)]
pub struct PyProgress(pub Arc<Progress>);

#[pymethods]
impl PyProgress {
    #[new]
    fn new() -> Self {
        Self(Arc::default())
    }

    fn cancel(&self) {
        self.0.cancel();
    }

    fn snapshot<'py>(&self, python: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (phase, done, total) = self.0.snapshot();
        let snapshot = PyDict::new(python);
        snapshot.set_item("phase", phase.label())?;
        snapshot.set_item("phase_index", phase as u8)?;
        snapshot.set_item("phase_count", Phase::OPENING)?;
        snapshot.set_item("done", done)?;
        snapshot.set_item("total", total)?;
        Ok(snapshot)
    }

    fn early<'py>(&self, python: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let early = self.0.early();
        early
            .map(|early| Ok(pythonize::pythonize(python, &early)?))
            .transpose()
    }
}
