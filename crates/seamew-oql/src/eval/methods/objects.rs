//! Methods of objects, classes and arrays.

use seamew_heap::ObjectIndex;

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
    let heap = evaluator.heap;
    let class = heap.class_table().of_object(object);
    Ok(Some(match (call.name, call.arguments) {
        ("getField", [_]) => {
            let wanted = call.text(0)?;
            let fields = evaluator.fields(object);
            let Value::List(List::Values(fields)) = fields else {
                return Ok(Some(Value::Null));
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
        ("resolveValue", [_]) => {
            let mut current = Value::Object(object);
            for name in call.text(0)?.split('.') {
                current = match current {
                    Value::Object(object) => evaluator.field_once(object, name),
                    _ => Value::Null,
                };
            }
            current
        }
        ("hasSuperClass", []) => {
            let Some(class) = class else {
                return Ok(None);
            };
            Value::Boolean(heap.class_table().get(class).super_class.is_some())
        }
        ("doesExtend", [_]) => {
            let Some(class) = class else {
                return Ok(None);
            };
            let wanted = call.text(0)?;
            let table = heap.class_table();
            Value::Boolean(
                table
                    .hierarchy(class)
                    .any(|it| table.get(it).name == wanted),
            )
        }
        ("getAllSubClasses", []) => {
            return evaluator.property(&Value::Object(object), "allSubclasses");
        }
        ("getValueAt", [_]) => {
            let Some(length) = evaluator.array_length(object) else {
                return Ok(None);
            };
            let at = u32::try_from(call.whole(0)?).ok().filter(|at| *at < length);
            let Some(at) = at else {
                return Err(call.error(format!("getValueAt reaches outside of {length} elements")));
            };
            evaluator.elements(object, at, 1).pop().unwrap_or_default()
        }
        ("getReferenceArray" | "getValueArray", [_, _]) => {
            let Some(length) = evaluator.array_length(object) else {
                return Ok(None);
            };
            let place = |at| Ok::<_, crate::error::OqlError>(u32::try_from(call.whole(at)?).ok());
            let (first, count) = match (place(0)?, place(1)?) {
                (Some(first), Some(count)) if first <= length && count <= length - first => {
                    (first, count)
                }
                _ => {
                    let message = format!("{} reaches outside of {length} elements", call.name);
                    return Err(call.error(message));
                }
            };
            if call.name == "getReferenceArray" {
                evaluator.addresses(object, first, count)
            } else {
                let array = object;
                Value::List(List::Elements {
                    array,
                    first,
                    count,
                })
            }
        }
        _ => return Ok(None),
    }))
}
