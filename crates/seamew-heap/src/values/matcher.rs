//! What a text is compared with: a regular expression, or a text as it is.

use regex::{Regex, RegexBuilder};

use crate::error::{HeapError, Result};

/// Tells whether a text matches. A pattern may match anywhere in the text.
#[derive(Clone, Debug)]
pub struct TextMatcher {
    regex: Regex,
}

impl TextMatcher {
    /// Matches texts in which the regular expression is found.
    ///
    /// # Errors
    /// When the pattern is none, with what is wrong and where.
    pub fn regex(pattern: &str, ignore_case: bool) -> Result<Self> {
        if let Err(error) = regex_syntax::parse(pattern) {
            return Err(HeapError::Usage(refusal(pattern, &error)));
        }
        let built = RegexBuilder::new(pattern)
            .case_insensitive(ignore_case)
            .build();
        built.map(|regex| Self { regex }).map_err(|error| {
            HeapError::Usage(format!("the pattern `{pattern}` cannot be used: {error}"))
        })
    }

    /// Matches texts that hold this one, character by character.
    ///
    /// # Errors
    /// When the text is too long to search for.
    pub fn fixed(text: &str, ignore_case: bool) -> Result<Self> {
        Self::regex(&regex::escape(text), ignore_case)
    }

    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

fn refusal(pattern: &str, error: &regex_syntax::Error) -> String {
    let (reason, offset) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        regex_syntax::Error::Translate(error) => {
            (error.kind().to_string(), error.span().start.offset)
        }
        other => (other.to_string(), 0),
    };
    let before = pattern.get(..offset).unwrap_or(pattern).chars().count();
    format!(
        "the pattern `{pattern}` is no regular expression: {reason}, at character {}",
        before + 1
    )
}

#[cfg(test)]
mod tests {
    use super::TextMatcher;

    #[test]
    fn patterns_are_found_anywhere() {
        let matcher = TextMatcher::regex("b+c", false).unwrap();
        assert!(matcher.is_match("abbcd"));
        assert!(!matcher.is_match("aBBCd"));
        assert!(TextMatcher::regex("b+c", true).unwrap().is_match("aBBCd"));
        assert!(
            TextMatcher::fixed("a.b(", false)
                .unwrap()
                .is_match("xa.b(y")
        );
        assert!(!TextMatcher::fixed("a.b", false).unwrap().is_match("axb"));
    }

    #[test]
    fn refusals_tell_the_place() {
        for (pattern, place) in [("é(b", 2), ("a{2,1}", 2), ("[z-a]", 2), ("*", 1)] {
            let message = TextMatcher::regex(pattern, false).unwrap_err().to_string();
            assert!(
                message.ends_with(&format!("at character {place}")),
                "{message}"
            );
        }
    }
}
