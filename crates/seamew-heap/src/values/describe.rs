//! Contents in a few words, for rows.

use seamew_hprof::tag::BasicType;

use crate::heap::{Heap, Value, bits, primitive_text};
use crate::ids::ObjectIndex;

/// Characters of a description, at most.
const LONGEST: usize = 120;
/// Elements of an array shown.
const SHOWN_ELEMENTS: u32 = 12;

impl Heap {
    /// The first elements of a primitive array, as text where they are one.
    pub(super) fn preview(&self, array: ObjectIndex) -> String {
        let is_text = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
        match self.readable_value(array).filter(|text| is_text(text)) {
            Some(text) if self.class_name(array) == "char[]" || text.is_ascii() => cut(text),
            _ => {
                let values = self.array_values(array, 0, SHOWN_ELEMENTS + 1);
                let mut shown: Vec<String> = values.iter().map(Value::text).collect();
                if shown.len() > SHOWN_ELEMENTS as usize {
                    shown.truncate(SHOWN_ELEMENTS as usize);
                    shown.push("…".into());
                }
                cut(format!("[{}]", shown.join(", ")))
            }
        }
    }

    /// The fields of an instance as `name=value`; references by readable value or address.
    pub(super) fn fields_text(&self, object: ObjectIndex) -> String {
        let Some(fields) = self.fields_of(object) else {
            return String::new();
        };
        let id_bytes = self.id_size.bytes();
        let mut text = String::new();
        for (offset, field, _) in self.table.field_offsets(fields.class(), id_bytes) {
            let start = offset as usize;
            let basic_type = field.basic_type();
            let end = start + basic_type.dump_bytes(id_bytes);
            let Some(value) = fields.bytes().get(start..end).map(bits) else {
                break;
            };
            let value = match basic_type {
                BasicType::Object => self.reference_text(value),
                _ => primitive_text(basic_type, value).unwrap_or_default(),
            };
            let separator = if text.is_empty() { "" } else { ", " };
            text = format!("{text}{separator}{}={value}", field.name);
            if text.chars().count() > LONGEST {
                break;
            }
        }
        cut(text)
    }

    /// A reference: null, the value of what it leads to, or its class and address.
    pub(super) fn reference_text(&self, address: u64) -> String {
        match self.addresses.find(address) {
            None if address == 0 => "null".into(),
            None => format!("{address:#x}"),
            Some(object) => self.readable_value(object).map_or_else(
                || format!("{} @ {address:#x}", self.class_name(object)),
                |text| format!("{text:?}"),
            ),
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}
