//! count, sum, min, max and avg over the rows of a group.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;
use seamew_heap::heap::Heap;

use super::keys::{Key, key_of};
use super::order::SortKey;
use crate::ast::{Aggregate, AggregateFunction};
use crate::error::{QueryError, Result, Span};
use crate::value::{Number, Value};

/// What an aggregate has met so far.
#[derive(Clone, Debug)]
pub enum Accumulator {
    Count(u64),
    Sum(Sum),
    Average(Sum),
    /// The smallest or, where the flag says so, the biggest value.
    Extreme {
        best: Option<Value>,
        is_max: bool,
    },
    /// Each value once, then as the function has it.
    Distinct {
        seen: FxHashMap<Key, Value>,
        function: AggregateFunction,
    },
}

/// A sum of whole numbers until it meets one that is not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    whole: i128,
    real: f64,
    count: u64,
    has_real: bool,
}

impl Accumulator {
    pub fn new(aggregate: &Aggregate) -> Self {
        if aggregate.is_distinct {
            return Self::Distinct {
                seen: FxHashMap::default(),
                function: aggregate.function,
            };
        }
        Self::of(aggregate.function)
    }

    fn of(function: AggregateFunction) -> Self {
        match function {
            AggregateFunction::Count => Self::Count(0),
            AggregateFunction::Sum => Self::Sum(Sum::default()),
            AggregateFunction::Average => Self::Average(Sum::default()),
            AggregateFunction::Min | AggregateFunction::Max => Self::Extreme {
                best: None,
                is_max: function == AggregateFunction::Max,
            },
        }
    }

    /// Counts a row without looking at it.
    pub fn add_row(&mut self) {
        if let Self::Count(count) = self {
            *count += 1;
        }
    }

    /// Takes the value of a row; null is left out.
    ///
    /// # Errors
    /// When a sum meets what is no number.
    pub fn add(&mut self, heap: &Heap, value: &Value, span: Span) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Sum(sum) | Self::Average(sum) => {
                let Some(number) = value.number() else {
                    let message = format!("{} cannot be added up", value.kind());
                    return Err(QueryError::new(message, span).into());
                };
                sum.add(number);
            }
            Self::Extreme { best, is_max } => {
                let is_better = best
                    .as_ref()
                    .is_none_or(|best| is_better(heap, value, best, *is_max));
                if is_better {
                    *best = Some(value.clone());
                }
            }
            Self::Distinct { seen, .. } => {
                seen.entry(key_of(heap, value))
                    .or_insert_with(|| value.clone());
            }
        }
        Ok(())
    }

    /// Takes what another one met; rows of this one come first.
    pub fn merge(&mut self, heap: &Heap, other: Self) {
        match (self, other) {
            (Self::Count(own), Self::Count(other)) => *own += other,
            (Self::Sum(own) | Self::Average(own), Self::Sum(other) | Self::Average(other)) => {
                own.merge(other);
            }
            (Self::Extreme { best, is_max }, Self::Extreme { best: other, .. }) => {
                if let Some(other) = other
                    && best
                        .as_ref()
                        .is_none_or(|best| is_better(heap, &other, best, *is_max))
                {
                    *best = Some(other);
                }
            }
            (Self::Distinct { seen, .. }, Self::Distinct { seen: other, .. }) => {
                for (key, value) in other {
                    seen.entry(key).or_insert(value);
                }
            }
            _ => {}
        }
    }

    /// The value of the aggregate.
    ///
    /// # Errors
    /// When a sum meets what is no number.
    pub fn finish(self, heap: &Heap, span: Span) -> Result<Value> {
        Ok(match self {
            Self::Count(count) => Value::Long(count.cast_signed()),
            Self::Sum(sum) => sum.value(),
            Self::Average(sum) if sum.count == 0 => Value::Null,
            Self::Average(sum) => Value::Double(sum.total() / sum.count as f64),
            Self::Extreme { best, .. } => best.unwrap_or_default(),
            Self::Distinct { seen, function } => {
                let mut values: Vec<(Key, Value)> = seen.into_iter().collect();
                values.sort_unstable_by(|one, other| one.0.cmp(&other.0));
                let mut plain = Self::of(function);
                for (_, value) in &values {
                    plain.add(heap, value, span)?;
                }
                return plain.finish(heap, span);
            }
        })
    }
}

fn is_better(heap: &Heap, value: &Value, best: &Value, is_max: bool) -> bool {
    let ordering = SortKey::of(heap, value).cmp(&SortKey::of(heap, best));
    ordering
        == if is_max {
            Ordering::Greater
        } else {
            Ordering::Less
        }
}

impl Sum {
    fn add(&mut self, number: Number) {
        self.count += 1;
        match number {
            Number::Int(value) => self.whole += i128::from(value),
            Number::Long(value) => self.whole += i128::from(value),
            Number::Double(value) => {
                self.real += value;
                self.has_real = true;
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.whole += other.whole;
        self.real += other.real;
        self.count += other.count;
        self.has_real |= other.has_real;
    }

    fn total(&self) -> f64 {
        self.whole as f64 + self.real
    }

    fn value(&self) -> Value {
        if self.count == 0 {
            return Value::Null;
        }
        if self.has_real {
            return Value::Double(self.total());
        }
        i64::try_from(self.whole).map_or(Value::Double(self.whole as f64), Value::Long)
    }
}
