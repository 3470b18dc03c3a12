//! Strings as the JDKs keep them.

use seamew_hprof::tag::BasicType;
use seamew_hprof::writer::Value;

use crate::builder::{HeapBuilder, JavaVersion};
use crate::object::Address;

impl HeapBuilder {
    /// Makes a java.lang.String with its array.
    pub fn string(&mut self, text: &str) -> Address {
        let class = self.known().string;
        match self.options.java {
            JavaVersion::Eight => {
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
                let value = self.primitive_array(BasicType::Char, &units);
                self.instance(class, &[("value", value.into())])
            }
            JavaVersion::Nine => {
                let (coder, contents) = compact(text);
                let value = self.primitive_array(BasicType::Byte, &contents);
                let fields = [("value", value.into()), ("coder", Value::Byte(coder))];
                self.instance(class, &fields)
            }
        }
    }
}

/// Coder and bytes of a compact string: Latin-1 where that suffices, else UTF-16 in the byte order
/// of the machine, here little endian.
fn compact(text: &str) -> (i8, Vec<u8>) {
    let latin1: Option<Vec<u8>> = text
        .chars()
        .map(|character| u8::try_from(u32::from(character)).ok())
        .collect();
    match latin1 {
        Some(bytes) => (0, bytes),
        None => (1, text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    }
}
