//! Objects chosen by the values of their fields.

use std::cmp::Ordering;

use seamew_hprof::tag::BasicType;

use super::ends::End;
use super::field_path::FieldPath;
use super::matcher::TextMatcher;
use crate::error::{HeapError, Result};
use crate::heap::{Heap, ObjectSet, Value, primitive, primitive_text};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
}

const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("~", Operator::Matches),
];

/// What a field is compared with.
#[derive(Clone, Debug)]
enum Operand {
    Null,
    /// The object of an `@id` or `0xADDRESS`; the text, for fields that are numbers.
    Object(ObjectIndex, String),
    Text(String),
    Pattern(TextMatcher),
}

/// A comparison of what a path of fields leads to: `size>1000`, `owner.name~^tmp`, `next=null`.
#[derive(Clone, Debug)]
pub struct Condition {
    path: FieldPath,
    operator: Operator,
    operand: Operand,
}

impl Heap {
    /// Reads a condition: a path of fields, one of `= != < <= > >= ~`, and a value. `null` is no
    /// text unless it stands in quotes; `0xADDRESS` and `@id` name objects unless they do.
    ///
    /// # Errors
    /// When the text is no condition, or the pattern after `~` is none.
    pub fn condition(&self, text: &str) -> Result<Condition> {
        let refusal = || {
            HeapError::Usage(format!(
                "`{text}` is no condition: write FIELD=VALUE, with = != < <= > >= or ~REGEX"
            ))
        };
        let at = text.find(['=', '!', '<', '>', '~']).ok_or_else(refusal)?;
        let (path, rest) = text.split_at(at);
        let (sign, operator) = (OPERATORS.iter())
            .find(|(sign, _)| rest.starts_with(sign))
            .ok_or_else(refusal)?;
        let path = FieldPath::parse(path).map_err(|_| refusal())?;
        let written = rest.get(sign.len()..).unwrap_or_default().trim();
        let operand = if *operator == Operator::Matches {
            Operand::Pattern(TextMatcher::regex(written, false)?)
        } else {
            self.operand(written)
        };
        let compares = matches!(operator, Operator::Equal | Operator::NotEqual);
        if !compares && matches!(operand, Operand::Null) {
            return Err(HeapError::Usage(format!(
                "`{text}`: null goes with = and != only"
            )));
        }
        Ok(Condition {
            path,
            operator: *operator,
            operand,
        })
    }

    fn operand(&self, written: &str) -> Operand {
        let quoted = ['"', '\''].iter().find_map(|quote| {
            let inner = written.strip_prefix(*quote)?.strip_suffix(*quote)?;
            Some(inner.to_owned())
        });
        if let Some(text) = quoted {
            return Operand::Text(text);
        }
        if written == "null" {
            return Operand::Null;
        }
        let names_object = written.starts_with('@') || written.starts_with("0x");
        match self.resolve(written) {
            Ok(object) if names_object => Operand::Object(object, written.to_owned()),
            _ => Operand::Text(written.to_owned()),
        }
    }

    /// The objects of a set that fulfil all conditions. One walk over the dump for each field of
    /// their paths, and those that read the texts compared.
    ///
    /// # Errors
    /// When no object has such a field, with near names; when a number is compared with what is
    /// none; when the dump cannot be read any more; on cancellation.
    pub fn find_objects(
        &self,
        set: &ObjectSet,
        conditions: &[Condition],
        progress: &Progress,
    ) -> Result<ObjectSet> {
        let mut found = set.clone();
        for condition in conditions {
            found = self.fulfilling(&found, condition, progress)?;
        }
        Ok(found)
    }

    fn fulfilling(
        &self,
        set: &ObjectSet,
        condition: &Condition,
        progress: &Progress,
    ) -> Result<ObjectSet> {
        let ends = self.ends_of(set, &condition.path, progress)?;
        let mut targets = self.no_objects();
        for one in &ends {
            match one.end {
                End::Object(object) => {
                    targets.insert(object);
                }
                End::Bits(kind, _) => condition.check_type(kind)?,
                End::Missing | End::Null => {}
            }
        }
        let accepted = self.accepted_targets(&targets, condition, progress)?;
        let is_fulfilled = |end: End| match end {
            End::Missing => false,
            End::Null => condition.accepts_null(),
            End::Bits(kind, bits) => condition.accepts_bits(kind, bits),
            End::Object(object) => accepted.contains(object),
        };
        let fulfilling = ends.iter().filter(|one| is_fulfilled(one.end));
        Ok(ObjectSet::of(
            self.objects_in_all(),
            fulfilling.map(|one| one.origin),
        ))
    }

