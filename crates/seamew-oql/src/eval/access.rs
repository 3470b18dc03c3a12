//! Fields, lengths, elements and texts of objects.

use seamew_heap::classes::ClassKind;
use seamew_heap::heap::Heap;
use seamew_heap::{BasicType, ClassIndex, ObjectIndex};

use super::session::Evaluator;
use crate::value::Value;

/// Longest text of a string that is read, in UTF-16 units: what an array may have.
const LONGEST_TEXT: usize = 1 << 31;

/// Where a field lies in an instance's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub offset: usize,
    pub basic_type: BasicType,
}

/// What was read of an object.
#[derive(Default)]
pub struct Held {
    object: Option<ObjectIndex>,
    class: ClassIndex,
    fields: Vec<u8>,
    /// Length, where the object is an array.
    length: Option<u32>,
    text: Option<String>,
}

impl Held {
    /// Keeps an instance.
    pub fn hold(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        self.object = Some(object);
        self.class = class;
        self.length = None;
        self.text = None;
        self.fields.clear();
        self.fields.extend_from_slice(fields);
    }

    /// Keeps an array.
    pub fn hold_array(&mut self, object: ObjectIndex, length: u32) {
        self.object = Some(object);
        self.length = Some(length);
        self.text = None;
        self.fields.clear();
    }

    /// Keeps the text of an object of which nothing else is known.
    pub fn hold_text(&mut self, object: ObjectIndex, text: &str) {
        self.object = Some(object);
        self.length = None;
        self.fields.clear();
        let own = self.text.get_or_insert_default();
        own.clear();
        own.push_str(text);
    }

    fn instance_of(&self, object: ObjectIndex) -> Option<(ClassIndex, &[u8])> {
        let is_instance = self.object == Some(object) && self.length.is_none();
        (is_instance && self.text.is_none()).then_some((self.class, &self.fields))
    }
}

