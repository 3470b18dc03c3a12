//! The handle of a table over a heap: what columns it has, and scans as Arrow streams.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use seamew_heap::ClassIndex;
use seamew_heap::tables::{BatchStream, Kind, RowFilter, Table, TableColumn};

use crate::arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, Batches};
use crate::batches;
use crate::gate;
use crate::progress::PyProgress;

#[pyclass(name = "Table", module = "seamew._engine", frozen)]
pub struct PyTable(pub Table);

/// Which rows a scan shall give; as [`RowFilter`], from keywords.
#[derive(FromPyObject, Default)]
#[pyo3(from_item_all)]
pub struct Filter {
    ids: Option<Vec<u32>>,
    id_range: (u32, u32),
    class_ids: Option<Vec<u32>>,
    other_ids: Option<Vec<u32>>,
    positions: (u32, u32),
}

impl From<Filter> for RowFilter {
    fn from(filter: Filter) -> Self {
        let classes = filter.class_ids;
        let sorted = |mut ids: Vec<u32>| {
            ids.sort_unstable();
            ids
        };
        Self {
            ids: filter.ids.map(sorted),
            id_range: filter.id_range,
            classes: classes.map(|ids| ids.into_iter().map(ClassIndex).collect()),
            others: filter.other_ids,
            positions: filter.positions,
        }
    }
}

#[pymethods]
impl PyTable {
    fn columns(&self) -> Vec<(String, &'static str)> {
        (self.0.columns().iter())
            .map(|column| (column.name.clone(), word(&column.kind)))
            .collect()
    }

    fn estimate(&self, python: Python<'_>) -> u64 {
        python.detach(|| self.0.estimate())
    }

    fn __arrow_c_schema__<'py>(&self, python: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = batches::schema(self.0.columns().iter().map(batches::named));
        PyCapsule::new_with_value(python, schema, c"arrow_schema")
    }

    fn scan<'py>(
        &self,
        python: Python<'py>,
        columns: Vec<usize>,
        rows: Option<Filter>,
        progress: &PyProgress,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let filter = rows.map(RowFilter::from).unwrap_or_default();
        let progress = Arc::clone(&progress.0);
        let stream = gate::run(python, || self.0.scan(&columns, filter, progress))?;
        let wanted = columns
            .iter()
            .filter_map(|place| self.0.columns().get(*place));
        let columns = wanted.cloned().collect();
        let stream = ArrowArrayStream::new(TableBatches { columns, stream });
        PyCapsule::new_with_value(python, stream, c"arrow_array_stream")
    }
}

/// What the values of a column are, in a word.
fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Float => "float",
        Kind::Text | Kind::Name(_) => "text",
        Kind::Id => "id",
        Kind::Address => "address",
    }
}

struct TableBatches {
    columns: Vec<TableColumn>,
    stream: BatchStream,
}

impl Batches for TableBatches {
    fn schema(&self) -> ArrowSchema {
        batches::schema(self.columns.iter().map(batches::named))
    }

    fn next(&mut self) -> Result<Option<ArrowArray>, String> {
        let batch = self.stream.next().transpose();
        let batch = batch.map_err(|error| error.to_string())?;
        batch.map(batches::array).transpose()
    }
}
