//! What stands behind FROM.

use std::sync::Arc;

use super::{Parse, Parser, is_reserved};
use crate::ast::{Name, ObjectName, ObjectReference, Origin, Source};
use crate::error::QueryError;
use crate::lexer::Token;

impl Parser {
    pub(super) fn source(&mut self) -> Parse<Source> {
        let takes_objects = self.is_word("OBJECTS") && self.begins_origin(1);
        if takes_objects {
            self.advance();
        } else {
            self.expect("OBJECTS");
        }
        let with_subclasses = self.eat_word("INSTANCEOF");
        let origin = self.origin()?;
        let alias = self.alias()?;
        Ok(Source {
            takes_objects,
            with_subclasses,
            origin,
            alias,
        })
    }

    /// Whether an origin begins so many places on: then OBJECTS before it is the keyword.
    fn begins_origin(&self, places: usize) -> bool {
        match self.ahead(places) {
            Token::Text(_) | Token::Integer(_) | Token::Hex(_) => true,
            Token::Symbol(symbol) => matches!(*symbol, "(" | "${"),
            Token::Name(_) => !self.is_clause(places),
            _ => false,
        }
    }

    fn origin(&mut self) -> Parse<Origin> {
        let span = self.span();
        match self.token().clone() {
            Token::Text(text) => {
                self.advance();
                let text = Arc::from(text);
                Ok(Origin::Pattern(Name { text, span }))
            }
            Token::Integer(_) | Token::Hex(_) => self.named_objects(),
            Token::Symbol("${") => Ok(Origin::Value(Box::new(self.variable_path()?))),
            Token::Symbol("(") => self.parenthesised_origin(),
            Token::Name(name) if !is_reserved(&name) => Ok(Origin::Class(self.class_name()?)),
            _ => {
                self.expect("a class");
                self.expect("a \"regex\" for classes");
                self.expect("ids or addresses of objects");
                self.expect("(");
                self.expect("${");
                Err(self.unexpected())
            }
        }
    }

    fn parenthesised_origin(&mut self) -> Parse<Origin> {
        self.want_symbol("(")?;
        let origin = if self.begins_query() {
            Origin::Query(Box::new(self.query()?))
        } else {
            Origin::Value(Box::new(self.deeper(Self::expression)?))
        };
        self.want_symbol(")")?;
        Ok(origin)
    }

    /// Whether SELECT stands here as the keyword.
    pub(super) fn begins_query(&self) -> bool {
        self.is_word("SELECT")
            && !matches!(
                self.ahead(1),
                Token::Symbol("." | ")" | "[" | ",") | Token::End
            )
    }

    fn named_objects(&mut self) -> Parse<Origin> {
        let mut names = Vec::new();
        loop {
            let span = self.span();
            let reference = match self.token() {
                Token::Integer(digits) => digits.parse().map(ObjectReference::Id),
                Token::Hex(digits) => u64::from_str_radix(digits, 16).map(ObjectReference::Address),
                _ => {
                    self.expect("an id or an address");
                    return Err(self.unexpected());
                }
            };
            let reference =
                reference.map_err(|_| QueryError::new("too big for an object", span))?;
            names.push(ObjectName { reference, span });
            self.advance();
            if !self.eat_symbol(",") {
                return Ok(Origin::Named(names));
            }
        }
    }

    /// `a.b.C`, `byte[]`; any word may stand behind a dot.
    pub(super) fn class_name(&mut self) -> Parse<Name> {
        let start = self.span();
        let mut text = String::new();
        loop {
            let Token::Name(part) = self.token() else {
                self.expect("a name");
                return Err(self.unexpected());
            };
            text.push_str(part);
            self.advance();
            if !self.eat_symbol(".") {
                break;
            }
            text.push('.');
        }
        while self.token() == &Token::Symbol("[") && self.ahead(1) == &Token::Symbol("]") {
            self.advance();
            self.advance();
            text.push_str("[]");
        }
        Ok(Name {
            text: Arc::from(text),
            span: start.to(self.last_span()),
        })
    }

    fn alias(&mut self) -> Parse<Option<Name>> {
        let Token::Name(name) = self.token() else {
            self.expect("an alias");
            return Ok(None);
        };
        if is_reserved(name) || self.is_clause(0) {
            return Ok(None);
        }
        let alias = Name {
            text: Arc::from(name.as_str()),
            span: self.span(),
        };
        let is_as = self.is_word("AS");
        self.advance();
        if is_as && matches!(self.token(), Token::Name(_)) && !self.is_clause(0) {
            return Err(QueryError::new("AS has no place behind FROM", alias.span)
                .with_hint("the alias follows the source directly: FROM java.lang.String s"));
        }
        Ok(Some(alias))
    }

    /// Whether a clause begins so many places on, so that the name there is no alias.
    pub(super) fn is_clause(&self, places: usize) -> bool {
        let is = |word| self.is_word_ahead(places, word);
        let number_follows = || {
            matches!(
                self.ahead(places + 1),
                Token::Integer(_) | Token::Long(_) | Token::Symbol("-")
            )
        };
        is("WHERE")
            || is("UNION")
            || (is("GROUP") || is("ORDER")) && self.is_word_ahead(places + 1, "BY")
            || (is("LIMIT") || is("OFFSET")) && number_follows()
            || is("HAVING") && self.begins_operand(places + 1)
    }
}
