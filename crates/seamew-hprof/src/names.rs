//! Names: modified UTF-8 as class files have it, and class names as the JVM writes them.

/// Decodes modified UTF-8 (JVMS 4.4.7: NUL in two bytes, supplementary characters as two
/// surrogates of three bytes) and plain UTF-8; what is neither becomes U+FFFD.
pub fn decode_modified_utf8(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((character, length)) = next_character(rest) {
        text.push(character);
        rest = &rest[length..];
    }
    text
}

/// The character at the front and its bytes; `None` at the end only.
fn next_character(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let decoded = match first {
        0xc0..=0xdf => two_bytes(bytes).map(|unit| (unit, 2)),
        0xe0..=0xef => three_bytes(bytes).map(|unit| match low_surrogate(unit, &bytes[3..]) {
            Some(character) => (character, 6),
            None => (unit, 3),
        }),
        _ => four_bytes(bytes).map(|unit| (unit, 4)),
    };
    let replaced = (char::REPLACEMENT_CHARACTER, 1);
    Some(decoded.map_or(replaced, |(unit, length)| {
        (
            char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
            length,
        )
    }))
}

/// The low six bits of a continuation byte.
fn continuation(bytes: &[u8], index: usize) -> Option<u32> {
    let byte = *bytes.get(index)?;
    (byte & 0xc0 == 0x80).then_some(u32::from(byte & 0x3f))
}

fn two_bytes(bytes: &[u8]) -> Option<u32> {
    Some(u32::from(bytes[0] & 0x1f) << 6 | continuation(bytes, 1)?)
}

fn three_bytes(bytes: &[u8]) -> Option<u32> {
    let high = u32::from(*bytes.first()? & 0x0f) << 12;
    Some(high | continuation(bytes, 1)? << 6 | continuation(bytes, 2)?)
}

fn four_bytes(bytes: &[u8]) -> Option<u32> {
    if bytes[0] & 0xf8 != 0xf0 {
        return None;
    }
    let high = u32::from(bytes[0] & 0x07) << 18 | continuation(bytes, 1)? << 12;
    Some(high | continuation(bytes, 2)? << 6 | continuation(bytes, 3)?)
}

/// Joins a high surrogate with the low one that must follow.
fn low_surrogate(high: u32, rest: &[u8]) -> Option<u32> {
    if !(0xd800..0xdc00).contains(&high) || rest.first()? & 0xf0 != 0xe0 {
        return None;
    }
    let low = three_bytes(rest)?;
    (0xdc00..0xe000)
        .contains(&low)
        .then(|| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// Turns a JVM class name into the one of Java source: `java/lang/String` into
/// `java.lang.String`, `[I` into `int[]`, `[Ljava/lang/String;` into `java.lang.String[]`.
/// Names that are Java's already stay as they are.
pub fn java_class_name(name: &str) -> String {
    let element = name.trim_start_matches('[');
    let dimensions = name.len() - element.len();
    let plain = if dimensions == 0 {
        None
    } else {
        descriptor(element)
    };
    let mut java = plain.unwrap_or(element).replace('/', ".");
    for _ in 0..dimensions {
        java.push_str("[]");
    }
    java
}

/// The type that a field descriptor names, slashes kept.
fn descriptor(element: &str) -> Option<&str> {
    Some(match element {
        "Z" => "boolean",
        "C" => "char",
        "F" => "float",
        "D" => "double",
        "B" => "byte",
        "S" => "short",
        "I" => "int",
        "J" => "long",
        _ => return element.strip_prefix('L')?.strip_suffix(';'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_both_kinds_of_utf8() {
        assert_eq!(
            decode_modified_utf8("Größe 中文 😀".as_bytes()),
            "Größe 中文 😀"
        );
        assert_eq!(decode_modified_utf8(b"a\xc0\x80b"), "a\0b");
        let surrogates = b"x\xed\xa0\xbd\xed\xb8\x80y";
        assert_eq!(decode_modified_utf8(surrogates), "x😀y");
    }

    #[test]
    fn replaces_what_is_no_text() {
        assert_eq!(decode_modified_utf8(b"\xff"), "\u{fffd}");
        assert_eq!(decode_modified_utf8(b"a\xe4\xb8"), "a\u{fffd}\u{fffd}");
        assert_eq!(decode_modified_utf8(b"\xed\xa0\xbd!"), "\u{fffd}!");
        assert_eq!(decode_modified_utf8(b"\xf0\x9f\x98\x80\xc0\x80"), "😀\0");
    }

    #[test]
    fn names_classes_as_java_does() {
        for (jvm, java) in [
            ("java/lang/String", "java.lang.String"),
            ("java.util.Map$Entry", "java.util.Map$Entry"),
            ("[I", "int[]"),
            ("[[B", "byte[][]"),
            ("[Ljava/lang/String;", "java.lang.String[]"),
            ("[[Lcom.example.Order;", "com.example.Order[][]"),
            ("int[]", "int[]"),
            ("I", "I"),
            ("[", "[]"),
            ("", ""),
        ] {
            assert_eq!(java_class_name(jvm), java);
        }
    }
}
