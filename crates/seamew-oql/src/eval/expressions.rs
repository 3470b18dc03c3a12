//! The values of expressions.

use super::frame::Frame;
use super::operators::{calculate, compare, is_equal, is_in};
use super::session::Evaluator;
use super::text::text_of;
use super::types::is_of_type;
use crate::ast::{Expr, ExprKind, Literal, Name, Operator, Query};
use crate::error::{QueryError, Result};
use crate::value::{List, Value};

impl Evaluator<'_> {
    /// The value of an expression for a row.
    ///
    /// # Errors
    /// When the query asks for what values of that kind do not have, when the dump cannot be read
    /// any more, or on cancellation.
    pub fn value(&mut self, expression: &Expr, frame: &Frame<'_>) -> Result<Value> {
        match &expression.kind {
            ExprKind::Literal(literal) => Ok(literal_value(literal)),
            ExprKind::Path(path) => self.path(path, frame),
            ExprKind::Query(query) => self.sub_query(query, frame),
            ExprKind::Or(arms) => Ok(Value::Boolean(self.any_is(arms, true, frame)?)),
            ExprKind::And(arms) => Ok(Value::Boolean(!self.any_is(arms, false, frame)?)),
            ExprKind::Chain { first, rest } => self.chain(first, rest, frame),
            ExprKind::Compare {
                left,
                operator,
                right,
            } => {
                let (one, other) = (self.value(left, frame)?, self.value(right, frame)?);
                let answer = compare(*operator, (&one, left), (&other, right))?;
                Ok(Value::Boolean(answer))
            }
            ExprKind::Like {
                left,
                pattern,
                is_negated,
            } => {
                let value = self.value(left, frame)?;
                self.like(&value, pattern, *is_negated)
            }
            ExprKind::In {
                left,
                right,
                is_negated,
            } => {
                let (one, other) = (self.value(left, frame)?, self.value(right, frame)?);
                let answer = is_in(self, (&one, left), (&other, right))?;
                Ok(Value::Boolean(
                    answer.is_some_and(|found| found != *is_negated),
                ))
            }
            ExprKind::Implements { left, type_name } => {
                let value = self.value(left, frame)?;
                Ok(Value::Boolean(is_of_type(self, &value, &type_name.text)))
            }
            ExprKind::IsNull { left, is_negated } => {
                let is_null = self.value(left, frame)?.is_null();
                Ok(Value::Boolean(is_null != *is_negated))
            }
            ExprKind::Aggregate(_) => {
                let message = format!("{expression} has no value in a row");
                Err(QueryError::new(message, expression.span).into())
            }
        }
    }

    /// Whether a condition holds for a row.
    ///
    /// # Errors
    /// As [`Self::value`].
    pub fn holds(&mut self, condition: &Expr, frame: &Frame<'_>) -> Result<bool> {
        Ok(self.value(condition, frame)?.is_true())
    }

    /// Whether a condition among some is true, or is not; those after it are not asked.
    fn any_is(&mut self, arms: &[Expr], wanted: bool, frame: &Frame<'_>) -> Result<bool> {
        for arm in arms {
            if self.holds(arm, frame)? == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn chain(
        &mut self,
        first: &Expr,
        rest: &[(Operator, Expr)],
        frame: &Frame<'_>,
    ) -> Result<Value> {
        let mut value = self.value(first, frame)?;
        let mut before = first;
        for (operator, operand) in rest {
            let next = self.value(operand, frame)?;
            value = match operator {
                Operator::Equal => Value::Boolean(is_equal(self, &value, &next)),
                Operator::NotEqual => Value::Boolean(!is_equal(self, &value, &next)),
                _ => calculate(self, *operator, (&value, before), (&next, operand))?,
            };
            before = operand;
        }
        Ok(value)
    }

    /// The whole text of the left side matches; null is neither LIKE nor NOT LIKE anything.
    fn like(&mut self, value: &Value, pattern: &Name, is_negated: bool) -> Result<Value> {
        if value.is_null() {
            return Ok(Value::Boolean(false));
        }
        let session = self.session;
        let Some(compiled) = session.program().pattern(pattern) else {
            return Err(QueryError::new("this pattern was not compiled", pattern.span).into());
        };
        let is_match = match value {
            Value::Text(text) => compiled.is_match(text),
            other => compiled.is_match(&text_of(self, other)),
        };
        Ok(Value::Boolean(is_match != is_negated))
    }

    /// What a sub-query gives: null without rows, ids of objects, a table, or a value.
    fn sub_query(&mut self, query: &Query, frame: &Frame<'_>) -> Result<Value> {
        let session = self.session;
        if session.program().depends(query) {
            return self.collected(query, Some(frame));
        }
        session.constant(query.number.0, || self.collected(query, None))
    }

    /// The elements of a list, for `x IN`-like questions to any value; None for other values.
    pub(super) fn as_list(value: &Value) -> Option<&List> {
        match value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }
}

fn literal_value(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(flag) => Value::Boolean(*flag),
        Literal::Int(value) => Value::Int(*value),
        Literal::Long(value) => Value::Long(*value),
        Literal::Float(value) => Value::Float(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::Character(character) => {
            let mut units = [0; 2];
            Value::Character(
                character
                    .encode_utf16(&mut units)
                    .first()
                    .copied()
                    .unwrap_or(0),
            )
        }
        Literal::Text(text) => Value::Text(text.clone()),
    }
}
