//! Methods of numbers, characters and booleans.

use super::Call;
use crate::error::Result;
use crate::eval::operators::{Incomparable, order};
use crate::value::{Number, Value};

/// What a method of a plain value gives; None where there is none such.
pub fn call(own: &Value, call: &Call<'_>) -> Result<Option<Value>> {
    if let ("compareTo", [other]) = (call.name, call.arguments) {
        return match order(own, other) {
            Ok(ordering) => Ok(Some(Value::Int(ordering.map_or(0, |it| it as i32)))),
            Err(Incomparable) => Err(call.wrong(0, own.kind())),
        };
    }
    if !call.arguments.is_empty() {
        return Ok(None);
    }
    if let Some(number) = own.number() {
        return Ok(of_number(number, call.name));
    }
    Ok(match (own, call.name) {
        (Value::Character(unit), "charValue") => Some(Value::Character(*unit)),
        (Value::Boolean(flag), "booleanValue") => Some(Value::Boolean(*flag)),
        _ => None,
    })
}

fn of_number(number: Number, name: &str) -> Option<Value> {
    let int = || match number {
        Number::Int(value) => value,
        Number::Long(value) => value as i32,
        // Saturates, and makes 0 of what is no number, as Java does.
        Number::Double(value) => value as i32,
    };
    Some(match name {
        "intValue" => Value::Int(int()),
        "longValue" => Value::Long(number.as_i64()),
        "shortValue" => Value::Short(int() as i16),
        "byteValue" => Value::Byte(int() as i8),
        "floatValue" => Value::Float(number.as_f64() as f32),
        "doubleValue" => Value::Double(number.as_f64()),
        "isNaN" => Value::Boolean(number.as_f64().is_nan()),
        "isInfinite" => Value::Boolean(number.as_f64().is_infinite()),
        _ => return None,
    })
}
