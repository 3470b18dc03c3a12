//! Regular expressions as Java has them, on an engine without backtracking: no pattern can make
//! it run for ever.

mod classes;
mod translate;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use crate::ast::Name;
use crate::error::{QueryError, Span};

/// Most bytes that a compiled pattern may take.
const SIZE_LIMIT_BYTES: usize = 16 << 20;
/// A text that a pattern wants is worth looking for from so many bytes on.
const SHORTEST_NEEDLE: usize = 2;

/// A pattern that whole texts match or not.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    /// A text that every match has in it.
    needle: Option<Box<str>>,
}

impl Pattern {
    /// Compiles a pattern of a query. As in MAT, a `$` that is not the last character is a dollar
    /// sign, and `[]` are brackets, so that inner classes and arrays can be written as they are.
    ///
    /// # Errors
    /// When it is no pattern, or has what only backtracking engines know.
    pub fn new(written: &Name) -> Result<Self, QueryError> {
        let fixed = fixed(&written.text);
        Self::compile(&fixed).map_err(|reason| refusal(&reason, written.span))
    }

    /// Compiles a pattern as it is.
    ///
    /// # Errors
    /// Why it is none.
    pub fn compile(java: &str) -> Result<Self, Refusal> {
        let translated = translate::translated(java)?;
        let whole = format!("^(?:{translated})$");
        let hir = regex_syntax::parse(&whole).map_err(|error| Refusal {
            reason: parse_reason(&error),
            hint: "",
        })?;
        let built = RegexBuilder::new(&whole)
            .size_limit(SIZE_LIMIT_BYTES)
            .build();
        let regex = built.map_err(|_| Refusal {
            reason: "the pattern is too big".to_owned(),
            hint: "use smaller numbers in {…}",
        })?;
        let needle = needle(&hir).filter(|it| it.len() >= SHORTEST_NEEDLE);
        Ok(Self { regex, needle })
    }

    /// Compiles a pattern that is looked for within texts.
    ///
    /// # Errors
    /// Why it is none.
    pub fn searching(java: &str) -> Result<Regex, Refusal> {
        let built = RegexBuilder::new(&translate::translated(java)?)
            .size_limit(SIZE_LIMIT_BYTES)
            .build();
        built.map_err(|error| Refusal {
            reason: error.to_string(),
            hint: "",
        })
    }

    /// True where the whole text matches.
    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        let has_needle = self.needle.as_ref().is_none_or(|it| text.contains(&**it));
        has_needle && self.regex.is_match(text)
    }
}

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: String,
    pub hint: &'static str,
}

fn refusal(refusal: &Refusal, span: Span) -> QueryError {
    let message = format!("this is no regular expression: {}", refusal.reason);
    QueryError::new(message, span).with_hint(refusal.hint)
}

fn parse_reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    }
}

/// The pattern with inner classes and arrays taken as they are.
pub fn fixed(pattern: &str) -> String {
    if pattern.trim().is_empty() {
        return String::new();
    }
    let mut fixed = String::with_capacity(pattern.len() + 4);
    let mut last = ' ';
    for (at, character) in pattern.char_indices() {
        let is_end = at + character.len_utf8() == pattern.len();
        match character {
            '$' if last != '\\' && !is_end => fixed.push_str("\\$"),
            ']' if last == '[' => {
                fixed.pop();
                fixed.push_str("\\[\\]");
            }
            other => fixed.push(other),
        }
        last = character;
    }
    fixed
}

/// The longest text that is in every match.
fn needle(hir: &Hir) -> Option<Box<str>> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(Box::from),
        HirKind::Capture(capture) => needle(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needle(&repetition.sub),
        HirKind::Concat(parts) => (parts.iter().filter_map(needle)).max_by_key(|it| it.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, fixed};

    #[test]
    fn inner_classes_and_arrays_are_taken_as_they_are() {
        for (written, meant) in [
            ("java.util.Map$Entry", "java.util.Map\\$Entry"),
            ("a\\$b", "a\\$b"),
            ("ends$", "ends$"),
            ("int[]", "int\\[\\]"),
            ("int[][]", "int\\[\\]\\[\\]"),
            ("[a-z]+", "[a-z]+"),
            ("  ", ""),
        ] {
            assert_eq!(fixed(written), meant);
        }
    }

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn whole_texts_match() {
        assert!(matches("b+", "bbb"));
        assert!(!matches("b+", "abbb"));
        assert!(matches("a|ab", "ab"));
        assert!(matches(".*device.*", "my device 7"));
        assert!(!matches(".*device.*", "my devi"));
    }

    #[test]
    fn the_text_looked_for_is_in_every_match() {
        let needle = |pattern: &str| Pattern::compile(pattern).unwrap().needle;
        assert_eq!(needle(".*device.*").as_deref(), Some("device"));
        assert_eq!(needle("com\\.acme\\.(a|b).*").as_deref(), Some("com.acme."));
        assert_eq!(needle("(abc)+x?").as_deref(), Some("abc"));
        assert_eq!(needle("(?i)abc"), None);
        assert_eq!(needle("abc|def"), None);
        assert_eq!(needle("(abc)*"), None);
    }
}
