//! The answer to a query as its users read it: columns with names and types, rows in pages.

use std::collections::VecDeque;
use std::sync::Arc;

use seamew_heap::heap::Heap;
use seamew_heap::{ObjectIndex, Progress};

use crate::ast::Query;
use crate::cells::{Cell, ColumnType, cell};
use crate::error::Result;
use crate::eval::{Evaluator, Page, Rows, Session, Shape};
use crate::infer::column_type;
use crate::program::Program;
use crate::value::Value;

/// Rows that are looked at for the types of columns.
const FIRST_ROWS: usize = 1000;

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
}

/// An answer, read from the beginning on. Rows are computed when they are asked for.
pub struct Answer {
    session: Session,
    rows: Rows<'static>,
    /// Pages that were read already.
    read: VecDeque<Page>,
    columns: Vec<Column>,
    is_row_expanded: bool,
    total: Option<u64>,
}

impl Answer {
    /// Runs a query up to its WHERE and looks at its first rows.
    ///
    /// # Errors
    /// When the query cannot be answered, when the dump cannot be read any more, or on
    /// cancellation.
    pub fn new(
        heap: Arc<Heap>,
        program: Arc<Program>,
        limit: Option<u64>,
        progress: &Progress,
    ) -> Result<Self> {
        Self::of_session(Session::new(heap, program), limit, progress)
    }

    /// The same for a session.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_session(session: Session, limit: Option<u64>, progress: &Progress) -> Result<Self> {
        let heap = session.shared_heap();
        let answer = Self::begun(session, limit, progress);
        heap.check_dump()?;
        answer
    }

    fn begun(session: Session, limit: Option<u64>, progress: &Progress) -> Result<Self> {
        let program = Arc::clone(session.program());
        let mut evaluator = Evaluator::new(&session, progress);
        let mut query = program.query.clone();
        let (skipped, most) = (query.offset, query.limit.unwrap_or(u64::MAX));
        if let Some(limit) = limit {
            query.limit = Some(query.limit.map_or(limit, |own| own.min(limit)));
        }
        let mut rows = Rows::open(&mut evaluator, &query, None)?;
        let total = rows.total();
        let total = total.map(|total| total.saturating_sub(skipped).min(most));
        let mut read = VecDeque::new();
        let mut is_whole = false;
        while *rows.shape() != Shape::Objects && !is_whole && read.len() < 2 {
            let page = rows.next(&mut evaluator, FIRST_ROWS)?;
            is_whole = page.is_empty();
            if !is_whole {
                read.push_back(page);
            }
        }
        let first = First {
            page: read.front(),
            is_whole: is_whole && read.len() < 2,
        };
        let (columns, is_row_expanded) = columns(&evaluator, &query, rows.shape(), &first);
        drop(evaluator);
        Ok(Self {
            session,
            rows,
            read,
            columns,
            is_row_expanded,
            total,
        })
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many rows there are from here on, where that is known without computing them.
    pub fn known_count(&self) -> Option<u64> {
        let read: u64 = self.read.iter().map(|page| page.len() as u64).sum();
        Some(self.rows.known_count()? + read)
    }

    /// How many rows the query has without the limit that was asked for beside it, where that is
    /// known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Counts the rows from here on; columns are not computed where each row gives one.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn count(self, progress: &Progress) -> Result<u64> {
        let read: u64 = self.read.iter().map(|page| page.len() as u64).sum();
        let mut evaluator = Evaluator::new(&self.session, progress);
        let count = self.rows.count(&mut evaluator);
        self.session.heap().check_dump()?;
        Ok(count? + read)
    }

    /// What a user should know of the answer as far as it was read.
    pub fn notes(&self) -> Vec<String> {
        self.session.notes()
    }

    /// The next rows, at most so many, column by column; None at the end.
    ///
    /// # Errors
    /// When a value that a row asks for does not exist, when the dump cannot be read any more, or
    /// on cancellation.
    pub fn next(&mut self, most: usize, progress: &Progress) -> Result<Option<Vec<Vec<Cell>>>> {
        let page = self.next_page(most, progress);
        // Objects that cannot be read any more would be told as empty ones.
        self.session.heap().check_dump()?;
        page
    }

    fn next_page(&mut self, most: usize, progress: &Progress) -> Result<Option<Vec<Vec<Cell>>>> {
        let mut evaluator = Evaluator::new(&self.session, progress);
        let page = match self.read.pop_front() {
            Some(mut page) => {
                if page.len() > most.max(1) {
                    self.read.push_front(page.split_off(most.max(1)));
                }
                page
            }
            None => self.rows.next(&mut evaluator, most.max(1))?,
        };
        if page.is_empty() {
            return Ok(None);
        }
        let mut cells = vec![Vec::with_capacity(page.len()); self.columns.len()];
        match page {
            Page::Objects(objects) => {
                for object in objects {
                    object_cells(evaluator.heap, object, &mut cells);
                }
            }
            Page::Values(values) => {
                for value in &values {
                    self.value_cells(&mut evaluator, value, &mut cells)?;
                }
            }
            Page::Rows(rows) => {
                for row in rows {
                    let columns = self.columns.iter().zip(row.iter());
                    for ((column, value), cells) in columns.zip(&mut cells) {
                        cells.push(cell(&mut evaluator, value, column.kind)?);
                    }
                }
            }
        }
        Ok(Some(cells))
    }

    fn value_cells(
        &self,
        evaluator: &mut Evaluator<'_>,
        value: &Value,
        cells: &mut [Vec<Cell>],
    ) -> Result<()> {
        for (column, cells) in self.columns.iter().zip(cells) {
            let own = match value {
                Value::Row(row) if self.is_row_expanded => {
                    row.cell(&column.name).cloned().unwrap_or_default()
                }
                _ if self.is_row_expanded => Value::Null,
                other => other.clone(),
            };
            cells.push(cell(evaluator, &own, column.kind)?);
        }
        Ok(())
    }
}

