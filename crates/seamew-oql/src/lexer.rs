//! Text into tokens.
//!
//! MAT's strings know no escapes. Here `""` is a quote within a string, which is no query to MAT,
//! and `E"..."` has Java's escapes. A `\"` ends a string as it does in MAT; where that makes no
//! query the parser reads the text anew with [`Quotes::Escaped`].

use crate::error::{QueryError, Span};

/// What `\"` is in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// A backslash, and the end of the string.
    Plain,
    /// A quote.
    Escaped,
}

/// A word of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A name, or a keyword where the grammar wants one.
    Name(String),
    /// A whole number with its digits.
    Integer(String),
    /// One with an L behind it.
    Long(String),
    /// `1.5`, `1.5f`.
    Float(String),
    /// `1.5d`.
    Double(String),
    /// The digits behind `0x`.
    Hex(String),
    Character(char),
    Text(String),
    Symbol(&'static str),
    End,
}

impl Token {
    /// How an error names it.
    pub fn described(&self) -> String {
        match self {
            Self::Name(text) | Self::Integer(text) | Self::Float(text) => format!("`{text}`"),
            Self::Long(text) => format!("`{text}L`"),
            Self::Double(text) => format!("`{text}d`"),
            Self::Hex(digits) => format!("`0x{digits}`"),
            Self::Character(character) => format!("`'{character}'`"),
            Self::Text(text) => {
                let short: String = text.chars().take(20).collect();
                let rest = if short.len() < text.len() { "…" } else { "" };
                format!("the text \"{short}{rest}\"")
            }
            Self::Symbol(symbol) => format!("`{symbol}`"),
            Self::End => "the end of the query".to_owned(),
        }
    }
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub token: Token,
    pub span: Span,
}

/// Longer ones first.
const SYMBOLS: [&str; 22] = [
    "<=", ">=", "!=", "${", "<", ">", "=", ";", "*", ",", ".", "{", "}", "@", "(", ")", "[", "]",
    "+", "-", "/", ":",
];

