//! Rows before the SELECT clause: objects in a bitmap or a list, values, rows of a sub-query.

use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;

use super::frame::Frame;
use super::lists::{item, items};
use super::page::Page;
use super::rows::Rows;
use super::session::Evaluator;
use crate::ast::{Expr, Select};
use crate::error::Result;
use crate::value::{List, Row, Value};

/// Objects, each once by address, or in an order of their own.
#[derive(Debug)]
pub enum ObjectList {
    Set(ObjectSet),
    List(Vec<ObjectIndex>),
}

impl Default for ObjectList {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl ObjectList {
    /// Members; counts the bits of a set.
    pub fn count(&self) -> usize {
        match self {
            Self::Set(set) => set.len(),
            Self::List(objects) => objects.len(),
        }
    }
}

/// Objects read from the beginning on.
pub struct ObjectCursor {
    objects: ObjectList,
    /// The next member of a set, or the next place in a list.
    next: usize,
}

impl ObjectCursor {
    pub fn new(objects: ObjectList) -> Self {
        Self { objects, next: 0 }
    }

    /// How many there are from here on.
    pub fn count(&self) -> u64 {
        let count = match &self.objects {
            objects if self.next == 0 => objects.count(),
            ObjectList::List(objects) => objects.len() - self.next,
            ObjectList::Set(set) => set.members_from(ObjectIndex(self.next as u32)).count(),
        };
        count as u64
    }

    /// The next ones, at most so many; none at the end.
    pub fn next(&mut self, most: usize) -> Vec<ObjectIndex> {
        match &self.objects {
            ObjectList::Set(set) => {
                let Ok(first) = u32::try_from(self.next) else {
                    return Vec::new();
                };
                let rest = set.members_from(ObjectIndex(first));
                let batch: Vec<ObjectIndex> = rest.take(most).collect();
                self.next = batch.last().map_or(usize::MAX, |last| last.at() + 1);
                batch
            }
            ObjectList::List(objects) => {
                let end = self.next.saturating_add(most).min(objects.len());
                let batch = objects.get(self.next..end).unwrap_or_default().to_vec();
                self.next = end;
                batch
            }
        }
    }

    /// All of them, where none was taken before.
    pub fn take_all(&mut self) -> Option<ObjectList> {
        (self.next == 0).then(|| std::mem::take(&mut self.objects))
    }

    /// The members, where they are a set of which none was taken before.
    pub fn as_set(&self) -> Option<&ObjectSet> {
        match &self.objects {
            ObjectList::Set(set) if self.next == 0 => Some(set),
            _ => None,
        }
    }
}

/// Rows before the SELECT clause, read from the beginning on.
pub enum Subjects<'f> {
    Objects(ObjectCursor),
    Values {
        values: std::vec::IntoIter<Value>,
        /// The value itself was the source, not its elements.
        is_single: bool,
    },
    /// Rows of a sub-query, which the condition has not seen yet.
    Nested {
        rows: Box<Rows<'f>>,
        pending: std::vec::IntoIter<Value>,
    },
}

/// Some rows.
pub enum Batch {
    Objects(Vec<ObjectIndex>),
    Values(Vec<Value>),
}

