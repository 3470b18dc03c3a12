//! Expressions for many objects, computed while the dump is walked.

use std::sync::atomic::{AtomicBool, Ordering};

use seamew_heap::heap::{ContentVisitor, ObjectSet};
use seamew_heap::parallel::{run_batches, thread_count};
use seamew_heap::{BasicType, ClassIndex, HeapError, ObjectIndex, Phase};

use super::needs::needs_contents;
use crate::ast::{Expr, Select};
use crate::error::{OqlError, Result};
use crate::eval::{Evaluator, Frame};
use crate::value::Value;

/// Objects that a thread takes at once where the dump is not read.
const BATCH_OBJECTS: usize = 1 << 14;

/// Computes something for a row; the state is one thread's own.
trait Work<S>: Sync {
    fn row(&self, state: &mut S, evaluator: &mut Evaluator<'_>, object: ObjectIndex) -> Result<()>;
}

impl<S, F> Work<S> for F
where
    F: Fn(&mut S, &mut Evaluator<'_>, ObjectIndex) -> Result<()> + Sync,
{
    fn row(&self, state: &mut S, evaluator: &mut Evaluator<'_>, object: ObjectIndex) -> Result<()> {
        self(state, evaluator, object)
    }
}

/// Whether a condition holds for an object.
pub fn holds(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    condition: &Expr,
    parent: Option<&Frame<'_>>,
    object: ObjectIndex,
) -> Result<bool> {
    let subject = Value::Object(object);
    let frame = frame(select, &subject, parent);
    evaluator.holds(condition, &frame)
}

fn frame<'f>(select: &'f Select, subject: &'f Value, parent: Option<&'f Frame<'f>>) -> Frame<'f> {
    Frame {
        alias: select.source.alias.as_ref().map(|alias| &*alias.text),
        subject,
        parent,
    }
}

/// The members of a set that all conditions hold for.
pub fn filter(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    conditions: &[Expr],
    parent: Option<&Frame<'_>>,
    set: &ObjectSet,
) -> Result<ObjectSet> {
    let reads = conditions
        .iter()
        .any(|condition| needs_contents(condition, select));
    let work = |kept: &mut Vec<ObjectIndex>, evaluator: &mut Evaluator<'_>, object| {
        for condition in conditions {
            if !holds(evaluator, select, condition, parent, object)? {
                return Ok(());
            }
        }
        kept.push(object);
        Ok(())
    };
    let mut found = set.empty();
    for kept in scanned(evaluator, set, reads, Vec::new, &work)? {
        for object in kept {
            found.insert(object);
        }
    }
    Ok(found)
}

/// Computes expressions for each member of a set and hands the values over, each member's to one
/// of the states, one for each thread; in no order.
///
/// # Errors
/// When a value that an expression asks for does not exist, when the dump cannot be read any
/// more, or on cancellation.
pub fn scan_values<S: Send>(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    (expressions, parent): (&[&Expr], Option<&Frame<'_>>),
    set: &ObjectSet,
    state: impl Fn() -> S + Sync,
    visit: impl Fn(&mut S, &mut Evaluator<'_>, ObjectIndex, &[Value]) -> Result<()> + Sync,
) -> Result<Vec<S>> {
    let reads = expressions
        .iter()
        .any(|expression| needs_contents(expression, select));
    let work = |state: &mut S, evaluator: &mut Evaluator<'_>, object: ObjectIndex| {
        let subject = Value::Object(object);
        let frame = frame(select, &subject, parent);
        let mut values = Vec::with_capacity(expressions.len());
        for expression in expressions {
            values.push(evaluator.value(expression, &frame)?);
        }
        visit(state, evaluator, object, &values)
    };
    if super::texts::reads_texts(evaluator, select, expressions, set) {
        return super::texts::scanned(evaluator, set, state, work);
    }
    scanned(evaluator, set, reads, state, &work)
}

/// Does some work for each member of a set.
fn scanned<S: Send>(
    evaluator: &mut Evaluator<'_>,
    set: &ObjectSet,
    reads: bool,
    state: impl Fn() -> S + Sync,
    work: &impl Work<S>,
) -> Result<Vec<S>> {
    if set.len() <= evaluator.session.few_objects {
        let mut own = state();
        one_by_one(evaluator, set, &mut own, work)?;
        return Ok(vec![own]);
    }
    if reads {
        walked(evaluator, set, &state, work)
    } else {
        through_index(evaluator, set, &state, work)
    }
}

fn one_by_one<S>(
    evaluator: &mut Evaluator<'_>,
    set: &ObjectSet,
    state: &mut S,
    work: &impl Work<S>,
) -> Result<()> {
    for object in set.iter() {
        evaluator.progress.check()?;
        work.row(state, evaluator, object)?;
    }
    Ok(())
}

/// The members on all cores, without a walk over the dump.
fn through_index<S: Send>(
    evaluator: &Evaluator<'_>,
    set: &ObjectSet,
    state: &(impl Fn() -> S + Sync),
    work: &impl Work<S>,
) -> Result<Vec<S>> {
    let members: Vec<ObjectIndex> = set.iter().collect();
    let batches: Vec<&[ObjectIndex]> = members.chunks(BATCH_OBJECTS).collect();
    let (session, progress) = (evaluator.session, evaluator.progress);
    progress.enter(Phase::Contents, members.len() as u64);
    let failure = Failure::default();
    let states = run_batches(
        thread_count(0),
        batches.len(),
        || (state(), Evaluator::new(session, progress)),
        |(own, evaluator), number| {
            let batch = batches.get(number).copied().unwrap_or_default();
            for object in batch {
                if let Err(error) = work.row(own, evaluator, *object) {
                    failure.set(error);
                    return Err(HeapError::Cancelled);
                }
            }
            progress.advance(batch.len() as u64)
        },
    );
    failure.into_result()?;
    Ok(states?.into_iter().map(|(own, _)| own).collect())
}

/// The members as one walk over the dump meets them; those that it does not meet, such as class
/// objects, one by one.
fn walked<S: Send>(
    evaluator: &mut Evaluator<'_>,
    set: &ObjectSet,
    state: &(impl Fn() -> S + Sync),
    work: &impl Work<S>,
) -> Result<Vec<S>> {
    let (session, progress) = (evaluator.session, evaluator.progress);
    let failure = Failure::default();
    let visitor = || Walking {
        evaluator: Evaluator::new(session, progress),
        met: set.empty(),
        state: state(),
        work,
        failure: &failure,
    };
    let walked = evaluator.heap.read_contents(set, visitor, progress);
    failure.take()?;
    let mut left = set.clone();
    let mut states = Vec::new();
    for walking in walked? {
        left.subtract(&walking.met);
        states.push(walking.state);
    }
    if let Some(first) = states.first_mut() {
        one_by_one(evaluator, &left, first, work)?;
    }
    Ok(states)
}

/// The first error that a thread met.
#[derive(Default)]
pub struct Failure {
    is_set: AtomicBool,
    error: std::sync::Mutex<Option<OqlError>>,
}

impl Failure {
    pub fn set(&self, error: OqlError) {
        if let Ok(mut own) = self.error.lock() {
            own.get_or_insert(error);
        }
        self.is_set.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Relaxed)
    }

    /// The error, if there was one.
    ///
    /// # Errors
    /// The error itself.
    pub fn take(&self) -> Result<()> {
        match self.error.lock().ok().and_then(|mut error| error.take()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn into_result(self) -> Result<()> {
        self.take()
    }
}

/// Does the work for what a walk meets.
struct Walking<'a, S, W> {
    evaluator: Evaluator<'a>,
    met: ObjectSet,
    state: S,
    work: &'a W,
    failure: &'a Failure,
}

impl<S: Send, W: Work<S>> Walking<'_, S, W> {
    fn row(&mut self, object: ObjectIndex) {
        self.met.insert(object);
        if let Err(error) = self.work.row(&mut self.state, &mut self.evaluator, object) {
            self.failure.set(error);
        }
    }
}

impl<S: Send, W: Work<S>> ContentVisitor for Walking<'_, S, W> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        if !self.failure.is_set() {
            self.evaluator.hold(object, class, fields);
            self.row(object);
        }
    }

    fn array(&mut self, object: ObjectIndex, _element_type: BasicType, length: u32) -> bool {
        if !self.failure.is_set() {
            self.evaluator.hold_array(object, length);
            self.row(object);
        }
        false
    }
}
