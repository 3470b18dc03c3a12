//! Questions about the values of many objects: texts, duplicates, arrays, groups by value.
//!
//! Each reads the contents of the objects concerned in one or a few parallel walks over the dump
//! ([`Heap::read_contents`](crate::Heap::read_contents)) and keeps some bytes for each of them.

mod arrays;
mod characters;
mod conditions;
mod constant_arrays;
mod describe;
mod duplicate_arrays;
mod duplicate_objects;
mod duplicate_strings;
mod duplicates;
mod each_text;
mod ends;
mod field_path;
mod find_strings;
mod fingerprint;
mod group_by;
mod holders;
mod matcher;
mod texts;
mod unused;
mod value_keys;

pub(crate) use characters::{Characters, Part};

pub use arrays::{ArrayClassRow, ArrayLengthRow, ArrayTable, FillRow};
pub use conditions::Condition;
pub use constant_arrays::{ConstantArrayRow, ConstantArrays};
pub use duplicates::{DuplicateClassRow, DuplicateOrder, DuplicateRow, Duplicates};
pub use each_text::TextReceiver;
pub use field_path::FieldPath;
pub use find_strings::TextRow;
pub use group_by::{GroupOrder, ValueGroup, ValueGroups};
pub use holders::HolderRow;
pub use matcher::TextMatcher;
pub(crate) use texts::{Text, TextOwners, TextVisitor};
pub use unused::{UnusedRoom, UnusedRow};
