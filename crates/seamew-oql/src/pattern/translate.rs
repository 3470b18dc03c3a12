//! Java's syntax in that of the `regex` crate. Differences: `.` stops at any line end, `\d \w \s`
//! know ASCII only, and some escapes are called otherwise.
//!
//! Source: the documentation of `java.util.regex.Pattern`.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use super::Refusal;
use super::classes;

/// Line ends, at which `.` stops.
const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";
const NO_BACKTRACKING: &str = "the engine never goes back in a text, so that no pattern can hang \
                               it; write the condition as two LIKEs joined by AND";

/// A pattern of Java in the syntax of the `regex` crate.
///
/// # Errors
/// When it has what that crate cannot do, or is no pattern.
pub fn translated(java: &str) -> Result<String, Refusal> {
    let mut translation = Translation {
        rest: java.chars().peekable(),
        out: String::with_capacity(java.len() + 16),
        scopes: vec![Flags::default()],
    };
    translation.run()?;
    Ok(translation.out)
}

/// Flags that change what is written.
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `.` stands for line ends too.
    dot_all: bool,
    /// `\d \w \s` know all scripts.
    unicode_classes: bool,
    /// Blanks and comments mean nothing.
    comments: bool,
}

struct Translation<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// Flags of the groups that are open.
    scopes: Vec<Flags>,
}

fn refuse<T>(reason: impl Into<String>, hint: &'static str) -> Result<T, Refusal> {
    Err(Refusal {
        reason: reason.into(),
        hint,
    })
}