impl Batch {
    pub fn len(&self) -> usize {
        match self {
            Self::Objects(objects) => objects.len(),
            Self::Values(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows as values.
    pub fn values(self) -> Vec<Value> {
        match self {
            Self::Objects(objects) => objects.into_iter().map(Value::Object).collect(),
            Self::Values(values) => values,
        }
    }
}

impl<'f> Subjects<'f> {
    pub fn none() -> Self {
        Self::of_values(Vec::new())
    }

    pub fn of_objects(objects: ObjectList) -> Self {
        Self::Objects(ObjectCursor::new(objects))
    }

    pub fn of_values(values: Vec<Value>) -> Self {
        Self::Values {
            values: values.into_iter(),
            is_single: false,
        }
    }

    /// A value as the one row.
    pub fn of_single(value: Value) -> Self {
        Self::Values {
            values: vec![value].into_iter(),
            is_single: true,
        }
    }

    /// The rows of a sub-query.
    pub fn of_rows(rows: Rows<'f>) -> Self {
        Self::Nested {
            rows: Box::new(rows),
            pending: Vec::new().into_iter(),
        }
    }

    /// How many there are, where that is known.
    pub fn known_count(&self) -> Option<u64> {
        match self {
            Self::Objects(objects) => Some(objects.count()),
            Self::Values { values, .. } => Some(values.len() as u64),
            Self::Nested { .. } => None,
        }
    }

    /// The next rows, at most so many; none at the end.
    pub fn next(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        select: &Select,
        parent: Option<&'f Frame<'f>>,
        most: usize,
    ) -> Result<Batch> {
        match self {
            Self::Objects(objects) => Ok(Batch::Objects(objects.next(most))),
            Self::Values { values, .. } => Ok(Batch::Values(values.take(most).collect())),
            Self::Nested { rows, pending } => loop {
                evaluator.progress.check()?;
                let mut batch: Vec<Value> = pending.take(most).collect();
                if batch.is_empty() {
                    let page = rows.next(evaluator, most)?;
                    if page.is_empty() {
                        return Ok(Batch::Values(batch));
                    }
                    *pending = nested_values(evaluator, page, rows)?.into_iter();
                    continue;
                }
                if let Some(condition) = &select.condition {
                    batch = accepted(evaluator, select, condition, parent, batch)?;
                }
                if !batch.is_empty() {
                    return Ok(Batch::Values(batch));
                }
            },
        }
    }
}

/// The values that a condition holds for.
pub fn accepted(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    condition: &Expr,
    parent: Option<&Frame<'_>>,
    values: Vec<Value>,
) -> Result<Vec<Value>> {
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let mut kept = Vec::new();
    for (number, value) in values.into_iter().enumerate() {
        if number % 256 == 0 {
            evaluator.progress.check()?;
        }
        let frame = Frame {
            alias,
            subject: &value,
            parent,
        };
        if evaluator.holds(condition, &frame)? {
            kept.push(value);
        }
    }
    Ok(kept)
}

/// A page of a sub-query as values; rows with lists in their cells become several rows.
fn nested_values(evaluator: &mut Evaluator<'_>, page: Page, rows: &Rows<'_>) -> Result<Vec<Value>> {
    let cells = match page {
        Page::Objects(objects) => return Ok(objects.into_iter().map(Value::Object).collect()),
        Page::Values(values) => return Ok(values),
        Page::Rows(cells) => cells,
    };
    let columns = rows.columns();
    let mut values = Vec::with_capacity(cells.len());
    for cells in cells {
        let columns = columns.clone();
        flatten(evaluator, Row { columns, cells }, &mut values)?;
    }
    Ok(values)
}

/// A row for each element of the longest list in its cells, the others filled with null; a row
/// of empty lists becomes one of nulls.
fn flatten(evaluator: &mut Evaluator<'_>, row: Row, values: &mut Vec<Value>) -> Result<()> {
    let lists = row.cells.iter().filter_map(Evaluator::as_list);
    let Some(longest) = lists.map(List::len).max() else {
        values.push(Value::Row(row));
        return Ok(());
    };
    // Elements of arrays in the dump are read once, not one by one.
    let mut read = Vec::with_capacity(row.cells.len());
    for cell in row.cells.iter() {
        read.push(match cell {
            Value::List(list @ List::Elements { .. }) => Value::list(items(evaluator, list)?),
            other => other.clone(),
        });
    }
    for at in 0..longest.max(1) {
        let cells = read.iter().map(|cell| match cell {
            Value::List(list) => item(evaluator.heap, list, at),
            other => other.clone(),
        });
        values.push(Value::Row(Row {
            columns: row.columns.clone(),
            cells: cells.collect(),
        }));
    }
    Ok(())
}