/// The tokens of a text; the last one is [`Token::End`].
///
/// # Errors
/// At the first character that belongs to no token.
pub fn tokens(text: &str, quotes: Quotes) -> Result<Vec<Placed>, QueryError> {
    let mut lexer = Lexer {
        text,
        at: 0,
        quotes,
    };
    let mut found = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let start = lexer.at;
        let token = lexer.token()?;
        let is_end = token == Token::End;
        found.push(Placed {
            token,
            span: Span::new(start, lexer.at),
        });
        if is_end {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    quotes: Quotes,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes characters as long as a test holds.
    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let count = rest.find(|next| !test(next)).unwrap_or(rest.len());
        self.at += count;
        rest.get(..count).unwrap_or_default()
    }

    fn error(&self, start: usize, message: impl Into<String>) -> QueryError {
        QueryError::new(message, Span::new(start, self.at.max(start)))
    }

    /// Passes over blanks and comments.
    fn skip_blanks(&mut self) -> Result<(), QueryError> {
        loop {
            self.take_while(|next| next.is_whitespace() || next == '\u{feff}');
            let rest = self.rest();
            if rest.starts_with("//") {
                self.take_while(|next| next != '\n' && next != '\r');
            } else if rest.starts_with("/*") {
                let Some(end) = rest.get(2..).and_then(|inside| inside.find("*/")) else {
                    let span = Span::new(self.at, self.at + 2);
                    return Err(QueryError::new("this comment has no end", span)
                        .with_hint("write */ behind it"));
                };
                self.at += end + 4;
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Token, QueryError> {
        let start = self.at;
        let rest = self.rest();
        let Some(next) = self.peek() else {
            return Ok(Token::End);
        };
        if rest.starts_with("E\"") || rest.starts_with("e\"") {
            self.at += 1;
            return self.escaped_text(start);
        }
        if next == '"' {
            return self.plain_text(start);
        }
        if next == '\'' {
            return self.character(start);
        }
        let is_fraction = next == '.' && rest.get(1..).is_some_and(starts_with_digit);
        if next.is_ascii_digit() || is_fraction {
            return self.number(start);
        }
        let is_variable = rest.starts_with("${");
        if is_name_start(next) && !is_variable {
            return Ok(Token::Name(self.take_while(is_name_part).to_owned()));
        }
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(*symbol)) {
            self.at += symbol.len();
            return Ok(Token::Symbol(symbol));
        }
        self.bump();
        let error = self.error(start, format!("`{next}` means nothing here"));
        Err(match next {
            '&' => error.with_hint("write AND"),
            '|' => error.with_hint("write OR"),
            '!' => error.with_hint("write != for \"not equal\", NOT LIKE or NOT IN"),
            '%' => error.with_hint("LIKE takes a regular expression: .* stands for any text"),
            '“' | '”' | '‘' | '’' => error.with_hint("write straight quotes: \"text\""),
            '`' => error.with_hint("names stand without quotes"),
            _ => error,
        })
    }

    /// A string as MAT has it, but that `""` is a quote.
    fn plain_text(&mut self, start: usize) -> Result<Token, QueryError> {
        self.bump();
        let mut text = String::new();
        while let Some(next) = self.bump() {
            match next {
                '"' if self.peek() == Some('"') => {
                    self.bump();
                    text.push('"');
                }
                '"' => return Ok(Token::Text(text)),
                '\n' | '\r' => break,
                '\\' if self.quotes == Quotes::Escaped && self.peek() == Some('"') => {
                    self.bump();
                    text.push('"');
                }
                other => text.push(other),
            }
        }
        Err(self.unterminated(start))
    }

    fn unterminated(&self, start: usize) -> QueryError {
        let span = Span::new(start, start + 1);
        let error = QueryError::new("this text has no closing quote in its line", span);
        if self.text.contains("\\\"") {
            error.with_hint("a quote within a text is written \"\"")
        } else {
            error
        }
    }

    /// A string with Java's escapes.
    fn escaped_text(&mut self, start: usize) -> Result<Token, QueryError> {
        self.bump();
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        while let Some(next) = self.bump() {
            let character = match next {
                '"' if self.peek() == Some('"') => {
                    self.bump();
                    '"'
                }
                '"' => return Ok(Token::Text(String::from_utf16_lossy(&units))),
                '\n' | '\r' => break,
                '\\' => {
                    units.push(self.escape()?);
                    continue;
                }
                other => other,
            };
            units.extend_from_slice(character.encode_utf16(&mut buffer));
        }
        Err(self.unterminated(start))
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<u16, QueryError> {
        let start = self.at - 1;
        let next = self.bump();
        let character = match next {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('s') => ' ',
            Some(same @ ('"' | '\'' | '\\')) => same,
            Some('u') => {
                self.take_while(|more| more == 'u');
                let digits = self.rest().get(..4);
                let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
                let Some(unit) = unit else {
                    let error = self.error(start, "\\u wants four hexadecimal digits");
                    return Err(error.with_hint("as in \\u00e4"));
                };
                self.at += 4;
                return Ok(unit);
            }
            Some('0'..='7') => {
                self.at -= 1;
                return Ok(self.octal());
            }
            _ => {
                return Err(self
                    .error(start, "no escape begins so")
                    .with_hint("a backslash is written \\\\ in E\"...\""));
            }
        };
        Ok(character as u16)
    }

    fn octal(&mut self) -> u16 {
        let mut value = 0;
        for _ in 0..3 {
            match self.peek().and_then(|next| next.to_digit(8)) {
                Some(digit) if value * 8 + digit <= 0xff => {
                    value = value * 8 + digit;
                    self.at += 1;
                }
                _ => break,
            }
        }
        value as u16
    }

    fn character(&mut self, start: usize) -> Result<Token, QueryError> {
        self.bump();
        let inside = self.bump();
        if let Some(character) = inside
            && !matches!(character, '\'' | '\n' | '\r')
            && self.peek() == Some('\'')
        {
            self.bump();
            return Ok(Token::Character(character));
        }
        self.at = start + 1;
        let error = self.error(start, "single quotes hold one character");
        Err(error.with_hint("text stands in double quotes: \"text\""))
    }

    fn number(&mut self, start: usize) -> Result<Token, QueryError> {
        let rest = self.rest();
        if rest.starts_with("0x") || rest.starts_with("0X") {
            self.at += 2;
            let digits = self.take_while(|next| next.is_ascii_hexdigit()).to_owned();
            if digits.is_empty() {
                return Err(self.error(start, "0x wants hexadecimal digits"));
            }
            return Ok(Token::Hex(digits));
        }
        let mut is_real = false;
        self.take_while(|next| next.is_ascii_digit());
        if self.peek() == Some('.') {
            is_real = true;
            self.bump();
            self.take_while(|next| next.is_ascii_digit());
        }
        is_real |= self.exponent();
        let digits = self.text.get(start..self.at).unwrap_or_default().to_owned();
        let suffix = self.peek();
        let is_last = |lexer: &Self| {
            let behind = lexer.rest().chars().nth(1);
            behind.is_none_or(|next| !is_name_part(next))
        };
        let token = match suffix {
            Some('l' | 'L') if !is_real && is_last(self) => Token::Long(digits),
            Some('f' | 'F') if is_last(self) => Token::Float(digits),
            Some('d' | 'D') if is_last(self) => Token::Double(digits),
            Some(other) if is_name_start(other) => {
                self.take_while(is_name_part);
                let written = self.text.get(start..self.at).unwrap_or_default();
                return Err(self.error(start, format!("`{written}` is neither number nor name")));
            }
            _ if is_real => return Ok(Token::Float(digits)),
            _ => return Ok(Token::Integer(digits)),
        };
        self.bump();
        Ok(token)
    }

    /// Takes an exponent; true where there was one.
    fn exponent(&mut self) -> bool {
        let rest = self.rest();
        let Some(behind) = rest.strip_prefix(['e', 'E']) else {
            return false;
        };
        let digits = behind.strip_prefix(['+', '-']).unwrap_or(behind);
        if !starts_with_digit(digits) {
            return false;
        }
        self.at += rest.len() - digits.len();
        self.take_while(|next| next.is_ascii_digit());
        true
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|next: char| next.is_ascii_digit())
}

/// True for what a Java identifier may begin with.
pub fn is_name_start(character: char) -> bool {
    character == '_'
        || character == '$'
        || character.is_alphabetic()
        || matches!(character, '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}' | '\u{203f}' | '\u{2040}')
}

/// True for what a Java identifier may go on with.
pub fn is_name_part(character: char) -> bool {
    is_name_start(character) || character.is_alphanumeric() || is_mark(character)
}

/// Marks that combine with a letter before them.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::{Quotes, Token, tokens};

    fn lexed(text: &str) -> Vec<Token> {
        let found = tokens(text, Quotes::Plain).unwrap();
        let mut found: Vec<Token> = found.into_iter().map(|one| one.token).collect();
        assert_eq!(found.pop(), Some(Token::End));
        found
    }

    fn text(text: &str) -> Token {
        Token::Text(text.into())
    }

    #[test]
    fn numbers() {
        let whole = |digits: &str| Token::Integer(digits.into());
        let float = |digits: &str| Token::Float(digits.into());
        for (written, token) in [
            ("12", whole("12")),
            ("007", whole("007")),
            ("12L", Token::Long("12".into())),
            ("1.5", float("1.5")),
            ("1.", float("1.")),
            (".5", float(".5")),
            ("1.5f", float("1.5")),
            ("12F", float("12")),
            ("1e3", float("1e3")),
            ("1.5E-3", float("1.5E-3")),
            ("1.5d", Token::Double("1.5".into())),
            ("1E308D", Token::Double("1E308".into())),
            ("0xCafe", Token::Hex("Cafe".into())),
        ] {
            assert_eq!(lexed(written), [token], "{written}");
        }
        assert!(tokens("12abc", Quotes::Plain).is_err());
        assert!(tokens("0x", Quotes::Plain).is_err());
    }

    #[test]
    fn strings_know_no_escapes_but_doubled_quotes() {
        assert_eq!(lexed(r#""C:\""#), [text(r"C:\")]);
        assert_eq!(lexed(r#""a\nb""#), [text(r"a\nb")]);
        assert_eq!(lexed(r#""say ""hi""""#), [text(r#"say "hi""#)]);
        assert_eq!(lexed("\"\""), [text("")]);
        assert!(tokens("\"open", Quotes::Plain).is_err());
        assert!(tokens("\"two\nlines\"", Quotes::Plain).is_err());
    }

    #[test]
    fn strings_with_an_e_have_javas_escapes() {
        assert_eq!(lexed(r#"E"a\n\t\"\\\u00e4\101""#), [text("a\n\t\"\\äA")]);
        assert_eq!(lexed(r#"E"\uD83D\uDE00""#), [text("😀")]);
        assert!(tokens(r#"E"\q""#, Quotes::Plain).is_err());
        assert!(tokens(r#"E"\u12""#, Quotes::Plain).is_err());
        assert_eq!(
            lexed("E e"),
            [Token::Name("E".into()), Token::Name("e".into())]
        );
    }

    #[test]
    fn comments_are_blanks() {
        assert_eq!(lexed("a // b\n/* c */ d /** e **/"), lexed("a d"));
        assert!(tokens("a /* b", Quotes::Plain).is_err());
    }

    #[test]
    fn names_are_those_of_java() {
        for name in ["a", "_a1", "Map$Entry", "$1", "größe", "名前"] {
            assert_eq!(lexed(name), [Token::Name(name.into())]);
        }
        let variable = [
            Token::Symbol("${"),
            Token::Name("s".into()),
            Token::Symbol("}"),
        ];
        assert_eq!(lexed("${s}"), variable);
    }
}
