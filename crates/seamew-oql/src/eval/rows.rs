//! The rows of a query, a page at a time: only what DISTINCT, ORDER BY and GROUP BY need of all
//! rows is kept in memory.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;

use super::frame::Frame;
use super::groups::grouped;
use super::keys::{Key, key_of};
use super::lists::for_each_item;
use super::order::{ordered_pages, ordered_subjects};
use super::session::Evaluator;
use super::source::{collected_values, subjects};
use super::subjects::{Batch, ObjectList, Subjects};
use super::text::text_of;
use crate::ast::{Item, Modifier, Query, Select, SelectList};
use crate::error::{QueryError, Result};
use crate::value::{Columns, List, Special, Value};

/// Cells of a row.
pub type Cells = Arc<[Value]>;

/// Rows that are taken at once within the engine.
pub const PAGE_ROWS: usize = 4096;

/// What the rows of a query are.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Objects,
    Columns(Columns),
    /// Whatever FROM gave: `SELECT *` of what are no objects.
    Values,
}

/// Some rows; none at the end.
#[derive(Debug)]
pub enum Page {
    Objects(Vec<ObjectIndex>),
    Values(Vec<Value>),
    Rows(Vec<Cells>),
}

impl Page {
    pub fn len(&self) -> usize {
        match self {
            Self::Objects(objects) => objects.len(),
            Self::Values(values) => values.len(),
            Self::Rows(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows from a place on; the others stay.
    #[must_use]
    pub fn split_off(&mut self, at: usize) -> Self {
        match self {
            Self::Objects(objects) => Self::Objects(objects.split_off(at)),
            Self::Values(values) => Self::Values(values.split_off(at)),
            Self::Rows(rows) => Self::Rows(rows.split_off(at)),
        }
    }

    /// Drops rows at the beginning, and those behind so many.
    fn cut(&mut self, skip: usize, most: usize) {
        fn cut<T>(rows: &mut Vec<T>, skip: usize, most: usize) {
            rows.drain(..skip.min(rows.len()));
            rows.truncate(most);
        }
        match self {
            Self::Objects(objects) => cut(objects, skip, most),
            Self::Values(values) => cut(values, skip, most),
            Self::Rows(rows) => cut(rows, skip, most),
        }
    }
}

/// The rows of a query.
pub struct Rows<'f> {
    stage: Stage<'f>,
    shape: Shape,
    skip: u64,
    left: u64,
}

enum Stage<'f> {
    Select(Box<Selecting<'f>>),
    /// Arms of a UNION; with a set, objects that an arm before had are left out.
    Union {
        arms: VecDeque<Rows<'f>>,
        seen: Option<ObjectSet>,
    },
    /// Rows that are all known.
    Ready(VecDeque<Page>),
}

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

impl<'f> Rows<'f> {
    /// Begins to answer a query within the rows of another; runs as far as WHERE.
    ///
    /// # Errors
    /// When the query cannot be answered, when the dump cannot be read any more, or on
    /// cancellation.
    pub fn open(
        evaluator: &mut Evaluator<'_>,
        query: &Query,
        parent: Option<&'f Frame<'f>>,
    ) -> Result<Self> {
        let mut rows = Self::of_select(evaluator, query, parent)?;
        if !query.unions.is_empty() {
            let mut arms = VecDeque::from([rows]);
            for arm in &query.unions {
                arms.push_back(Self::open(evaluator, arm, parent)?);
            }
            rows = united(evaluator, arms)?;
        }
        let is_ordered_late = !query.unions.is_empty() || orders_output(&query.select);
        if !query.order.is_empty() && is_ordered_late && !query.select.is_grouped() {
            rows = ordered_pages(evaluator, query, rows, parent)?;
        }
        rows.skip = query.offset;
        rows.left = query.limit.unwrap_or(u64::MAX);
        Ok(rows)
    }

    fn of_select(
        evaluator: &mut Evaluator<'_>,
        query: &Query,
        parent: Option<&'f Frame<'f>>,
    ) -> Result<Self> {
        let select = &query.select;
        let mut subjects = subjects(evaluator, select, parent)?;
        if select.modifier == Modifier::RetainedSet {
            let set = as_objects(evaluator, subjects, select, parent)?;
            let retained = evaluator.retained_set(&set);
            subjects = Subjects::of_objects(ObjectList::Set(retained));
        }
        if select.is_grouped() {
            let (columns, mut cells) = grouped(evaluator, query, subjects, parent)?;
            if select.modifier == Modifier::Distinct {
                let mut seen = FxHashSet::default();
                cells.retain(|row| seen.insert(row_key(evaluator, row)));
            }
            let rows = Self::ready(Shape::Columns(columns), vec![Page::Rows(cells)]);
            return Ok(rows);
        }
        if !query.order.is_empty() && query.unions.is_empty() && !orders_output(select) {
            subjects = ordered_subjects(evaluator, query, subjects, parent)?;
        }
        let shape = shape_of(select, &subjects);
        let seen = match (select.modifier, &shape) {
            (Modifier::Distinct, Shape::Objects) => Seen::Objects(evaluator.heap.no_objects()),
            (Modifier::Distinct, _) => Seen::Keys(FxHashSet::default()),
            _ => Seen::Anything,
        };
        let selecting = Selecting {
            select: Arc::clone(select),
            parent,
            subjects,
            seen,
        };
        Ok(Self {
            stage: Stage::Select(Box::new(selecting)),
            shape,
            skip: 0,
            left: u64::MAX,
        })
    }

    /// Rows that are known.
    pub fn ready(shape: Shape, pages: Vec<Page>) -> Self {
        Self {
            stage: Stage::Ready(pages.into()),
            shape,
            skip: 0,
            left: u64::MAX,
        }
    }

    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Names of the columns; none where rows have none.
    pub fn columns(&self) -> Columns {
        match &self.shape {
            Shape::Columns(columns) => columns.clone(),
            _ => Arc::from([]),
        }
    }

    /// How many rows there are from here on, where that is known without computing them.
    pub fn known_count(&self) -> Option<u64> {
        let count: u64 = match &self.stage {
            Stage::Select(selecting) => selecting.known_count()?,
            Stage::Union { seen: Some(_), .. } => return None,
            Stage::Union { arms, seen: None } => {
                arms.iter().map(Self::known_count).sum::<Option<u64>>()?
            }
            Stage::Ready(pages) => pages.iter().map(|page| page.len() as u64).sum(),
        };
        Some(count.saturating_sub(self.skip).min(self.left))
    }

    /// Counts the rows from here on, which are read then; columns are not computed where each
    /// row gives one.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn count(mut self, evaluator: &mut Evaluator<'_>) -> Result<u64> {
        if let Some(count) = self.known_count() {
            return Ok(count);
        }
        let mut count: u64 = 0;
        if let Stage::Select(selecting) = &mut self.stage
            && selecting.is_row_by_row()
        {
            loop {
                let batch = selecting.next_subjects(evaluator, PAGE_ROWS)?;
                if batch.len() == 0 {
                    return Ok(count.saturating_sub(self.skip).min(self.left));
                }
                count += batch.len() as u64;
            }
        }
        loop {
            let page = self.next(evaluator, PAGE_ROWS)?;
            if page.is_empty() {
                return Ok(count);
            }
            count += page.len() as u64;
        }
    }

    /// The next rows, about so many; none at the end.
    ///
    /// # Errors
    /// When a value that a row asks for does not exist, when the dump cannot be read any more, or
    /// on cancellation.
    pub fn next(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Page> {
        loop {
            let wanted = self.skip.saturating_add(self.left).min(most as u64) as usize;
            if self.left == 0 {
                return Ok(self.empty());
            }
            let mut page = self.next_page(evaluator, wanted.max(1))?;
            if page.is_empty() {
                self.left = 0;
                return Ok(page);
            }
            let skipped = self.skip.min(page.len() as u64);
            page.cut(
                skipped as usize,
                usize::try_from(self.left).unwrap_or(usize::MAX),
            );
            self.skip -= skipped;
            self.left -= page.len() as u64;
            if !page.is_empty() {
                return Ok(page);
            }
        }
    }

    fn empty(&self) -> Page {
        match self.shape {
            Shape::Objects => Page::Objects(Vec::new()),
            Shape::Columns(_) => Page::Rows(Vec::new()),
            Shape::Values => Page::Values(Vec::new()),
        }
    }

    fn next_page(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Page> {
        let empty = self.empty();
        match &mut self.stage {
            Stage::Select(selecting) => selecting.next(evaluator, most),
            Stage::Ready(pages) => {
                let Some(mut first) = pages.pop_front() else {
                    return Ok(empty);
                };
                if first.len() > most {
                    pages.push_front(first.split_off(most));
                }
                Ok(first)
            }
            Stage::Union { arms, seen } => loop {
                let Some(arm) = arms.front_mut() else {
                    return Ok(empty);
                };
                let mut page = arm.next(evaluator, most)?;
                if page.is_empty() {
                    arms.pop_front();
                    continue;
                }
                if let (Some(seen), Page::Objects(objects)) = (seen.as_mut(), &mut page) {
                    objects.retain(|object| seen.insert(*object));
                }
                if !page.is_empty() {
                    return Ok(page);
                }
            },
        }
    }

    /// The rows as a list of objects, if they are objects; not computed one by one where they
    /// are known.
    pub(super) fn take_objects(
        &mut self,
        evaluator: &mut Evaluator<'_>,
    ) -> Result<Option<ObjectList>> {
        if self.shape != Shape::Objects {
            return Ok(None);
        }
        if let (Stage::Select(selecting), 0, u64::MAX) = (&mut self.stage, self.skip, self.left)
            && let (SelectList::Rows, Seen::Anything) = (&selecting.select.list, &selecting.seen)
            && let Subjects::Objects { objects, next: 0 } = &mut selecting.subjects
        {
            let taken = std::mem::replace(objects, ObjectList::List(Vec::new()));
            return Ok(Some(taken));
        }
        let mut objects = Vec::new();
        while let Page::Objects(page) = self.next(evaluator, PAGE_ROWS)? {
            if page.is_empty() {
                break;
            }
            objects.extend(page);
        }
        Ok(Some(ObjectList::List(objects)))
    }

    /// The value that was the source itself, where `SELECT *` gives just that.
    pub(super) fn take_single(&mut self, evaluator: &mut Evaluator<'_>) -> Result<Option<Value>> {
        let is_single = match &self.stage {
            Stage::Select(selecting) => {
                let is_source = matches!(
                    selecting.subjects,
                    Subjects::Values {
                        is_single: true,
                        ..
                    }
                );
                is_source && selecting.select.list == SelectList::Rows
            }
            _ => false,
        };
        if !is_single {
            return Ok(None);
        }
        match self.next(evaluator, 1)? {
            Page::Values(values) => Ok(values.into_iter().next()),
            _ => Ok(None),
        }
    }
}

/// Whether ORDER BY waits for the rows of the SELECT list: DISTINCT drops some of them.
fn orders_output(select: &Select) -> bool {
    select.modifier == Modifier::Distinct
}

fn shape_of(select: &Select, subjects: &Subjects<'_>) -> Shape {
    match (&select.list, subjects) {
        (SelectList::Columns(items), _) => Shape::Columns(column_names(items)),
        (SelectList::Objects(_), _) | (SelectList::Rows, Subjects::Objects { .. }) => {
            Shape::Objects
        }
        (SelectList::Rows, Subjects::Values { values, .. }) if values.len() == 0 => Shape::Objects,
        (SelectList::Rows, _) => Shape::Values,
    }
}

/// Names of columns: what AS says, else the text of the expression.
pub fn column_names(items: &[Item]) -> Columns {
    let name = |item: &Item| match &item.name {
        Some(name) => Arc::clone(name),
        None => Arc::from(item.expression.to_string()),
    };
    items.iter().map(name).collect()
}

/// Puts arms together. Lists of objects in which none comes twice are sets, and their union is
/// one too; as soon as one names an object twice, all are kept.
fn united<'f>(evaluator: &mut Evaluator<'_>, arms: VecDeque<Rows<'f>>) -> Result<Rows<'f>> {
    let first = arms.front().map_or(Shape::Objects, |arm| arm.shape.clone());
    let is_objects = arms.iter().all(|arm| arm.shape == Shape::Objects);
    let is_values = |arm: &Rows<'_>| matches!(arm.shape, Shape::Objects | Shape::Values);
    if !is_objects {
        let shape = match first {
            Shape::Columns(columns) => Shape::Columns(columns),
            _ if arms.iter().all(is_values) => Shape::Values,
            _ => Shape::Objects,
        };
        let as_values = shape == Shape::Values;
        let arms = arms.into_iter().map(|arm| {
            if as_values {
                arm.as_values(evaluator)
            } else {
                Ok(arm)
            }
        });
        let arms = arms.collect::<Result<VecDeque<Rows<'f>>>>()?;
        return Ok(Rows {
            stage: Stage::Union { arms, seen: None },
            shape,
            skip: 0,
            left: u64::MAX,
        });
    }
    let mut lists = VecDeque::new();
    let mut all_sets = true;
    for mut arm in arms {
        let objects = arm
            .take_objects(evaluator)?
            .unwrap_or(ObjectList::List(Vec::new()));
        if let ObjectList::List(list) = &objects {
            let mut seen = FxHashSet::default();
            all_sets &= list.iter().all(|object| seen.insert(*object));
        }
        lists.push_back(Rows::of_objects(objects));
    }
    Ok(Rows {
        stage: Stage::Union {
            arms: lists,
            seen: all_sets.then(|| evaluator.heap.no_objects()),
        },
        shape: Shape::Objects,
        skip: 0,
        left: u64::MAX,
    })
}

impl<'f> Rows<'f> {
    /// Objects as they are.
    pub(super) fn of_objects(objects: ObjectList) -> Self {
        let select = Select {
            modifier: Modifier::None,
            list: SelectList::Rows,
            source: crate::ast::Source {
                takes_objects: true,
                with_subclasses: false,
                origin: crate::ast::Origin::Named(Vec::new()),
                alias: None,
            },
            condition: None,
            group_by: Vec::new(),
            having: None,
        };
        Self {
            stage: Stage::Select(Box::new(Selecting {
                select: Arc::new(select),
                parent: None,
                subjects: Subjects::of_objects(objects),
                seen: Seen::Anything,
            })),
            shape: Shape::Objects,
            skip: 0,
            left: u64::MAX,
        }
    }

    fn as_values(self, evaluator: &mut Evaluator<'_>) -> Result<Self> {
        let values = collected_values(evaluator, self)?;
        Ok(Self::ready(Shape::Values, vec![Page::Values(values)]))
    }
}

impl<'f> Selecting<'f> {
    /// Whether each row before the SELECT list gives one row.
    fn is_row_by_row(&self) -> bool {
        !matches!(self.select.list, SelectList::Objects(_)) && matches!(self.seen, Seen::Anything)
    }

    fn known_count(&self) -> Option<u64> {
        self.is_row_by_row()
            .then(|| self.subjects.known_count())
            .flatten()
    }

    fn next_subjects(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Batch> {
        self.subjects
            .next(evaluator, &self.select, self.parent, most)
    }

    fn next(&mut self, evaluator: &mut Evaluator<'_>, most: usize) -> Result<Page> {
        loop {
            let batch = self.next_subjects(evaluator, most)?;
            let is_end = batch.len() == 0;
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

fn row_key(evaluator: &Evaluator<'_>, cells: &[Value]) -> Key {
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
        Value::Null => return Ok(Vec::new()),
        Value::Long(0) => return Ok(Vec::new()),
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

/// The rows of a retained set's query as objects.
fn as_objects<'f>(
    evaluator: &mut Evaluator<'_>,
    mut subjects: Subjects<'f>,
    select: &Select,
    parent: Option<&'f Frame<'f>>,
) -> Result<ObjectSet> {
    if let Subjects::Objects { objects, .. } = subjects {
        return Ok(objects.into_set(evaluator.heap.no_objects()));
    }
    let mut set = evaluator.heap.no_objects();
    loop {
        let batch = subjects.next(evaluator, select, parent, PAGE_ROWS)?;
        if batch.len() == 0 {
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

impl Evaluator<'_> {
    /// What a sub-query is as a value: null without rows, ids of objects, a value, or a list.
    pub(super) fn collected(&mut self, query: &Query, parent: Option<&Frame<'_>>) -> Result<Value> {
        let mut rows = Rows::open(self, query, parent)?;
        if let Some(objects) = rows.take_objects(self)? {
            let ids: Vec<u32> = match objects {
                ObjectList::Set(set) => set.iter().map(|object| self.heap.id(object)).collect(),
                ObjectList::List(list) => list.iter().map(|it| self.heap.id(*it)).collect(),
            };
            return Ok(if ids.is_empty() {
                Value::Null
            } else {
                Value::ids(ids)
            });
        }
        if let Some(value) = rows.take_single(self)? {
            return Ok(value);
        }
        let values = collected_values(self, rows)?;
        Ok(if values.is_empty() {
            Value::Null
        } else {
            Value::list(values)
        })
    }
}
