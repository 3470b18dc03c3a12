//! What to write instead: for slips at a token, and for queries in another language.

use super::Parser;
use crate::error::QueryError;
use crate::lexer::Token;

/// Words that are easily missed by a letter.
const KEYWORDS: [&str; 17] = [
    "SELECT",
    "FROM",
    "WHERE",
    "DISTINCT",
    "RETAINED",
    "OBJECTS",
    "INSTANCEOF",
    "IMPLEMENTS",
    "UNION",
    "LIKE",
    "AND",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "NOT",
];

/// Marks that two of make a query JavaScript; one alone may be a slip.
const WEAK_MARKS: [&str; 3] = ["==", "&&", "||"];
/// Marks of `VisualVM`'s and jhat's queries, which are JavaScript.
const JAVASCRIPT: [&str; 21] = [
    "===",
    "!==",
    ") =>",
    "function(",
    "function (",
    "heap.",
    "new ",
    "return ",
    "var ",
    ".test(",
    "sizeof(",
    "referrers(",
    "referees(",
    "reachables(",
    "livepaths(",
    "forEach",
    "filter(",
    "map(",
    "unwrapJavaObject",
    "toHtml(",
    "toArray(",
];

/// Advice for the token at which a parser stopped.
pub fn at_token(parser: &Parser) -> Option<String> {
    let last = parser
        .at
        .checked_sub(1)
        .and_then(|at| parser.tokens.get(at));
    let last = last.map(|placed| &placed.token);
    match (last, parser.token()) {
        (Some(Token::Symbol("=")), Token::Symbol("=")) => return Some("write = once".into()),
        (Some(Token::Symbol("<")), Token::Symbol(">")) => return Some("write !=".into()),
        (Some(Token::Symbol("=")), Token::Symbol(">")) => return Some("write >=".into()),
        (Some(Token::Symbol("=")), Token::Symbol("<")) => return Some("write <=".into()),
        (_, Token::Symbol(",")) if parser.expected.contains(&"WHERE") => {
            let hint = "a query has one source; SQL joins tables: seamew query --sql";
            return Some(hint.into());
        }
        (_, Token::Symbol("/" | "-")) if parser.expected.contains(&"an alias") => {
            let hint = "names with such characters are written as a pattern: FROM \".*Lambda.*\"";
            return Some(hint.into());
        }
        (_, Token::Symbol("(")) if parser.expected.contains(&"an alias") => {
            return Some(
                "values stand in parentheses, variables in ${}: FROM ${snapshot}.…".into(),
            );
        }
        _ => {}
    }
    if let Token::Name(name) = parser.token() {
        if name.eq_ignore_ascii_case("not") {
            let hint = "NOT stands before LIKE and IN; write (condition) = false";
            return Some(hint.into());
        }
        if let Some(keyword) = near(name, &KEYWORDS) {
            return Some(format!("did you mean {keyword}?"));
        }
        if parser.expected.contains(&"AS") && matches!(last, Some(Token::Name(_))) {
            return Some("the name of a column stands behind AS".into());
        }
    }
    None
}

/// Adds to an error what is known of the language that the text seems to be in.
pub fn with_dialect(text: &str, error: QueryError) -> QueryError {
    let outside: Vec<&str> = text.split('"').step_by(2).collect();
    let squeezed = outside.join(" ").replace("( ", "(");
    let has_braces = squeezed.replace("${", "").contains('{');
    let strong = JAVASCRIPT.iter().find(|mark| squeezed.contains(*mark));
    let mut weak = WEAK_MARKS.iter().filter(|mark| squeezed.contains(*mark));
    let mark = (strong.or(has_braces.then_some(&"{"))).or_else(|| weak.next().and(weak.next()));
    let Some(mark) = mark else {
        return error;
    };
    let hint = format!(
        "`{}` is JavaScript, as VisualVM and jhat have it; Seamew has Eclipse MAT's OQL: \
         = for ==, AND for &&, s.@usedHeapSize for sizeof(s), s.@retainedHeapSize for rsizeof(s), \
         inbounds(s) for referrers(s), outbounds(s) for referees(s), s.value.@length for \
         s.value.length, LIKE \"regex\" for /regex/.test(…)",
        mark.trim()
    );
    error.with_hint(hint)
}

/// The name of a list that was meant: the same in another case, else one that is near.
pub fn near_name<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
    let same = names.iter().find(|name| name.eq_ignore_ascii_case(written));
    same.copied().or_else(|| near(written, names))
}

/// The word of a list that was meant, if one is near but not the same.
fn near<'a>(written: &str, words: &[&'a str]) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let most = if lower.chars().count() <= 3 { 1 } else { 2 };
    (words.iter())
        .map(|word| (distance(&lower, &word.to_lowercase()), *word))
        .filter(|(far, _)| (1..=most).contains(far))
        .min()
        .map(|(_, word)| word)
}

/// Edit distance in which two neighbours that changed places count as one change (Damerau 1964).
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(64).collect();
    let other: Vec<char> = other.chars().take(64).collect();
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for (at, character) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (place, wanted) in other.iter().enumerate() {
            let change = rows[at][place] + usize::from(character != wanted);
            let mut best = change.min(rows[at][place + 1] + 1).min(row[place] + 1);
            let is_swapped =
                at > 0 && place > 0 && other[place - 1] == *character && one[at - 1] == *wanted;
            if is_swapped {
                best = best.min(rows[at - 1][place - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn near_words_are_found() {
        assert_eq!(near("SELCET", &["SELECT", "FROM"]), Some("SELECT"));
        assert_eq!(near("form", &["SELECT", "FROM"]), Some("FROM"));
        assert_eq!(near("from", &["SELECT", "FROM"]), None);
        assert_eq!(near("banana", &["SELECT", "FROM"]), None);
    }
}
