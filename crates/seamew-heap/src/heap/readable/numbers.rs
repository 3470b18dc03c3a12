//! Boxes, atomic values, adders, big numbers.

use seamew_hprof::tag::BasicType;

use super::real::{double, float};
use super::{Reader, Subject};
use crate::heap::values::{Value, bits, value};

pub const READERS: &[(&str, Reader)] = &[
    ("java.lang.Integer", primitive),
    ("java.lang.Long", primitive),
    ("java.lang.Short", primitive),
    ("java.lang.Byte", primitive),
    ("java.lang.Character", primitive),
    ("java.lang.Boolean", primitive),
    ("java.lang.Float", primitive),
    ("java.lang.Double", primitive),
    ("java.util.OptionalInt", optional_primitive),
    ("java.util.OptionalLong", optional_primitive),
    ("java.util.OptionalDouble", optional_primitive),
    ("java.util.concurrent.atomic.AtomicInteger", primitive),
    ("java.util.concurrent.atomic.AtomicLong", primitive),
    ("java.util.concurrent.atomic.AtomicBoolean", |it| {
        Some((it.int("value")? != 0).to_string())
    }),
    ("java.util.concurrent.atomic.LongAdder", |it| {
        let sum = parts(it)?.into_iter().fold(0, u64::wrapping_add);
        Some(sum.cast_signed().to_string())
    }),
    ("java.util.concurrent.atomic.DoubleAdder", |it| {
        let sum = parts(it)?
            .into_iter()
            .fold(0.0, |sum, part| sum + f64::from_bits(part));
        Some(double(sum))
    }),
    ("java.math.BigInteger", |it| {
        let (negative, digits) = big_integer(it)?;
        Some(format!("{}{digits}", if negative { "-" } else { "" }))
    }),
    ("java.math.BigDecimal", big_decimal),
];

/// Adders have about as many cells as the machine has processors.
const MOST_CELLS: u32 = 1024;
/// Words of the longest magnitude that is written out: 250 digits.
const MOST_WORDS: u32 = 26;
const WORD_BITS: u32 = 32;
const WORD_BYTES: usize = 4;

fn primitive(it: &Subject<'_>) -> Option<String> {
    let (basic_type, bits) = it.fields.bits("value")?;
    primitive_text(basic_type, bits)
}

/// A primitive value as Java prints it; None for references.
pub fn primitive_text(basic_type: BasicType, bits: u64) -> Option<String> {
    Some(match basic_type {
        BasicType::Float => float(f32::from_bits(bits as u32)),
        _ => value(basic_type, bits)?.text(),
    })
}

impl Value {
    /// As Java prints it, a float as the double it has become.
    pub fn text(&self) -> String {
        match self {
            Self::Boolean(flag) => flag.to_string(),
            Self::Int(int) => int.to_string(),
            Self::Float(float) => double(*float),
            Self::Text(text) => text.clone(),
        }
    }
}

fn optional_primitive(it: &Subject<'_>) -> Option<String> {
    match it.int("isPresent")? {
        0 => Some("empty".to_owned()),
        _ => primitive(it),
    }
}

/// The base and the cells of an adder, as bits; None where there are more than make sense.
fn parts(it: &Subject<'_>) -> Option<Vec<u64>> {
    let mut parts = vec![it.fields.bits("base")?.1];
    if let Some(cells) = it.fields.reference("cells") {
        if it.heap.array_length(cells)? > MOST_CELLS {
            return None;
        }
        for cell in (it.heap.array_references(cells, 0, MOST_CELLS).into_iter()).flatten() {
            parts.push(it.subject(cell)?.fields.bits("value")?.1);
        }
    }
    Some(parts)
}

/// Whether a big integer is negative, and its digits; of a very long one only how long it is.
fn big_integer(it: &Subject<'_>) -> Option<(bool, String)> {
    let negative = it.int("signum")? < 0;
    let magnitude = it.fields.reference("mag")?;
    let length = it.heap.array_length(magnitude)?;
    if length > MOST_WORDS {
        let bits = u64::from(length) * u64::from(WORD_BITS);
        return Some((negative, format!("<number of about {bits} bits>")));
    }
    let words = it.heap.array_bytes(magnitude, 0, MOST_WORDS);
    let words = words.chunks_exact(WORD_BYTES).map(|word| bits(word) as u32);
    Some((negative, decimal(words.collect())))
}

/// Digits of a number given in words, the highest first.
fn decimal(mut words: Vec<u32>) -> String {
    const GROUP: u64 = 1_000_000_000;
    let mut groups = Vec::new();
    while words.iter().any(|word| *word != 0) {
        let mut rest = 0;
        for word in &mut words {
            let value = rest << WORD_BITS | u64::from(*word);
            *word = (value / GROUP) as u32;
            rest = value % GROUP;
        }
        groups.push(rest);
    }
    let Some(highest) = groups.pop() else {
        return "0".to_owned();
    };
    let lower = groups.iter().rev().map(|group| format!("{group:09}"));
    std::iter::once(highest.to_string()).chain(lower).collect()
}

/// As `BigDecimal.toString`.
fn big_decimal(it: &Subject<'_>) -> Option<String> {
    let (negative, digits) = match it.fields.bits("intCompact") {
        Some((BasicType::Long, bits)) if bits.cast_signed() != i64::MIN => {
            let compact = bits.cast_signed();
            (compact < 0, compact.unsigned_abs().to_string())
        }
        _ => big_integer(&it.follow("intVal")?)?,
    };
    let sign = if negative { "-" } else { "" };
    let scale = it.int("scale")?;
    if scale == 0 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("{sign}{digits}"));
    }
    let adjusted = (i64::try_from(digits.len()).ok()? - 1).checked_sub(scale)?;
    if scale > 0 && adjusted >= -6 {
        let decimals = usize::try_from(scale).ok()?;
        let padded = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        return Some(format!("{sign}{whole}.{fraction}"));
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent = match adjusted {
        0 => String::new(),
        _ => format!("E{adjusted:+}"),
    };
    Some(format!("{sign}{first}{point}{rest}{exponent}"))
}
