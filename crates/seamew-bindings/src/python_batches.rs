//! Batches of plain Python values as an Arrow stream.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyIterator, PyString};
use seamew_heap::tables::{Batch, Cell, Column, Kind};

use crate::arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, Batches};
use crate::batches;

/// A stream of what an iterator gives: batches, which are columns, which are values.
#[pyfunction]
pub fn arrow_stream<'py>(
    python: Python<'py>,
    columns: Vec<(String, String)>,
    batches: Bound<'py, PyIterator>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let columns = columns.into_iter().map(|(name, word)| {
        let kind = kind(&word)?;
        Ok((name, kind))
    });
    let stream = ArrowArrayStream::new(PythonBatches {
        columns: columns.collect::<PyResult<_>>()?,
        batches: batches.unbind(),
    });
    PyCapsule::new_with_value(python, stream, c"arrow_array_stream")
}

/// The schema of such a stream.
#[pyfunction]
pub fn arrow_schema(
    python: Python<'_>,
    columns: Vec<(String, String)>,
) -> PyResult<Bound<'_, PyCapsule>> {
    let kinds = columns.iter().map(|(_, word)| kind(word));
    let kinds: Vec<Kind> = kinds.collect::<PyResult<_>>()?;
    let named = columns.iter().map(|(name, _)| name.as_str()).zip(&kinds);
    PyCapsule::new_with_value(python, batches::schema(named), c"arrow_schema")
}

fn kind(word: &str) -> PyResult<Kind> {
    Ok(match word {
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "float" => Kind::Float,
        "text" => Kind::Text,
        "id" => Kind::Id,
        "address" => Kind::Address,
        _ => return Err(PyValueError::new_err(format!("no type of values: {word}"))),
    })
}

struct PythonBatches {
    columns: Vec<(String, Kind)>,
    batches: Py<PyIterator>,
}

impl Batches for PythonBatches {
    fn schema(&self) -> ArrowSchema {
        batches::schema(
            self.columns
                .iter()
                .map(|(name, kind)| (name.as_str(), kind)),
        )
    }

    fn next(&mut self) -> Result<Option<ArrowArray>, String> {
        let batch = Python::attach(|python| self.read(python).map_err(|error| error.to_string()))?;
        batch.map(batches::array).transpose()
    }
}

impl PythonBatches {
    fn read(&self, python: Python<'_>) -> PyResult<Option<Batch>> {
        let Some(batch) = self.batches.bind(python).clone().next() else {
            return Ok(None);
        };
        let mut given = batch?.try_iter()?;
        let mut columns = Vec::with_capacity(self.columns.len());
        for (name, kind) in &self.columns {
            let values = given.next().transpose()?;
            let values = values.ok_or_else(|| PyValueError::new_err("a column is missing"))?;
            let column = column(kind, &values);
            columns.push(
                column.map_err(|error| PyValueError::new_err(format!("column {name}: {error}")))?,
            );
        }
        let rows = columns.first().map_or(0, Column::len);
        Ok(Some(Batch { rows, columns }))
    }
}

fn column(kind: &Kind, values: &Bound<'_, PyAny>) -> PyResult<Column> {
    let mut column = Column::new(kind);
    for value in values.try_iter()? {
        let value = value?;
        if value.is_none() {
            column.push(Cell::Null);
            continue;
        }
        match kind {
            Kind::Boolean => column.push(Cell::Boolean(value.extract()?)),
            Kind::Integer => column.push(Cell::Integer(value.extract()?)),
            Kind::Float => column.push(Cell::Float(value.extract()?)),
            Kind::Id => column.push(Cell::Id(value.extract()?)),
            Kind::Address => column.push(Cell::Address(value.extract()?)),
            Kind::Text | Kind::Name(_) => {
                // Halves of surrogate pairs become U+FFFD.
                let text = value.cast::<PyString>()?;
                column.push(Cell::Text(text.to_string_lossy()));
            }
        }
    }
    Ok(column)
}
