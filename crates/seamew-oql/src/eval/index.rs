//! `x[i]` and `x[i:j]` on lists, arrays of the heap and known collections.

use seamew_heap::ObjectIndex;

use super::lists::{item, part};
use super::session::Evaluator;
use super::text::text_of;
use crate::ast::Expr;
use crate::error::{QueryError, Result, Span};
use crate::value::{List, Value};

impl Evaluator<'_> {
    /// The element at a place from 0; null out of range.
    pub(super) fn index(
        &mut self,
        current: &Value,
        at: (&Value, &Expr),
        span: Span,
    ) -> Result<Value> {
        let place = place(at)?;
        let Ok(place) = usize::try_from(place) else {
            self.indexed(current, 0, span)?;
            return Ok(Value::Null);
        };
        match self.indexed(current, place as u64 + 1, span)? {
            Some(list) => Ok(item(self.heap, &list, place)),
            None => Ok(Value::Null),
        }
    }

    /// The elements from a place to another, that included; negative places count from the end.
    pub(super) fn range(
        &mut self,
        current: &Value,
        first: (&Value, &Expr),
        last: (&Value, &Expr),
        span: Span,
    ) -> Result<Value> {
        let (first, last) = (place(first)?, place(last)?);
        let Some(list) = self.indexed(current, u64::MAX, span)? else {
            return Ok(Value::Null);
        };
        let length = list.len();
        let from = normalized(first, length, 0);
        let end = normalized(last, length, 1).max(from);
        Ok(Value::List(part(&list, from, end)))
    }

    /// A value as a list, at least its first so many elements; None where a collection cannot be
    /// read.
    fn indexed(&mut self, current: &Value, most: u64, span: Span) -> Result<Option<List>> {
        match current {
            Value::List(list) => Ok(Some(list.clone())),
            Value::Object(object) => {
                if let Some(count) = self.array_length(*object) {
                    return Ok(Some(elements(*object, count)));
                }
                if let Some(list) = self.entries(*object, most)? {
                    Ok(Some(list))
                } else if self.is_strange_collection(*object) {
                    Ok(None)
                } else {
                    let class = self.heap.class_name(*object);
                    let message = format!("a {class} has no elements to index");
                    Err(QueryError::new(message, span)
                        .with_hint("arrays, lists and known collections have")
                        .into())
                }
            }
            other => {
                let text = text_of(self, other);
                let message = format!("{} ({text}) has no elements to index", other.kind());
                Err(QueryError::new(message, span).into())
            }
        }
    }
}

fn elements(array: ObjectIndex, count: u32) -> List {
    let first = 0;
    List::Elements {
        array,
        first,
        count,
    }
}

/// A place; whole numbers of 32 bits or less count.
fn place((value, at): (&Value, &Expr)) -> Result<i64> {
    match value {
        Value::Byte(place) => Ok(i64::from(*place)),
        Value::Short(place) => Ok(i64::from(*place)),
        Value::Int(place) => Ok(i64::from(*place)),
        Value::Long(place) => Ok(*place),
        other => {
            let message = format!("{at} is {}, no place in a list", other.kind());
            let error = QueryError::new(message, at.span);
            Err(match other {
                Value::Double(_) => {
                    error.with_hint("/ gives a double: write (a / b).intValue() in eval")
                }
                _ => error,
            }
            .into())
        }
    }
}

/// MAT's rule: a negative place counts from the end, then `after` is added; never outside.
fn normalized(place: i64, length: usize, after: i64) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let place = if place < 0 {
        place.saturating_add(length)
    } else {
        place
    };
    let inside = place.saturating_add(after).clamp(0, length);
    usize::try_from(inside).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn ranges_include_both_ends_and_count_from_the_end() {
        let range = |first, last, length| {
            let from = normalized(first, length, 0);
            from..normalized(last, length, 1).max(from)
        };
        assert_eq!(range(0, -1, 5), 0..5);
        assert_eq!(range(1, 3, 5), 1..4);
        assert_eq!(range(-2, -1, 5), 3..5);
        assert_eq!(range(0, 0 - 1, 0), 0..0);
        assert_eq!(range(1, -1, 1), 1..1);
        assert_eq!(range(3, 100, 5), 3..5);
        assert_eq!(range(-100, 1, 5), 0..2);
        assert_eq!(range(4, 2, 5), 4..4);
    }
}
