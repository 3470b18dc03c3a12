//! Tables over the heap, for query engines.

use pyo3::prelude::*;
use seamew_heap::tables::Table;

use super::PyHeap;
use crate::gate;
use crate::table::PyTable;

#[pymethods]
impl PyHeap {
    fn table(&self, python: Python<'_>, name: &str) -> PyResult<PyTable> {
        gate::run(python, || Table::named(&self.0, name)).map(PyTable)
    }

    fn instance_table(
        &self,
        python: Python<'_>,
        class_name: &str,
        subclasses: bool,
    ) -> Option<PyTable> {
        python
            .detach(|| Table::of_class(&self.0, class_name, subclasses))
            .map(PyTable)
    }
}
