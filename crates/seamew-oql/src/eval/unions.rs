//! UNION.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::page::{PAGE_ROWS, Page, Shape};
use super::rows::{Rows, Stage};
use super::session::Evaluator;
use super::source::{collected_values, source_span};
use super::subjects::ObjectList;
use crate::ast::{Query, SelectList};
use crate::error::{QueryError, Result, Span};
use crate::value::Value;

/// Puts the arms of a query together. Lists of objects in which none comes twice are sets, and
/// their union is one too; as soon as one names an object twice, all are kept.
///
/// # Errors
/// When two arms that have rows have different ones: objects, or another number of columns.
pub fn united<'f>(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    mut arms: VecDeque<Rows<'f>>,
) -> Result<Rows<'f>> {
    if !arms.iter().all(|arm| is_alike(arm, arms.front())) {
        arms = arms_with_rows(evaluator, query, arms)?;
    }
    let Some(first) = arms.front() else {
        return Ok(Rows::of_objects(ObjectList::default()));
    };
    match first.shape().clone() {
        Shape::Objects if arms.iter().all(|arm| *arm.shape() == Shape::Objects) => {
            united_objects(evaluator, arms)
        }
        shape @ Shape::Columns(_) => Ok(Rows::of(Stage::Union { arms, seen: None }, shape)),
        Shape::Objects | Shape::Values => {
            let mut pages = Vec::new();
            for arm in arms {
                pages.push(Page::Values(collected_values(evaluator, arm)?));
            }
            Ok(Rows::ready(Shape::Values, pages))
        }
    }
}

/// Whether an arm has rows like those of the first one, as far as is known without reading them.
fn is_alike(arm: &Rows<'_>, first: Option<&Rows<'_>>) -> bool {
    match (arm.shape(), first.map(Rows::shape)) {
        (Shape::Objects, Some(Shape::Objects)) => true,
        (Shape::Columns(own), Some(Shape::Columns(first))) => own.len() == first.len(),
        _ => false,
    }
}

/// The arms that have rows, which must be alike.
fn arms_with_rows<'f>(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    arms: VecDeque<Rows<'f>>,
) -> Result<VecDeque<Rows<'f>>> {
    let mut kept = VecDeque::new();
    let mut wanted = None;
    let queries = std::iter::once(query).chain(&query.unions);
    for (arm, own) in arms.into_iter().zip(queries) {
        let Some(arm) = begun(evaluator, arm)? else {
            continue;
        };
        let found = match arm.shape() {
            Shape::Columns(columns) => Some(columns.len()),
            Shape::Objects | Shape::Values => None,
        };
        if *wanted.get_or_insert(found) != found {
            return Err(unlike(found, wanted.flatten(), arm_span(own)).into());
        }
        kept.push_back(arm);
    }
    Ok(kept)
}

/// An arm of which the first rows were read; None without rows. Rows of a sub-query that it
/// passes on are a table.
fn begun<'f>(evaluator: &mut Evaluator<'_>, mut arm: Rows<'f>) -> Result<Option<Rows<'f>>> {
    let page = arm.next(evaluator, PAGE_ROWS)?;
    if page.is_empty() {
        return Ok(None);
    }
    let shape = arm.shape().clone();
    let read = Rows::ready(shape.clone(), vec![page]);
    let arms = VecDeque::from([read, arm]);
    let all = Rows::of(Stage::Union { arms, seen: None }, shape.clone());
    if shape == Shape::Values {
        let values = collected_values(evaluator, all)?;
        return Ok(Some(as_table(values)));
    }
    Ok(Some(all))
}

/// Values, as a table where they are rows of one.
fn as_table<'f>(values: Vec<Value>) -> Rows<'f> {
    let Some(Value::Row(first)) = values.first() else {
        return Rows::ready(Shape::Values, vec![Page::Values(values)]);
    };
    let shape = Shape::Columns(first.columns.clone());
    let cells = values.into_iter().map(|value| match value {
        Value::Row(row) => row.cells,
        other => Arc::from([other]),
    });
    Rows::ready(shape, vec![Page::Rows(cells.collect())])
}

fn unlike(found: Option<usize>, wanted: Option<usize>, span: Span) -> QueryError {
    let name = |count: Option<usize>| match count {
        None => "objects".to_owned(),
        Some(1) => "1 column".to_owned(),
        Some(count) => format!("{count} columns"),
    };
    let message = format!(
        "this arm of the UNION has {}, the first {}",
        name(found),
        name(wanted)
    );
    QueryError::new(message, span).with_hint("both must have objects, or as many columns")
}

fn arm_span(arm: &Query) -> Span {
    match &arm.select.list {
        SelectList::Columns(items) => items
            .first()
            .map_or(Span::default(), |it| it.expression.span),
        SelectList::Rows | SelectList::Objects(_) => source_span(&arm.select.source),
    }
}

fn united_objects<'f>(evaluator: &mut Evaluator<'_>, arms: VecDeque<Rows<'f>>) -> Result<Rows<'f>> {
    let mut lists = VecDeque::new();
    let mut all_sets = true;
    for mut arm in arms {
        let objects = arm.take_objects(evaluator)?.unwrap_or_default();
        if let ObjectList::List(list) = &objects {
            let mut seen = FxHashSet::default();
            all_sets &= list.iter().all(|object| seen.insert(*object));
        }
        lists.push_back(Rows::of_objects(objects));
    }
    let stage = Stage::Union {
        arms: lists,
        seen: all_sets.then(|| evaluator.heap.no_objects()),
    };
    Ok(Rows::of(stage, Shape::Objects))
}