impl Translation<'_> {
    fn flags(&self) -> Flags {
        self.scopes.last().copied().unwrap_or_default()
    }

    fn run(&mut self) -> Result<(), Refusal> {
        while let Some(next) = self.rest.next() {
            match next {
                '\\' => self.escape(false)?,
                '[' => self.class(0)?,
                '(' => self.group()?,
                ')' => {
                    if self.scopes.len() > 1 {
                        self.scopes.pop();
                    }
                    self.out.push(')');
                }
                '.' if self.flags().dot_all => self.out.push_str("(?s:.)"),
                '.' => {
                    let _ = write!(self.out, "[^{LINE_ENDS}]");
                }
                '*' | '+' | '?' => self.quantifier(&next.to_string())?,
                '{' => self.counted()?,
                '#' if self.flags().comments => {
                    while self.rest.next_if(|it| *it != '\n').is_some() {}
                }
                blank if self.flags().comments && blank.is_whitespace() => {}
                other => push_literal(&mut self.out, other),
            }
        }
        Ok(())
    }

    /// Writes a quantifier with a `?` behind it; a `+` there would forbid going back.
    fn quantifier(&mut self, written: &str) -> Result<(), Refusal> {
        self.out.push_str(written);
        match self.rest.peek() {
            Some('?') => {
                self.rest.next();
                self.out.push('?');
                Ok(())
            }
            Some('+') => refuse(
                format!("possessive quantifiers ({written}+) are not supported"),
                "leave the second + out",
            ),
            _ => Ok(()),
        }
    }

    fn counted(&mut self) -> Result<(), Refusal> {
        let mut written = "{".to_owned();
        while let Some(next) = self.rest.next_if(|it| it.is_ascii_digit() || *it == ',') {
            written.push(next);
        }
        if self.rest.next_if_eq(&'}').is_none() {
            return refuse("{ wants numbers and a }", "a brace itself is written \\{");
        }
        written.push('}');
        self.quantifier(&written)
    }

    fn group(&mut self) -> Result<(), Refusal> {
        let mut flags = self.flags();
        if self.rest.next_if_eq(&'?').is_none() {
            self.scopes.push(flags);
            self.out.push('(');
            return Ok(());
        }
        match self.rest.next() {
            Some(':') => self.out.push_str("(?:"),
            Some('=' | '!') => {
                return refuse("look-ahead is not supported", NO_BACKTRACKING);
            }
            Some('>') => {
                return refuse("atomic groups are not supported", "write (?:…)");
            }
            Some('<') if matches!(self.rest.peek(), Some('=' | '!')) => {
                return refuse("look-behind is not supported", NO_BACKTRACKING);
            }
            Some('<') => self.out.push_str("(?<"),
            Some(first) => {
                let is_group = self.set_flags(first, &mut flags)?;
                if !is_group {
                    if let Some(own) = self.scopes.last_mut() {
                        *own = flags;
                    }
                    return Ok(());
                }
            }
            None => return refuse("a group has no end", ""),
        }
        self.scopes.push(flags);
        Ok(())
    }

    /// Reads `(?idmsux-idmsux)` or `(?…:`; true where a group begins.
    fn set_flags(&mut self, first: char, flags: &mut Flags) -> Result<bool, Refusal> {
        let mut sets = true;
        let (mut on, mut off) = (String::new(), String::new());
        let mut next = Some(first);
        loop {
            match next {
                Some('-') => sets = false,
                Some(flag @ ('i' | 'm')) => if sets { &mut on } else { &mut off }.push(flag),
                Some('s') => flags.dot_all = sets,
                Some('x') => flags.comments = sets,
                Some('U') => flags.unicode_classes = sets,
                // Case is that of all scripts anyway; Unix line ends are line ends.
                Some('u' | 'd') => {}
                Some(end @ (':' | ')')) => {
                    let off = if off.is_empty() {
                        off
                    } else {
                        format!("-{off}")
                    };
                    let is_group = end == ':';
                    if is_group || !on.is_empty() || !off.is_empty() {
                        let _ = write!(self.out, "(?{on}{off}{end}");
                    }
                    return Ok(is_group);
                }
                Some(other) => return refuse(format!("`(?{other}` begins no group"), ""),
                None => return refuse("a group has no end", ""),
            }
            next = self.rest.next();
        }
    }

    /// Writes what stands behind a backslash.
    fn escape(&mut self, in_class: bool) -> Result<(), Refusal> {
        let Some(next) = self.rest.next() else {
            return refuse(
                "it ends with a backslash",
                "a backslash itself is written \\\\",
            );
        };
        if let Some(set) = classes::of_escape(next, self.flags().unicode_classes) {
            let _ = write!(self.out, "[{set}]");
            return Ok(());
        }
        match next {
            'Q' => self.quoted(),
            'E' => {}
            'p' | 'P' => self.property(next == 'P')?,
            'x' | 'u' | '0' | 'c' | 'e' | 'a' => {
                let character = self.numbered(next)?;
                push_escaped(&mut self.out, character);
            }
            't' | 'n' | 'r' | 'f' => {
                self.out.push('\\');
                self.out.push(next);
            }
            'b' | 'B' | 'A' | 'z' | 'Z' | 'G' if in_class => {
                return refuse(format!("\\{next} has no place in a class"), "");
            }
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' => self.out.push_str("\\B"),
            'A' | 'G' => self.out.push_str("\\A"),
            'Z' => {
                let _ = write!(self.out, "(?:\\r\\n|[{LINE_ENDS}])?\\z");
            }
            'z' => self.out.push_str("\\z"),
            'R' => self
                .out
                .push_str("(?:\\r\\n|[\\n\\x0b\\x0c\\r\\x{85}\\x{2028}\\x{2029}])"),
            'X' => self.out.push_str("(?s:.)\\p{M}*"),
            '1'..='9' | 'k' => {
                return refuse("references to groups are not supported", NO_BACKTRACKING);
            }
            letter if letter.is_ascii_alphabetic() => {
                return refuse(
                    format!("\\{letter} means nothing"),
                    "a backslash itself is written \\\\",
                );
            }
            other => push_escaped(&mut self.out, other),
        }
        Ok(())
    }

    /// Takes everything up to `\E` as it is.
    fn quoted(&mut self) {
        while let Some(next) = self.rest.next() {
            if next == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            push_escaped(&mut self.out, next);
        }
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<u32, Refusal> {
        let mut value = 0;
        for _ in 0..digits {
            let Some(digit) = self.rest.next().and_then(|next| next.to_digit(16)) else {
                return refuse(format!("{digits} hexadecimal digits are missing"), "");
            };
            value = value * 16 + digit;
        }
        Ok(value)
    }

    /// A character that is given by a number or a name.
    fn numbered(&mut self, kind: char) -> Result<char, Refusal> {
        let code = match kind {
            'x' if self.rest.next_if_eq(&'{').is_some() => {
                let mut code: u32 = 0;
                while let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) {
                    let digit = digit.to_digit(16).unwrap_or(0);
                    code = code.saturating_mul(16).saturating_add(digit);
                }
                if self.rest.next_if_eq(&'}').is_none() {
                    return refuse("\\x{ has no end", "");
                }
                code
            }
            'x' => self.hexadecimal(2)?,
            'u' => self.unit()?,
            '0' => {
                let mut code = 0;
                for _ in 0..3 {
                    let Some(digit) = self.rest.peek().and_then(|next| next.to_digit(8)) else {
                        break;
                    };
                    if code * 8 + digit > 0xff {
                        break;
                    }
                    code = code * 8 + digit;
                    self.rest.next();
                }
                code
            }
            'c' => self.rest.next().map_or(0, |next| u32::from(next) ^ 64),
            'e' => 0x1b,
            _ => 0x07,
        };
        match char::from_u32(code) {
            Some(character) => Ok(character),
            None => refuse(format!("there is no character {code:x}"), ""),
        }
    }

    /// A UTF-16 unit, or a pair of them.
    fn unit(&mut self) -> Result<u32, Refusal> {
        let high = self.hexadecimal(4)?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(high);
        }
        if self.rest.next() != Some('\\') || self.rest.next() != Some('u') {
            return refuse("half of a surrogate pair", "");
        }
        let low = self.hexadecimal(4)?;
        if !(0xdc00..0xe000).contains(&low) {
            return refuse("half of a surrogate pair", "");
        }
        Ok(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn property(&mut self, is_negated: bool) -> Result<(), Refusal> {
        let mut name = String::new();
        if self.rest.next_if_eq(&'{').is_some() {
            loop {
                match self.rest.next() {
                    Some('}') => break,
                    Some(next) => name.push(next),
                    None => return refuse("\\p{ has no end", ""),
                }
            }
        } else {
            name.extend(self.rest.next());
        }
        let set = classes::of_property(&name).ok_or_else(|| Refusal {
            reason: format!("no characters are called {name}"),
            hint: "",
        })?;
        let not = if is_negated { "^" } else { "" };
        let _ = write!(self.out, "[{not}{set}]");
        Ok(())
    }

    /// Writes a class; those within it follow Java, where `--` and `~~` mean themselves.
    fn class(&mut self, depth: usize) -> Result<(), Refusal> {
        if depth > 32 {
            return refuse("classes stand too deep in each other", "");
        }
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            let Some(next) = self.rest.next() else {
                return refuse("a class has no ]", "a bracket itself is written \\[");
            };
            match next {
                ']' if !is_first => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' => self.class(depth + 1)?,
                '\\' => self.escape(true)?,
                '&' if self.rest.next_if_eq(&'&').is_some() => self.out.push_str("&&"),
                '-' if is_first || matches!(self.rest.peek(), Some(']' | '-' | '[')) => {
                    self.out.push_str("\\-");
                }
                '-' => self.out.push('-'),
                blank if self.flags().comments && blank.is_whitespace() => continue,
                other => push_escaped(&mut self.out, other),
            }
            is_first = false;
        }
    }
}

