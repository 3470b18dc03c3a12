//! A query as text again, with no more parentheses than it needs. The text of an expression is
//! the name of its column.

use std::fmt::{self, Display, Formatter, Write};

use crate::ast::{
    Aggregate, Expr, ExprKind, Item, Literal, Modifier, ObjectReference, Operator, OrderKey,
    Origin, Path, Query, Select, SelectList, Source, Step, StepKind,
};

/// How tightly an expression holds together; what stands in a tighter place needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Primary,
}

fn tightness(expression: &Expr) -> Tightness {
    match &expression.kind {
        ExprKind::Or(_) => Tightness::Or,
        ExprKind::And(_) => Tightness::And,
        ExprKind::Chain { rest, .. } => match rest.first().map(|(operator, _)| operator) {
            Some(Operator::Equal | Operator::NotEqual) => Tightness::Equality,
            Some(Operator::Plus | Operator::Minus) => Tightness::Sum,
            _ => Tightness::Product,
        },
        ExprKind::Compare { .. }
        | ExprKind::Like { .. }
        | ExprKind::In { .. }
        | ExprKind::Implements { .. }
        | ExprKind::IsNull { .. } => Tightness::Relation,
        ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::Query(_) | ExprKind::Aggregate(_) => {
            Tightness::Primary
        }
    }
}

/// An expression in a place that wants it at least so tight.
struct Within<'a>(&'a Expr, Tightness);

impl Display for Within<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if tightness(self.0) >= self.1 {
            self.0.fmt(out)
        } else {
            write!(out, "({})", self.0)
        }
    }
}

/// Things with something between them.
fn joined<T: Display>(
    out: &mut Formatter<'_>,
    items: impl IntoIterator<Item = T>,
    between: &str,
) -> fmt::Result {
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            out.write_str(between)?;
        }
        item.fmt(out)?;
    }
    Ok(())
}

/// A text as the language writes it.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if !self.0.contains(['\n', '\r']) {
            return write!(out, "\"{}\"", self.0.replace('"', "\"\""));
        }
        out.write_str("E\"")?;
        for character in self.0.chars() {
            match character {
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\\' => out.write_str("\\\\")?,
                '"' => out.write_str("\\\"")?,
                other => out.write_char(other)?,
            }
        }
        out.write_char('"')
    }
}

impl Display for Query {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.select.fmt(out)?;
        for arm in &self.unions {
            write!(out, " UNION ({arm})")?;
        }
        if !self.order.is_empty() {
            out.write_str(" ORDER BY ")?;
            joined(out, &self.order, ", ")?;
        }
        if let Some(limit) = self.limit {
            write!(out, " LIMIT {limit}")?;
        }
        if self.offset > 0 {
            write!(out, " OFFSET {}", self.offset)?;
        }
        Ok(())
    }
}

impl Display for OrderKey {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.key.fmt(out)?;
        out.write_str(if self.is_descending { " DESC" } else { "" })
    }
}

impl Display for Select {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("SELECT ")?;
        out.write_str(match self.modifier {
            Modifier::None => "",
            Modifier::Distinct => "DISTINCT ",
            Modifier::RetainedSet => "AS RETAINED SET ",
        })?;
        match &self.list {
            SelectList::Rows => out.write_char('*')?,
            SelectList::Objects(item) => write!(out, "OBJECTS {item}")?,
            SelectList::Columns(items) => joined(out, items, ", ")?,
        }
        write!(out, " FROM {}", self.source)?;
        if let Some(condition) = &self.condition {
            write!(out, " WHERE {condition}")?;
        }
        if !self.group_by.is_empty() {
            out.write_str(" GROUP BY ")?;
            joined(out, &self.group_by, ", ")?;
        }
        if let Some(having) = &self.having {
            write!(out, " HAVING {having}")?;
        }
        Ok(())
    }
}

impl Display for Item {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.expression.fmt(out)?;
        match &self.name {
            Some(name) => write!(out, " AS {}", Quoted(name)),
            None => Ok(()),
        }
    }
}

impl Display for Source {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if self.takes_objects {
            out.write_str("OBJECTS ")?;
        }
        if self.with_subclasses {
            out.write_str("INSTANCEOF ")?;
        }
        match &self.origin {
            Origin::Class(name) => out.write_str(&name.text)?,
            Origin::Pattern(pattern) => Quoted(&pattern.text).fmt(out)?,
            Origin::Named(names) => joined(out, names.iter().map(|it| it.reference), ", ")?,
            Origin::Query(query) => write!(out, "({query})")?,
            Origin::Value(value) => match &value.kind {
                ExprKind::Path(path) if path.variable.is_some() => path.fmt(out)?,
                _ => write!(out, "({value})")?,
            },
        }
        match &self.alias {
            Some(alias) => write!(out, " {}", alias.text),
            None => Ok(()),
        }
    }
}

