//! Every object as text, for other tools.

use std::io::Write;

use crate::heap::Heap;

impl Heap {
    /// CSV rows of `count` objects from `first` on, without a header: address in hex, shallow
    /// bytes, retained bytes, class. Costs about 100 ns an object.
    pub fn objects_csv(&self, first: u32, count: u32) -> Vec<u8> {
        let mut rows = Vec::new();
        let Some(first) = self.reachable.object(first) else {
            return rows;
        };
        let objects = (self.addresses.addresses_from(first))
            .filter(|(object, _)| self.reachable.contains(*object))
            .take(count as usize);
        for (object, address) in objects {
            let class = &self.table.get(self.classes.get(object)).name;
            let shallow_bytes = self.shallow.get(object);
            let retained_bytes = self.tree.retained(object);
            // Writing into a Vec cannot fail.
            let _ = writeln!(
                rows,
                "0x{address:x},{shallow_bytes},{retained_bytes},{}",
                csv_field(class)
            );
        }
        rows
    }
}

/// A field for CSV: quoted where it must be, control characters escaped.
fn csv_field(text: &str) -> std::borrow::Cow<'_, str> {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b',' && byte != 0x7f;
    if text.bytes().all(is_plain) {
        return text.into();
    }
    let mut field = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => field.push_str("\"\""),
            control if control.is_control() => field.extend(control.escape_unicode()),
            other => field.push(other),
        }
    }
    field.push('"');
    field.into()
}
