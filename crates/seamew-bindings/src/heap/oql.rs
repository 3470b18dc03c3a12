//! OQL queries.

use pyo3::prelude::*;

use super::PyHeap;
use crate::oql::PyAnswer;
use crate::progress::PyProgress;

#[pymethods]
impl PyHeap {
    #[pyo3(signature = (text, *, limit, progress))]
    fn oql(
        &self,
        python: Python<'_>,
        text: &str,
        limit: Option<u64>,
        progress: &PyProgress,
    ) -> PyResult<PyAnswer> {
        PyAnswer::new(python, &self.0, text, limit, &progress.0)
    }
}
