//! Values that expressions have while a query runs.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;
use seamew_heap::ObjectIndex;
use seamew_heap::heap::Heap;

use crate::eval::keys::{Key, key_of};

/// A value. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Boolean(bool),
    /// A UTF-16 unit.
    Character(u16),
    Byte(i8),
    Short(i16),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Text(Arc<str>),
    /// An object of the heap, a class object too; unreachable ones come from addresses only.
    Object(ObjectIndex),
    List(List),
    Entry(Arc<(Value, Value)>),
    Row(Row),
    Special(Arc<Special>),
}

/// Several values. What is an array in MAT has a `length`; everything else is the same.
#[derive(Clone, Debug)]
pub enum List {
    /// Ids of objects, as users see them.
    Ids(Arc<IdList>),
    /// Objects; [`NO_OBJECT`] for null.
    Objects(Arc<[u32]>),
    Values(Arc<ValueList>),
    /// Elements of an array of the heap, read as they are needed.
    Elements {
        array: ObjectIndex,
        first: u32,
        count: u32,
    },
}

/// Stands for null among objects.
pub const NO_OBJECT: u32 = u32::MAX;

/// Ids, with a look-up for `IN`.
#[derive(Debug)]
pub struct IdList {
    pub ids: Vec<u32>,
    known: OnceLock<FxHashSet<u32>>,
}

/// Values, with a look-up for `IN`.
#[derive(Debug)]
pub struct ValueList {
    pub items: Vec<Value>,
    known: OnceLock<FxHashSet<Key>>,
}

/// Lists up to this length are searched from the beginning.
const SHORT_LIST: usize = 16;

impl IdList {
    pub fn contains(&self, id: u32) -> bool {
        if self.ids.len() <= SHORT_LIST {
            return self.ids.contains(&id);
        }
        let known = self
            .known
            .get_or_init(|| self.ids.iter().copied().collect());
        known.contains(&id)
    }
}

impl ValueList {
    /// Whether a value, or a row whose first cell it is, is in the list.
    pub fn contains(&self, heap: &Heap, value: &Value) -> bool {
        let wanted = key_of(heap, value);
        let own = |item: &Value| match item {
            Value::Row(row) => key_of(heap, row.cells.first().unwrap_or(&Value::Null)),
            other => key_of(heap, other),
        };
        if self.items.len() <= SHORT_LIST {
            return self.items.iter().any(|item| own(item) == wanted);
        }
        let known = (self.known).get_or_init(|| self.items.iter().map(own).collect());
        known.contains(&wanted)
    }
}

impl List {
    pub fn of_ids(ids: Vec<u32>) -> Self {
        let known = OnceLock::new();
        Self::Ids(Arc::new(IdList { ids, known }))
    }

    pub fn of_values(items: Vec<Value>) -> Self {
        let known = OnceLock::new();
        Self::Values(Arc::new(ValueList { items, known }))
    }

    pub fn of_objects(objects: impl IntoIterator<Item = ObjectIndex>) -> Self {
        Self::Objects(objects.into_iter().map(|object| object.0).collect())
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Ids(list) => list.ids.len(),
            Self::Objects(objects) => objects.len(),
            Self::Values(list) => list.items.len(),
            Self::Elements { count, .. } => *count as usize,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An object by its number; null for [`NO_OBJECT`].
pub fn object_or_null(number: u32) -> Value {
    match number {
        NO_OBJECT => Value::Null,
        number => Value::Object(ObjectIndex(number)),
    }
}

/// An id as MAT has it, in 32 bits where they suffice.
pub fn id_value(id: u32) -> Value {
    i32::try_from(id).map_or(Value::Long(i64::from(id)), Value::Int)
}

/// Names of columns.
pub type Columns = Arc<[Arc<str>]>;

/// A row of a sub-query, with as many cells as columns.
#[derive(Clone, Debug)]
pub struct Row {
    pub columns: Columns,
    pub cells: Arc<[Value]>,
}

impl Row {
    /// The cell of a column; None where there is no such column.
    pub fn cell(&self, column: &str) -> Option<&Value> {
        let at = self.columns.iter().position(|own| &**own == column)?;
        self.cells.get(at)
    }
}

/// What the analyser itself knows.
#[derive(Clone, Debug)]
pub enum Special {
    Snapshot,
    SnapshotInfo,
    /// Milliseconds since 1970.
    Date(i64),
    Root {
        object: ObjectIndex,
        /// Code of the type, as MAT has it.
        code: i32,
        label: &'static str,
    },
    /// A reference to an object, by name where it has one.
    Reference {
        name: Option<Arc<str>>,
        object: ObjectIndex,
    },
    Field {
        name: Arc<str>,
        /// Code of the type, as in the dump.
        code: u8,
        /// None: a declared field, which has no value.
        value: Option<Value>,
    },
    /// A Java class of the analyser's side, by name.
    Type(Arc<str>),
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn special(special: Special) -> Self {
        Self::Special(Arc::new(special))
    }

    pub fn ids(ids: Vec<u32>) -> Self {
        Self::List(List::of_ids(ids))
    }

    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::of_values(items))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A number as the widest kind.
    pub fn number(&self) -> Option<Number> {
        Some(match self {
            Self::Byte(value) => Number::Int(i32::from(*value)),
            Self::Short(value) => Number::Int(i32::from(*value)),
            Self::Int(value) => Number::Int(*value),
            Self::Long(value) => Number::Long(*value),
            Self::Float(value) => Number::Double(f64::from(*value)),
            Self::Double(value) => Number::Double(*value),
            _ => return None,
        })
    }

    /// What AND and OR make of a value: null, 0, a number that is none and the empty text are
    /// false.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Boolean(flag) => *flag,
            Self::Text(text) => !text.is_empty(),
            other => match other.number() {
                Some(Number::Int(value)) => value != 0,
                Some(Number::Long(value)) => value != 0,
                Some(Number::Double(value)) => value != 0.0 && !value.is_nan(),
                None => true,
            },
        }
    }

    /// What kind of value this is, for errors.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Character(_) => "a character",
            Self::Byte(_) | Self::Short(_) | Self::Int(_) | Self::Long(_) => "a whole number",
            Self::Float(_) | Self::Double(_) => "a number",
            Self::Text(_) => "a text",
            Self::Object(_) => "an object",
            Self::List(_) => "a list",
            Self::Entry(_) => "an entry of a map",
            Self::Row(_) => "a row",
            Self::Special(special) => special.kind(),
        }
    }
}

impl Special {
    fn kind(&self) -> &'static str {
        match self {
            Self::Snapshot => "the snapshot",
            Self::SnapshotInfo => "the facts of the snapshot",
            Self::Date(_) => "a date",
            Self::Root { .. } => "a root",
            Self::Reference { .. } => "a reference",
            Self::Field { .. } => "a field",
            Self::Type(_) => "a class of the analyser",
        }
    }
}

/// A number in arithmetic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i32),
    Long(i64),
    Double(f64),
}

impl Number {
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Int(value) => f64::from(value),
            Self::Long(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    /// The whole number that Java's `longValue()` gives.
    pub fn as_i64(self) -> i64 {
        match self {
            Self::Int(value) => i64::from(value),
            Self::Long(value) => value,
            // A cast saturates, and makes 0 of what is no number, as Java's does.
            Self::Double(value) => value as i64,
        }
    }
}
