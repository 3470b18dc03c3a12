//! What FROM names, narrowed by WHERE.

use seamew_heap::heap::Heap;
use seamew_heap::{ClassIndex, ObjectIndex};

use super::frame::Frame;
use super::lists::items;
use super::page::{PAGE_ROWS, Page};
use super::rows::Rows;
use super::session::Evaluator;
use super::subjects::{ObjectList, Subjects, accepted};
use super::text::text_of;
use crate::ast::{
    Expr, ExprKind, Literal, Name, ObjectName, ObjectReference, Origin, Select, Source, StepKind,
};
use crate::error::{QueryError, Result, Span};
use crate::plan::filter;
use crate::value::{Special, Value};

/// Classes that a note suggests.
const SHOWN_CLASSES: usize = 5;

/// What a source names.
enum Found<'f> {
    Classes(Vec<ClassIndex>),
    Subjects(Subjects<'f>),
}

/// The rows of a SELECT before its list is looked at.
pub fn subjects<'f>(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    parent: Option<&'f Frame<'f>>,
) -> Result<Subjects<'f>> {
    let source = &select.source;
    let takes_named = source.takes_objects && !source.with_subclasses;
    let found = match &source.origin {
        Origin::Class(name) => Found::Classes(named_classes(evaluator, name, source)),
        Origin::Pattern(pattern) => Found::Classes(matching_classes(evaluator, pattern, source)?),
        Origin::Named(names) if takes_named => Found::Subjects(named_objects(evaluator, names)?),
        Origin::Named(names) => {
            let mut classes = Vec::new();
            for name in names {
                let object = object_named(evaluator, name)?;
                classes.push(class_of_object(evaluator, object, name.span)?);
            }
            Found::Classes(below(evaluator.heap, classes, source.with_subclasses))
        }
        Origin::Query(query) => {
            let rows = Rows::open(evaluator, query, parent)?;
            if takes_named {
                Found::Subjects(nested(evaluator, rows)?)
            } else {
                let values = collected_values(evaluator, rows)?;
                Found::Classes(classes_of(evaluator, source, values, source_span(source))?)
            }
        }
        Origin::Value(expression) => value_source(evaluator, source, expression, parent)?,
    };
    match found {
        Found::Classes(classes) => of_classes(evaluator, select, &classes, parent),
        Found::Subjects(subjects) => narrowed(evaluator, select, subjects, parent),
    }
}

/// Class objects, or instances of classes.
fn of_classes<'f>(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    classes: &[ClassIndex],
    parent: Option<&'f Frame<'f>>,
) -> Result<Subjects<'f>> {
    let heap = evaluator.heap;
    let objects = if select.source.takes_objects {
        ObjectList::List(
            classes
                .iter()
                .filter_map(|it| heap.class_object(*it))
                .collect(),
        )
    } else {
        let mut wanted = vec![false; heap.class_table().classes.len()];
        for class in classes {
            if let Some(slot) = wanted.get_mut(class.at()) {
                *slot = true;
            }
        }
        let is_empty = classes.iter().all(|class| heap.instance_count(*class) == 0);
        ObjectList::Set(if is_empty {
            heap.no_objects()
        } else {
            heap.instances_of(&wanted)
        })
    };
    narrowed(evaluator, select, Subjects::of_objects(objects), parent)
}

/// The rows that the condition holds for; those of sub-queries are narrowed as they come.
fn narrowed<'f>(
    evaluator: &mut Evaluator<'_>,
    select: &Select,
    subjects: Subjects<'f>,
    parent: Option<&'f Frame<'f>>,
) -> Result<Subjects<'f>> {
    let Some(condition) = &select.condition else {
        return Ok(subjects);
    };
    Ok(match subjects {
        Subjects::Objects(mut objects) => {
            let objects = objects.take_all().unwrap_or_default();
            Subjects::of_objects(filter(evaluator, select, condition, parent, objects)?)
        }
        Subjects::Values { values, is_single } => {
            let kept = accepted(evaluator, select, condition, parent, values.collect())?;
            Subjects::Values {
                values: kept.into_iter(),
                is_single,
            }
        }
        nested @ Subjects::Nested { .. } => nested,
    })
}

/// The classes of a name, with those below them if asked.
pub fn classes_named(heap: &Heap, name: &str, subclasses: bool) -> Vec<ClassIndex> {
    let classes = heap.class_table().classes.iter().zip(0..);
    let named = classes.filter(|(class, _)| class.name == name);
    let named = named.map(|(_, index)| ClassIndex(index)).collect();
    below(heap, named, subclasses)
}

