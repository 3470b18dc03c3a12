//! What the SELECT clause makes of the rows that FROM and WHERE leave.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;

use super::frame::Frame;
use super::keys::{Key, key_of};
use super::lists::for_each_item;
use super::page::{Cells, PAGE_ROWS, Page, Shape, column_names};
use super::session::Evaluator;
use super::subjects::{Batch, ObjectList, Subjects};
use super::text::text_of;
use crate::ast::{Item, Modifier, Select, SelectList};
use crate::error::{QueryError, Result};
use crate::value::{List, Special, Value};

/// Rows of one SELECT in the making.
pub struct Selecting<'f> {
    select: Arc<Select>,
    parent: Option<&'f Frame<'f>>,
    subjects: Subjects<'f>,
    seen: Seen,
}

/// Rows that DISTINCT has met.
enum Seen {
    Anything,
    Objects(ObjectSet),
    Keys(FxHashSet<Key>),
}

impl<'f> Selecting<'f> {
    pub fn new(
        evaluator: &Evaluator<'_>,
        select: &Arc<Select>,
        subjects: Subjects<'f>,
        parent: Option<&'f Frame<'f>>,
    ) -> Self {
        let mut selecting = Self {
            select: Arc::clone(select),
            parent,
            subjects,
            seen: Seen::Anything,
        };
        if select.modifier == Modifier::Distinct {
            selecting.seen = match selecting.shape() {
                Shape::Objects => Seen::Objects(evaluator.heap.no_objects()),
                Shape::Columns(_) | Shape::Values => Seen::Keys(FxHashSet::default()),
            };
        }
        selecting
    }

    /// What the rows are.
    pub fn shape(&self) -> Shape {
        match (&self.select.list, &self.subjects) {
            (SelectList::Columns(items), _) => Shape::Columns(column_names(items)),
            (SelectList::Objects(_), _) | (SelectList::Rows, Subjects::Objects(_)) => {
                Shape::Objects
            }
            // What has no rows may be either.
            (SelectList::Rows, Subjects::Values { values, .. }) if values.len() == 0 => {
                Shape::Objects
            }
            (SelectList::Rows, _) => Shape::Values,
        }
    }

    /// Whether the rows are the one value that was the source.
    pub fn is_single(&self) -> bool {
        let is_source = matches!(
            self.subjects,
            Subjects::Values {
                is_single: true,
                ..
            }
        );
        is_source && self.select.list == SelectList::Rows
    }

    /// The rows, where they are the objects that FROM and WHERE leave.
    pub fn take_objects(&mut self) -> Option<ObjectList> {
        match (&self.select.list, &self.seen, &mut self.subjects) {
            (SelectList::Rows, Seen::Anything, Subjects::Objects(objects)) => objects.take_all(),
            _ => None,
        }
    }

    /// Whether each row before the SELECT list gives one row.
    pub fn is_row_by_row(&self) -> bool {
        !matches!(self.select.list, SelectList::Objects(_)) && matches!(self.seen, Seen::Anything)
    }

    pub fn known_count(&self) -> Option<u64> {
        self.is_row_by_row()
            .then(|| self.subjects.known_count())
            .flatten()
    }

