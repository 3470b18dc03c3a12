//! `name(...)` behind a value: a fixed list for each kind of value.

mod lists;
mod numbers;
mod objects;
mod snapshot;
mod texts;
mod types;

use super::keys::key_of;
use super::operators::is_equal;
use super::session::Evaluator;
use super::text::{technical_name, text_of};
use crate::error::{OqlError, QueryError, Result, Span};
use crate::value::{Special, Value};

/// A call: its name, its arguments, and where it stands.
pub struct Call<'a> {
    pub name: &'a str,
    pub arguments: &'a [Value],
    pub span: Span,
}

impl Call<'_> {
    /// The argument of that number as a whole number of 32 bits.
    fn whole(&self, at: usize) -> Result<i64> {
        match self.arguments.get(at) {
            Some(Value::Character(unit)) => Ok(i64::from(*unit)),
            Some(value) => match value.number() {
                Some(number) => Ok(number.as_i64()),
                None => Err(self.wrong(at, "a whole number")),
            },
            None => Err(self.wrong(at, "a whole number")),
        }
    }

    /// The argument of that number as a text.
    fn text(&self, at: usize) -> Result<String> {
        match self.arguments.get(at) {
            Some(Value::Text(text)) => Ok(text.to_string()),
            Some(Value::Character(unit)) => Ok(String::from_utf16_lossy(&[*unit])),
            _ => Err(self.wrong(at, "a text")),
        }
    }

    fn wrong(&self, at: usize, wanted: &str) -> OqlError {
        let found = self.arguments.get(at).map_or("nothing", Value::kind);
        let message = format!("{} takes {wanted} here, not {found}", self.name);
        QueryError::new(message, self.span).into()
    }

    fn error(&self, message: impl Into<String>) -> OqlError {
        QueryError::new(message, self.span).into()
    }
}

impl Evaluator<'_> {
    /// What a method of a value gives.
    ///
    /// # Errors
    /// When values of that kind have no such method with as many arguments.
    pub(super) fn call(
        &mut self,
        subject: &Value,
        name: &str,
        arguments: &[Value],
        span: Span,
    ) -> Result<Value> {
        let call = Call {
            name,
            arguments,
            span,
        };
        if let Some(found) = self.common_method(subject, &call) {
            return Ok(found);
        }
        if arguments.is_empty()
            && let Some(property) = property_of(name)
            && let Some(found) = self.property(subject, &property)
        {
            return Ok(found);
        }
        let found = match subject {
            Value::Text(text) => texts::call(text, &call)?,
            Value::List(list) => lists::call(self, list, &call)?,
            Value::Row(row) => lists::of_row(self, row, &call)?,
            Value::Object(object) => objects::call(self, *object, &call)?,
            Value::Special(special) => match &**special {
                Special::Snapshot => snapshot::call(self, &call)?,
                Special::Type(own) => types::call(self, own, &call)?,
                _ => None,
            },
            other => numbers::call(other, &call)?,
        };
        found.ok_or_else(|| self.no_method(subject, &call))
    }

    /// Methods that all values have.
    fn common_method(&mut self, subject: &Value, call: &Call<'_>) -> Option<Value> {
        Some(match (call.name, call.arguments) {
            ("toString", []) => match subject {
                Value::Object(object) => {
                    let value = self.readable(*object);
                    Value::text(value.unwrap_or_else(|| technical_name(self, *object)))
                }
                Value::Text(_) => subject.clone(),
                other => Value::text(text_of(self, other)),
            },
            ("equals", [other]) => {
                let same_kind = subject.kind() == other.kind();
                Value::Boolean(same_kind && is_equal(self, subject, other))
            }
            ("getClass", []) => self.type_of(subject),
            ("hashCode", []) => match subject {
                Value::Text(text) => Value::Int((text.encode_utf16()).fold(0i32, |hash, unit| {
                    hash.wrapping_mul(31).wrapping_add(i32::from(unit))
                })),
                Value::Int(value) => Value::Int(*value),
                Value::Boolean(flag) => Value::Int(if *flag { 1231 } else { 1237 }),
                Value::Character(unit) => Value::Int(i32::from(*unit)),
                Value::Long(value) => {
                    let bits = value.cast_unsigned();
                    Value::Int(((bits ^ bits >> 32) as u32).cast_signed())
                }
                Value::Object(object) => Value::Int(self.heap.id(*object).cast_signed()),
                other => {
                    let text = format!("{:?}", key_of(self.heap, other));
                    let hash = text.bytes().fold(0i32, |hash, byte| {
                        hash.wrapping_mul(31).wrapping_add(i32::from(byte))
                    });
                    Value::Int(hash)
                }
            },
            _ => return None,
        })
    }

    fn no_method(&mut self, subject: &Value, call: &Call<'_>) -> OqlError {
        let count = match call.arguments.len() {
            0 => "no arguments".to_owned(),
            1 => "1 argument".to_owned(),
            more => format!("{more} arguments"),
        };
        let mut text = text_of(self, subject);
        if let Some((end, _)) = text.char_indices().nth(40) {
            text.truncate(end);
            text.push('…');
        }
        let kind = subject.kind();
        let message = format!("{kind} ({text}) has no method {} with {count}", call.name);
        call.error(message)
    }
}

/// The property that a method without arguments reads: `getName` and `isEmpty` read `name` and
/// `empty`.
fn property_of(method: &str) -> Option<String> {
    let name = method
        .strip_prefix("get")
        .or_else(|| method.strip_prefix("is"))?;
    let mut characters = name.chars();
    let first = characters.next().filter(char::is_ascii_uppercase)?;
    if characters.next().is_some_and(|it| it.is_ascii_uppercase()) {
        return Some(name.to_owned());
    }
    let rest = name.get(1..).unwrap_or_default();
    Some(format!("{}{rest}", first.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::property_of;

    #[test]
    fn getters_read_properties() {
        assert_eq!(property_of("getName").as_deref(), Some("name"));
        assert_eq!(property_of("getGCRootInfo").as_deref(), Some("GCRootInfo"));
        assert_eq!(property_of("isArrayType").as_deref(), Some("arrayType"));
        assert_eq!(property_of("get"), None);
        assert_eq!(property_of("issue"), None);
    }
}
