//! What can be said of a query before it runs: names of functions and methods, patterns, where
//! aggregates stand, what UNION puts together.

use rustc_hash::FxHashMap;

use crate::ast::{
    Expr, ExprKind, Literal, Name, Origin, Path, Query, Select, SelectList, Step, StepKind,
};
use crate::error::{QueryError, Span};
use crate::eval::names::{FUNCTIONS, METHODS, advice_for_call};
use crate::pattern::Pattern;
use crate::walk::{contains_aggregate, names_outside, parts};

/// What was found out.
#[derive(Debug, Default)]
pub struct Checked {
    pub patterns: FxHashMap<usize, Pattern>,
    pub depends: Vec<bool>,
}

type Check = Result<(), QueryError>;

/// Checks a query of which `queries` are part.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(query: &Query, queries: usize) -> Result<Checked, QueryError> {
    let mut checker = Checker {
        found: Checked {
            patterns: FxHashMap::default(),
            depends: vec![false; queries],
        },
        aliases: Vec::new(),
    };
    checker.query(query)?;
    Ok(checker.found)
}

struct Checker {
    found: Checked,
    /// Aliases of the queries around.
    aliases: Vec<String>,
}

impl Checker {
    fn query(&mut self, query: &Query) -> Check {
        let around = &self.aliases;
        let is_outer = |name: &str| around.iter().any(|alias| alias == name);
        let depends = names_outside(query, &mut Vec::new(), &is_outer);
        if let Some(slot) = self.found.depends.get_mut(query.number.0) {
            *slot = depends;
        }
        self.source(&query.select)?;
        let depth = self.aliases.len();
        let alias = query.select.source.alias.as_ref();
        self.aliases
            .extend(alias.map(|alias| alias.text.to_string()));
        self.clauses(query)?;
        self.aliases.truncate(depth);
        for arm in &query.unions {
            self.query(arm)?;
        }
        Ok(())
    }

    fn source(&mut self, select: &Select) -> Check {
        match &select.source.origin {
            Origin::Pattern(written) => self.pattern(written),
            Origin::Query(inner) => self.query(inner),
            Origin::Value(value) => self.without_aggregates(value, "FROM"),
            Origin::Class(_) | Origin::Named(_) => Ok(()),
        }
    }

    fn clauses(&mut self, query: &Query) -> Check {
        let select = &query.select;
        for item in select.items() {
            self.expression(&item.expression)?;
        }
        if let Some(condition) = &select.condition {
            self.without_aggregates(condition, "WHERE")?;
        }
        for key in &select.group_by {
            self.without_aggregates(key, "GROUP BY")?;
        }
        for expression in select
            .having
            .iter()
            .chain(query.order.iter().map(|it| &it.key))
        {
            self.expression(expression)?;
        }
        for key in select
            .group_by
            .iter()
            .chain(query.order.iter().map(|it| &it.key))
        {
            let is_number = matches!(key.kind, ExprKind::Literal(Literal::Int(_)));
            if is_number && output_column(key, select).is_none() {
                let message = format!("there is no column {key}");
                return Err(
                    QueryError::new(message, key.span).with_hint("columns are counted from 1")
                );
            }
        }
        if select.is_grouped() {
            grouped(query)?;
        } else if let Some(key) = query.order.iter().find(|it| contains_aggregate(&it.key)) {
            return Err(
                QueryError::new("there are no groups to order", key.key.span)
                    .with_hint("GROUP BY makes them"),
            );
        }
        Ok(())
    }

    fn without_aggregates(&mut self, expression: &Expr, clause: &str) -> Check {
        if contains_aggregate(expression) {
            let message = format!("{clause} comes before the groups: no aggregates there");
            return Err(QueryError::new(message, expression.span)
                .with_hint("HAVING is the condition on groups"));
        }
        self.expression(expression)
    }

    fn pattern(&mut self, written: &Name) -> Check {
        let pattern = Pattern::new(written)?;
        self.found.patterns.insert(written.span.start, pattern);
        Ok(())
    }

    fn expression(&mut self, expression: &Expr) -> Check {
        match &expression.kind {
            ExprKind::Query(query) => return self.query(query),
            ExprKind::Like { pattern, .. } => self.pattern(pattern)?,
            ExprKind::Path(path) => self.path(path)?,
            ExprKind::Aggregate(aggregate) => {
                let inner = aggregate
                    .argument
                    .as_deref()
                    .filter(|it| contains_aggregate(it));
                if let Some(inner) = inner {
                    let message = "an aggregate within an aggregate";
                    return Err(QueryError::new(message, inner.span));
                }
            }
            _ => {}
        }
        for part in parts(expression) {
            self.expression(part)?;
        }
        Ok(())
    }