    pub fn next_subjects(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Batch> {
        self.subjects
            .next(evaluator, &self.select, self.parent, most)
    }

    pub fn next(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Page> {
        loop {
            let batch = self.next_subjects(evaluator, most)?;
            let is_end = batch.is_empty();
            let select = Arc::clone(&self.select);
            let mut page = match &select.list {
                SelectList::Rows => match batch {
                    Batch::Objects(objects) => Page::Objects(objects),
                    Batch::Values(values) => Page::Values(values),
                },
                SelectList::Objects(item) => self.objects(evaluator, item, batch)?,
                SelectList::Columns(items) => self.cells(evaluator, items, batch)?,
            };
            self.drop_known(evaluator, &mut page);
            if is_end || !page.is_empty() {
                return Ok(page);
            }
        }
    }

    fn cells(&self, evaluator: &mut Evaluator<'_>, items: &[Item], batch: Batch) -> Result<Page> {
        let mut rows = Vec::with_capacity(batch.len());
        for (number, subject) in batch.values().into_iter().enumerate() {
            if number % 256 == 0 {
                evaluator.progress.check()?;
            }
            let frame = self.frame(&subject);
            let mut cells = Vec::with_capacity(items.len());
            for item in items {
                cells.push(evaluator.value(&item.expression, &frame)?);
            }
            rows.push(Cells::from(cells));
        }
        Ok(Page::Rows(rows))
    }

    fn frame<'g>(&'g self, subject: &'g Value) -> Frame<'g> {
        Frame {
            alias: self.select.source.alias.as_ref().map(|alias| &*alias.text),
            subject,
            parent: self.parent,
        }
    }

    fn objects(&self, evaluator: &mut Evaluator<'_>, item: &Item, batch: Batch) -> Result<Page> {
        let mut objects = Vec::new();
        for (number, subject) in batch.values().into_iter().enumerate() {
            if number % 256 == 0 {
                evaluator.progress.check()?;
            }
            let value = evaluator.value(&item.expression, &self.frame(&subject))?;
            match &value {
                Value::List(list) => for_each_item(evaluator, list, &mut |evaluator, one| {
                    objects.extend(object_of(evaluator, item, one)?);
                    Ok(true)
                })?,
                one => objects.extend(object_of(evaluator, item, one)?),
            }
        }
        Ok(Page::Objects(objects))
    }

    /// Leaves out what DISTINCT has met.
    fn drop_known(&mut self, evaluator: &Evaluator<'_>, page: &mut Page) {
        let heap = evaluator.heap;
        match (&mut self.seen, page) {
            (Seen::Objects(seen), Page::Objects(objects)) => {
                objects.retain(|object| seen.insert(*object));
            }
            (Seen::Keys(seen), Page::Objects(objects)) => {
                objects.retain(|object| seen.insert(Key::Object(object.0)));
            }
            (Seen::Keys(seen), Page::Values(values)) => {
                values.retain(|value| seen.insert(key_of(heap, value)));
            }
            (Seen::Keys(seen), Page::Rows(rows)) => {
                rows.retain(|cells| seen.insert(row_key(evaluator, cells)));
            }
            _ => {}
        }
    }
}

pub fn row_key(evaluator: &Evaluator<'_>, cells: &[Value]) -> Key {
    let keys = cells.iter().map(|cell| key_of(evaluator.heap, cell));
    Key::List(keys.collect())
}

/// The object that `OBJECTS item` makes of a value; none of null.
fn object_of(
    evaluator: &mut Evaluator<'_>,
    item: &Item,
    value: &Value,
) -> Result<Vec<ObjectIndex>> {
    let heap = evaluator.heap;
    let found = match value {
        Value::Null | Value::Long(0) => return Ok(Vec::new()),
        Value::Long(address) => {
            let address = address.cast_unsigned();
            let found = heap
                .find(address)
                .filter(|object| heap.is_reachable(*object));
            if found.is_none() {
                let message = format!("no object starts at {address:#x}");
                return Err(QueryError::new(message, item.expression.span)
                    .with_hint("OBJECTS takes a long as an address, an int as an id")
                    .into());
            }
            found
        }
        Value::List(List::Ids(ids)) => return Ok(heap.objects(&ids.ids)?),
        Value::Special(special) => match &**special {
            Special::Field {
                value: Some(value), ..
            } => {
                let value = value.clone();
                return object_of(evaluator, item, &value);
            }
            _ => evaluator.as_object(value)?,
        },
        other => evaluator.as_object(other)?,
    };
    if let Some(object) = found {
        if heap.is_reachable(object) {
            return Ok(vec![object]);
        }
        let message = format!("{} is unreachable and has no id", heap.object_label(object));
        return Err(QueryError::new(message, item.expression.span).into());
    }
    let text = text_of(evaluator, value);
    let message = format!("OBJECTS takes objects, not {} ({text})", value.kind());
    Err(QueryError::new(message, item.expression.span).into())
}

/// The rows of AS RETAINED SET as objects.
pub fn as_objects<'f>(
    evaluator: &mut Evaluator<'_>,
    mut subjects: Subjects<'f>,
    select: &Select,
    parent: Option<&'f Frame<'f>>,
) -> Result<ObjectSet> {
    if let Subjects::Objects(objects) = &mut subjects
        && let Some(objects) = objects.take_all()
    {
        return Ok(match objects {
            ObjectList::Set(set) => set,
            ObjectList::List(list) => evaluator.set_of(&list),
        });
    }
    let mut set = evaluator.heap.no_objects();
    loop {
        let batch = subjects.next(evaluator, select, parent, PAGE_ROWS)?;
        if batch.is_empty() {
            return Ok(set);
        }
        for value in batch.values() {
            match evaluator.as_object(&value)? {
                Some(object) => {
                    set.insert(object);
                }
                None if value.is_null() => {}
                None => {
                    let text = text_of(evaluator, &value);
                    let span = select
                        .items()
                        .first()
                        .map_or_else(crate::error::Span::default, |item| item.expression.span);
                    let message = format!("{} ({text}) retains nothing", value.kind());
                    return Err(QueryError::new(message, span)
                        .with_hint(
                            "AS RETAINED SET takes objects: write SELECT OBJECTS in the sub-query",
                        )
                        .into());
                }
            }
        }
    }
}
