//! Walks over the tree of a query.

use crate::ast::{Expr, ExprKind, Origin, Path, Query, Select, SelectList, Step, StepKind};

impl Select {
    /// The expressions of the SELECT clause.
    pub fn items(&self) -> &[crate::ast::Item] {
        match &self.list {
            SelectList::Rows => &[],
            SelectList::Objects(item) => std::slice::from_ref(item),
            SelectList::Columns(items) => items,
        }
    }

    /// Whether rows become groups.
    pub fn is_grouped(&self) -> bool {
        let has_aggregate = |expression: &Expr| contains_aggregate(expression);
        !self.group_by.is_empty()
            || self.having.is_some()
            || (self.items().iter()).any(|item| has_aggregate(&item.expression))
    }
}

impl Step {
    /// Expressions within a step.
    pub fn inner(&self) -> Vec<&Expr> {
        match &self.kind {
            StepKind::Name(_) | StepKind::Attribute(_) => Vec::new(),
            StepKind::Call { arguments, .. } => arguments.iter().collect(),
            StepKind::Index(index) => vec![index],
            StepKind::Range(first, last) => vec![first, last],
        }
    }

    fn inner_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            StepKind::Name(_) | StepKind::Attribute(_) => Vec::new(),
            StepKind::Call { arguments, .. } => arguments.iter_mut().collect(),
            StepKind::Index(index) => vec![index],
            StepKind::Range(first, last) => vec![first, last],
        }
    }
}

/// The expressions of which an expression is made, those of sub-queries left out.
pub fn parts(expression: &Expr) -> Vec<&Expr> {
    match &expression.kind {
        ExprKind::Literal(_) | ExprKind::Query(_) => Vec::new(),
        ExprKind::Path(path) => path.steps.iter().flat_map(Step::inner).collect(),
        ExprKind::Or(arms) | ExprKind::And(arms) => arms.iter().collect(),
        ExprKind::Chain { first, rest } => {
            let rest = rest.iter().map(|(_, operand)| operand);
            std::iter::once(&**first).chain(rest).collect()
        }
        ExprKind::Compare { left, right, .. } | ExprKind::In { left, right, .. } => {
            vec![left, right]
        }
        ExprKind::Like { left, .. }
        | ExprKind::Implements { left, .. }
        | ExprKind::IsNull { left, .. } => vec![left],
        ExprKind::Aggregate(aggregate) => aggregate.argument.as_deref().into_iter().collect(),
    }
}

/// Whether an aggregate is part of an expression.
pub fn contains_aggregate(expression: &Expr) -> bool {
    matches!(expression.kind, ExprKind::Aggregate(_))
        || parts(expression).into_iter().any(contains_aggregate)
}

/// Whether a query, or one within it, names something that no alias of its own stands for, so
/// that it means what a test says of the name.
pub fn names_outside(query: &Query, own: &mut Vec<String>, test: &dyn Fn(&str) -> bool) -> bool {
    let select = &query.select;
    let from_source = match &select.source.origin {
        Origin::Query(inner) => names_outside(inner, own, test),
        Origin::Value(value) => expression_names_outside(value, own, test),
        _ => false,
    };
    if from_source {
        return true;
    }
    let alias = select.source.alias.as_ref().map(|it| it.text.to_string());
    let depth = own.len();
    own.extend(alias);
    let items = select.items().iter().map(|item| &item.expression);
    let clauses = (select.condition.iter())
        .chain(&select.group_by)
        .chain(&select.having)
        .chain(query.order.iter().map(|key| &key.key));
    let mut all = items.chain(clauses);
    let found = all.any(|expression| expression_names_outside(expression, own, test));
    own.truncate(depth);
    found || (query.unions.iter()).any(|arm| names_outside(arm, own, test))
}

fn expression_names_outside(
    expression: &Expr,
    own: &mut Vec<String>,
    test: &dyn Fn(&str) -> bool,
) -> bool {
    let here = match &expression.kind {
        ExprKind::Query(query) => return names_outside(query, own, test),
        ExprKind::Path(path) => path_names_outside(path, own, test),
        _ => false,
    };
    here || (parts(expression).into_iter()).any(|part| expression_names_outside(part, own, test))
}

fn path_names_outside(path: &Path, own: &[String], test: &dyn Fn(&str) -> bool) -> bool {
    (path.first_name()).is_some_and(|name| !own.iter().any(|it| it == name) && test(name))
}

impl Expr {
    /// The expression with other parts; sub-queries stay as they are.
    #[must_use]
    pub fn map_parts(&self, change: &mut dyn FnMut(&Self) -> Self) -> Self {
        let mut changed = self.clone();
        for part in changed.parts_mut() {
            *part = change(part);
        }
        changed
    }

    fn parts_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Literal(_) | ExprKind::Query(_) => Vec::new(),
            ExprKind::Path(path) => path.steps.iter_mut().flat_map(Step::inner_mut).collect(),
            ExprKind::Or(arms) | ExprKind::And(arms) => arms.iter_mut().collect(),
            ExprKind::Chain { first, rest } => {
                let rest = rest.iter_mut().map(|(_, operand)| operand);
                std::iter::once(&mut **first).chain(rest).collect()
            }
            ExprKind::Compare { left, right, .. } | ExprKind::In { left, right, .. } => {
                vec![left, right]
            }
            ExprKind::Like { left, .. }
            | ExprKind::Implements { left, .. }
            | ExprKind::IsNull { left, .. } => vec![left],
            ExprKind::Aggregate(aggregate) => {
                aggregate.argument.as_deref_mut().into_iter().collect()
            }
        }
    }
}
