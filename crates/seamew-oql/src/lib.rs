//! Eclipse MAT's object query language, and what its users miss in it.
//!
//! [`parser`] makes a tree of a text, [`eval`] answers it row by row over an opened heap, [`plan`]
//! answers for many objects at once what can be. No printing, no files.

mod answer;
pub mod ast;
mod cells;
mod check;
pub mod error;
pub mod eval;
mod infer;
pub mod lexer;
pub mod parser;
pub mod pattern;
mod plan;
mod print;
mod program;
pub mod value;
mod walk;

pub use answer::{Answer, Column};
pub use cells::{Cell, ColumnType};
pub use error::{OqlError, QueryError, Result, Span, line_and_column};
pub use parser::parse;
pub use program::Program;