/// What a row of an object list tells: id, address, class, sizes.
const OBJECT_COLUMNS: [(&str, ColumnType); 5] = [
    ("object", ColumnType::Object),
    ("address", ColumnType::Text),
    ("class", ColumnType::Text),
    ("shallow_bytes", ColumnType::Integer),
    ("retained_bytes", ColumnType::Integer),
];

fn object_cells(heap: &Heap, object: ObjectIndex, cells: &mut [Vec<Cell>]) {
    let bytes = |bytes: u64| Cell::Integer(bytes.cast_signed());
    let own = [
        Cell::Integer(i64::from(heap.id(object))),
        Cell::Text(format!("{:#x}", heap.object_address(object))),
        Cell::Text(heap.class_name(object).to_owned()),
        bytes(heap.shallow_bytes(object)),
        bytes(heap.retained_bytes(object)),
    ];
    for (cells, cell) in cells.iter_mut().zip(own) {
        cells.push(cell);
    }
}

/// The first rows of an answer.
struct First<'a> {
    page: Option<&'a Page>,
    /// There are no others.
    is_whole: bool,
}

/// The columns of an answer, and whether its values are rows of a sub-query with columns of
/// their own.
fn columns(
    evaluator: &Evaluator<'_>,
    query: &Query,
    shape: &Shape,
    first: &First<'_>,
) -> (Vec<Column>, bool) {
    let column = |name: &str, kind| Column {
        name: name.to_owned(),
        kind,
    };
    let select = &query.select;
    match shape {
        Shape::Objects => {
            let own = OBJECT_COLUMNS
                .iter()
                .map(|(name, kind)| column(name, *kind));
            (own.collect(), false)
        }
        Shape::Columns(names) => {
            let own = names.iter().enumerate().map(|(at, name)| {
                let told = told_type(evaluator.heap, query, at);
                let cells = |page: &Page| cells_at(page, at);
                column(name, first.kind(evaluator, told, &cells))
            });
            (own.collect(), false)
        }
        Shape::Values => {
            if let Some(names) = first.row_names() {
                let own = names.iter().map(|name| {
                    let cells = |page: &Page| cells_named(page, name);
                    column(name, first.kind(evaluator, ColumnType::Any, &cells))
                });
                return (own.collect(), true);
            }
            let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
            let kind = first.kind(evaluator, ColumnType::Any, &all_values);
            (vec![column(alias.unwrap_or("value"), kind)], false)
        }
    }
}

/// The type of a column as the query tells it: that of all arms of a UNION.
fn told_type(heap: &Heap, query: &Query, at: usize) -> ColumnType {
    let arms = std::iter::once(query).chain(&query.unions);
    let mut kinds = arms.map(|arm| match arm.select.items().get(at) {
        Some(item) if arm.unions.is_empty() || std::ptr::eq(arm, query) => {
            column_type(heap, &arm.select, &item.expression)
        }
        _ => ColumnType::Any,
    });
    let first = kinds.next().unwrap_or(ColumnType::Any);
    if kinds.all(|kind| kind == first) {
        first
    } else {
        ColumnType::Any
    }
}

impl First<'_> {
    /// The type of a column: what its values are where all are known, else what the query tells,
    /// as long as no value tells otherwise.
    fn kind(
        &self,
        evaluator: &Evaluator<'_>,
        told: ColumnType,
        values: &dyn Fn(&Page) -> Vec<Value>,
    ) -> ColumnType {
        let values = self.page.map(values).unwrap_or_default();
        let mut kinds = values
            .iter()
            .filter_map(|value| ColumnType::of(evaluator, value));
        let Some(first) = kinds.next() else {
            return told;
        };
        let is_one = kinds.all(|kind| kind == first);
        match (is_one, self.is_whole) {
            (true, true) => first,
            (true, false) if told == first => told,
            _ => ColumnType::Any,
        }
    }

    /// Names of the columns of rows of a sub-query.
    fn row_names(&self) -> Option<Vec<String>> {
        match self.page {
            Some(Page::Values(values)) => match values.first() {
                Some(Value::Row(row)) => {
                    Some(row.columns.iter().map(ToString::to_string).collect())
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn all_values(page: &Page) -> Vec<Value> {
    match page {
        Page::Values(values) => values.clone(),
        Page::Objects(_) | Page::Rows(_) => Vec::new(),
    }
}

fn cells_named(page: &Page, name: &str) -> Vec<Value> {
    let cell = |value: &Value| match value {
        Value::Row(row) => row.cell(name).cloned().unwrap_or_default(),
        _ => Value::Null,
    };
    all_values(page).iter().map(cell).collect()
}

fn cells_at(page: &Page, at: usize) -> Vec<Value> {
    match page {
        Page::Rows(rows) => (rows.iter())
            .map(|cells| cells.get(at).cloned().unwrap_or_default())
            .collect(),
        Page::Objects(_) | Page::Values(_) => Vec::new(),
    }
}
