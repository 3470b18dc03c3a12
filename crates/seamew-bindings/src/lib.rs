//! `seamew._engine`: handles, columns and errors for Python; no logic.

#![allow(
    clippy::needless_pass_by_value,
    reason = "PyO3 hands arguments over by value"
)]

mod arrow;
mod batches;
mod collection;
mod column;
mod error;
mod functions;
mod gate;
mod heap;
mod object_set;
mod oql;
mod progress;
mod python_batches;
mod table;

use pyo3::prelude::*;

#[pymodule]
fn _engine(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    error::register(module)?;
    oql::register(module)?;
    module.add_class::<progress::PyProgress>()?;
    module.add_class::<column::PyColumn>()?;
    module.add_class::<heap::PyHeap>()?;
    module.add_class::<object_set::PyObjectSet>()?;
    module.add_class::<collection::PyCollectionReader>()?;
    module.add_class::<collection::PyEntries>()?;
    module.add_class::<table::PyTable>()?;
    module.add_function(wrap_pyfunction!(python_batches::arrow_stream, module)?)?;
    module.add_function(wrap_pyfunction!(python_batches::arrow_schema, module)?)?;
    functions::register(module)
}
