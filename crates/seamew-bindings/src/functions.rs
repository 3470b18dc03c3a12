//! Functions of the module: opening, listing, planning.

use std::path::PathBuf;

use pyo3::prelude::*;
use seamew_heap::classes::SizeModel;
use seamew_heap::open::{self, OpenOptions};

use crate::gate;
use crate::heap::PyHeap;
use crate::progress::PyProgress;

/// Adds the functions to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(open_heap, module)?)?;
    module.add_function(wrap_pyfunction!(list_dumps, module)?)?;
    module.add_function(wrap_pyfunction!(first_pass, module)?)?;
    module.add_function(wrap_pyfunction!(memory_plan, module)?)
}

fn model(name: &str) -> PyResult<SizeModel> {
    SizeModel::from_name(name).ok_or_else(|| {
        pyo3::exceptions::PyValueError::new_err(format!("size_model is gap or mat, not {name}"))
    })
}

#[pyfunction]
#[pyo3(signature = (path, *, progress, dump_index=None, index_directory=None, use_index=true,
    keep_unreachable=false, size_model="gap", memory_bytes=None, threads=0, strict=false))]
#[expect(clippy::too_many_arguments, reason = "keywords")]
fn open_heap(
    python: Python<'_>,
    path: PathBuf,
    progress: &PyProgress,
    dump_index: Option<usize>,
    index_directory: Option<PathBuf>,
    use_index: bool,
    keep_unreachable: bool,
    size_model: &str,
    memory_bytes: Option<u64>,
    threads: usize,
    strict: bool,
) -> PyResult<PyHeap> {
    let options = OpenOptions {
        dump_index,
        index_directory,
        use_index,
        keep_unreachable,
        size_model: model(size_model)?,
        memory_bytes,
        threads,
        strict,
    };
    gate::run(python, || open::open(&path, &options, &progress.0)).map(PyHeap::new)
}

#[pyfunction]
fn list_dumps(python: Python<'_>, path: PathBuf) -> PyResult<Bound<'_, PyAny>> {
    gate::plain(python, || open::list_dumps(&path))
}

#[pyfunction]
fn first_pass<'py>(
    python: Python<'py>,
    path: PathBuf,
    dump_index: usize,
    size_model: &str,
    progress: &PyProgress,
) -> PyResult<Bound<'py, PyAny>> {
    let size_model = model(size_model)?;
    let options = OpenOptions {
        dump_index: Some(dump_index),
        size_model,
        ..OpenOptions::default()
    };
    gate::plain(python, || open::first_pass(&path, &options, &progress.0))
}

#[pyfunction]
#[pyo3(signature = (path, memory_bytes))]
fn memory_plan(
    python: Python<'_>,
    path: PathBuf,
    memory_bytes: Option<u64>,
) -> PyResult<Bound<'_, PyAny>> {
    gate::plain(python, || open::memory_plan(&path, memory_bytes))
}
