//! Named sets of characters, as the inside of a class of the `regex` crate.

/// The set of `\d`, `\w` and their like; None for other escapes.
pub fn of_escape(letter: char, unicode: bool) -> Option<&'static str> {
    Some(match (letter, unicode) {
        ('d', false) => "0-9",
        ('D', false) => "^0-9",
        ('w', false) => "0-9A-Za-z_",
        ('W', false) => "^0-9A-Za-z_",
        ('s', false) => r"\t\n\x0b\x0c\r\x20",
        ('S', false) => r"^\t\n\x0b\x0c\r\x20",
        ('d', true) => r"\d",
        ('D', true) => r"\D",
        ('w', true) => r"\w",
        ('W', true) => r"\W",
        ('s', true) => r"\s",
        ('S', true) => r"\S",
        ('h', _) => r"\t\x20\x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}",
        ('H', _) => r"^\t\x20\x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}",
        ('v', _) => r"\n\x0b\x0c\r\x{85}\x{2028}\x{2029}",
        ('V', _) => r"^\n\x0b\x0c\r\x{85}\x{2028}\x{2029}",
        ('N', _) => r"^\n\r\x{85}\x{2028}\x{2029}",
        _ => return None,
    })
}

/// The set of `\p{name}`; None where nothing is called so.
pub fn of_property(name: &str) -> Option<String> {
    let posix = match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7f",
        "Alpha" => "A-Za-z",
        "Digit" => "0-9",
        "Alnum" => "0-9A-Za-z",
        "Punct" => r"!-/:-@\[-`\{-~",
        "Graph" => "!-~",
        "Print" => r"\x20-~",
        "Blank" => r"\x20\t",
        "Cntrl" => r"\x00-\x1f\x7f",
        "XDigit" => "0-9a-fA-F",
        "Space" => r"\x20\t\n\x0b\x0c\r",
        "javaLowerCase" => r"\p{Lowercase}",
        "javaUpperCase" => r"\p{Uppercase}",
        "javaAlphabetic" => r"\p{Alphabetic}",
        "javaWhitespace" => r"\s",
        "javaDigit" => r"\p{Nd}",
        "javaLetter" => r"\p{L}",
        "javaLetterOrDigit" => r"\p{L}\p{Nd}",
        "L1" => r"\x00-\x{ff}",
        _ => "",
    };
    if !posix.is_empty() {
        return Some(posix.to_owned());
    }
    let plain = ["Is", "script=", "sc=", "general_category=", "gc="]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name);
    let set = format!("\\p{{{plain}}}");
    let is_name = plain
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || it == '_');
    (is_name && regex_syntax::parse(&set).is_ok()).then_some(set)
}
