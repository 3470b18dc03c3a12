//! GROUP BY: rows of equal keys become one, with aggregates over them.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use seamew_heap::heap::Heap;

use super::aggregates::Accumulator;
use super::frame::Frame;
use super::keys::{Key, key_of};
use super::order::{SortKey, Sorter, wanted};
use super::page::{Cells, PAGE_ROWS, column_names};
use super::session::Evaluator;
use super::subjects::Subjects;
use crate::ast::{
    Aggregate, Expr, ExprKind, Modifier, OrderKey, Path, Query, Select, Step, StepKind,
};
use crate::check::output_column;
use crate::error::Result;
use crate::plan::scan_values;
use crate::value::{Columns, Row, Value};
use crate::walk::parts;

/// What makes groups: keys, and aggregates with the expressions they are over.
struct Plan<'a> {
    keys: Vec<&'a Expr>,
    aggregates: Vec<(&'a Aggregate, &'a Expr)>,
    /// What is computed for each row: the keys, then what the aggregates are over.
    inputs: Vec<&'a Expr>,
}

/// The key of a group, its values, the row that began it, what its aggregates met.
struct Group {
    first: u64,
    keys: Vec<Value>,
    accumulators: Vec<Accumulator>,
}

/// The rows of a grouped query, and how many there are without LIMIT.
pub struct Grouped {
    pub columns: Columns,
    pub rows: Vec<Cells>,
    pub count: u64,
}

#[derive(Default)]
struct Groups {
    by_key: FxHashMap<Key, usize>,
    groups: Vec<Group>,
}

/// The rows of a grouped query in their order; only those that LIMIT leaves, where that is clear.
pub fn grouped<'f>(
    evaluator: &mut Evaluator<'_>,
    query: &Query,
    subjects: Subjects<'f>,
    parent: Option<&'f Frame<'f>>,
) -> Result<Grouped> {
    let select = &query.select;
    let is_whole = query.unions.is_empty();
    let is_cut = is_whole && select.modifier != Modifier::Distinct;
    let order: &[OrderKey] = if is_whole { &query.order } else { &[] };
    let plan = Plan::of(select, order);
    let groups = gathered(evaluator, &plan, select, subjects, parent)?;
    let names = plan.names();
    let resolved = |expression: &Expr| plan.rewritten(expression, &names);
    let items: Vec<Expr> = (select.items().iter())
        .map(|item| resolved(&item.expression))
        .collect();
    let having = select.having.as_ref().map(resolved);
    let order_keys: Vec<Expr> = (order.iter())
        .map(|key| resolved(meant(&key.key, select)))
        .collect();
    let mut sorter = Sorter::new(order, wanted(query).filter(|_| is_cut));
    for (number, group) in (0..).zip(groups) {
        let subject = plan.row(evaluator.heap, &names, group)?;
        let frame = Frame {
            alias: None,
            subject: &subject,
            parent,
        };
        if let Some(having) = &having
            && !evaluator.holds(having, &frame)?
        {
            continue;
        }
        let mut cells = Vec::with_capacity(items.len());
        for item in &items {
            cells.push(evaluator.value(item, &frame)?);
        }
        let mut keys = Vec::with_capacity(order_keys.len());
        for key in &order_keys {
            let value = evaluator.value(key, &frame)?;
            keys.push(SortKey::of(evaluator.heap, &value));
        }
        sorter.add(keys, number, Cells::from(cells));
    }
    let (rows, count) = sorter.finish();
    Ok(Grouped {
        columns: column_names(select.items()),
        rows,
        count,
    })
}

/// What a key of GROUP BY or ORDER BY means: itself, or the column that it names.
fn meant<'a>(key: &'a Expr, select: &'a Select) -> &'a Expr {
    let column = output_column(key, select).and_then(|at| select.items().get(at));
    column.map_or(key, |item| &item.expression)
}

fn collect_aggregates<'a>(expression: &'a Expr, found: &mut Vec<(&'a Aggregate, &'a Expr)>) {
    if let ExprKind::Aggregate(aggregate) = &expression.kind {
        if !found.iter().any(|(own, _)| *own == aggregate) {
            found.push((aggregate, expression));
        }
        return;
    }
    for part in parts(expression) {
        collect_aggregates(part, found);
    }
}

impl<'a> Plan<'a> {
    fn of(select: &'a Select, order: &'a [OrderKey]) -> Self {
        let keys: Vec<&Expr> = (select.group_by.iter())
            .map(|key| meant(key, select))
            .collect();
        let mut aggregates = Vec::new();
        let items = select.items().iter().map(|item| &item.expression);
        let order = order.iter().map(|key| &key.key);
        for expression in items.chain(&select.having).chain(order) {
            collect_aggregates(expression, &mut aggregates);
        }
        let over = aggregates
            .iter()
            .filter_map(|(aggregate, _)| aggregate.argument.as_deref());
        let inputs = keys.iter().copied().chain(over).collect();
        Self {
            keys,
            aggregates,
            inputs,
        }
    }

    /// Names of a group's values; the space behind them keeps them apart from aliases.
    fn names(&self) -> Columns {
        let keys = self.keys.iter().copied();
        let all = keys.chain(self.aggregates.iter().map(|(_, expression)| *expression));
        all.map(|expression| Arc::from(format!("{expression} ")))
            .collect()
    }

