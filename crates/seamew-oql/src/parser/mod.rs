//! Tokens into a tree: recursive descent, with keywords that are names where the grammar wants
//! none of them.
//!
//! Chains of operators are lists, so only parentheses, arguments, indices and sub-queries make a
//! tree deep; those have a limit.

mod advice;
mod expression;
mod path;
mod query;
mod source;

pub use advice::near_name;

use crate::ast::Query;
use crate::error::{QueryError, Span};
use crate::lexer::{Placed, Quotes, Token, tokens};

/// How deep parentheses, arguments, indices and sub-queries may stand in each other.
pub const DEEPEST: usize = 64;
/// Longest text of a query.
const LONGEST_BYTES: usize = 1 << 20;

/// Words that are never names, but behind a dot.
const RESERVED: [&str; 7] = [
    "INSTANCEOF",
    "IMPLEMENTS",
    "AND",
    "OR",
    "TRUE",
    "FALSE",
    "NULL",
];

/// A query with what its evaluation must know of its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub query: Query,
    /// Steps of paths and queries in all; they are numbered from 0.
    pub steps: usize,
    pub queries: usize,
}

/// Reads a query.
///
/// # Errors
/// When the text is none, with the place and what was expected there.
pub fn parse(text: &str) -> Result<Parsed, QueryError> {
    if text.len() > LONGEST_BYTES {
        let span = Span::new(0, 0);
        let message = format!(
            "the query has {} bytes, {LONGEST_BYTES} at most",
            text.len()
        );
        return Err(QueryError::new(message, span));
    }
    let plain = match parse_with(text, Quotes::Plain) {
        Err(error) if text.contains("\\\"") => parse_with(text, Quotes::Escaped).map_err(|_| error),
        other => other,
    };
    plain.map_err(|error| advice::with_dialect(text, error))
}

fn parse_with(text: &str, quotes: Quotes) -> Result<Parsed, QueryError> {
    let mut parser = Parser::new(tokens(text, quotes)?);
    let query = parser.query()?;
    parser.eat_symbol(";");
    if parser.token() != &Token::End {
        return Err(parser.unexpected());
    }
    Ok(Parsed {
        query,
        steps: parser.steps,
        queries: parser.queries,
    })
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
    steps: usize,
    queries: usize,
    /// What would have been right at the current token.
    expected: Vec<&'static str>,
}

type Parse<T> = Result<T, QueryError>;

impl Parser {
    fn new(tokens: Vec<Placed>) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
            steps: 0,
            queries: 0,
            expected: Vec::new(),
        }
    }

    /// The token so many places on; the end stays.
    fn ahead(&self, places: usize) -> &Token {
        let placed = self.tokens.get(self.at + places).or(self.tokens.last());
        placed.map_or(&Token::End, |placed| &placed.token)
    }

    fn token(&self) -> &Token {
        self.ahead(0)
    }

    fn span(&self) -> Span {
        let placed = self.tokens.get(self.at).or(self.tokens.last());
        placed.map_or(Span::default(), |placed| placed.span)
    }

    /// Where the token before stands.
    fn last_span(&self) -> Span {
        let placed = self.tokens.get(self.at.saturating_sub(1));
        placed.map_or(Span::default(), |placed| placed.span)
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
        self.expected.clear();
    }

    fn expect(&mut self, what: &'static str) {
        if !self.expected.contains(&what) {
            self.expected.push(what);
        }
    }

    /// Takes a symbol if it is there.
    fn eat_symbol(&mut self, symbol: &'static str) -> bool {
        if self.token() == &Token::Symbol(symbol) {
            self.advance();
            return true;
        }
        self.expect(symbol);
        false
    }

    fn want_symbol(&mut self, symbol: &'static str) -> Parse<()> {
        if self.eat_symbol(symbol) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// Whether the token so many places on is a keyword.
    fn is_word_ahead(&self, places: usize, word: &str) -> bool {
        matches!(self.ahead(places), Token::Name(name) if name.eq_ignore_ascii_case(word))
    }

    fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    /// Takes a keyword if it is there.
    fn eat_word(&mut self, word: &'static str) -> bool {
        if self.is_word(word) {
            self.advance();
            return true;
        }
        self.expect(word);
        false
    }

    fn want_word(&mut self, word: &'static str) -> Parse<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// Goes a level down.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= DEEPEST {
            let message = format!("more than {DEEPEST} levels of parentheses");
            return Err(QueryError::new(message, self.span()));
        }
        self.depth += 1;
        let found = inner(self);
        self.depth -= 1;
        found
    }

    /// The error that the current token makes.
    fn unexpected(&mut self) -> QueryError {
        self.expected.sort_by_key(|what| rank(what));
        let wanted = one_of(&self.expected);
        let token = self.token();
        let message = match self.expected.as_slice() {
            [] => format!("{} does not fit here", token.described()),
            _ => format!("expected {wanted}, not {}", token.described()),
        };
        let error = QueryError::new(message, self.span());
        match advice::at_token(self) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// Descriptions come before keywords, symbols last.
fn rank(what: &str) -> u8 {
    match what.chars().next() {
        Some(first) if first.is_ascii_lowercase() => 0,
        Some(first) if first.is_ascii_uppercase() => 1,
        _ => 2,
    }
}

/// What goes on with an expression; named one by one it would hide the rest.
const OPERATORS: [&str; 17] = [
    "AND",
    "IMPLEMENTS",
    "IN",
    "LIKE",
    "NOT",
    "OR",
    "!=",
    "(",
    "*",
    "+",
    "-",
    ".",
    "/",
    "<",
    "<=",
    ">",
    ">=",
];

fn one_of(expected: &[&str]) -> String {
    let has_operators = expected.contains(&"AND");
    let is_plain =
        |what: &&&str| !has_operators || !matches!(**what, "=" | "[") && !OPERATORS.contains(what);
    let plain: Vec<&str> = expected.iter().filter(is_plain).copied().collect();
    let operator = has_operators.then_some("an operator");
    let shown: Vec<String> = (operator.iter().chain(&plain))
        .map(|what| match rank(what) {
            2 => format!("`{what}`"),
            _ => (*what).to_owned(),
        })
        .collect();
    match shown.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}