    fn path(&mut self, path: &Path) -> Check {
        if let Some(variable) = &path.variable {
            self.variable(&variable.text, variable.span)?;
        }
        for (number, step) in path.steps.iter().enumerate() {
            let is_first = number == 0 && path.variable.is_none();
            if let StepKind::Call { name, arguments } = &step.kind {
                call(name, arguments.len(), is_first, step)?;
            }
        }
        Ok(())
    }

    fn variable(&self, name: &str, span: Span) -> Check {
        if name == "snapshot" || self.aliases.iter().any(|alias| alias == name) {
            return Ok(());
        }
        let mut known = vec!["snapshot".to_owned()];
        known.extend(self.aliases.iter().cloned());
        let hint = format!("known are {}", known.join(", "));
        Err(QueryError::new(format!("there is no variable {name}"), span).with_hint(hint))
    }
}

fn call(name: &str, arguments: usize, is_first: bool, step: &Step) -> Check {
    let is_function = is_first && arguments == 1 && FUNCTIONS.contains(&name);
    if is_function || METHODS.contains(&name) {
        return Ok(());
    }
    let what = if is_first { "function" } else { "method" };
    let error = QueryError::new(format!("there is no {what} {name}"), step.span);
    Err(error.with_hint(advice_for_call(name, arguments, is_first)))
}

/// Checks that each value of a grouped query has one value a group.
fn grouped(query: &Query) -> Check {
    let select = &query.select;
    match &select.list {
        SelectList::Columns(items) => {
            for item in items {
                of_groups(&item.expression, select)?;
            }
        }
        SelectList::Rows | SelectList::Objects(_) => {
            let span = select
                .group_by
                .first()
                .map_or(Span::default(), |it| it.span);
            return Err(QueryError::new("groups have columns", span)
                .with_hint("name them: SELECT s.key, count(*) FROM … s GROUP BY s.key"));
        }
    }
    if let Some(having) = &select.having {
        of_groups(having, select)?;
    }
    if query.unions.is_empty() {
        for key in &query.order {
            if output_column(&key.key, select).is_none() {
                of_groups(&key.key, select)?;
            }
        }
    }
    Ok(())
}

fn of_groups(expression: &Expr, select: &Select) -> Check {
    let is_key = select.group_by.iter().any(|key| {
        key == expression
            || output_column(key, select).is_some_and(|at| {
                select
                    .items()
                    .get(at)
                    .is_some_and(|item| item.expression == *expression)
            })
    });
    match &expression.kind {
        _ if is_key => Ok(()),
        ExprKind::Query(query) if !names_rows(query, select) => Ok(()),
        ExprKind::Aggregate(_) | ExprKind::Literal(_) => Ok(()),
        ExprKind::Path(path) if is_call_of_function(path) => parts(expression)
            .into_iter()
            .try_for_each(|part| of_groups(part, select)),
        ExprKind::Path(_) | ExprKind::Query(_) => {
            let message = format!("{expression} has more than one value in a group");
            Err(QueryError::new(message, expression.span)
                .with_hint("name it behind GROUP BY, or take its min, max, sum, avg or count"))
        }
        _ => parts(expression)
            .into_iter()
            .try_for_each(|part| of_groups(part, select)),
    }
}

/// Whether a sub-query depends on the rows of the query around it.
fn names_rows(query: &Query, around: &Select) -> bool {
    let alias = around.source.alias.as_ref();
    let is_row = |name: &str| alias.is_some_and(|alias| &*alias.text == name);
    names_outside(query, &mut Vec::new(), &is_row)
}

fn is_call_of_function(path: &Path) -> bool {
    path.variable.is_none()
        && matches!(
            path.steps.first(),
            Some(Step { kind: StepKind::Call { name, arguments }, .. })
                if arguments.len() == 1 && FUNCTIONS.contains(&&**name)
        )
}

/// The column that ORDER BY or GROUP BY means by its name or, from 1, by its number.
pub fn output_column(key: &Expr, select: &Select) -> Option<usize> {
    let SelectList::Columns(items) = &select.list else {
        return None;
    };
    match &key.kind {
        ExprKind::Literal(Literal::Int(number)) => {
            let at = usize::try_from(*number).ok()?.checked_sub(1)?;
            (at < items.len()).then_some(at)
        }
        ExprKind::Path(path) if path.variable.is_none() => match path.steps.as_slice() {
            [
                Step {
                    kind: StepKind::Name(name),
                    ..
                },
            ] => (items.iter()).position(|item| item.name.as_deref() == Some(&**name)),
            _ => None,
        },
        _ => None,
    }
}