impl Evaluator<'_> {
    /// The class of an instance and the bytes of its fields; None for arrays and class objects.
    fn instance(&mut self, object: ObjectIndex) -> Option<(ClassIndex, &[u8])> {
        if self.held.instance_of(object).is_some() {
            return self.held.instance_of(object);
        }
        if self.last.instance_of(object).is_none() {
            let (class, fields) = self.reader.fields(object)?;
            self.last.hold(object, class, fields);
        }
        self.last.instance_of(object)
    }

    /// The field of a step of an object: of an instance the nearest class's, of a class object
    /// the nearest static. What no class has is null.
    pub(super) fn field(&mut self, object: ObjectIndex, name: &str, step: usize) -> Value {
        if let Some(class) = self.heap.class_table().of_object(object) {
            return self.static_field(class, name, step);
        }
        let class = self.heap.class_of(object);
        let place = self.place(class, name, step);
        place.map_or(Value::Null, |place| self.at_place(object, place))
    }

    fn place(&mut self, class: ClassIndex, name: &str, step: usize) -> Option<Place> {
        if let Some(known) = self.places.get(&(step, class)) {
            return *known;
        }
        let place = field_place(self.heap, class, name);
        self.session.note_field(step, name, class, place.is_some());
        self.places.insert((step, class), place);
        place
    }

    fn static_field(&mut self, class: ClassIndex, name: &str, step: usize) -> Value {
        let found = static_value(self.heap, class, name);
        if self.places.insert((step, class), None).is_none() {
            self.session.note_field(step, name, class, found.is_some());
        }
        found.unwrap_or_default()
    }

    /// A field whose name is computed: its place is not remembered, and nothing noted.
    pub(super) fn field_once(&mut self, object: ObjectIndex, name: &str) -> Value {
        let heap = self.heap;
        if let Some(class) = heap.class_table().of_object(object) {
            return static_value(heap, class, name).unwrap_or_default();
        }
        let place = field_place(heap, heap.class_of(object), name);
        place.map_or(Value::Null, |place| self.at_place(object, place))
    }

    fn at_place(&mut self, object: ObjectIndex, place: Place) -> Value {
        let heap = self.heap;
        let Some((_, fields)) = self.instance(object) else {
            return Value::Null;
        };
        let end = place.offset + place.basic_type.dump_bytes(heap.id_bytes());
        let bits = fields.get(place.offset..end).map(bits);
        bits.map_or(Value::Null, |bits| decoded(heap, place.basic_type, bits))
    }

    /// Length of an array; None for other objects.
    pub(super) fn array_length(&mut self, object: ObjectIndex) -> Option<u32> {
        if self.heap.class_table().get(self.heap.class_of(object)).kind == ClassKind::Instance {
            return None;
        }
        if self.held.object == Some(object) {
            return self.held.length;
        }
        Some(self.reader.array(object)?.length)
    }

    /// Elements of an array of the heap from one on, at most so many.
    pub(super) fn elements(&mut self, array: ObjectIndex, first: u32, count: u32) -> Vec<Value> {
        let heap = self.heap;
        let Some(record) = self.reader.array(array) else {
            return Vec::new();
        };
        let bytes = self.reader.elements(&record, first, count);
        let width = record.element_type.dump_bytes(heap.id_bytes());
        let elements = bytes.unwrap_or_default().chunks_exact(width);
        elements
            .map(|element| decoded(heap, record.element_type, bits(element)))
            .collect()
    }

    /// What an object says in a few words; of strings and of arrays of char and byte the whole
    /// text.
    pub(crate) fn readable(&mut self, object: ObjectIndex) -> Option<String> {
        if self.held.object == Some(object)
            && let Some(text) = &self.held.text
        {
            return Some(text.clone());
        }
        let class_name = self.heap.class_name(object);
        if self.heap.class_table().of_object(object).is_some() {
            return self.heap.readable_value(object);
        }
        match class_name {
            "java.lang.String" => self.reader.string(object, LONGEST_TEXT),
            "java.lang.StringBuilder" | "java.lang.StringBuffer" | "char[]" | "byte[]" => {
                self.heap.full_text(object, LONGEST_TEXT)
            }
            _ => self.heap.readable_value(object),
        }
    }
}

/// The static field of a name, the nearest class's.
fn static_value(heap: &Heap, class: ClassIndex, name: &str) -> Option<Value> {
    let table = heap.class_table();
    let mut statics = table
        .hierarchy(class)
        .flat_map(|class| &table.get(class).statics);
    let field = statics.find(|field| field.name == name)?;
    let basic_type = BasicType::from_code(field.type_code)?;
    Some(decoded(heap, basic_type, field.value))
}

/// Where the field of a name lies, the most derived class's first.
pub fn field_place(heap: &Heap, class: ClassIndex, name: &str) -> Option<Place> {
    let mut fields = heap.class_table().field_offsets(class, heap.id_bytes());
    let (offset, field, _) = fields.find(|(_, field, _)| field.name == name)?;
    Some(Place {
        offset: offset as usize,
        basic_type: field.basic_type(),
    })
}

/// Big-endian bits of up to eight bytes.
pub fn bits(bytes: &[u8]) -> u64 {
    (bytes.iter()).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// The value of a field or an element; what refers to nothing in the dump is null.
pub fn decoded(heap: &Heap, basic_type: BasicType, bits: u64) -> Value {
    match basic_type {
        BasicType::Object => heap.find(bits).map_or(Value::Null, Value::Object),
        BasicType::Boolean => Value::Boolean(bits != 0),
        BasicType::Char => Value::Character(bits as u16),
        BasicType::Float => Value::Float(f32::from_bits(bits as u32)),
        BasicType::Double => Value::Double(f64::from_bits(bits)),
        BasicType::Byte => Value::Byte((bits as u8).cast_signed()),
        BasicType::Short => Value::Short((bits as u16).cast_signed()),
        BasicType::Int => Value::Int((bits as u32).cast_signed()),
        BasicType::Long => Value::Long(bits.cast_signed()),
    }
}
