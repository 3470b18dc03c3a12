//! A query that was read and checked: patterns compiled, names of functions known.

use rustc_hash::FxHashMap;

use crate::ast::{Name, Query};
use crate::check::check;
use crate::error::QueryError;
use crate::parser::{Parsed, parse};
use crate::pattern::Pattern;

/// A query ready to run on any heap.
#[derive(Debug)]
pub struct Program {
    pub text: String,
    pub query: Query,
    /// Steps in all.
    pub steps: usize,
    /// Patterns by where they begin in the text.
    patterns: FxHashMap<usize, Pattern>,
    /// By query: whether its rows depend on those of a query around it.
    depends: Vec<bool>,
}

impl Program {
    /// Reads a query.
    ///
    /// # Errors
    /// When the text is no query, with the place and what to write instead.
    pub fn new(text: &str) -> Result<Self, QueryError> {
        let Parsed {
            query,
            steps,
            queries,
        } = parse(text)?;
        let checked = check(&query, queries)?;
        Ok(Self {
            text: text.to_owned(),
            query,
            steps,
            patterns: checked.patterns,
            depends: checked.depends,
        })
    }

    /// The compiled form of a pattern of the text.
    pub(crate) fn pattern(&self, written: &Name) -> Option<&Pattern> {
        self.patterns.get(&written.span.start)
    }

    /// Whether a query has other rows for each row of a query around it.
    pub(crate) fn depends(&self, query: &Query) -> bool {
        self.depends.get(query.number.0).copied().unwrap_or(true)
    }

    pub(crate) fn queries(&self) -> usize {
        self.depends.len()
    }
}
