//! Conditions and values that need the text of strings: a scan of the strings' arrays.

use std::sync::Arc;

use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;
use seamew_heap::values::TextReceiver;

use super::scan::Failure;
use crate::ast::{Expr, ExprKind, Literal, Operator, Path, Select, Step, StepKind};
use crate::error::Result;
use crate::eval::Evaluator;
use crate::pattern::Pattern;
use crate::walk::parts;

/// Classes whose text a scan reads.
const TEXT_CLASSES: [&str; 5] = [
    "java.lang.String",
    "java.lang.StringBuilder",
    "java.lang.StringBuffer",
    "char[]",
    "byte[]",
];

/// A test of a row's text.
pub struct TextTest {
    wanted: Wanted,
    is_negated: bool,
}

#[derive(Clone)]
enum Wanted {
    Like(Pattern),
    Equal(Arc<str>),
}

impl TextTest {
    /// The test that a condition is, where it is one and all members of a set have a text that
    /// can be scanned.
    pub fn of(
        evaluator: &Evaluator<'_>,
        select: &Select,
        condition: &Expr,
        set: &ObjectSet,
    ) -> Option<Self> {
        let test = match &condition.kind {
            ExprKind::Like {
                left,
                pattern,
                is_negated,
            } if is_text_of_row(left, select) => Self {
                wanted: Wanted::Like(evaluator.session.program().pattern(pattern)?.clone()),
                is_negated: *is_negated,
            },
            ExprKind::Chain { first, rest } if is_text_of_row(first, select) => {
                let [(operator @ (Operator::Equal | Operator::NotEqual), right)] = rest.as_slice()
                else {
                    return None;
                };
                let ExprKind::Literal(Literal::Text(text)) = &right.kind else {
                    return None;
                };
                Self {
                    wanted: Wanted::Equal(Arc::clone(text)),
                    is_negated: *operator == Operator::NotEqual,
                }
            }
            _ => return None,
        };
        let is_big = set.len() > evaluator.session.few_objects;
        (is_big && has_texts(evaluator, set)).then_some(test)
    }

    fn accepts(&self, text: &str) -> bool {
        let found = match &self.wanted {
            Wanted::Like(pattern) => pattern.is_match(text),
            Wanted::Equal(wanted) => text == &**wanted,
        };
        found != self.is_negated
    }
}

/// Whether an expression is `toString(alias)`.
fn is_text_of_row(expression: &Expr, select: &Select) -> bool {
    let ExprKind::Path(Path {
        variable: None,
        steps,
    }) = &expression.kind
    else {
        return false;
    };
    let [
        Step {
            kind: StepKind::Call { name, arguments },
            ..
        },
    ] = steps.as_slice()
    else {
        return false;
    };
    let [argument] = arguments.as_slice() else {
        return false;
    };
    &**name == "toString" && is_row(argument, select)
}

fn is_row(expression: &Expr, select: &Select) -> bool {
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    match &expression.kind {
        ExprKind::Path(path) => {
            path.steps.len() == 1 && path.first_name() == alias && alias.is_some()
        }
        _ => false,
    }
}

/// Whether all members of a set are of classes whose texts a scan reads.
fn has_texts(evaluator: &Evaluator<'_>, set: &ObjectSet) -> bool {
    let heap = evaluator.heap;
    let table = heap.class_table();
    let is_text: Vec<bool> = (table.classes.iter())
        .map(|class| TEXT_CLASSES.contains(&class.name.as_str()))
        .collect();
    set.iter().all(|object| {
        let class = heap.class_of(object);
        is_text.get(class.at()).copied().unwrap_or(false)
    })
}

/// The members of a set that pass a test. What has no text counts as the empty one.
pub fn filter(evaluator: &Evaluator<'_>, test: &TextTest, set: &ObjectSet) -> Result<ObjectSet> {
    let progress = evaluator.progress;
    let receiver = || Testing {
        // Threads that share a regular expression wait for its caches.
        test: TextTest {
            wanted: test.wanted.clone(),
            is_negated: test.is_negated,
        },
        met: set.empty(),
        found: set.empty(),
    };
    let mut found = set.empty();
    let mut left = set.clone();
    for one in evaluator.heap.each_text(set, receiver, progress)? {
        found.unite(&one.found);
        left.subtract(&one.met);
    }
    if test.accepts("") {
        found.unite(&left);
    }
    Ok(found)
}

struct Testing {
    test: TextTest,
    met: ObjectSet,
    found: ObjectSet,
}

impl TextReceiver for Testing {
    fn text(&mut self, owner: ObjectIndex, text: &str) {
        self.met.insert(owner);
        if self.test.accepts(text) {
            self.found.insert(owner);
        }
    }
}

/// Whether the texts of a set's members are worth a scan: they are needed, and there are many.
pub fn reads_texts(
    evaluator: &Evaluator<'_>,
    select: &Select,
    expressions: &[&Expr],
    set: &ObjectSet,
) -> bool {
    set.len() > evaluator.session.few_objects
        && expressions
            .iter()
            .any(|expression| needs_text(expression, select))
        && has_texts(evaluator, set)
}

fn needs_text(expression: &Expr, select: &Select) -> bool {
    is_text_of_row(expression, select)
        || parts(expression)
            .into_iter()
            .any(|part| needs_text(part, select))
}

/// Does some work for each member of a set while its text is at hand.
pub fn scanned<S: Send>(
    evaluator: &mut Evaluator<'_>,
    set: &ObjectSet,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &mut Evaluator<'_>, ObjectIndex) -> Result<()> + Sync,
) -> Result<Vec<S>> {
    let (session, progress) = (evaluator.session, evaluator.progress);
    let failure = Failure::default();
    let receiver = || Working {
        evaluator: Evaluator::new(session, progress),
        met: set.empty(),
        state: state(),
        work: &work,
        failure: &failure,
    };
    let scanned = evaluator.heap.each_text(set, receiver, progress);
    failure.take()?;
    let mut left = set.clone();
    let mut states = Vec::new();
    for one in scanned? {
        left.subtract(&one.met);
        states.push(one.state);
    }
    if let Some(first) = states.first_mut() {
        for object in left.iter() {
            evaluator.progress.check()?;
            work(first, evaluator, object)?;
        }
    }
    Ok(states)
}

struct Working<'a, S, W> {
    evaluator: Evaluator<'a>,
    met: ObjectSet,
    state: S,
    work: &'a W,
    failure: &'a Failure,
}

impl<S, W> TextReceiver for Working<'_, S, W>
where
    S: Send,
    W: Fn(&mut S, &mut Evaluator<'_>, ObjectIndex) -> Result<()> + Sync,
{
    fn text(&mut self, owner: ObjectIndex, text: &str) {
        if self.failure.is_set() {
            return;
        }
        self.met.insert(owner);
        self.evaluator.hold_text(owner, text);
        if let Err(error) = (self.work)(&mut self.state, &mut self.evaluator, owner) {
            self.failure.set(error);
        }
    }
}
