//! UNION.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::page::{Page, Shape};
use super::rows::{Rows, Stage};
use super::session::Evaluator;
use super::source::collected_values;
use super::subjects::ObjectList;
use crate::error::Result;

/// Puts arms together. Lists of objects in which none comes twice are sets, and their union is
/// one too; as soon as one names an object twice, all are kept.
pub fn united<'f>(evaluator: &mut Evaluator<'_>, arms: VecDeque<Rows<'f>>) -> Result<Rows<'f>> {
    if arms.iter().all(|arm| *arm.shape() == Shape::Objects) {
        return united_objects(evaluator, arms);
    }
    let first = arms.front().map(Rows::shape);
    if let Some(Shape::Columns(columns)) = first {
        let shape = Shape::Columns(columns.clone());
        return Ok(Rows::of(Stage::Union { arms, seen: None }, shape));
    }
    let mut pages = Vec::new();
    for arm in arms {
        pages.push(Page::Values(collected_values(evaluator, arm)?));
    }
    Ok(Rows::ready(Shape::Values, pages))
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
