//! Methods of texts. Places count UTF-16 units, as in Java.

use std::fmt::Write;

use super::Call;
use crate::error::{OqlError, Result};
use crate::pattern::Pattern;
use crate::value::Value;

/// Longest text that `repeat` makes, in units.
const LONGEST: usize = 1 << 20;

/// What a method of a text gives; None where texts have none such.
pub fn call(own: &str, call: &Call<'_>) -> Result<Option<Value>> {
    let boolean = |flag| Ok(Some(Value::Boolean(flag)));
    let changed = |text: String| Ok(Some(Value::text(text)));
    match (call.name, call.arguments.len()) {
        ("length", 0) => Ok(Some(int(units(own).len()))),
        ("isEmpty", 0) => boolean(own.is_empty()),
        ("isBlank", 0) => boolean(own.trim().is_empty()),
        ("trim", 0) => changed(own.trim_matches(|it: char| it <= ' ').to_owned()),
        ("strip", 0) => changed(own.trim().to_owned()),
        ("toLowerCase", 0) => changed(own.to_lowercase()),
        ("toUpperCase", 0) => changed(own.to_uppercase()),
        ("toCharArray", 0) => {
            let characters = units(own).into_iter().map(Value::Character);
            Ok(Some(Value::list(characters.collect())))
        }
        ("startsWith", 1) => boolean(own.starts_with(&call.text(0)?)),
        ("endsWith", 1) => boolean(own.ends_with(&call.text(0)?)),
        ("contains" | "contentEquals", 1) => {
            let other = call.text(0)?;
            boolean(if call.name == "contains" {
                own.contains(&other)
            } else {
                own == other
            })
        }
        ("equalsIgnoreCase", 1) => boolean(own.to_lowercase() == call.text(0)?.to_lowercase()),
        ("compareTo", 1) => Ok(Some(order(own, &call.text(0)?))),
        ("compareToIgnoreCase", 1) => Ok(Some(order(
            &own.to_lowercase(),
            &call.text(0)?.to_lowercase(),
        ))),
        ("concat", 1) => changed(format!("{own}{}", call.text(0)?)),
        ("charAt", 1) => {
            let at = usize::try_from(call.whole(0)?).ok();
            let unit = at.and_then(|at| units(own).get(at).copied());
            unit.map_or_else(
                || Err(outside(call)),
                |unit| Ok(Some(Value::Character(unit))),
            )
        }
        ("indexOf" | "lastIndexOf", 1 | 2) => index(own, call).map(Some),
        ("substring", 1 | 2) => substring(own, call).map(Some),
        ("repeat", 1) => {
            let count = usize::try_from(call.whole(0)?).map_err(|_| outside(call))?;
            if own.len().saturating_mul(count) > LONGEST {
                return Err(call.error("the text would be too long"));
            }
            changed(own.repeat(count))
        }
        ("replace", 2) => changed(own.replace(&call.text(0)?, &call.text(1)?)),
        ("matches", 1) => {
            let pattern = pattern(call, &call.text(0)?)?;
            boolean(pattern.is_match(own))
        }
        ("replaceAll" | "replaceFirst" | "split", _) => by_pattern(own, call),
        _ => Ok(None),
    }
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn int(number: usize) -> Value {
    Value::Int(i32::try_from(number).unwrap_or(i32::MAX))
}

fn outside(call: &Call<'_>) -> OqlError {
    call.error(format!("{} reaches outside of the text", call.name))
}

/// Java's comparison: the difference of the first units that differ, else of the lengths.
fn order(one: &str, other: &str) -> Value {
    let (one, other) = (units(one), units(other));
    let differing = one.iter().zip(&other).find(|(one, other)| one != other);
    Value::Int(if let Some((one, other)) = differing {
        i32::from(*one) - i32::from(*other)
    } else {
        let length = |units: &[u16]| i32::try_from(units.len()).unwrap_or(i32::MAX);
        length(&one) - length(&other)
    })
}

fn index(own: &str, call: &Call<'_>) -> Result<Value> {
    let own = units(own);
    let wanted = match call.arguments.first() {
        Some(Value::Text(text)) => units(text),
        _ => vec![u16::try_from(call.whole(0)?).unwrap_or(u16::MAX)],
    };
    let from = match call.arguments.get(1) {
        Some(_) => Some(call.whole(1)?),
        None => None,
    };
    let is_there = |at: usize| own.get(at..at + wanted.len()) == Some(&wanted);
    let last = own.len().checked_sub(wanted.len());
    let found = last.and_then(|last| {
        if call.name == "indexOf" {
            let first = usize::try_from(from.unwrap_or(0)).unwrap_or(0);
            (first..=last).find(|at| is_there(*at))
        } else {
            let from = usize::try_from(from.unwrap_or(i64::MAX)).ok()?;
            (0..=from.min(last)).rev().find(|at| is_there(*at))
        }
    });
    Ok(found.map_or(Value::Int(-1), int))
}

fn substring(own: &str, call: &Call<'_>) -> Result<Value> {
    let own = units(own);
    let first = usize::try_from(call.whole(0)?).map_err(|_| outside(call))?;
    let end = match call.arguments.get(1) {
        Some(_) => usize::try_from(call.whole(1)?).map_err(|_| outside(call))?,
        None => own.len(),
    };
    let part = own.get(first..end).ok_or_else(|| outside(call))?;
    Ok(Value::text(String::from_utf16_lossy(part)))
}

fn pattern(call: &Call<'_>, written: &str) -> Result<Pattern> {
    Pattern::compile(written)
        .map_err(|refusal| call.error(format!("`{written}` is no regex: {}", refusal.reason)))
}

fn by_pattern(own: &str, call: &Call<'_>) -> Result<Option<Value>> {
    let found = |written: &str| {
        Pattern::searching(written)
            .map_err(|refusal| call.error(format!("`{written}` is no regex: {}", refusal.reason)))
    };
    match (call.name, call.arguments.len()) {
        ("replaceAll" | "replaceFirst", 2) => {
            let regex = found(&call.text(0)?)?;
            let count = usize::from(call.name == "replaceFirst");
            // Groups are $1 in both; the crate would read $1a as a group called 1a.
            let replacement = braced(&call.text(1)?);
            let replaced = regex.replacen(own, count, replacement.as_str());
            Ok(Some(Value::text(replaced.into_owned())))
        }
        ("split", 1 | 2) => {
            let regex = found(&call.text(0)?)?;
            let limit = match call.arguments.get(1) {
                Some(_) => call.whole(1)?,
                None => 0,
            };
            let mut parts: Vec<&str> = match usize::try_from(limit) {
                Ok(most) if most > 0 => regex.splitn(own, most).collect(),
                _ => regex.split(own).collect(),
            };
            // An empty match at the beginning makes no part.
            let begins_empty = regex.find(own).is_some_and(|found| found.is_empty());
            if begins_empty && parts.len() > 1 && parts.first() == Some(&"") {
                parts.remove(0);
            }
            while limit == 0 && parts.len() > 1 && parts.last() == Some(&"") {
                parts.pop();
            }
            Ok(Some(Value::list(
                parts.into_iter().map(Value::text).collect(),
            )))
        }
        _ => Ok(None),
    }
}

/// `$1` as `${1}`, and escaped characters as they are.
fn braced(replacement: &str) -> String {
    let mut out = String::new();
    let mut rest = replacement.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '\\' => match rest.next() {
                Some('$') => out.push_str("$$"),
                Some(other) => out.push(other),
                None => {}
            },
            '$' if rest.peek().is_some_and(char::is_ascii_digit) => {
                let digit = rest.next().unwrap_or('0');
                let _ = write!(out, "${{{digit}}}");
            }
            other => out.push(other),
        }
    }
    out
}
