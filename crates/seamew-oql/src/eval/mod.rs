//! The answer to a query, row by row.
//!
//! A [`Session`] is a query on a heap; an [`Evaluator`] computes expressions for it, one in each
//! thread; [`Rows`] are what it gives, read a page at a time.

mod access;
mod aggregates;
mod attributes;
mod expressions;
mod frame;
mod functions;
mod groups;
mod index;
pub mod keys;
mod lists;
mod methods;
pub mod names;
mod notes;
mod operators;
mod order;
mod page;
mod paths;
mod rows;
mod selecting;
mod session;
mod source;
mod subjects;
mod text;
mod types;
mod unions;

pub use attributes::PROPERTIES;
pub use frame::Frame;
pub use lists::items;
pub use page::{Page, Shape, column_names};
pub use rows::Rows;
pub use session::{Evaluator, Session};
pub use subjects::ObjectList;
pub use text::{technical_name, text_of};