    /// An expression over the values of a group instead of those of a row.
    fn rewritten(&self, expression: &Expr, names: &Columns) -> Expr {
        let at = match &expression.kind {
            ExprKind::Aggregate(aggregate) => {
                let at = self
                    .aggregates
                    .iter()
                    .position(|(own, _)| *own == aggregate);
                at.map(|at| self.keys.len() + at)
            }
            _ => self.keys.iter().position(|key| *key == expression),
        };
        if let Some(name) = at.and_then(|at| names.get(at)) {
            let step = Step {
                kind: StepKind::Name(Arc::clone(name)),
                span: expression.span,
                number: usize::MAX,
            };
            let path = Path {
                variable: None,
                steps: vec![step],
            };
            return Expr {
                kind: ExprKind::Path(path),
                span: expression.span,
            };
        }
        expression.map_parts(&mut |part| self.rewritten(part, names))
    }

    fn accumulators(&self) -> Vec<Accumulator> {
        self.aggregates
            .iter()
            .map(|(aggregate, _)| Accumulator::new(aggregate))
            .collect()
    }

    /// A group as a row.
    fn row(&self, heap: &Heap, names: &Columns, group: Group) -> Result<Value> {
        let mut cells = group.keys;
        for (accumulator, (_, expression)) in group.accumulators.into_iter().zip(&self.aggregates) {
            cells.push(accumulator.finish(heap, expression.span)?);
        }
        Ok(Value::Row(Row {
            columns: names.clone(),
            cells: cells.into(),
        }))
    }
}

impl Groups {
    /// Takes a row: the values of the plan's inputs.
    fn add(&mut self, heap: &Heap, plan: &Plan<'_>, number: u64, values: &[Value]) -> Result<()> {
        let (keys, over) = values.split_at(plan.keys.len().min(values.len()));
        let key = match keys {
            [only] => key_of(heap, only),
            keys => Key::List(keys.iter().map(|value| key_of(heap, value)).collect()),
        };
        let at = if let Some(at) = self.by_key.get(&key) {
            *at
        } else {
            self.by_key.insert(key, self.groups.len());
            self.groups.push(Group {
                first: number,
                keys: keys.to_vec(),
                accumulators: plan.accumulators(),
            });
            self.groups.len() - 1
        };
        let Some(group) = self.groups.get_mut(at) else {
            return Ok(());
        };
        group.first = group.first.min(number);
        let mut over = over.iter();
        for (accumulator, (aggregate, _)) in group.accumulators.iter_mut().zip(&plan.aggregates) {
            match (
                &aggregate.argument,
                aggregate.argument.as_ref().and_then(|_| over.next()),
            ) {
                (Some(argument), Some(value)) => accumulator.add(heap, value, argument.span)?,
                _ => accumulator.add_row(),
            }
        }
        Ok(())
    }

    fn merge(&mut self, heap: &Heap, other: Self) {
        let mut keys: Vec<(Key, usize)> = other.by_key.into_iter().collect();
        keys.sort_unstable_by_key(|(_, at)| *at);
        for ((key, _), group) in keys.into_iter().zip(other.groups) {
            let own = self
                .by_key
                .get(&key)
                .and_then(|at| self.groups.get_mut(*at));
            if let Some(own) = own {
                if group.first < own.first {
                    own.first = group.first;
                    own.keys = group.keys;
                }
                for (own, other) in own.accumulators.iter_mut().zip(group.accumulators) {
                    own.merge(heap, other);
                }
            } else {
                self.by_key.insert(key, self.groups.len());
                self.groups.push(group);
            }
        }
    }

    /// The groups in the order of their first rows; one of no rows where there are no keys.
    fn finish(mut self, plan: &Plan<'_>) -> Vec<Group> {
        if self.groups.is_empty() && plan.keys.is_empty() {
            self.groups.push(Group {
                first: 0,
                keys: Vec::new(),
                accumulators: plan.accumulators(),
            });
        }
        self.groups.sort_by_key(|group| group.first);
        self.groups
    }
}

fn gathered<'f>(
    evaluator: &mut Evaluator<'_>,
    plan: &Plan<'_>,
    select: &Select,
    mut subjects: Subjects<'f>,
    parent: Option<&'f Frame<'f>>,
) -> Result<Vec<Group>> {
    let mut all = Groups::default();
    if let Subjects::Objects(objects) = &subjects
        && let Some(set) = objects.as_set()
    {
        let found = scan_values(
            evaluator,
            select,
            (&plan.inputs, parent),
            set,
            Groups::default,
            |groups, evaluator, object, values| {
                groups.add(evaluator.heap, plan, u64::from(object.0), values)
            },
        )?;
        for groups in found {
            all.merge(evaluator.heap, groups);
        }
        return Ok(all.finish(plan));
    }
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let mut number = 0;
    loop {
        let batch = subjects.next(evaluator, select, parent, PAGE_ROWS)?;
        if batch.is_empty() {
            return Ok(all.finish(plan));
        }
        for subject in batch.values() {
            let frame = Frame {
                alias,
                subject: &subject,
                parent,
            };
            let mut values = Vec::with_capacity(plan.inputs.len());
            for input in &plan.inputs {
                values.push(evaluator.value(input, &frame)?);
            }
            all.add(evaluator.heap, plan, number, &values)?;
            number += 1;
        }
    }
}
