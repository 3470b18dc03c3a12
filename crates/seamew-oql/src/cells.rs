//! Values as they leave the engine: plain numbers, texts, lists.

use seamew_heap::ObjectIndex;

use crate::error::Result;
use crate::eval::{Evaluator, items, text_of};
use crate::value::{List, Special, Value};

/// What the values of a column are; each may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    Boolean,
    Integer,
    Float,
    Text,
    /// Objects, by id.
    Object,
    List,
    Any,
}

impl ColumnType {
    /// Name as users see it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Text => "text",
            Self::Object => "object",
            Self::List => "list",
            Self::Any => "any",
        }
    }

    /// The type of a value; None for null.
    pub fn of(evaluator: &Evaluator<'_>, value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Boolean(_) => Self::Boolean,
            Value::Byte(_) | Value::Short(_) | Value::Int(_) | Value::Long(_) => Self::Integer,
            Value::Float(_) | Value::Double(_) => Self::Float,
            Value::Character(_) | Value::Text(_) => Self::Text,
            Value::Object(object) if evaluator.heap.is_reachable(*object) => Self::Object,
            Value::List(_) => Self::List,
            Value::Special(special) => match &**special {
                Special::Snapshot
                | Special::SnapshotInfo
                | Special::Date(_)
                | Special::Root { .. }
                | Special::Type(_)
                | Special::Field { .. }
                | Special::Reference { .. } => Self::Text,
            },
            Value::Object(_) | Value::Entry(_) | Value::Row(_) => Self::Any,
        })
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Cell>),
    /// Cells by name.
    Named(Vec<(String, Cell)>),
}

/// The cell of a value in a column of a type. Objects are ids in columns of objects and in lists
/// of objects; elsewhere, among other values, they are text.
///
/// # Errors
/// When the dump cannot be read any more, or on cancellation.
pub fn cell(evaluator: &mut Evaluator<'_>, value: &Value, column: ColumnType) -> Result<Cell> {
    Ok(match value {
        Value::Null => Cell::Null,
        Value::Boolean(flag) => Cell::Boolean(*flag),
        Value::Float(value) => Cell::Float(shortest(*value)),
        Value::Double(value) => Cell::Float(*value),
        Value::Object(object) if column == ColumnType::Object => id(evaluator, *object),
        Value::List(list) => list_cell(evaluator, list)?,
        Value::Entry(entry) => Cell::Named(vec![
            (
                "key".to_owned(),
                cell(evaluator, &entry.0, ColumnType::Any)?,
            ),
            (
                "value".to_owned(),
                cell(evaluator, &entry.1, ColumnType::Any)?,
            ),
        ]),
        Value::Row(row) => {
            let mut named = Vec::with_capacity(row.cells.len());
            for (name, value) in row.columns.iter().zip(row.cells.iter()) {
                named.push((name.to_string(), cell(evaluator, value, ColumnType::Any)?));
            }
            Cell::Named(named)
        }
        other => match other.number() {
            Some(number) => Cell::Integer(number.as_i64()),
            None => Cell::Text(text_of(evaluator, other)),
        },
    })
}

fn id(evaluator: &Evaluator<'_>, object: ObjectIndex) -> Cell {
    if evaluator.heap.is_reachable(object) {
        Cell::Integer(i64::from(evaluator.heap.id(object)))
    } else {
        Cell::Null
    }
}

fn list_cell(evaluator: &mut Evaluator<'_>, list: &List) -> Result<Cell> {
    let values = items(evaluator, list)?;
    let is_object = |value: &Value| matches!(value, Value::Object(_) | Value::Null);
    let column = if values.iter().all(is_object) {
        ColumnType::Object
    } else {
        ColumnType::Any
    };
    let mut cells = Vec::with_capacity(values.len());
    for value in &values {
        cells.push(cell(evaluator, value, column)?);
    }
    Ok(Cell::List(cells))
}

/// The double with the same short decimals as a float: 0.1, not 0.10000000149011612.
fn shortest(value: f32) -> f64 {
    if value.is_finite() {
        value.to_string().parse().unwrap_or(f64::from(value))
    } else {
        f64::from(value)
    }
}
