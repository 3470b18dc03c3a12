//! Pages of rows.

use std::sync::Arc;

use seamew_heap::ObjectIndex;

use crate::ast::Item;
use crate::value::{Columns, Value};

/// Cells of a row.
pub type Cells = Arc<[Value]>;

/// Rows that are taken at once within the engine.
pub const PAGE_ROWS: usize = 4096;

/// What the rows of a query are.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Objects,
    Columns(Columns),
    /// Whatever FROM gave: `SELECT *` of what are no objects.
    Values,
}

/// Some rows; none at the end.
#[derive(Debug)]
pub enum Page {
    Objects(Vec<ObjectIndex>),
    Values(Vec<Value>),
    Rows(Vec<Cells>),
}

impl Page {
    pub fn len(&self) -> usize {
        match self {
            Self::Objects(objects) => objects.len(),
            Self::Values(values) => values.len(),
            Self::Rows(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from a place on; the others stay.
    #[must_use]
    pub fn split_off(&mut self, at: usize) -> Self {
        match self {
            Self::Objects(objects) => Self::Objects(objects.split_off(at)),
            Self::Values(values) => Self::Values(values.split_off(at)),
            Self::Rows(rows) => Self::Rows(rows.split_off(at)),
        }
    }

    /// Drops rows at the beginning, and those behind so many.
    pub fn cut(&mut self, skip: usize, most: usize) {
        fn cut<T>(rows: &mut Vec<T>, skip: usize, most: usize) {
            rows.drain(..skip.min(rows.len()));
            rows.truncate(most);
        }
        match self {
            Self::Objects(objects) => cut(objects, skip, most),
            Self::Values(values) => cut(values, skip, most),
            Self::Rows(rows) => cut(rows, skip, most),
        }
    }
}

/// Names of columns: what AS says, else the text of the expression.
pub fn column_names(items: &[Item]) -> Columns {
    let name = |item: &Item| match &item.name {
        Some(name) => Arc::clone(name),
        None => Arc::from(item.expression.to_string()),
    };
    items.iter().map(name).collect()
}