/// Classes, and if asked those below them; each once.
fn below(heap: &Heap, classes: Vec<ClassIndex>, subclasses: bool) -> Vec<ClassIndex> {
    if !subclasses || classes.is_empty() {
        return classes;
    }
    let table = heap.class_table();
    let mut is_wanted = vec![false; table.classes.len()];
    for class in classes {
        if let Some(slot) = is_wanted.get_mut(class.at()) {
            *slot = true;
        }
    }
    let wanted = |class: ClassIndex| is_wanted.get(class.at()).copied().unwrap_or(false);
    (0..is_wanted.len() as u32)
        .map(ClassIndex)
        .filter(|class| table.hierarchy(*class).any(wanted))
        .collect()
}

fn named_classes(evaluator: &Evaluator<'_>, name: &Name, source: &Source) -> Vec<ClassIndex> {
    let heap = evaluator.heap;
    let classes = classes_named(heap, &name.text, source.with_subclasses);
    if classes.is_empty() {
        let near = heap.class_names_near(&name.text, SHOWN_CLASSES);
        let advice = match near.as_slice() {
            [] => "a pattern finds more: FROM \".*Name.*\"".to_owned(),
            names => format!("did you mean {}?", names.join(", ")),
        };
        let text = format!(
            "the heap has no class {}, so there are no rows: {advice}",
            name.text
        );
        evaluator.session.note(text);
    }
    classes
}

fn matching_classes(
    evaluator: &Evaluator<'_>,
    written: &Name,
    source: &Source,
) -> Result<Vec<ClassIndex>> {
    let heap = evaluator.heap;
    let session = evaluator.session;
    let Some(pattern) = session.program().pattern(written) else {
        return Err(QueryError::new("this pattern was not compiled", written.span).into());
    };
    let classes = heap.class_table().classes.iter().zip(0..);
    let matching = classes.filter(|(class, _)| pattern.is_match(&class.name));
    let found: Vec<ClassIndex> = matching.map(|(_, index)| ClassIndex(index)).collect();
    if found.is_empty() {
        session.note(format!(
            "no class matches \"{}\", so there are no rows: the pattern must match whole names; \
             .* stands for any text",
            written.text
        ));
    }
    Ok(below(heap, found, source.with_subclasses))
}

fn object_named(evaluator: &Evaluator<'_>, name: &ObjectName) -> Result<ObjectIndex> {
    let heap = evaluator.heap;
    let found = match name.reference {
        ObjectReference::Id(id) => heap.object(id).map_err(|error| error.to_string()),
        ObjectReference::Address(address) => {
            (heap.find_loader(address)).ok_or_else(|| format!("no object starts at {address:#x}"))
        }
    };
    found.map_err(|message| QueryError::new(message, name.span).into())
}

/// The objects named; unreachable ones have no id, so that they are values.
fn named_objects<'f>(evaluator: &Evaluator<'_>, names: &[ObjectName]) -> Result<Subjects<'f>> {
    let mut objects = Vec::with_capacity(names.len());
    for name in names {
        objects.push(object_named(evaluator, name)?);
    }
    if objects
        .iter()
        .all(|object| evaluator.heap.is_reachable(*object))
    {
        return Ok(Subjects::of_objects(ObjectList::List(objects)));
    }
    let values = objects.into_iter().map(Value::Object);
    Ok(Subjects::of_values(values.collect()))
}

fn class_of_object(
    evaluator: &Evaluator<'_>,
    object: ObjectIndex,
    span: Span,
) -> Result<ClassIndex> {
    let heap = evaluator.heap;
    heap.class_table().of_object(object).ok_or_else(|| {
        let label = heap.object_label(object);
        QueryError::new(format!("{label} is no class"), span)
            .with_hint("FROM OBJECTS takes objects themselves, FROM takes the instances of classes")
            .into()
    })
}

/// The rows of a sub-query as rows of the query around it.
fn nested<'f>(evaluator: &mut Evaluator<'_>, mut rows: Rows<'f>) -> Result<Subjects<'f>> {
    if let Some(objects) = rows.take_objects(evaluator)? {
        return Ok(Subjects::of_objects(objects));
    }
    if let Some(value) = rows.take_single(evaluator)? {
        return elements(evaluator, value);
    }
    Ok(Subjects::of_rows(rows))
}

