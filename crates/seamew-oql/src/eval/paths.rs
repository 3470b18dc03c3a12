//! Paths: from an alias, a variable or a field of the row, step by step.

use std::sync::Arc;

use super::frame::Frame;
use super::functions::function;
use super::names::FUNCTIONS;
use super::session::Evaluator;
use crate::ast::{Path, Step, StepKind};
use crate::error::{QueryError, Result};
use crate::value::{Special, Value};

impl Evaluator<'_> {
    /// Where a path leads for a row; null once it is null on the way.
    pub(super) fn path(&mut self, path: &Path, frame: &Frame<'_>) -> Result<Value> {
        let (mut current, taken) = start(path, frame)?;
        for (number, step) in path.steps.iter().enumerate().skip(taken) {
            if let StepKind::Call { name, arguments } = &step.kind
                && number == 0
                && path.variable.is_none()
                && let [argument] = arguments.as_slice()
                && FUNCTIONS.contains(&&**name)
            {
                let value = self.value(argument, frame)?;
                current = function(self, name, (&value, argument), step.span)?;
                continue;
            }
            if current.is_null() {
                return Ok(Value::Null);
            }
            current = self.step(&current, step, frame)?;
        }
        Ok(current)
    }

    fn step(&mut self, current: &Value, step: &Step, frame: &Frame<'_>) -> Result<Value> {
        match &step.kind {
            StepKind::Name(name) => self.named(current, name, step),
            StepKind::Attribute(name) => self.attribute(current, name, step.span),
            StepKind::Call { name, arguments } => {
                let inner = frame.about(current);
                let values = arguments
                    .iter()
                    .map(|argument| self.value(argument, &inner));
                let values = values.collect::<Result<Vec<Value>>>()?;
                self.call(current, name, &values, step.span)
            }
            StepKind::Index(index) => {
                let at = self.value(index, &frame.about(current))?;
                self.index(current, (&at, index), step.span)
            }
            StepKind::Range(first, last) => {
                let inner = frame.about(current);
                let from = self.value(first, &inner)?;
                let to = self.value(last, &inner)?;
                self.range(current, (&from, first), (&to, last), step.span)
            }
        }
    }

    /// A name behind a value: a field of an object, a column of a row, else a property.
    fn named(&mut self, current: &Value, name: &Arc<str>, step: &Step) -> Result<Value> {
        match current {
            Value::Object(object) => Ok(self.field(*object, name, step.number)),
            Value::Row(row) => {
                if let Some(cell) = row.cell(name) {
                    Ok(cell.clone())
                } else {
                    let columns: Vec<&str> = row.columns.iter().map(|own| &**own).collect();
                    self.session.note(format!(
                        "the sub-query has no column {name}, so it is null: it has {}",
                        columns.join(", ")
                    ));
                    Ok(Value::Null)
                }
            }
            other => self.attribute(other, name, step.span),
        }
    }
}

/// The value that a path begins with, and how many steps that takes.
fn start(path: &Path, frame: &Frame<'_>) -> Result<(Value, usize)> {
    if let Some(variable) = &path.variable {
        if let Some(value) = frame.alias(&variable.text) {
            return Ok((value.clone(), 0));
        }
        if &*variable.text == "snapshot" {
            return Ok((Value::special(Special::Snapshot), 0));
        }
        let message = format!("there is no variable {}", variable.text);
        return Err(QueryError::new(message, variable.span).into());
    }
    let first = path.steps.first().map(|step| &step.kind);
    if let Some(StepKind::Name(name)) = first {
        if let Some(value) = frame.alias(name) {
            return Ok((value.clone(), 1));
        }
        if &**name == "snapshot" {
            return Ok((Value::special(Special::Snapshot), 1));
        }
    }
    Ok((frame.subject.clone(), 0))
}
