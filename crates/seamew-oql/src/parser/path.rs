//! Paths: names, attributes, calls and indices, one after the other.

use std::sync::Arc;

use super::{Parse, Parser, is_reserved};
use crate::ast::{Aggregate, AggregateFunction, Expr, ExprKind, Name, Path, Step, StepKind};
use crate::error::Span;
use crate::lexer::Token;

impl Parser {
    /// A path, or an aggregate.
    pub(super) fn path(&mut self) -> Parse<Expr> {
        let start = self.span();
        if let Some(function) = self.aggregate_function() {
            return self.aggregate(function);
        }
        let mut steps = vec![self.first_step()?];
        self.more_steps(&mut steps)?;
        Ok(self.path_from(start, None, steps))
    }

    /// A path that begins with `${name}`.
    pub(super) fn variable_path(&mut self) -> Parse<Expr> {
        let start = self.span();
        self.want_symbol("${")?;
        let Token::Name(name) = self.token() else {
            self.expect("a variable: snapshot or an alias");
            return Err(self.unexpected());
        };
        let variable = Name {
            text: Arc::from(name.as_str()),
            span: self.span(),
        };
        self.advance();
        self.want_symbol("}")?;
        let mut steps = Vec::new();
        self.more_steps(&mut steps)?;
        Ok(self.path_from(start, Some(variable), steps))
    }

    fn path_from(&self, start: Span, variable: Option<Name>, steps: Vec<Step>) -> Expr {
        Expr {
            kind: ExprKind::Path(Path { variable, steps }),
            span: start.to(self.last_span()),
        }
    }

    /// The aggregate that a name with a parenthesis behind it stands for.
    fn aggregate_function(&self) -> Option<AggregateFunction> {
        let Token::Name(name) = self.token() else {
            return None;
        };
        if self.ahead(1) != &Token::Symbol("(") || self.ahead(2) == &Token::Symbol(")") {
            return None;
        }
        let mut all = AggregateFunction::ALL.iter();
        let (_, function) = all.find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(*function)
    }

    fn aggregate(&mut self, function: AggregateFunction) -> Parse<Expr> {
        let start = self.span();
        self.advance();
        self.want_symbol("(")?;
        let is_count = function == AggregateFunction::Count;
        let (argument, is_distinct) = if is_count && self.eat_symbol("*") {
            (None, false)
        } else {
            let is_distinct = self.is_word("DISTINCT") && self.begins_operand(1);
            if is_distinct {
                self.advance();
            }
            (Some(Box::new(self.deeper(Self::expression)?)), is_distinct)
        };
        self.want_symbol(")")?;
        Ok(Expr {
            kind: ExprKind::Aggregate(Aggregate {
                function,
                argument,
                is_distinct,
            }),
            span: start.to(self.last_span()),
        })
    }

    fn first_step(&mut self) -> Parse<Step> {
        if let Token::Name(name) = self.token()
            && is_reserved(name)
        {
            self.expect("a value");
            return Err(self.unexpected());
        }
        self.named_step()
    }

    fn more_steps(&mut self, steps: &mut Vec<Step>) -> Parse<()> {
        loop {
            if self.eat_symbol(".") {
                steps.push(self.named_step()?);
            } else if self.token() == &Token::Symbol("[") {
                steps.push(self.index()?);
            } else {
                self.expect(".");
                self.expect("[");
                return Ok(());
            }
        }
    }

    fn step(&mut self, start: Span, kind: StepKind) -> Step {
        let number = self.steps;
        self.steps += 1;
        Step {
            kind,
            span: start.to(self.last_span()),
            number,
        }
    }

    /// `name`, `@name`, `name(...)`, `@name(...)`.
    fn named_step(&mut self) -> Parse<Step> {
        let start = self.span();
        let is_native = self.eat_symbol("@");
        let Token::Name(name) = self.token() else {
            self.expect("a name");
            return Err(self.unexpected());
        };
        let name: Arc<str> = Arc::from(name.as_str());
        self.advance();
        if self.token() == &Token::Symbol("(") {
            let arguments = self.arguments()?;
            return Ok(self.step(start, StepKind::Call { name, arguments }));
        }
        self.expect("(");
        let kind = if is_native {
            StepKind::Attribute(name)
        } else {
            StepKind::Name(name)
        };
        Ok(self.step(start, kind))
    }

    fn arguments(&mut self) -> Parse<Vec<Expr>> {
        self.want_symbol("(")?;
        let mut arguments = Vec::new();
        if self.eat_symbol(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.deeper(Self::expression)?);
            if !self.eat_symbol(",") {
                self.want_symbol(")")?;
                return Ok(arguments);
            }
        }
    }

    /// `[i]`, `[i:j]`.
    fn index(&mut self) -> Parse<Step> {
        let start = self.span();
        self.want_symbol("[")?;
        let first = Box::new(self.deeper(Self::expression)?);
        let kind = if self.eat_symbol(":") {
            StepKind::Range(first, Box::new(self.deeper(Self::expression)?))
        } else {
            StepKind::Index(first)
        };
        self.want_symbol("]")?;
        Ok(self.step(start, kind))
    }
}
