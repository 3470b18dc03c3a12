//! Answers to OQL queries: rows in pages, column by column.

use std::sync::{Arc, Mutex};

use pyo3::create_exception;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use seamew_heap::{Heap, HeapError, Progress};
use seamew_oql::{Answer, Cell, OqlError, Program, QueryError as Refusal, parse};

use crate::error::{EngineError, to_python};
use crate::progress::PyProgress;

create_exception!(_engine, QueryError, EngineError);

/// Adds the class, the functions and the exception to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("QueryError", module.py().get_type::<QueryError>())?;
    module.add_class::<PyAnswer>()?;
    module.add_function(wrap_pyfunction!(check_oql, module)?)
}

/// Raises `QueryError` for a text that is no query.
#[pyfunction]
fn check_oql(text: &str) -> PyResult<()> {
    parse(text).map_err(|error| refused(text, &error))?;
    Ok(())
}

/// The exception for a query that cannot be answered: (message, hint, None, character).
fn refused(text: &str, error: &Refusal) -> PyErr {
    let before = error.span.and_then(|span| text.get(..span.start));
    let place = before.map(|before| before.chars().count());
    let args = (
        error.message.clone(),
        error.hint.clone(),
        None::<String>,
        place,
    );
    QueryError::new_err(args)
}

fn failed(text: &str, error: OqlError) -> PyErr {
    match error {
        OqlError::Query(error) => refused(text, &error),
        OqlError::Heap(error) => to_python(error),
    }
}

#[pyclass(name = "OqlAnswer", module = "seamew._engine", frozen)]
pub struct PyAnswer {
    text: String,
    answer: Mutex<Option<Answer>>,
}

impl PyAnswer {
    pub fn new(
        python: Python<'_>,
        heap: &Arc<Heap>,
        text: &str,
        limit: Option<u64>,
        progress: &Progress,
    ) -> PyResult<Self> {
        let program = Program::new(text).map_err(|error| refused(text, &error))?;
        let (heap, program) = (Arc::clone(heap), Arc::new(program));
        let answer = python.detach(|| Answer::new(heap, program, limit, progress));
        Ok(Self {
            text: text.to_owned(),
            answer: Mutex::new(Some(answer.map_err(|error| failed(text, error))?)),
        })
    }

    /// Asks the answer something without the GIL.
    fn ask<T: Send>(
        &self,
        python: Python<'_>,
        question: impl FnOnce(&mut Option<Answer>) -> seamew_oql::Result<T> + Send,
    ) -> PyResult<T> {
        let asked = python.detach(|| match self.answer.lock() {
            Ok(mut answer) => question(&mut answer),
            Err(_) => Err(OqlError::Heap(HeapError::Cancelled)),
        });
        asked.map_err(|error| failed(&self.text, error))
    }
}

#[pymethods]
impl PyAnswer {
    /// Names of the columns, and what their values are.
    fn columns(&self, python: Python<'_>) -> PyResult<Vec<(String, &'static str)>> {
        self.ask(python, |answer| {
            let columns = answer.iter().flat_map(Answer::columns);
            Ok(columns
                .map(|one| (one.name.clone(), one.kind.name()))
                .collect())
        })
    }

    /// How many rows are left, where that is known.
    fn known_count(&self, python: Python<'_>) -> PyResult<Option<u64>> {
        self.ask(python, |answer| {
            Ok(answer.as_ref().and_then(Answer::known_count))
        })
    }

    /// How many rows there are without the limit, where that is known.
    fn total(&self, python: Python<'_>) -> PyResult<Option<u64>> {
        self.ask(python, |answer| Ok(answer.as_ref().and_then(Answer::total)))
    }

    /// Counts the rows that are left; then there are none.
    fn count(&self, python: Python<'_>, progress: &PyProgress) -> PyResult<u64> {
        self.ask(python, |answer| {
            let whole = answer.take();
            whole.map_or(Ok(0), |answer| answer.count(&progress.0))
        })
    }

    /// Some more rows, column by column; None at the end.
    fn next<'py>(
        &self,
        python: Python<'py>,
        rows: usize,
        progress: &PyProgress,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let page = self.ask(python, |answer| {
            let left = answer.as_mut();
            left.map_or(Ok(None), |answer| answer.next(rows, &progress.0))
        })?;
        let page = page.map(|columns| {
            let columns = columns.into_iter().map(|cells| list(python, cells));
            PyList::new(python, columns.collect::<PyResult<Vec<_>>>()?)
        });
        page.transpose()
    }

    /// What a user should know of the rows read so far.
    fn notes(&self, python: Python<'_>) -> PyResult<Vec<String>> {
        self.ask(python, |answer| {
            Ok(answer.as_ref().map_or_else(Vec::new, Answer::notes))
        })
    }
}

/// The cells of a column, or of a list. Texts that repeat (names of classes do) are made once.
fn list(python: Python<'_>, cells: Vec<Cell>) -> PyResult<Bound<'_, PyList>> {
    let mut values: Vec<Bound<'_, PyAny>> = Vec::with_capacity(cells.len());
    let mut last: Option<(String, Bound<'_, PyAny>)> = None;
    for cell in cells {
        values.push(match (cell, &last) {
            (Cell::Text(text), Some((before, made))) if text == *before => made.clone(),
            (Cell::Text(text), _) => {
                let made = text.as_str().into_pyobject(python)?.into_any();
                last = Some((text, made.clone()));
                made
            }
            (other, _) => plain(python, other)?,
        });
    }
    PyList::new(python, values)
}

fn plain(python: Python<'_>, cell: Cell) -> PyResult<Bound<'_, PyAny>> {
    Ok(match cell {
        Cell::Null => python.None().into_bound(python),
        Cell::Boolean(flag) => flag.into_pyobject(python)?.to_owned().into_any(),
        Cell::Integer(number) => number.into_pyobject(python)?.into_any(),
        Cell::Float(number) => number.into_pyobject(python)?.into_any(),
        Cell::Text(text) => text.into_pyobject(python)?.into_any(),
        Cell::List(cells) => list(python, cells)?.into_any(),
        Cell::Named(cells) => {
            let named = PyDict::new(python);
            for (name, cell) in cells {
                named.set_item(name, plain(python, cell)?)?;
            }
            named.into_any()
        }
    })
}
