//! Classes of the analyser: `x.@class.forName("java.lang.Math").max(1, 2)`. Static methods of the
//! few classes that queries use; there is no way to any other.

use std::sync::Arc;

use super::Call;
use crate::error::{QueryError, Result};
use crate::eval::session::Evaluator;
use crate::eval::text::text_of;
use crate::value::{Number, Special, Value};

/// Classes of which static methods are known.
const KNOWN: [&str; 9] = [
    "java.lang.Boolean",
    "java.lang.Character",
    "java.lang.Double",
    "java.lang.Float",
    "java.lang.Integer",
    "java.lang.Long",
    "java.lang.Math",
    "java.lang.String",
    "java.util.Arrays",
];

/// What a method of a class gives; None where it has none such.
pub fn call(evaluator: &mut Evaluator<'_>, own: &str, call: &Call<'_>) -> Result<Option<Value>> {
    if let ("forName", [_]) = (call.name, call.arguments) {
        let wanted = call.text(0)?;
        if !KNOWN.contains(&wanted.as_str()) {
            let hint = format!("known are {}", KNOWN.join(", "));
            let message = format!("the analyser has no class {wanted}");
            return Err(QueryError::new(message, call.span).with_hint(hint).into());
        }
        return Ok(Some(Value::special(Special::Type(Arc::from(wanted)))));
    }
    match own {
        "java.util.Arrays" => Ok(arrays(evaluator, call)),
        "java.lang.Math" => math(call),
        "java.lang.Integer" | "java.lang.Long" => whole_numbers(evaluator, own, call),
        "java.lang.Double" | "java.lang.Float" => real_numbers(evaluator, own, call),
        "java.lang.Boolean" => booleans(evaluator, call),
        "java.lang.Character" => characters(call),
        "java.lang.String" => texts(evaluator, call),
        _ => Ok(None),
    }
}