    /// Those objects, referred to by the field compared, that fulfil the condition.
    fn accepted_targets(
        &self,
        targets: &ObjectSet,
        condition: &Condition,
        progress: &Progress,
    ) -> Result<ObjectSet> {
        match &condition.operand {
            Operand::Null if condition.operator == Operator::NotEqual => return Ok(targets.clone()),
            Operand::Null => return Ok(self.no_objects()),
            Operand::Object(object, _) => {
                let is_equal = condition.operator == Operator::Equal;
                let accepted = targets.iter().filter(|it| (it == object) == is_equal);
                return Ok(ObjectSet::of(self.objects_in_all(), accepted));
            }
            Operand::Text(_) | Operand::Pattern(_) => {}
        }
        let kinds = self.by_kind(targets);
        let mut texts = kinds.texts;
        texts.unite(&kinds.text_arrays);
        let mut accepted = self.texts_like(
            &texts,
            || |text: &str| condition.accepts_text(text),
            progress,
        )?;
        if !kinds.boxes.is_empty() {
            for one in self.ends_of(&kinds.boxes, &FieldPath::parse("value")?, progress)? {
                if let End::Bits(kind, bits) = one.end
                    && condition.accepts_bits(kind, bits)
                {
                    accepted.insert(one.origin);
                }
            }
        }
        for object in kinds.others.iter() {
            progress.check()?;
            let value = self.readable_value(object);
            let is_accepted = match value {
                Some(text) => condition.accepts_text(&text),
                None => condition.operator == Operator::NotEqual,
            };
            if is_accepted {
                accepted.insert(object);
            }
        }
        Ok(accepted)
    }
}

impl Condition {
    fn accepts_null(&self) -> bool {
        match self.operand {
            Operand::Null => self.operator == Operator::Equal,
            _ => self.operator == Operator::NotEqual,
        }
    }

    fn written(&self) -> &str {
        match &self.operand {
            Operand::Text(text) | Operand::Object(_, text) => text,
            Operand::Null | Operand::Pattern(_) => "",
        }
    }

    /// Refuses to compare a number with what is none.
    fn check_type(&self, kind: BasicType) -> Result<()> {
        let needs_number = !matches!(self.operand, Operand::Null | Operand::Pattern(_));
        if !needs_number || compare_bits(kind, 0, self.written()).is_ok() {
            return Ok(());
        }
        Err(HeapError::Usage(format!(
            "`{}` is a field of type {}, and `{}` is no such value",
            self.path,
            kind.java_name(),
            self.written()
        )))
    }

    fn accepts_bits(&self, kind: BasicType, bits: u64) -> bool {
        match &self.operand {
            Operand::Null => self.operator == Operator::NotEqual,
            Operand::Pattern(pattern) => {
                primitive_text(kind, bits).is_some_and(|text| pattern.is_match(&text))
            }
            Operand::Text(text) | Operand::Object(_, text) => {
                self.accepts(compare_bits(kind, bits, text).ok().flatten())
            }
        }
    }

    fn accepts_text(&self, text: &str) -> bool {
        match &self.operand {
            Operand::Null => self.operator == Operator::NotEqual,
            Operand::Pattern(pattern) => pattern.is_match(text),
            Operand::Text(wanted) | Operand::Object(_, wanted) => {
                self.accepts(Some(text.cmp(wanted)))
            }
        }
    }

    /// None: the two cannot be ordered, as a NaN cannot.
    fn accepts(&self, ordering: Option<Ordering>) -> bool {
        match self.operator {
            Operator::Equal => ordering == Some(Ordering::Equal),
            Operator::NotEqual => ordering != Some(Ordering::Equal),
            Operator::Less => ordering.is_some_and(Ordering::is_lt),
            Operator::LessOrEqual => ordering.is_some_and(Ordering::is_le),
            Operator::Greater => ordering.is_some_and(Ordering::is_gt),
            Operator::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
            Operator::Matches => false,
        }
    }
}

/// What is written is no value of the field's type.
struct NoSuchValue;

/// The order of a primitive value and a written one; None where there is none, as for a NaN.
fn compare_bits(
    kind: BasicType,
    bits: u64,
    written: &str,
) -> std::result::Result<Option<Ordering>, NoSuchValue> {
    let number = || written.parse::<f64>().map_err(|_| NoSuchValue);
    match primitive(kind, bits).ok_or(NoSuchValue)? {
        Value::Boolean(flag) => {
            let wanted = written.parse().map_err(|_| NoSuchValue)?;
            Ok(Some(flag.cmp(&wanted)))
        }
        Value::Int(int) => {
            let wanted = match written.strip_prefix("0x") {
                Some(digits) => i128::from_str_radix(digits, 16),
                None => written.parse(),
            };
            if let Ok(wanted) = wanted {
                return Ok(Some(i128::from(int).cmp(&wanted)));
            }
            Ok((int as f64).partial_cmp(&number()?))
        }
        Value::Float(float) if kind == BasicType::Float => {
            let wanted: f32 = written.parse().map_err(|_| NoSuchValue)?;
            Ok(float.partial_cmp(&f64::from(wanted)))
        }
        Value::Float(float) => Ok(float.partial_cmp(&number()?)),
        Value::Text(text) => {
            let is_one = written.chars().count() == 1;
            let ordering = text.as_str().cmp(written);
            is_one.then_some(Some(ordering)).ok_or(NoSuchValue)
        }
    }
}
