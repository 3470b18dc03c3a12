//! `@name`: properties of what the analyser knows. A fixed list for each kind of value; the
//! methods `getName()` and `isName()` are the same.

mod objects;
mod specials;

use super::session::Evaluator;
use super::text::text_of;
use crate::error::{OqlError, QueryError, Result, Span};
use crate::parser::near_name;
use crate::value::{List, Special, Value};

pub use objects::roots_of;

/// Properties of lists and arrays.
const OF_LISTS: [&str; 4] = ["length", "size", "empty", "class"];
/// Properties of entries, rows and texts.
const OF_ENTRIES: [&str; 3] = ["key", "value", "class"];
const OF_ROWS: [&str; 3] = ["size", "empty", "class"];
const OF_TEXTS: [&str; 3] = ["empty", "blank", "class"];

/// Names of all properties by what has them, for the reference page.
pub const PROPERTIES: [(&str, &[&str]); 17] = [
    ("object", &objects::OF_OBJECTS),
    ("instance", &objects::OF_INSTANCES),
    ("class", &objects::OF_CLASSES),
    ("primitive array", &objects::OF_ARRAYS),
    ("object array", &objects::OF_OBJECT_ARRAYS),
    ("class loader", &objects::OF_LOADERS),
    ("list", &OF_LISTS),
    ("entry", &OF_ENTRIES),
    ("row", &OF_ROWS),
    ("text", &OF_TEXTS),
    ("snapshot", &specials::OF_SNAPSHOT),
    ("facts of the snapshot", &specials::OF_FACTS),
    ("date", &specials::OF_DATES),
    ("root", &specials::OF_ROOTS),
    ("reference", &specials::OF_REFERENCES),
    ("field", &specials::OF_FIELDS),
    ("type", &specials::OF_TYPES),
];

impl Evaluator<'_> {
    /// A property of a value.
    ///
    /// # Errors
    /// When values of that kind have no such property.
    pub(super) fn attribute(&mut self, value: &Value, name: &str, span: Span) -> Result<Value> {
        let found = self.property(value, name);
        found.ok_or_else(|| self.no_property(value, name, span))
    }

    /// A property of a value; None where values of that kind have none of that name.
    pub(super) fn property(&mut self, value: &Value, name: &str) -> Option<Value> {
        if name == "class" && !value.is_null() {
            return Some(self.type_of(value));
        }
        match value {
            Value::Null => Some(Value::Null),
            Value::Object(object) => self.object_property(*object, name),
            Value::List(list) => list_property(list, name),
            Value::Entry(entry) => match name {
                "key" => Some(entry.0.clone()),
                "value" => Some(entry.1.clone()),
                _ => None,
            },
            Value::Row(row) => match name {
                "size" => Some(count(row.cells.len())),
                "empty" => Some(Value::Boolean(row.cells.is_empty())),
                _ => None,
            },
            Value::Text(text) => match name {
                "empty" => Some(Value::Boolean(text.is_empty())),
                "blank" => Some(Value::Boolean(text.trim().is_empty())),
                _ => None,
            },
            Value::Special(special) => self.special_property(special, name),
            other => match (other.number(), name) {
                (Some(number), "naN") => Some(Value::Boolean(number.as_f64().is_nan())),
                (Some(number), "infinite") => Some(Value::Boolean(number.as_f64().is_infinite())),
                _ => None,
            },
        }
    }

    fn no_property(&mut self, value: &Value, name: &str, span: Span) -> OqlError {
        let names: Vec<&str> = match value {
            Value::Object(object) => self.object_properties(*object),
            Value::List(_) => OF_LISTS.to_vec(),
            Value::Entry(_) => OF_ENTRIES.to_vec(),
            Value::Row(_) => OF_ROWS.to_vec(),
            Value::Text(_) => OF_TEXTS.to_vec(),
            Value::Special(special) => specials::names(special).to_vec(),
            _ => Vec::new(),
        };
        let shown = match value {
            Value::Object(object) => self.heap.class_name(*object).to_owned(),
            Value::Row(_) | Value::List(_) => String::new(),
            other => text_of(self, other),
        };
        let what = match shown.as_str() {
            "" => value.kind().to_owned(),
            shown => format!("{} ({shown})", value.kind()),
        };
        let message = format!("{what} has no property {name}");
        let hint = match (near_name(name, &names), value) {
            (Some(own), _) => format!("did you mean @{own}?"),
            (None, Value::Int(_) | Value::Long(_)) => {
                "an id becomes an object by ${snapshot}.getObject(id)".to_owned()
            }
            (None, Value::Object(object))
                if shown == "java.lang.Class"
                    && self.heap.class_table().of_object(*object).is_none() =>
            {
                "class objects of primitive types are plain instances: put … IMPLEMENTS \
                 org.eclipse.mat.snapshot.model.IClass AND before it"
                    .to_owned()
            }
            (None, _) if names.is_empty() => String::new(),
            (None, _) => format!("it has {}", names.join(", ")),
        };
        QueryError::new(message, span).with_hint(hint).into()
    }
}

/// A number of things, in 32 bits where they suffice.
pub fn count(number: usize) -> Value {
    i32::try_from(number).map_or(long(number as u64), Value::Int)
}

/// A number of bytes or an address.
pub fn long(number: u64) -> Value {
    Value::Long(number.cast_signed())
}

fn list_property(list: &List, name: &str) -> Option<Value> {
    match name {
        "length" | "size" => Some(count(list.len())),
        "empty" => Some(Value::Boolean(list.is_empty())),
        _ => None,
    }
}

/// A reference without a name.
pub fn reference(object: seamew_heap::ObjectIndex) -> Value {
    Value::special(Special::Reference { name: None, object })
}