/// Writes a character that means something to both, or itself.
fn push_literal(out: &mut String, character: char) {
    match character {
        '|' | '^' | '$' => out.push(character),
        other => push_escaped(out, other),
    }
}

/// Writes a character that means itself.
fn push_escaped(out: &mut String, character: char) {
    if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
        out.push('\\');
        out.push(character);
    } else if character.is_ascii_control() || character.is_whitespace() {
        let _ = write!(out, "\\x{{{:x}}}", u32::from(character));
    } else {
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn dots_stop_at_line_ends() {
        for end in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert!(!matches("a.b", &format!("a{end}b")), "{end:?}");
            assert!(matches("(?s)a.b", &format!("a{end}b")), "{end:?}");
            assert!(matches("a(?s:.)b", &format!("a{end}b")), "{end:?}");
        }
        assert!(matches("a.b", "aäb"));
        assert!(!matches("(?s:a).b", "a\nb"));
    }

    #[test]
    fn classes_of_escapes_are_ascii() {
        assert!(matches("\\d+", "123"));
        assert!(!matches("\\d", "٣"));
        assert!(matches("(?U)\\d", "٣"));
        assert!(matches("\\w+\\s\\W", "a_1 -"));
        assert!(!matches("\\w", "ä"));
        assert!(matches("\\D\\S", "ax"));
        assert!(matches("[\\d.]+", "1.2"));
        assert!(matches("[^\\s]+", "ab"));
        assert!(matches("\\h\\v", "\t\n"));
    }

    #[test]
    fn escapes() {
        assert!(matches("\\Qa.b*\\E.", "a.b*c"));
        assert!(matches("\\x41\\u0042\\x{43}\\0104", "ABCD"));
        assert!(matches("\\uD83D\\uDE00", "😀"));
        assert!(matches(
            "\\t\\n\\r\\f\\a\\e\\cA",
            "\t\n\r\u{c}\u{7}\u{1b}\u{1}"
        ));
        assert!(matches("\\<\\>\\-\\/\\\"\\ \\_", "<>-/\" _"));
        assert!(matches("a<b>c~d#e&f", "a<b>c~d#e&f"));
        assert!(matches(".*\\bdevice\\b.*", "a device b"));
        assert!(!matches(".*\\bdevice\\b.*", "devices"));
        assert!(matches("a\\Rb", "a\r\nb"));
        assert!(matches("a\\Z", "a\n"));
    }

    #[test]
    fn properties() {
        for (pattern, text) in [
            ("\\p{Alpha}+", "abc"),
            ("\\p{Lower}\\p{Upper}", "aB"),
            ("\\p{Digit}\\p{XDigit}", "1f"),
            ("\\p{Punct}", "!"),
            ("\\p{L}+", "äß"),
            ("\\pL", "ä"),
            ("\\P{L}", "1"),
            ("\\p{IsGreek}", "α"),
            ("\\p{IsAlphabetic}", "ä"),
            ("\\p{javaUpperCase}", "Ä"),
            ("[\\p{Alpha}&&[^aeiou]]+", "xyz"),
        ] {
            assert!(matches(pattern, text), "{pattern}");
        }
        assert!(!matches("\\p{Alpha}", "ä"));
        assert!(!matches("[a-z&&[^aeiou]]", "a"));
        assert!(Pattern::compile("\\p{Nonsense}").is_err());
    }

    #[test]
    fn classes_are_those_of_java() {
        assert!(matches("[a-c[x-z]]+", "axbz"));
        assert!(matches("[--/]", "."));
        assert!(matches("[a~~b]+", "a~b"));
        assert!(matches("[-a]+", "-a"));
        assert!(matches("[a-]+", "-a"));
        assert!(matches("[$^.*+?(){}|]+", "$^.*+?(){}|"));
        assert!(matches("[^]a]", "b"));
    }

    #[test]
    fn flags() {
        assert!(matches("(?i)abc", "aBC"));
        assert!(matches("a(?i:b)c", "aBc"));
        assert!(!matches("a(?i:b)c", "aBC"));
        assert!(matches("(?i)a(?-i)b", "Ab"));
        assert!(matches("(?x) a b # no", "ab"));
        assert!(matches("(?<name>a)b", "ab"));
        assert!(matches("(?iu)ä", "Ä"));
    }

    #[test]
    fn what_needs_backtracking_is_refused() {
        for pattern in [
            "(?=a)b",
            "(?!a)b",
            "(?<=a)b",
            "(?<!a)b",
            "(a)\\1",
            "(?<n>a)\\k<n>",
            "(?>a)",
            "a++",
            "a*+",
            "a{2}+",
        ] {
            let refusal = Pattern::compile(pattern).unwrap_err();
            assert!(refusal.reason.contains("not supported"), "{pattern}");
            assert!(!refusal.hint.is_empty());
        }
        for pattern in [
            "a{", "(", "[a", "*", "\\", "\\y", "a{2,1}", "(?", "\\p{", "[", "[z-a]",
        ] {
            assert!(Pattern::compile(pattern).is_err(), "{pattern}");
        }
        assert!(Pattern::compile("((a{1000}){1000}){1000}").is_err());
    }
}
