//! Methods of objects, classes and arrays.

use seamew_heap::{ClassIndex, ObjectIndex};

use super::Call;
use crate::error::Result;
use crate::eval::session::Evaluator;
use crate::value::{List, Special, Value};

/// What a method of an object gives; None where such objects have none such.
pub fn call(
    evaluator: &mut Evaluator<'_>,
    object: ObjectIndex,
    call: &Call<'_>,
) -> Result<Option<Value>> {
    match (call.name, call.arguments) {
        ("getField", [_]) => Ok(Some(field(evaluator, object, &call.text(0)?))),
        ("resolveValue", [_]) => Ok(Some(behind(evaluator, object, &call.text(0)?))),
        ("hasSuperClass" | "doesExtend" | "getAllSubClasses", _) => {
            match evaluator.heap.class_table().of_object(object) {
                Some(class) => of_class(evaluator, (object, class), call),
                None => Ok(None),
            }
        }
        ("getValueAt" | "getValueArray" | "getReferenceArray", _) => {
            match evaluator.array_length(object) {
                Some(length) => of_array(evaluator, (object, length), call),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// The field of a name as its descriptor and value; null where there is none.
fn field(evaluator: &mut Evaluator<'_>, object: ObjectIndex, wanted: &str) -> Value {
    let Value::List(List::Values(fields)) = evaluator.fields(object) else {
        return Value::Null;
    };
    let is_wanted = |field: &&Value| match field {
        Value::Special(special) => {
            matches!(&**special, Special::Field { name, .. } if **name == *wanted)
        }
        _ => false,
    };
    fields
        .items
        .iter()
        .find(is_wanted)
        .cloned()
        .unwrap_or_default()
}

/// What stands behind names of fields with points between them.
fn behind(evaluator: &mut Evaluator<'_>, object: ObjectIndex, names: &str) -> Value {
    let mut current = Value::Object(object);
    for name in names.split('.') {
        current = match current {
            Value::Object(object) => evaluator.field_once(object, name),
            _ => Value::Null,
        };
    }
    current
}

fn of_class(
    evaluator: &mut Evaluator<'_>,
    (object, class): (ObjectIndex, ClassIndex),
    call: &Call<'_>,
) -> Result<Option<Value>> {
    let table = evaluator.heap.class_table();
    Ok(match (call.name, call.arguments) {
        ("hasSuperClass", []) => Some(Value::Boolean(table.get(class).super_class.is_some())),
        ("doesExtend", [_]) => {
            let wanted = call.text(0)?;
            let mut above = table.hierarchy(class);
            let extends = above.any(|it| table.get(it).name == wanted);
            Some(Value::Boolean(extends))
        }
        ("getAllSubClasses", []) => evaluator.property(&Value::Object(object), "allSubclasses"),
        _ => None,
    })
}

fn of_array(
    evaluator: &mut Evaluator<'_>,
    (array, length): (ObjectIndex, u32),
    call: &Call<'_>,
) -> Result<Option<Value>> {
    let (first, count) = match (call.name, call.arguments) {
        ("getValueAt", [_]) => (call.whole(0)?, 1),
        ("getReferenceArray" | "getValueArray", [_, _]) => (call.whole(0)?, call.whole(1)?),
        _ => return Ok(None),
    };
    let place = (u32::try_from(first).ok()).zip(u32::try_from(count).ok());
    let inside = place.filter(|(first, count)| *first <= length && *count <= length - first);
    let Some((first, count)) = inside else {
        let message = format!("{} reaches outside of {length} elements", call.name);
        return Err(call.error(message));
    };
    Ok(Some(match call.name {
        "getValueAt" => {
            let mut found = evaluator.elements(array, first, 1);
            found.pop().unwrap_or_default()
        }
        "getReferenceArray" => evaluator.addresses(array, first, count),
        _ => Value::List(List::Elements {
            array,
            first,
            count,
        }),
    }))
}
