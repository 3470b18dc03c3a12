//! Conditions and values, by falling precedence: OR, AND, `= !=`, one relation, `+ -`, `* /`.

use std::sync::Arc;

use super::{Parse, Parser};
use crate::ast::{Expr, ExprKind, Literal, Name, Operator};
use crate::error::{QueryError, Span};
use crate::lexer::Token;

const EQUALITIES: [(&str, Operator); 2] = [("=", Operator::Equal), ("!=", Operator::NotEqual)];
const SUMS: [(&str, Operator); 2] = [("+", Operator::Plus), ("-", Operator::Minus)];
const PRODUCTS: [(&str, Operator); 2] = [("*", Operator::Times), ("/", Operator::DividedBy)];
const COMPARISONS: [(&str, Operator); 4] = [
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl Parser {
    /// A condition or a value.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.arms("OR", ExprKind::Or, |parser| {
            parser.arms("AND", ExprKind::And, Self::equality)
        })
    }

    fn arms(
        &mut self,
        word: &'static str,
        kind: fn(Vec<Expr>) -> ExprKind,
        arm: impl Fn(&mut Self) -> Parse<Expr>,
    ) -> Parse<Expr> {
        let first = arm(self)?;
        if !self.eat_word(word) {
            return Ok(first);
        }
        let start = first.span;
        let mut arms = vec![first];
        loop {
            arms.push(arm(self)?);
            if !self.eat_word(word) {
                let span = start.to(self.last_span());
                return Ok(Expr {
                    kind: kind(arms),
                    span,
                });
            }
        }
    }

    fn equality(&mut self) -> Parse<Expr> {
        self.chain(&EQUALITIES, Self::relation)
    }

    fn sum(&mut self) -> Parse<Expr> {
        self.chain(&SUMS, |parser| parser.chain(&PRODUCTS, Self::primary))
    }

    fn eat_operator(&mut self, operators: &[(&'static str, Operator)]) -> Option<Operator> {
        let found = (operators.iter()).find(|(symbol, _)| self.token() == &Token::Symbol(symbol));
        if let Some((_, operator)) = found {
            self.advance();
            return Some(*operator);
        }
        for (symbol, _) in operators {
            self.expect(symbol);
        }
        None
    }

    fn chain(
        &mut self,
        operators: &[(&'static str, Operator)],
        operand: impl Fn(&mut Self) -> Parse<Expr>,
    ) -> Parse<Expr> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.eat_operator(operators) {
            rest.push((operator, operand(self)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let span = first.span.to(self.last_span());
        let first = Box::new(first);
        Ok(Expr {
            kind: ExprKind::Chain { first, rest },
            span,
        })
    }

    fn relation(&mut self) -> Parse<Expr> {
        let left = self.sum()?;
        let start = left.span;
        let left = Box::new(left);
        let kind = if let Some(operator) = self.eat_operator(&COMPARISONS) {
            let right = Box::new(self.sum()?);
            ExprKind::Compare {
                left,
                operator,
                right,
            }
        } else if self.eat_word("IMPLEMENTS") {
            let type_name = self.class_name()?;
            ExprKind::Implements { left, type_name }
        } else if self.is_word("IS") && self.is_null_test() {
            self.advance();
            let is_negated = self.eat_word("NOT");
            self.want_word("NULL")?;
            ExprKind::IsNull { left, is_negated }
        } else {
            let is_negated = self.is_word("NOT")
                && (self.is_word_ahead(1, "LIKE") || self.is_word_ahead(1, "IN"));
            if is_negated {
                self.advance();
            } else {
                self.expect("NOT");
            }
            if self.eat_word("LIKE") {
                let pattern = self.pattern()?;
                ExprKind::Like {
                    left,
                    pattern,
                    is_negated,
                }
            } else if self.eat_word("IN") {
                let right = Box::new(self.sum()?);
                ExprKind::In {
                    left,
                    right,
                    is_negated,
                }
            } else {
                return Ok(*left);
            }
        };
        let span = start.to(self.last_span());
        Ok(Expr { kind, span })
    }

    fn is_null_test(&self) -> bool {
        self.is_word_ahead(1, "NULL") || self.is_word_ahead(1, "NOT")
    }

    fn pattern(&mut self) -> Parse<Name> {
        if let Token::Text(text) = self.token() {
            let text = Arc::from(text.as_str());
            let span = self.span();
            self.advance();
            return Ok(Name { text, span });
        }
        self.expect("a \"regex\"");
        Err(self.unexpected())
    }

    /// Whether an operand may begin so many places on.
    pub(super) fn begins_operand(&self, places: usize) -> bool {
        match self.ahead(places) {
            Token::End => false,
            Token::Symbol(symbol) => matches!(*symbol, "(" | "${" | "@" | "-" | "+"),
            Token::Name(_) => !self.is_clause(places),
            _ => true,
        }
    }

    fn primary(&mut self) -> Parse<Expr> {
        let span = self.span();
        let literal = |kind| {
            Ok(Expr {
                kind: ExprKind::Literal(kind),
                span,
            })
        };
        match self.token().clone() {
            Token::Integer(_)
            | Token::Long(_)
            | Token::Float(_)
            | Token::Double(_)
            | Token::Hex(_) => self.number(""),
            Token::Symbol(sign @ ("-" | "+")) => {
                self.advance();
                self.number(sign)
            }
            Token::Character(character) => {
                self.advance();
                literal(Literal::Character(character))
            }
            Token::Text(text) => {
                self.advance();
                literal(Literal::Text(Arc::from(text)))
            }
            Token::Symbol("(") => self.parenthesised(),
            Token::Symbol("${") => self.variable_path(),
            Token::Symbol("@") => self.path(),
            Token::Name(name) => {
                let word = name.to_ascii_lowercase();
                let constant = match word.as_str() {
                    "true" => Some(Literal::Boolean(true)),
                    "false" => Some(Literal::Boolean(false)),
                    "null" => Some(Literal::Null),
                    _ => None,
                };
                match constant {
                    Some(constant) => {
                        self.advance();
                        literal(constant)
                    }
                    None => self.path(),
                }
            }
            Token::Symbol(_) | Token::End => {
                self.expect("a value");
                Err(self.unexpected())
            }
        }
    }

    /// `( query )` or `( expression )`.
    fn parenthesised(&mut self) -> Parse<Expr> {
        let start = self.span();
        self.want_symbol("(")?;
        let kind = if self.begins_query() {
            ExprKind::Query(Box::new(self.query()?))
        } else {
            self.deeper(Self::expression)?.kind
        };
        self.want_symbol(")")?;
        let span = start.to(self.last_span());
        Ok(Expr { kind, span })
    }

    /// A number with the sign before it, which is part of the literal.
    fn number(&mut self, sign: &str) -> Parse<Expr> {
        let span = self.span();
        let number = |digits: &str| number(sign, digits, span);
        let literal = match self.token() {
            Token::Integer(digits) => {
                let whole = number(digits)?;
                let short = i32::try_from(whole).map_err(|_| {
                    QueryError::new("too big for 32 bits", span)
                        .with_hint(format!("write {sign}{digits}L"))
                })?;
                Literal::Int(short)
            }
            Token::Long(digits) => Literal::Long(number(digits)?),
            Token::Hex(digits) => hexadecimal(sign, digits, span)?,
            Token::Float(digits) => {
                let value: f32 = digits.parse().unwrap_or(f32::NAN);
                Literal::Float(if sign == "-" { -value } else { value })
            }
            Token::Double(digits) => {
                let value: f64 = digits.parse().unwrap_or(f64::NAN);
                Literal::Double(if sign == "-" { -value } else { value })
            }
            _ => {
                self.expect("a number");
                return Err(self
                    .unexpected()
                    .with_hint("a sign stands before numbers only: write 0 - x"));
            }
        };
        self.advance();
        Ok(Expr {
            kind: ExprKind::Literal(literal),
            span: if sign.is_empty() {
                span
            } else {
                Span::new(span.start.saturating_sub(1), span.end)
            },
        })
    }
}

fn number(sign: &str, digits: &str, span: Span) -> Parse<i64> {
    let written = format!("{sign}{digits}");
    written
        .parse()
        .map_err(|_| QueryError::new("too big for 64 bits", span))
}

/// A hexadecimal number: 32 bits where that suffices, else 64.
fn hexadecimal(sign: &str, digits: &str, span: Span) -> Parse<Literal> {
    let bits = u64::from_str_radix(digits, 16)
        .map_err(|_| QueryError::new("too big for 64 bits", span))?;
    let value = if sign == "-" {
        bits.cast_signed().wrapping_neg()
    } else {
        bits.cast_signed()
    };
    Ok(i32::try_from(value).map_or(Literal::Long(value), Literal::Int))
}