impl Display for ObjectReference {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(out),
            Self::Address(address) => write!(out, "{address:#x}"),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Literal(literal) => literal.fmt(out),
            ExprKind::Path(path) => path.fmt(out),
            ExprKind::Query(query) => write!(out, "({query})"),
            ExprKind::Or(arms) => {
                let arms = arms.iter().map(|arm| Within(arm, Tightness::And));
                joined(out, arms, " OR ")
            }
            ExprKind::And(arms) => {
                let arms = arms.iter().map(|arm| Within(arm, Tightness::Equality));
                joined(out, arms, " AND ")
            }
            ExprKind::Chain { first, rest } => chain(out, self, first, rest),
            ExprKind::Compare {
                left,
                operator,
                right,
            } => {
                let symbol = operator.symbol();
                write!(out, "{} {symbol} {}", sum(left), sum(right))
            }
            ExprKind::Like {
                left,
                pattern,
                is_negated,
            } => {
                let not = negation(*is_negated);
                write!(out, "{} {not}LIKE {}", sum(left), Quoted(&pattern.text))
            }
            ExprKind::In {
                left,
                right,
                is_negated,
            } => write!(
                out,
                "{} {}IN {}",
                sum(left),
                negation(*is_negated),
                sum(right)
            ),
            ExprKind::Implements { left, type_name } => {
                write!(out, "{} IMPLEMENTS {}", sum(left), type_name.text)
            }
            ExprKind::IsNull { left, is_negated } => {
                write!(out, "{} IS {}NULL", sum(left), negation(*is_negated))
            }
            ExprKind::Aggregate(aggregate) => aggregate.fmt(out),
        }
    }
}

fn sum(expression: &Expr) -> Within<'_> {
    Within(expression, Tightness::Sum)
}

fn negation(is_negated: bool) -> &'static str {
    if is_negated { "NOT " } else { "" }
}

fn chain(
    out: &mut Formatter<'_>,
    whole: &Expr,
    first: &Expr,
    rest: &[(Operator, Expr)],
) -> fmt::Result {
    let inner = match tightness(whole) {
        Tightness::Equality => Tightness::Relation,
        Tightness::Sum => Tightness::Product,
        _ => Tightness::Primary,
    };
    Within(first, inner).fmt(out)?;
    for (operator, operand) in rest {
        write!(out, " {} {}", operator.symbol(), Within(operand, inner))?;
    }
    Ok(())
}

impl Display for Aggregate {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let distinct = if self.is_distinct { "DISTINCT " } else { "" };
        match &self.argument {
            Some(argument) => write!(out, "{}({distinct}{argument})", self.function.name()),
            None => write!(out, "{}(*)", self.function.name()),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Boolean(flag) => flag.fmt(out),
            Self::Int(value) => value.fmt(out),
            Self::Long(value) => write!(out, "{value}L"),
            // Numbers that are none cannot be written; too big ones are infinite.
            Self::Float(value) if value.is_infinite() => infinite(out, *value < 0.0, ""),
            Self::Double(value) if value.is_infinite() => infinite(out, *value < 0.0, "d"),
            Self::Float(value) => write!(out, "{value:?}"),
            Self::Double(value) => write!(out, "{value:?}d"),
            Self::Character(character) => write!(out, "'{character}'"),
            Self::Text(text) => Quoted(text).fmt(out),
        }
    }
}

fn infinite(out: &mut Formatter<'_>, is_negative: bool, suffix: &str) -> fmt::Result {
    let sign = if is_negative { "-" } else { "" };
    write!(out, "{sign}1e999{suffix}")
}

impl Display for Path {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(variable) = &self.variable {
            write!(out, "${{{}}}", variable.text)?;
        }
        for (number, step) in self.steps.iter().enumerate() {
            let is_index = matches!(step.kind, StepKind::Index(_) | StepKind::Range(..));
            if !is_index && (number > 0 || self.variable.is_some()) {
                out.write_char('.')?;
            }
            step.fmt(out)?;
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            StepKind::Name(name) => out.write_str(name),
            StepKind::Attribute(name) => write!(out, "@{name}"),
            StepKind::Call { name, arguments } => {
                write!(out, "{name}(")?;
                joined(out, arguments, ", ")?;
                out.write_char(')')
            }
            StepKind::Index(index) => write!(out, "[{index}]"),
            StepKind::Range(first, last) => write!(out, "[{first}:{last}]"),
        }
    }
}
