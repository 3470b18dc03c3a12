//! The rows of a query, a page at a time: only what DISTINCT, ORDER BY and GROUP BY need of all
//! rows is kept in memory.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use seamew_heap::heap::ObjectSet;

use super::frame::Frame;
use super::groups::grouped;
use super::order::{ordered_pages, ordered_subjects};
use super::page::{PAGE_ROWS, Page, Shape};
use super::selecting::{Selecting, as_objects, row_key};
use super::session::Evaluator;
use super::source::{collected_values, subjects};
use super::subjects::{ObjectCursor, ObjectList, Subjects};
use super::unions::united;
use crate::ast::{Modifier, Query};
use crate::error::Result;
use crate::value::{Columns, Value};

/// The rows of a query.
pub struct Rows<'f> {
    stage: Stage<'f>,
    shape: Shape,
    skip: u64,
    left: u64,
    /// How many rows there are without LIMIT and OFFSET, where that was found out.
    total: Option<u64>,
}

pub(super) enum Stage<'f> {
    Select(Box<Selecting<'f>>),
    Objects(ObjectCursor),
    /// Arms of a UNION; with a set, objects that an arm before had are left out.
    Union {
        arms: VecDeque<Rows<'f>>,
        seen: Option<ObjectSet>,
    },
    /// Rows that are all known.
    Ready(VecDeque<Page>),
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
            rows = united(evaluator, query, arms)?;
        }
        if !query.order.is_empty() && orders_output(query) {
            rows = ordered_pages(evaluator, query, rows, parent)?;
        }
        rows.total = rows.total.or_else(|| rows.known_count());
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
            let mut found = grouped(evaluator, query, subjects, parent)?;
            if select.modifier == Modifier::Distinct {
                let mut seen = FxHashSet::default();
                found
                    .rows
                    .retain(|row| seen.insert(row_key(evaluator, row)));
                found.count = found.rows.len() as u64;
            }
            let shape = Shape::Columns(found.columns);
            return Ok(Self::ready(shape, vec![Page::Rows(found.rows)]).out_of(found.count));
        }
        let mut count = None;
        if !query.order.is_empty() && !orders_output(query) {
            let (ordered, all) = ordered_subjects(evaluator, query, subjects, parent)?;
            (subjects, count) = (ordered, Some(all));
        }
        let selecting = Selecting::new(evaluator, select, subjects, parent);
        let shape = selecting.shape();
        let total = count.filter(|_| selecting.is_row_by_row());
        let rows = Self::of(Stage::Select(Box::new(selecting)), shape);
        Ok(Self { total, ..rows })
    }

    /// The same as the wanted ones of so many rows.
    pub(super) fn out_of(self, count: u64) -> Self {
        Self {
            total: Some(count),
            ..self
        }
    }

    /// How many rows there are without LIMIT and OFFSET, where that is known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// All rows of a stage.
    pub(super) fn of(stage: Stage<'f>, shape: Shape) -> Self {
        Self {
            stage,
            shape,
            skip: 0,
            left: u64::MAX,
            total: None,
        }
    }

    /// Objects as they are.
    pub(super) fn of_objects(objects: ObjectList) -> Self {
        Self::of(Stage::Objects(ObjectCursor::new(objects)), Shape::Objects)
    }

    /// Rows that are known.
    pub fn ready(shape: Shape, pages: Vec<Page>) -> Self {
        Self::of(Stage::Ready(pages.into()), shape)
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
            Stage::Objects(objects) => objects.count(),
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
                if batch.is_empty() {
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
            Stage::Objects(objects) => Ok(Page::Objects(objects.next(most))),
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
        if (self.skip, self.left) == (0, u64::MAX) {
            let whole = match &mut self.stage {
                Stage::Select(selecting) => selecting.take_objects(),
                Stage::Objects(objects) => objects.take_all(),
                Stage::Union { .. } | Stage::Ready(_) => None,
            };
            if whole.is_some() {
                return Ok(whole);
            }
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
        match &self.stage {
            Stage::Select(selecting) if selecting.is_single() => {}
            _ => return Ok(None),
        }
        match self.next(evaluator, 1)? {
            Page::Values(values) => Ok(values.into_iter().next()),
            _ => Ok(None),
        }
    }
}

/// Whether ORDER BY waits for the rows of the SELECT list: UNION adds some, DISTINCT drops some.
/// Groups are ordered as they are made.
fn orders_output(query: &Query) -> bool {
    let is_distinct = query.select.modifier == Modifier::Distinct;
    !query.unions.is_empty() || is_distinct && !query.select.is_grouped()
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
