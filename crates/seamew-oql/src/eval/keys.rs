//! Keys: values are equal where their keys are, numbers across their types.

use std::sync::Arc;

use seamew_heap::heap::Heap;

use crate::value::{List, Number, Special, Value};

use super::lists::item;

/// What a value is equal by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Null,
    Boolean(bool),
    Whole(i64),
    /// Bits of a number that is not whole.
    Real(u64),
    Character(u16),
    Text(Arc<str>),
    Object(u32),
    List(Vec<Key>),
    Row(Vec<(Arc<str>, Key)>),
}

/// The key of a value.
pub fn key_of(heap: &Heap, value: &Value) -> Key {
    if let Some(number) = value.number() {
        return number_key(number);
    }
    match value {
        Value::Boolean(flag) => Key::Boolean(*flag),
        Value::Character(unit) => Key::Character(*unit),
        Value::Text(text) => Key::Text(Arc::clone(text)),
        Value::Object(object) => Key::Object(object.0),
        Value::List(list) => list_key(heap, list),
        Value::Entry(entry) => Key::List(vec![key_of(heap, &entry.0), key_of(heap, &entry.1)]),
        Value::Row(row) => {
            let cells = row.columns.iter().zip(row.cells.iter());
            Key::Row(
                cells
                    .map(|(name, cell)| (Arc::clone(name), key_of(heap, cell)))
                    .collect(),
            )
        }
        Value::Special(special) => special_key(heap, special),
        _ => Key::Null,
    }
}

fn number_key(number: Number) -> Key {
    match number {
        Number::Int(value) => Key::Whole(i64::from(value)),
        Number::Long(value) => Key::Whole(value),
        Number::Double(value) => {
            let whole = value as i64;
            if (whole as f64).to_bits() == value.to_bits() && whole.unsigned_abs() < 1 << 53 {
                Key::Whole(whole)
            } else if value == 0.0 {
                Key::Whole(0)
            } else if value.is_nan() {
                Key::Real(f64::NAN.to_bits())
            } else {
                Key::Real(value.to_bits())
            }
        }
    }
}

fn list_key(heap: &Heap, list: &List) -> Key {
    let items = (0..list.len()).map(|at| item(heap, list, at));
    Key::List(items.map(|value| key_of(heap, &value)).collect())
}

fn special_key(heap: &Heap, special: &Special) -> Key {
    match special {
        Special::Root { object, code, .. } => Key::List(vec![
            Key::Text("root".into()),
            Key::Object(object.0),
            Key::Whole(i64::from(*code)),
        ]),
        Special::Reference { name, object } => Key::List(vec![
            Key::Text(name.clone().unwrap_or_default()),
            Key::Object(object.0),
        ]),
        Special::Field { name, code, value } => Key::List(vec![
            Key::Text(Arc::clone(name)),
            Key::Whole(i64::from(*code)),
            value.as_ref().map_or(Key::Null, |it| key_of(heap, it)),
        ]),
        Special::Date(at) => Key::List(vec![Key::Text("date".into()), Key::Whole(*at)]),
        Special::Type(name) => Key::List(vec![Key::Text(Arc::clone(name))]),
        Special::Snapshot => Key::List(vec![Key::Whole(0)]),
        Special::SnapshotInfo => Key::List(vec![Key::Whole(1)]),
    }
}
