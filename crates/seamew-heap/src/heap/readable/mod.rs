//! What an object says in a few words, by its class: a string's text, a box's number, a socket's
//! addresses. One small function for each class, listed in [`READERS`].

mod code;
mod loaders;
mod names;
mod net;
mod numbers;
mod real;
mod text;
mod time;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::values::Fields;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

pub use numbers::primitive_text;
pub use real::{double as double_text, float as float_text};

/// Longest text that a row shows, in characters.
const ROW_CHARACTERS: usize = 256;
/// How far a value may lie from its object, in references.
const MOST_REFERENCES: u8 = 5;
/// A class has fewer superclasses, unless the dump is damaged.
const MOST_SUPERCLASSES: usize = 64;

/// Reads the value of an instance of a class; None where it has none, or none that makes sense.
type Reader = fn(&Subject<'_>) -> Option<String>;

/// Readers by the class that they know. An instance of a subclass is read by the nearest class
/// above it that has a reader and a value.
const READERS: &[&[(&str, Reader)]] = &[
    text::READERS,
    numbers::READERS,
    names::READERS,
    code::READERS,
    time::READERS,
    net::READERS,
    loaders::READERS,
];

static BY_CLASS: LazyLock<FxHashMap<&'static str, Reader>> =
    LazyLock::new(|| READERS.iter().copied().flatten().copied().collect());

/// An instance being read.
struct Subject<'a> {
    heap: &'a Heap,
    object: ObjectIndex,
    fields: Fields<'a>,
    references_left: u8,
}

impl<'a> Subject<'a> {
    /// The object in a field, to be read by the caller.
    fn follow(&self, field: &str) -> Option<Subject<'a>> {
        self.subject(self.fields.reference(field)?)
    }

    fn subject(&self, object: ObjectIndex) -> Option<Subject<'a>> {
        let references_left = self.references_left.checked_sub(1)?;
        Some(Subject {
            heap: self.heap,
            object,
            fields: self.heap.fields_of(object)?,
            references_left,
        })
    }

    /// Text of the string (or char array) in a field.
    fn text(&self, field: &str) -> Option<String> {
        self.heap.any_text(self.fields.reference(field)?)
    }

    /// Readable value of the object in a field.
    fn value(&self, field: &str) -> Option<String> {
        self.value_of(self.fields.reference(field)?)
    }

    fn value_of(&self, object: ObjectIndex) -> Option<String> {
        self.heap
            .value_within(object, self.references_left.checked_sub(1)?)
    }

    fn int(&self, field: &str) -> Option<i64> {
        self.fields.int(field)
    }
}

impl Heap {
    /// What an object says in a few words: a string's text, a box's number, a thread's name, for
    /// a class object the class's name. At most 256 characters.
    pub fn readable_value(&self, object: ObjectIndex) -> Option<String> {
        let mut value = self.value_within(object, MOST_REFERENCES)?;
        if let Some((end, _)) = value.char_indices().nth(ROW_CHARACTERS) {
            value.truncate(end);
        }
        Some(value)
    }

    fn value_within(&self, object: ObjectIndex, references_left: u8) -> Option<String> {
        if let Some(class) = self.table.of_object(object) {
            return Some(self.table.get(class).name.clone());
        }
        if object == ObjectIndex::SYSTEM_LOADER {
            return Some("<system class loader>".into());
        }
        let class = self.classes.get(object);
        if matches!(self.table.get(class).name.as_str(), "char[]" | "byte[]") {
            return self.array_text(object);
        }
        let mut readers = (self.table.hierarchy(class).take(MOST_SUPERCLASSES))
            .filter_map(|class| BY_CLASS.get(self.table.get(class).name.as_str()))
            .peekable();
        readers.peek()?;
        let subject = Subject {
            heap: self,
            object,
            fields: self.fields_of(object)?,
            references_left,
        };
        readers.find_map(|reader| reader(&subject))
    }
}
