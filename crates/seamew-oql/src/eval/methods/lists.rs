//! Methods of lists and of rows.

use super::Call;
use crate::error::Result;
use crate::eval::lists::{for_each_item, item, part};
use crate::eval::operators::is_equal;
use crate::eval::session::Evaluator;
use crate::value::{List, Row, Value};

/// What a method of a list gives; None where lists have none such.
pub fn call(evaluator: &mut Evaluator<'_>, list: &List, call: &Call<'_>) -> Result<Option<Value>> {
    let length = list.len();
    Ok(Some(match (call.name, call.arguments) {
        ("size" | "length", []) => super::super::attributes::count(length),
        ("get", [_]) => {
            let at = usize::try_from(call.whole(0)?)
                .ok()
                .filter(|at| *at < length);
            let Some(at) = at else {
                return Err(call.error(format!("get reaches outside of {length} elements")));
            };
            item(evaluator.heap, list, at)
        }
        ("subList", [_, _]) => {
            let place = |at| Ok::<_, crate::error::OqlError>(usize::try_from(call.whole(at)?).ok());
            match (place(0)?, place(1)?) {
                (Some(first), Some(end)) if first <= end && end <= length => {
                    Value::List(part(list, first, end))
                }
                _ => {
                    return Err(call.error(format!("subList reaches outside of {length} elements")));
                }
            }
        }
        ("contains", [wanted]) => Value::Boolean(place_of(evaluator, list, wanted)?.is_some()),
        ("indexOf", [wanted]) => match place_of(evaluator, list, wanted)? {
            Some(at) => super::super::attributes::count(at),
            None => Value::Int(-1),
        },
        ("toArray" | "iterator" | "values", []) => Value::List(list.clone()),
        _ => return Ok(None),
    }))
}

fn place_of(evaluator: &mut Evaluator<'_>, list: &List, wanted: &Value) -> Result<Option<usize>> {
    let mut at = 0;
    let mut found = None;
    for_each_item(evaluator, list, &mut |evaluator, value| {
        if is_equal(evaluator, value, wanted) {
            found = Some(at);
        }
        at += 1;
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// What a method of a row gives; None where rows have none such.
pub fn of_row(evaluator: &mut Evaluator<'_>, row: &Row, call: &Call<'_>) -> Result<Option<Value>> {
    evaluator.progress.check()?;
    Ok(Some(match (call.name, call.arguments) {
        ("size", []) => super::super::attributes::count(row.cells.len()),
        ("get", [_]) => row.cell(&call.text(0)?).cloned().unwrap_or_default(),
        ("containsKey", [_]) => Value::Boolean(row.cell(&call.text(0)?).is_some()),
        ("keySet", []) => {
            let names = row.columns.iter().map(|name| Value::Text(name.clone()));
            Value::list(names.collect())
        }
        ("values", []) => Value::list(row.cells.to_vec()),
        _ => return Ok(None),
    }))
}
