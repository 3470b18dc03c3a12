//! What is wrong with a query, where in its text, and what to write instead.

use std::ops::Range;

use seamew_heap::HeapError;

/// Bytes of a query's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the beginning of this one to the end of another.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start, other.end.max(self.end))
    }

    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A query that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    pub message: String,
    /// Where in the text; None where no place is to blame.
    pub span: Option<Span>,
    /// What to do; empty where there is nothing to say.
    pub hint: String,
}

impl QueryError {
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self {
            message: message.into(),
            span: Some(span),
            hint: String::new(),
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OqlError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Heap(#[from] HeapError),
}

/// Result of what may fail by the query or by the dump.
pub type Result<T> = std::result::Result<T, OqlError>;

/// Line and column, both from 1 and in characters, of a byte of a text.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).map_or(0, |it| it.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::line_and_column;

    #[test]
    fn places_count_characters_not_bytes() {
        assert_eq!(line_and_column("select é x", 0), (1, 1));
        assert_eq!(line_and_column("select é x", 10), (1, 10));
        assert_eq!(line_and_column("a\nbü\nc", 3), (2, 2));
        assert_eq!(line_and_column("a\nb", 99), (2, 2));
    }
}
