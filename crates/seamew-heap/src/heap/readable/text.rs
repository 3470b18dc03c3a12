//! Strings, builders, and arrays of characters or bytes.

use seamew_hprof::tag::BasicType;

use super::{ROW_CHARACTERS, Reader};
use crate::heap::Heap;
use crate::heap::record::Record;
use crate::heap::values::Fields;
use crate::ids::ObjectIndex;

pub const READERS: &[(&str, Reader)] = &[
    ("java.lang.String", |it| {
        it.heap.string(it.object, ROW_CHARACTERS)
    }),
    ("java.lang.StringBuilder", |it| {
        it.heap.builder_text(&it.fields, ROW_CHARACTERS)
    }),
    ("java.lang.StringBuffer", |it| {
        it.heap.builder_text(&it.fields, ROW_CHARACTERS)
    }),
];

impl Heap {
    /// Text of a string, at most `characters` of it (UTF-16 units). Halves of surrogate pairs
    /// become U+FFFD.
    pub fn string(&self, object: ObjectIndex, characters: usize) -> Option<String> {
        if self.class_name(object) != "java.lang.String" {
            return None;
        }
        let fields = self.fields_of(object)?;
        // Before JDK 7u6 strings share one array, each with an offset and a count.
        let offset = size(&fields, "offset").unwrap_or(0);
        let count = size(&fields, "count").unwrap_or(usize::MAX);
        let contents = fields.reference("value")?;
        self.text(contents, fields.int("coder"), offset, count.min(characters))
    }

    /// Text of a string, a builder, or an array of characters or bytes (as Latin-1), at most
    /// `characters` of it (UTF-16 units); None for other objects.
    pub fn full_text(&self, object: ObjectIndex, characters: usize) -> Option<String> {
        match self.class_name(object) {
            "java.lang.String" => self.string(object, characters),
            "java.lang.StringBuilder" | "java.lang.StringBuffer" => {
                self.builder_text(&self.fields_of(object)?, characters)
            }
            "char[]" | "byte[]" => self.text(object, None, 0, characters),
            _ => None,
        }
    }

    /// A thread's name, which JDK 8 and older keep as a char array.
    pub fn thread_name(&self, thread: ObjectIndex) -> Option<String> {
        self.any_text(self.fields_of(thread)?.reference("name")?)
    }

    /// Text of a string or an array, for a row.
    pub(super) fn any_text(&self, object: ObjectIndex) -> Option<String> {
        self.string(object, ROW_CHARACTERS)
            .or_else(|| self.array_text(object))
    }

    pub(super) fn array_text(&self, object: ObjectIndex) -> Option<String> {
        self.text(object, None, 0, ROW_CHARACTERS)
    }

    fn builder_text(&self, fields: &Fields<'_>, characters: usize) -> Option<String> {
        let count = size(fields, "count")?.min(characters);
        self.text(fields.reference("value")?, fields.int("coder"), 0, count)
    }

    /// Text in a char array, or in a byte array: Latin-1 (coder 0 or unknown) or UTF-16 in the
    /// byte order of the machine that wrote it, which is little endian wherever we know of.
    fn text(
        &self,
        array: ObjectIndex,
        coder: Option<i64>,
        skip: usize,
        count: usize,
    ) -> Option<String> {
        let Record::Array {
            element_type,
            length,
            offset,
            has_data: true,
        } = self.record(array)?
        else {
            return None;
        };
        let wide = element_type == BasicType::Char || coder == Some(1);
        let unit_bytes = if wide { 2 } else { 1 };
        let bytes = u64::from(length) * element_type.dump_bytes(0) as u64;
        let units = usize::try_from(bytes).ok()? / unit_bytes;
        let start = skip.min(units);
        let count = count.min(units - start);
        let bytes = self.dump_bytes(offset + (start * unit_bytes) as u64, count * unit_bytes);
        match (element_type, wide) {
            (BasicType::Char, _) => Some(utf16(&bytes, u16::from_be_bytes)),
            (BasicType::Byte, true) => Some(utf16(&bytes, u16::from_le_bytes)),
            (BasicType::Byte, false) => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            _ => None,
        }
    }
}

fn size(fields: &Fields<'_>, field: &str) -> Option<usize> {
    usize::try_from(fields.int(field)?).ok()
}

fn utf16(bytes: &[u8], decode: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|unit| decode([unit[0], unit[1]]));
    char::decode_utf16(units)
        .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
