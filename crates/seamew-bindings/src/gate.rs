//! The one gate between Python and the engine: releases the GIL, maps errors, makes rows dicts.

use pyo3::prelude::*;
use seamew_heap::Result;
use serde::Serialize;

use crate::error::to_python;

/// Runs work without the GIL.
pub fn run<T: Send>(python: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    python.detach(work).map_err(to_python)
}

/// Runs work without the GIL and turns its result into plain Python values.
pub fn plain<T: Serialize + Send>(
    python: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<Bound<'_, PyAny>> {
    Ok(pythonize::pythonize(python, &run(python, work)?)?)
}