/// A value as rows: its elements if it has such, else itself.
fn elements<'f>(evaluator: &mut Evaluator<'_>, value: Value) -> Result<Subjects<'f>> {
    let Value::List(list) = &value else {
        return Ok(match value {
            Value::Object(object) if evaluator.heap.is_reachable(object) => {
                Subjects::of_objects(ObjectList::List(vec![object]))
            }
            other => Subjects::of_single(other),
        });
    };
    let values = items(evaluator, list)?;
    let object = |value: &Value| match value {
        Value::Object(object) if evaluator.heap.is_reachable(*object) => Some(*object),
        _ => None,
    };
    let objects: Option<Vec<ObjectIndex>> = values.iter().map(object).collect();
    Ok(match objects {
        Some(objects) if !objects.is_empty() => Subjects::of_objects(ObjectList::List(objects)),
        _ => Subjects::of_values(values),
    })
}

fn value_source<'f>(
    evaluator: &mut Evaluator<'_>,
    source: &Source,
    expression: &Expr,
    parent: Option<&'f Frame<'f>>,
) -> Result<Found<'f>> {
    let snapshot = Value::special(Special::Snapshot);
    let frame = Frame {
        alias: None,
        subject: &snapshot,
        parent,
    };
    let takes_named = source.takes_objects && !source.with_subclasses;
    if takes_named && is_null_row(evaluator, expression, &frame) {
        return Ok(Found::Subjects(Subjects::of_single(Value::Null)));
    }
    let value = evaluator.value(expression, &frame)?;
    if value.is_null() {
        return Ok(Found::Subjects(Subjects::none()));
    }
    if takes_named {
        return Ok(Found::Subjects(elements(evaluator, value)?));
    }
    let values = match &value {
        Value::List(list) => items(evaluator, list)?,
        _ => vec![value],
    };
    Ok(Found::Classes(classes_of(
        evaluator,
        source,
        values,
        expression.span,
    )?))
}

/// Whether an expression is a null that was written down: one row, where a value that turns out
/// null is none. A name that nothing stands for is such a null.
fn is_null_row(evaluator: &mut Evaluator<'_>, expression: &Expr, frame: &Frame<'_>) -> bool {
    let path = match &expression.kind {
        ExprKind::Literal(Literal::Null) => return true,
        ExprKind::Path(path) if path.variable.is_none() => path,
        _ => return false,
    };
    let [step] = path.steps.as_slice() else {
        return false;
    };
    let StepKind::Name(name) = &step.kind else {
        return false;
    };
    let is_known = &**name == "snapshot" || frame.alias(name).is_some();
    if is_known || evaluator.property(frame.subject, name).is_some() {
        return false;
    }
    let text = format!("nothing is called {name} in FROM, so it is null");
    evaluator.session.note(text);
    true
}

/// The classes that values name; null names none.
fn classes_of(
    evaluator: &mut Evaluator<'_>,
    source: &Source,
    values: Vec<Value>,
    span: Span,
) -> Result<Vec<ClassIndex>> {
    let mut classes = Vec::new();
    for value in values {
        // A table of one column is as good as a list.
        let value = match &value {
            Value::Row(row) => match &*row.cells {
                [only] => only.clone(),
                _ => value,
            },
            _ => value,
        };
        if value.is_null() {
            continue;
        }
        let Some(object) = evaluator.as_object(&value)? else {
            let text = text_of(evaluator, &value);
            let message = format!("FROM takes classes, not {} ({text})", value.kind());
            return Err(QueryError::new(message, span)
                .with_hint("FROM OBJECTS takes values as they are")
                .into());
        };
        classes.push(class_of_object(evaluator, object, span)?);
    }
    Ok(below(evaluator.heap, classes, source.with_subclasses))
}

pub fn source_span(source: &Source) -> Span {
    match &source.origin {
        Origin::Query(query) => source_span(&query.select.source),
        Origin::Value(value) => value.span,
        Origin::Class(name) | Origin::Pattern(name) => name.span,
        Origin::Named(names) => names.first().map_or(Span::default(), |name| name.span),
    }
}

/// All rows of a sub-query as values.
pub fn collected_values(evaluator: &mut Evaluator<'_>, mut rows: Rows<'_>) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    loop {
        match rows.next(evaluator, PAGE_ROWS)? {
            page if page.is_empty() => return Ok(values),
            Page::Objects(objects) => values.extend(objects.into_iter().map(Value::Object)),
            Page::Values(more) => values.extend(more),
            Page::Rows(more) => {
                let columns = rows.columns();
                values.extend(more.into_iter().map(|cells| {
                    Value::Row(crate::value::Row {
                        columns: columns.clone(),
                        cells,
                    })
                }));
            }
        }
    }
}
