//! ORDER BY: rows by the values of keys, null last; rows of equal keys stay in their order.

use std::cmp::Ordering;

use seamew_heap::ObjectIndex;
use seamew_heap::heap::{Heap, ObjectSet};

use super::frame::Frame;
use super::keys::{Key, key_of};
use super::page::{Cells, PAGE_ROWS, Page, Shape};
use super::rows::Rows;
use super::session::Evaluator;
use super::subjects::{ObjectList, Subjects};
use crate::ast::{Expr, OrderKey, Query, Select, SelectList};
use crate::check::output_column;
use crate::error::{QueryError, Result};
use crate::plan::scan_values;
use crate::value::Value;

/// What a value is ordered by: numbers, then texts, then the rest; null last.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    Whole(i64),
    Real(f64),
    /// UTF-16 units, as Java compares texts.
    Text(Vec<u16>),
    Other(Key),
    Null,
}

impl SortKey {
    pub fn of(heap: &Heap, value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Float(value) => Self::Real(f64::from(*value)),
            Value::Double(value) => Self::Real(*value),
            Value::Text(text) => Self::Text(text.encode_utf16().collect()),
            other => match other.number() {
                Some(number) => Self::Whole(number.as_i64()),
                None => Self::Other(key_of(heap, other)),
            },
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Whole(_) | Self::Real(_) => 0,
            Self::Text(_) => 1,
            Self::Other(_) => 2,
            Self::Null => 3,
        }
    }

    pub fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(other),
            (Self::Whole(one), Self::Real(other)) => (*one as f64).total_cmp(other),
            (Self::Real(one), Self::Whole(other)) => one.total_cmp(&(*other as f64)),
            (Self::Real(one), Self::Real(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Other(one), Self::Other(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// The order of two rows; null comes last either way.
fn compare(one: &[SortKey], other: &[SortKey], keys: &[OrderKey]) -> Ordering {
    for ((one, other), key) in one.iter().zip(other).zip(keys) {
        let ordering = one.cmp(other);
        let has_null = matches!(one, SortKey::Null) || matches!(other, SortKey::Null);
        let ordering = if key.is_descending && !has_null {
            ordering.reverse()
        } else {
            ordering
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}

/// Rows with their keys, of which the first so many are wanted. Rows of equal keys stay in the
/// order of their numbers.
pub struct Sorter<'k, T> {
    keys: &'k [OrderKey],
    most: usize,
    rows: Vec<Sorted<T>>,
    /// Rows that were added, those not wanted included.
    added: u64,
}

struct Sorted<T> {
    keys: Vec<SortKey>,
    number: u64,
    row: T,
}

impl<'k, T> Sorter<'k, T> {
    pub fn new(keys: &'k [OrderKey], most: Option<u64>) -> Self {
        let most = most.and_then(|most| usize::try_from(most).ok());
        Self {
            keys,
            most: most.unwrap_or(usize::MAX),
            rows: Vec::new(),
            added: 0,
        }
    }

    pub fn add(&mut self, keys: Vec<SortKey>, number: u64, row: T) {
        self.rows.push(Sorted { keys, number, row });
        self.added += 1;
        if self.rows.len() >= self.most.saturating_mul(2).max(PAGE_ROWS) {
            self.sort();
        }
    }

    fn sort(&mut self) {
        let keys = self.keys;
        self.rows.sort_unstable_by(|one, other| {
            compare(&one.keys, &other.keys, keys).then_with(|| one.number.cmp(&other.number))
        });
        self.rows.truncate(self.most);
    }

    pub fn merge(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.added += other.added;
    }

    /// The rows in order, and how many there were before only those wanted were kept.
    pub fn finish(mut self) -> (Vec<T>, u64) {
        self.sort();
        let rows = self.rows.into_iter().map(|sorted| sorted.row);
        (rows.collect(), self.added)
    }
}

/// Rows of a query that are wanted at most, those skipped included.
pub fn wanted(query: &Query) -> Option<u64> {
    query.limit.map(|limit| limit.saturating_add(query.offset))
}

/// What a key is computed from: what it says, or the column that it names.
fn key_expression<'a>(key: &'a OrderKey, select: &'a Select) -> &'a Expr {
    let column = output_column(&key.key, select).and_then(|at| select.items().get(at));
    column.map_or(&key.key, |item| &item.expression)
}

/// Rows before the SELECT list, in order, and how many there are without LIMIT.
pub fn ordered_subjects<'f>(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    mut subjects: Subjects<'f>,
    parent: Option<&'f Frame<'f>>,
) -> Result<(Subjects<'f>, u64)> {
    let select = &query.select;
    let expressions: Vec<&Expr> = (query.order.iter())
        .map(|key| key_expression(key, select))
        .collect();
    if let Subjects::Objects(objects) = &subjects
        && let Some(set) = objects.as_set()
    {
        let (objects, count) = ordered_set(evaluator, query, (&expressions, parent), set)?;
        return Ok((Subjects::of_objects(ObjectList::List(objects)), count));
    }
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let mut sorter = Sorter::new(&query.order, wanted(query));
    let mut number = 0;
    loop {
        let batch = subjects.next(evaluator, select, parent, PAGE_ROWS)?;
        if batch.is_empty() {
            break;
        }
        for subject in batch.values() {
            let frame = Frame {
                alias,
                subject: &subject,
                parent,
            };
            let mut keys = Vec::with_capacity(expressions.len());
            for expression in &expressions {
                let value = evaluator.value(expression, &frame)?;
                keys.push(SortKey::of(evaluator.heap, &value));
            }
            sorter.add(keys, number, subject);
            number += 1;
        }
    }
    let (ordered, count) = sorter.finish();
    let ordered = match subjects {
        Subjects::Objects(_) => {
            let objects = ordered.into_iter().filter_map(|value| match value {
                Value::Object(object) => Some(object),
                _ => None,
            });
            Subjects::of_objects(ObjectList::List(objects.collect()))
        }
        _ => Subjects::of_values(ordered),
    };
    Ok((ordered, count))
}

fn ordered_set(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    keys: (&[&Expr], Option<&Frame<'_>>),
    set: &ObjectSet,
) -> Result<(Vec<ObjectIndex>, u64)> {
    let sorters = scan_values(
        evaluator,
        &query.select,
        keys,
        set,
        || Sorter::<ObjectIndex>::new(&query.order, wanted(query)),
        |sorter, evaluator, object, values| {
            let heap = evaluator.heap;
            let keys = values.iter().map(|value| SortKey::of(heap, value));
            sorter.add(keys.collect(), u64::from(object.0), object);
            Ok(())
        },
    )?;
    let mut all = Sorter::new(&query.order, wanted(query));
    for sorter in sorters {
        all.merge(sorter);
    }
    Ok(all.finish())
}

/// Rows behind the SELECT list, in order: keys are columns, or for objects what they say of the
/// object.
pub fn ordered_pages<'f>(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    mut rows: Rows<'f>,
    parent: Option<&'f Frame<'f>>,
) -> Result<Rows<'f>> {
    let select = &query.select;
    let columns = output_keys(query)?;
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let mut sorter = Sorter::new(&query.order, wanted(query));
    let mut number = 0;
    loop {
        let page = rows.next(evaluator, PAGE_ROWS)?;
        if page.is_empty() {
            break;
        }
        let subjects: Vec<Value> = match page {
            Page::Objects(objects) => objects.into_iter().map(Value::Object).collect(),
            Page::Values(values) => values,
            Page::Rows(cells) => cells.into_iter().map(row_of_cells).collect(),
        };
        for subject in subjects {
            let mut keys = Vec::with_capacity(query.order.len());
            for (key, column) in query.order.iter().zip(&columns) {
                let value = if let (Value::Row(row), Some(at)) = (&subject, column) {
                    row.cells.get(*at).cloned().unwrap_or_default()
                } else {
                    let frame = Frame {
                        alias,
                        subject: &subject,
                        parent,
                    };
                    evaluator.value(&key.key, &frame)?
                };
                keys.push(SortKey::of(evaluator.heap, &value));
            }
            sorter.add(keys, number, subject);
            number += 1;
        }
    }
    let shape = rows.shape().clone();
    let (ordered, count) = sorter.finish();
    let page = page_of(&shape, ordered);
    Ok(Rows::ready(shape, vec![page]).out_of(count))
}

fn row_of_cells(cells: Cells) -> Value {
    let columns = std::sync::Arc::from([]);
    Value::Row(crate::value::Row { columns, cells })
}

fn page_of(shape: &Shape, values: Vec<Value>) -> Page {
    match shape {
        Shape::Objects => Page::Objects(
            (values.iter())
                .filter_map(|value| match value {
                    Value::Object(object) => Some(*object),
                    _ => None,
                })
                .collect(),
        ),
        Shape::Values => Page::Values(values),
        Shape::Columns(_) => Page::Rows(
            (values.into_iter())
                .filter_map(|value| match value {
                    Value::Row(row) => Some(row.cells),
                    _ => None,
                })
                .collect(),
        ),
    }
}

/// The columns that the keys name; where rows have columns, each must name one.
fn output_keys(query: &Query) -> Result<Vec<Option<usize>>> {
    let select = &query.select;
    let mut columns = Vec::new();
    for key in &query.order {
        let named = output_column(&key.key, select);
        let same = || {
            let mut items = select.items().iter();
            items.position(|item| item.expression == key.key)
        };
        let column = named.or_else(same);
        if column.is_none() && matches!(select.list, SelectList::Columns(_)) {
            let message = format!("{} is no column of the result", key.key);
            return Err(QueryError::new(message, key.key.span)
                .with_hint("ORDER BY takes columns here, by name or by number")
                .into());
        }
        columns.push(column);
    }
    Ok(columns)
}
