//! Batches of rows, column by column, in the layout that Arrow has too.

use std::borrow::Cow;
use std::sync::Arc;

/// What the values of a column are.
#[derive(Clone, Debug)]
pub enum Kind {
    Boolean,
    Integer,
    Float,
    Text,
    /// An object, by the id that users see.
    Id,
    Address,
    /// One of a list of names.
    Name(Arc<Names>),
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    Id(u32),
    Address(u64),
    /// Place in the list of names.
    Name(u32),
}

/// A list of names, once for a whole column.
#[derive(Debug, Default)]
pub struct Names(Texts);

impl Names {
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts = Texts::default();
        for name in names {
            texts.push(name);
        }
        Self(texts)
    }

    pub fn texts(&self) -> &Texts {
        &self.0
    }
}

/// Texts one behind the other.
#[derive(Debug)]
pub struct Texts {
    /// Where each text begins, and behind the last one where it ends.
    pub offsets: Vec<i32>,
    pub bytes: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
        }
    }
}

impl Texts {
    /// Adds a text; what would go beyond 2 GiB is left out.
    fn push(&mut self, text: &str) {
        let last = self.offsets.last().copied().unwrap_or(0);
        match i32::try_from(self.bytes.len() + text.len()) {
            Ok(end) => {
                self.bytes.extend_from_slice(text.as_bytes());
                self.offsets.push(end);
            }
            Err(_) => self.offsets.push(last),
        }
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, place: usize) -> Option<&str> {
        let start = usize::try_from(*self.offsets.get(place)?).ok()?;
        let end = usize::try_from(*self.offsets.get(place + 1)?).ok()?;
        std::str::from_utf8(self.bytes.get(start..end)?).ok()
    }
}

/// Bits, the first one lowest in the first byte.
#[derive(Debug, Default)]
pub struct Bits {
    pub bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn ones(count: usize) -> Self {
        Self {
            bytes: vec![0xff; count.div_ceil(8)],
            count,
        }
    }

    /// A bit; unset behind the last one.
    pub fn get(&self, place: usize) -> bool {
        let byte = self.bytes.get(place / 8).copied().unwrap_or(0);
        place < self.count && byte >> (place & 7) & 1 == 1
    }

    fn push(&mut self, bit: bool) {
        let place = self.count & 7;
        if place == 0 {
            self.bytes.push(0);
        }
        if let Some(byte) = self.bytes.last_mut() {
            // What lies beyond the last bit of `ones` is set already.
            *byte = *byte & !(1 << place) | u8::from(bit) << place;
        }
        self.count += 1;
    }
}

/// Values of a column; null ones hold anything.
#[derive(Debug)]
pub enum Values {
    Boolean(Bits),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Text(Texts),
    Id(Vec<u32>),
    Address(Vec<u64>),
    Name(Vec<u32>, Arc<Names>),
}

/// A column of a batch.
#[derive(Debug)]
pub struct Column {
    pub values: Values,
    /// A bit for each row, 0 where it is null; None where no row is.
    pub valid: Option<Bits>,
    pub nulls: usize,
}

impl Column {
    pub fn new(kind: &Kind) -> Self {
        Self::of(match kind {
            Kind::Boolean => Values::Boolean(Bits::default()),
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Float => Values::Float(Vec::new()),
            Kind::Text => Values::Text(Texts::default()),
            Kind::Id => Values::Id(Vec::new()),
            Kind::Address => Values::Address(Vec::new()),
            Kind::Name(names) => Values::Name(Vec::new(), Arc::clone(names)),
        })
    }

    /// A column without nulls.
    pub fn of(values: Values) -> Self {
        Self {
            values,
            valid: None,
            nulls: 0,
        }
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Boolean(bits) => bits.count,
            Values::Integer(values) => values.len(),
            Values::Float(values) => values.len(),
            Values::Text(texts) => texts.len(),
            Values::Id(values) | Values::Name(values, _) => values.len(),
            Values::Address(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row; null behind the last one.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        let is_null = self.valid.as_ref().is_some_and(|valid| !valid.get(row));
        let found = match &self.values {
            _ if is_null || row >= self.len() => None,
            Values::Boolean(bits) => Some(Cell::Boolean(bits.get(row))),
            Values::Integer(values) => values.get(row).map(|value| Cell::Integer(*value)),
            Values::Float(values) => values.get(row).map(|value| Cell::Float(*value)),
            Values::Text(texts) => texts.get(row).map(|text| Cell::Text(text.into())),
            Values::Id(values) => values.get(row).map(|value| Cell::Id(*value)),
            Values::Address(values) => values.get(row).map(|value| Cell::Address(*value)),
            Values::Name(values, names) => (values.get(row))
                .and_then(|place| names.texts().get(*place as usize))
                .map(|name| Cell::Text(name.into())),
        };
        found.unwrap_or(Cell::Null)
    }

    /// Adds a value; one of another kind counts as null.
    pub fn push(&mut self, cell: Cell<'_>) {
        let is_kept = match (&mut self.values, cell) {
            (Values::Boolean(bits), Cell::Boolean(flag)) => {
                bits.push(flag);
                true
            }
            (Values::Integer(values), Cell::Integer(value)) => {
                values.push(value);
                true
            }
            (Values::Float(values), Cell::Float(value)) => {
                values.push(value);
                true
            }
            (Values::Text(texts), Cell::Text(text)) => {
                texts.push(&text);
                true
            }
            (Values::Id(values), Cell::Id(value))
            | (Values::Name(values, _), Cell::Name(value)) => {
                values.push(value);
                true
            }
            (Values::Address(values), Cell::Address(value)) => {
                values.push(value);
                true
            }
            _ => false,
        };
        if is_kept {
            if let Some(valid) = &mut self.valid {
                valid.push(true);
            }
        } else {
            self.push_null();
        }
    }

    fn push_null(&mut self) {
        let rows = self.len();
        let valid = self.valid.get_or_insert_with(|| Bits::ones(rows));
        valid.push(false);
        self.nulls += 1;
        match &mut self.values {
            Values::Boolean(bits) => bits.push(false),
            Values::Integer(values) => values.push(0),
            Values::Float(values) => values.push(0.0),
            Values::Text(texts) => texts.push(""),
            Values::Id(values) | Values::Name(values, _) => values.push(0),
            Values::Address(values) => values.push(0),
        }
    }
}

/// Some rows of a table.
#[derive(Debug)]
pub struct Batch {
    pub rows: usize,
    pub columns: Vec<Column>,
}
