//! What can be done for many objects at once.
//!
//! Conditions, keys and groups over the instances of classes are computed while one walk over the
//! dump hands out the instances' fields, on all cores ([`scan`]); those that need no contents go
//! through the index alone. Conditions on the text of strings go through a scan of the strings'
//! arrays ([`texts`]). The answers are those of looking at row after row.

mod needs;
mod scan;
mod texts;

use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;

use crate::ast::{Expr, ExprKind, Select};
use crate::error::Result;
use crate::eval::{Evaluator, Frame, ObjectList};

pub use scan::scan_values;

/// The objects of a list that a condition holds for.
///
/// # Errors
/// When a value that the condition asks for does not exist, when the dump cannot be read any
/// more, or on cancellation.
pub fn filter(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    condition: &Expr,
    parent: Option<&Frame<'_>>,
    objects: ObjectList,
) -> Result<ObjectList> {
    if objects.count() <= evaluator.session.few_objects {
        return one_by_one(evaluator, select, condition, parent, objects);
    }
    match objects {
        ObjectList::Set(set) => {
            let found = filter_set(evaluator, select, condition, parent, set)?;
            Ok(ObjectList::Set(found))
        }
        ObjectList::List(list) => {
            let set = evaluator.set_of(&list);
            let found = filter_set(evaluator, select, condition, parent, set)?;
            let kept = list.into_iter().filter(|object| found.contains(*object));
            Ok(ObjectList::List(kept.collect()))
        }
    }
}

fn one_by_one(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    condition: &Expr,
    parent: Option<&Frame<'_>>,
    objects: ObjectList,
) -> Result<ObjectList> {
    let mut holds = |object: ObjectIndex| -> Result<bool> {
        evaluator.progress.check()?;
        scan::holds(evaluator, select, condition, parent, object)
    };
    match objects {
        ObjectList::Set(set) => {
            let mut kept = set.empty();
            for object in set.iter() {
                if holds(object)? {
                    kept.insert(object);
                }
            }
            Ok(ObjectList::Set(kept))
        }
        ObjectList::List(list) => {
            let mut kept = Vec::new();
            for object in list {
                if holds(object)? {
                    kept.push(object);
                }
            }
            Ok(ObjectList::List(kept))
        }
    }
}

/// The members of a set that a condition holds for. The arms of an AND narrow the set one after
/// the other, as they would a single row, so that an arm sees only what those before let through.
fn filter_set(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    condition: &Expr,
    parent: Option<&Frame<'_>>,
    set: ObjectSet,
) -> Result<ObjectSet> {
    let arms: &[Expr] = match &condition.kind {
        ExprKind::And(arms) => arms,
        _ => std::slice::from_ref(condition),
    };
    let mut set = set;
    let mut at = 0;
    while let Some(arm) = arms.get(at) {
        if let Some(test) = texts::TextTest::of(evaluator, select, arm, &set) {
            set = texts::filter(evaluator, &test, &set)?;
            at += 1;
            continue;
        }
        // Arms up to the next text test are looked at together.
        let rest = arms.get(at + 1..).unwrap_or_default();
        let more = rest
            .iter()
            .take_while(|arm| texts::TextTest::of(evaluator, select, arm, &set).is_none());
        let end = at + 1 + more.count();
        let together = arms.get(at..end).unwrap_or_default();
        set = scan::filter(evaluator, select, together, parent, &set)?;
        at = end;
    }
    Ok(set)
}
