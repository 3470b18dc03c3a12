//! Arithmetic and comparison, by MAT's rules.

use std::cmp::Ordering;

use super::keys::key_of;
use super::session::Evaluator;
use super::text::text_of;
use crate::ast::{Expr, Operator};
use crate::error::{QueryError, Result};
use crate::value::{List, Number, Special, Value};

/// Whether two values are equal: numbers by value whatever their types, null to null only.
pub fn is_equal(evaluator: &Evaluator<'_>, left: &Value, right: &Value) -> bool {
    match (left.number(), right.number()) {
        (Some(Number::Double(one)), Some(other)) => as_equal(one, other.as_f64()),
        (Some(one), Some(Number::Double(other))) => as_equal(one.as_f64(), other),
        (Some(one), Some(other)) => one.as_i64() == other.as_i64(),
        (None, None) => key_of(evaluator.heap, left) == key_of(evaluator.heap, right),
        _ => false,
    }
}

/// Equality of doubles as Java has it: what is no number is not equal to itself.
#[expect(clippy::float_cmp, reason = "the language compares exactly")]
fn as_equal(one: f64, other: f64) -> bool {
    one == other
}

/// Two values that have no order, as a text and a number.
pub struct Incomparable;

/// The order of two values of one kind; None where one of them is what Java calls no number.
///
/// # Errors
/// When their kinds have no order.
pub fn order(left: &Value, right: &Value) -> std::result::Result<Option<Ordering>, Incomparable> {
    if let (Some(one), Some(other)) = (left.number(), right.number()) {
        return Ok(match (one, other) {
            (Number::Double(_), _) | (_, Number::Double(_)) => {
                one.as_f64().partial_cmp(&other.as_f64())
            }
            _ => Some(one.as_i64().cmp(&other.as_i64())),
        });
    }
    Ok(Some(match (left, right) {
        // As Java: by UTF-16 units.
        (Value::Text(one), Value::Text(other)) => one.encode_utf16().cmp(other.encode_utf16()),
        (Value::Character(one), Value::Character(other)) => one.cmp(other),
        (Value::Boolean(one), Value::Boolean(other)) => one.cmp(other),
        (Value::Special(one), Value::Special(other)) => match (&**one, &**other) {
            (Special::Date(one), Special::Date(other)) => one.cmp(other),
            _ => return Err(Incomparable),
        },
        _ => return Err(Incomparable),
    }))
}

/// `<`, `>`, `<=`, `>=`.
pub fn compare(
    operator: Operator,
    (left, left_at): (&Value, &Expr),
    (right, right_at): (&Value, &Expr),
) -> Result<bool> {
    let symbol = operator.symbol();
    for (value, at) in [(left, left_at), (right, right_at)] {
        if value.is_null() {
            let message = format!("{at} is null, which {symbol} cannot compare");
            return Err(QueryError::new(message, at.span)
                .with_hint(format!("put {at} != null AND before it"))
                .into());
        }
    }
    let Ok(ordering) = order(left, right) else {
        let message = format!(
            "{symbol} cannot compare {} ({left_at}) with {} ({right_at})",
            left.kind(),
            right.kind()
        );
        return Err(QueryError::new(message, left_at.span.to(right_at.span))
            .with_hint("it compares numbers, texts, characters, booleans and dates with their like")
            .into());
    };
    Ok(ordering.is_some_and(|ordering| match operator {
        Operator::Less => ordering.is_lt(),
        Operator::Greater => ordering.is_gt(),
        Operator::LessOrEqual => ordering.is_le(),
        _ => ordering.is_ge(),
    }))
}

/// `+`, `-`, `*`, `/`. Two values of 32 bits or less stay in 32 bits and wrap; `/` gives a double.
pub fn calculate(
    evaluator: &mut Evaluator<'_>,
    operator: Operator,
    (left, left_at): (&Value, &Expr),
    (right, right_at): (&Value, &Expr),
) -> Result<Value> {
    if let (Value::Text(text), Operator::Plus) = (left, operator) {
        let rest = text_of(evaluator, right);
        return Ok(Value::text(format!("{text}{rest}")));
    }
    let number = |value: &Value, at: &Expr| {
        value.number().ok_or_else(|| {
            let symbol = operator.symbol();
            let message = format!(
                "{at} is {}, which {symbol} cannot calculate with",
                value.kind()
            );
            let hint = match (operator, value) {
                (Operator::Plus, _) => "texts are joined where the left one is a text: \"\" + x",
                (_, Value::Null) => "put a condition before it: … != null AND …",
                _ => "",
            };
            QueryError::new(message, at.span).with_hint(hint)
        })
    };
    let (left, right) = (number(left, left_at)?, number(right, right_at)?);
    Ok(calculated(operator, left, right))
}

fn calculated(operator: Operator, left: Number, right: Number) -> Value {
    if operator == Operator::DividedBy {
        return Value::Double(left.as_f64() / right.as_f64());
    }
    match (left, right) {
        (Number::Double(_), _) | (_, Number::Double(_)) => {
            let (one, other) = (left.as_f64(), right.as_f64());
            Value::Double(match operator {
                Operator::Minus => one - other,
                Operator::Times => one * other,
                _ => one + other,
            })
        }
        (Number::Int(one), Number::Int(other)) => Value::Int(match operator {
            Operator::Minus => one.wrapping_sub(other),
            Operator::Times => one.wrapping_mul(other),
            _ => one.wrapping_add(other),
        }),
        _ => {
            let (one, other) = (left.as_i64(), right.as_i64());
            Value::Long(match operator {
                Operator::Minus => one.wrapping_sub(other),
                Operator::Times => one.wrapping_mul(other),
                _ => one.wrapping_add(other),
            })
        }
    }
}

/// `IN`: None where a side is null, which makes NOT IN false too.
pub fn is_in(
    evaluator: &mut Evaluator<'_>,
    (left, left_at): (&Value, &Expr),
    (right, right_at): (&Value, &Expr),
) -> Result<Option<bool>> {
    if left.is_null() || right.is_null() {
        return Ok(None);
    }
    let Value::List(list) = right else {
        let message = format!("{right_at} is {}, and nothing is in it", right.kind());
        return Err(QueryError::new(message, right_at.span)
            .with_hint("IN takes a list, an array, ids of objects, or a sub-query")
            .into());
    };
    let found = match list {
        List::Ids(ids) => {
            let id = match left {
                Value::Object(object) if !evaluator.heap.is_reachable(*object) => None,
                Value::Object(object) => Some(evaluator.heap.id(*object)),
                other => {
                    if let Some(number) = other.number() {
                        u32::try_from(number.as_i64()).ok()
                    } else {
                        let message = format!("{left_at} is {}, no object", left.kind());
                        return Err(QueryError::new(message, left_at.span)
                            .with_hint("the list has ids of objects")
                            .into());
                    }
                }
            };
            id.is_some_and(|id| ids.contains(id))
        }
        List::Objects(objects) => match left {
            Value::Object(object) => objects.contains(&object.0),
            _ => false,
        },
        List::Values(values) => values.contains(evaluator.heap, left),
        List::Elements { .. } => {
            let mut found = false;
            super::lists::for_each_item(evaluator, list, &mut |evaluator, item| {
                found = is_equal(evaluator, left, item);
                Ok(!found)
            })?;
            found
        }
    };
    Ok(Some(found))
}
