//! SELECT and what follows it.

use std::sync::Arc;

use super::{Parse, Parser};
use crate::ast::{Item, Modifier, OrderKey, Query, QueryNumber, Select, SelectList};
use crate::error::QueryError;
use crate::lexer::Token;

impl Parser {
    /// A query, its arms, its order.
    pub(super) fn query(&mut self) -> Parse<Query> {
        self.deeper(|parser| {
            let number = QueryNumber(parser.queries);
            parser.queries += 1;
            let select = Arc::new(parser.select()?);
            let mut unions = Vec::new();
            while parser.eat_word("UNION") {
                parser.want_symbol("(")?;
                unions.push(parser.query()?);
                parser.want_symbol(")")?;
            }
            let order = parser.order()?;
            let (limit, offset) = parser.bounds()?;
            Ok(Query {
                select,
                unions,
                order,
                limit,
                offset,
                number,
            })
        })
    }

    fn select(&mut self) -> Parse<Select> {
        self.want_word("SELECT")?;
        let modifier = self.modifier();
        let list = self.select_list()?;
        self.want_word("FROM")?;
        let source = self.source()?;
        let condition = if self.eat_word("WHERE") {
            Some(self.expression()?)
        } else {
            None
        };
        let mut group_by = Vec::new();
        if self.is_word("GROUP") && self.is_word_ahead(1, "BY") {
            self.advance();
            self.advance();
            group_by.push(self.expression()?);
            while self.eat_symbol(",") {
                group_by.push(self.expression()?);
            }
        }
        let having = if self.eat_word("HAVING") {
            Some(self.expression()?)
        } else {
            None
        };
        Ok(Select {
            modifier,
            list,
            source,
            condition,
            group_by,
            having,
        })
    }

    /// Whether the name here is a keyword of the list, and not the beginning of a path.
    fn begins_list(&self, places: usize) -> bool {
        match self.ahead(places) {
            Token::Symbol("." | "," | "[" | ")" | ";") | Token::End => false,
            Token::Name(name) => {
                !["FROM", "AS"]
                    .iter()
                    .any(|it| it.eq_ignore_ascii_case(name))
                    || self.is_word_ahead(places + 1, "FROM")
            }
            _ => true,
        }
    }

    /// Whether what follows FROM begins so many places on: then nothing stands before it.
    fn begins_source(&self, places: usize) -> bool {
        match self.ahead(places) {
            Token::Text(_) | Token::Integer(_) | Token::Hex(_) | Token::Symbol("${") => true,
            Token::Name(_) => {
                !self.is_word_ahead(places, "FROM") && !self.is_word_ahead(places, "AS")
            }
            _ => false,
        }
    }

    fn modifier(&mut self) -> Modifier {
        if self.is_word("DISTINCT") && self.begins_list(1) {
            self.advance();
            return Modifier::Distinct;
        }
        let words = ["AS", "RETAINED", "SET"];
        if (words.iter().enumerate()).all(|(place, word)| self.is_word_ahead(place, word)) {
            for _ in words {
                self.advance();
            }
            return Modifier::RetainedSet;
        }
        self.expect("DISTINCT");
        self.expect("AS RETAINED SET");
        Modifier::None
    }

    fn select_list(&mut self) -> Parse<SelectList> {
        if self.eat_symbol("*") {
            if self.token() == &Token::Symbol(",") {
                return Err(QueryError::new("* stands alone", self.span())
                    .with_hint("name the columns: SELECT s, s.@retainedHeapSize FROM … s"));
            }
            return Ok(SelectList::Rows);
        }
        if self.is_word("OBJECTS") && self.begins_list(1) {
            self.advance();
            return Ok(SelectList::Objects(self.item()?));
        }
        self.expect("OBJECTS");
        if self.is_word("FROM") && self.begins_source(1) {
            self.expect("a value");
            return Err(self.unexpected());
        }
        let mut items = vec![self.item()?];
        while self.eat_symbol(",") {
            items.push(self.item()?);
        }
        Ok(SelectList::Columns(items))
    }

    fn item(&mut self) -> Parse<Item> {
        let expression = self.expression()?;
        let name = if self.eat_word("AS") {
            Some(self.column_name()?)
        } else {
            None
        };
        Ok(Item { expression, name })
    }

    fn column_name(&mut self) -> Parse<Arc<str>> {
        if let Token::Name(text) | Token::Text(text) = self.token() {
            let name = Arc::from(text.as_str());
            self.advance();
            return Ok(name);
        }
        self.expect("a name");
        Err(self.unexpected())
    }

    fn order(&mut self) -> Parse<Vec<OrderKey>> {
        let mut keys = Vec::new();
        if !(self.is_word("ORDER") && self.is_word_ahead(1, "BY")) {
            self.expect("ORDER BY");
            return Ok(keys);
        }
        self.advance();
        self.advance();
        loop {
            let key = self.expression()?;
            let is_descending = self.eat_word("DESC");
            if !is_descending {
                self.eat_word("ASC");
            }
            keys.push(OrderKey { key, is_descending });
            if !self.eat_symbol(",") {
                return Ok(keys);
            }
        }
    }

    fn bounds(&mut self) -> Parse<(Option<u64>, u64)> {
        let (mut limit, mut offset) = (None, None);
        loop {
            if limit.is_none() && self.eat_word("LIMIT") {
                limit = Some(self.count()?);
            } else if offset.is_none() && self.eat_word("OFFSET") {
                offset = Some(self.count()?);
            } else {
                return Ok((limit, offset.unwrap_or(0)));
            }
        }
    }

    fn count(&mut self) -> Parse<u64> {
        if let Token::Integer(digits) | Token::Long(digits) = self.token() {
            let count = digits.parse();
            let count = count.map_err(|_| QueryError::new("too big a number", self.span()))?;
            self.advance();
            return Ok(count);
        }
        self.expect("a number of rows");
        Err(self.unexpected())
    }
}
