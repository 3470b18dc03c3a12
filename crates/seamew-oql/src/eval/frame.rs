//! What names stand for while an expression is computed.

use crate::value::Value;

/// A row and its alias, within those of the queries around.
#[derive(Clone, Copy)]
pub struct Frame<'f> {
    pub alias: Option<&'f str>,
    pub subject: &'f Value,
    pub parent: Option<&'f Self>,
}

impl<'f> Frame<'f> {
    /// What an alias stands for, the nearest one first.
    pub fn alias(&self, name: &str) -> Option<&'f Value> {
        let mut frame = Some(self);
        while let Some(one) = frame {
            if one.alias == Some(name) {
                return Some(one.subject);
            }
            frame = one.parent;
        }
        None
    }

    /// The same names, but for another value that fields are looked up in.
    pub fn about<'g>(&'g self, subject: &'g Value) -> Frame<'g> {
        Frame {
            alias: None,
            subject,
            parent: Some(self),
        }
    }
}