fn arrays(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Option<Value> {
    match (call.name, call.arguments) {
        ("asList", [list @ Value::List(_)]) => Some(list.clone()),
        ("asList", items) => Some(Value::list(items.to_vec())),
        ("toString", [list]) => Some(Value::text(text_of(evaluator, list))),
        _ => None,
    }
}

fn number(call: &Call<'_>, at: usize) -> Result<Number> {
    let found = call.arguments.get(at).and_then(Value::number);
    found.ok_or_else(|| call.wrong(at, "a number"))
}

fn math(call: &Call<'_>) -> Result<Option<Value>> {
    let first = number(call, 0)?;
    let real = first.as_f64();
    if call.arguments.len() == 2 {
        let second = number(call, 1)?;
        let takes_second = match call.name {
            "max" => first.as_f64() < second.as_f64(),
            "min" => first.as_f64() > second.as_f64(),
            "pow" => return Ok(Some(Value::Double(real.powf(second.as_f64())))),
            _ => return Ok(None),
        };
        return Ok(call.arguments.get(usize::from(takes_second)).cloned());
    }
    Ok(Some(match call.name {
        "abs" => match first {
            Number::Int(value) => Value::Int(value.wrapping_abs()),
            Number::Long(value) => Value::Long(value.wrapping_abs()),
            Number::Double(value) => Value::Double(value.abs()),
        },
        "sqrt" => Value::Double(real.sqrt()),
        "floor" => Value::Double(real.floor()),
        "ceil" => Value::Double(real.ceil()),
        "round" => Value::Long((real + 0.5).floor() as i64),
        "signum" => Value::Double(if real == 0.0 { real } else { real.signum() }),
        "log10" => Value::Double(real.log10()),
        _ => return Ok(None),
    }))
}

fn whole_numbers(
    evaluator: &mut Evaluator<'_>,
    own: &str,
    call: &Call<'_>,
) -> Result<Option<Value>> {
    let is_long = own == "java.lang.Long";
    let sized = |value: i64| {
        if is_long {
            Ok(Some(Value::Long(value)))
        } else {
            let short = i32::try_from(value);
            short.map_or_else(
                |_| Err(call.error("too big for 32 bits")),
                |it| Ok(Some(Value::Int(it))),
            )
        }
    };
    match (call.name, call.arguments) {
        ("parseInt" | "parseLong" | "valueOf", [Value::Text(text)]) => match text.parse() {
            Ok(value) => sized(value),
            Err(_) => Err(call.error(format!("`{text}` is no whole number"))),
        },
        ("valueOf", [_]) => sized(call.whole(0)?),
        ("toHexString" | "toBinaryString" | "toOctalString", [_]) => {
            let value = call.whole(0)?;
            let bits = if is_long {
                value.cast_unsigned()
            } else {
                u64::from((value as i32).cast_unsigned())
            };
            Ok(Some(Value::text(match call.name {
                "toHexString" => format!("{bits:x}"),
                "toBinaryString" => format!("{bits:b}"),
                _ => format!("{bits:o}"),
            })))
        }
        ("toString", [value]) => Ok(Some(Value::text(text_of(evaluator, value)))),
        ("signum", [_]) => Ok(Some(Value::Int(call.whole(0)?.signum() as i32))),
        ("max" | "min" | "abs", _) => math(call),
        _ => Ok(None),
    }
}

fn real_numbers(
    evaluator: &mut Evaluator<'_>,
    own: &str,
    call: &Call<'_>,
) -> Result<Option<Value>> {
    let sized = |value: f64| {
        if own == "java.lang.Float" {
            Value::Float(value as f32)
        } else {
            Value::Double(value)
        }
    };
    match (call.name, call.arguments) {
        ("parseDouble" | "parseFloat" | "valueOf", [Value::Text(text)]) => {
            match text.trim().parse() {
                Ok(value) => Ok(Some(sized(value))),
                Err(_) => Err(call.error(format!("`{text}` is no number"))),
            }
        }
        ("valueOf", [_]) => Ok(Some(sized(number(call, 0)?.as_f64()))),
        ("isNaN", [_]) => Ok(Some(Value::Boolean(number(call, 0)?.as_f64().is_nan()))),
        ("isInfinite", [_]) => Ok(Some(Value::Boolean(
            number(call, 0)?.as_f64().is_infinite(),
        ))),
        ("toString", [value]) => Ok(Some(Value::text(text_of(evaluator, value)))),
        ("max" | "min", _) => math(call),
        _ => Ok(None),
    }
}

fn booleans(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Option<Value>> {
    Ok(match (call.name, call.arguments) {
        ("valueOf", [flag @ Value::Boolean(_)]) => Some(flag.clone()),
        ("parseBoolean" | "valueOf", [_]) => {
            Some(Value::Boolean(call.text(0)?.eq_ignore_ascii_case("true")))
        }
        ("toString", [value]) => Some(Value::text(text_of(evaluator, value))),
        _ => None,
    })
}

fn characters(call: &Call<'_>) -> Result<Option<Value>> {
    let [value] = call.arguments else {
        return Ok(None);
    };
    let unit = match value {
        Value::Character(unit) => *unit,
        _ => u16::try_from(call.whole(0)?).unwrap_or(u16::MAX),
    };
    let character = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
    let changed = |mut changed: Vec<char>| {
        let first = changed.drain(..).next().unwrap_or(character);
        let mut units = [0; 2];
        let unit = first.encode_utf16(&mut units).first().copied();
        Value::Character(unit.unwrap_or(0))
    };
    Ok(Some(match call.name {
        "isDigit" => Value::Boolean(character.is_numeric()),
        "isLetter" => Value::Boolean(character.is_alphabetic()),
        "isLetterOrDigit" => Value::Boolean(character.is_alphanumeric()),
        "isWhitespace" => Value::Boolean(character.is_whitespace()),
        "toUpperCase" => changed(character.to_uppercase().collect()),
        "toLowerCase" => changed(character.to_lowercase().collect()),
        "valueOf" => Value::Character(unit),
        "toString" => Value::text(character.to_string()),
        _ => return Ok(None),
    }))
}

fn texts(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Option<Value>> {
    Ok(match (call.name, call.arguments) {
        ("valueOf", [value]) => Some(Value::text(text_of(evaluator, value))),
        ("join", [_, rest @ ..]) => {
            let between = call.text(0)?;
            let mut parts = Vec::new();
            for value in rest {
                match value {
                    Value::List(list) => {
                        for item in crate::eval::lists::items(evaluator, list)? {
                            parts.push(text_of(evaluator, &item));
                        }
                    }
                    other => parts.push(text_of(evaluator, other)),
                }
            }
            Some(Value::text(parts.join(&between)))
        }
        _ => None,
    })
}
