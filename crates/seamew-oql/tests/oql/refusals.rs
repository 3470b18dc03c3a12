//! Texts that are no queries: where, what was expected, what to write instead.

use seamew_oql::{Span, line_and_column, parse};

/// The text with a caret below where it is refused, the message and the hint.
fn refused(text: &str) -> (usize, String, String) {
    let error = parse(text).expect_err(text);
    let span = error.span.unwrap_or(Span::new(0, 0));
    assert!(
        text.is_char_boundary(span.start) && span.start <= text.len(),
        "{text}: {span:?}"
    );
    (
        line_and_column(text, span.start).1,
        error.message,
        error.hint,
    )
}

/// Texts, the column at which each is refused, and parts of the message and of the hint.
const REFUSED: &[(&str, usize, &str, &str)] = &[
    ("", 1, "expected SELECT, not the end of the query", ""),
    (
        "SELCET * FROM a.B",
        1,
        "expected SELECT, not `SELCET`",
        "did you mean SELECT?",
    ),
    (
        "SELECT * FORM a.B",
        10,
        "expected FROM, not `FORM`",
        "did you mean FROM?",
    ),
    ("SELECT FROM a.B", 8, "expected a value", ""),
    (
        "SELECT * FROM",
        14,
        "expected a class, a \"regex\" for classes, ids or addresses of objects, OBJECTS, INSTANCEOF, `(` or `${`, not the end of the query",
        "",
    ),
    (
        "SELECT * FROM a.B WHERE",
        24,
        "expected a value, not the end of the query",
        "",
    ),
    (
        "SELECT * FROM a.B b WEHRE b.x = 1",
        21,
        "not `WEHRE`",
        "did you mean WHERE?",
    ),
    (
        "SELECT * FROM a.B AS b",
        19,
        "AS has no place behind FROM",
        "the alias follows the source directly",
    ),
    (
        "SELECT * FROM a.B AS RETAINED SET",
        19,
        "AS has no place behind FROM",
        "",
    ),
    ("SELECT foo(1) FROM", 19, "expected a class", ""),
    (
        "SELECT * FROM a.B b WHERE b.x == 1",
        32,
        "expected a value, not `=`",
        "write = once",
    ),
    (
        "SELECT * FROM a.B b WHERE b.x => 1",
        32,
        "expected a value, not `>`",
        "write >=",
    ),
    (
        "SELECT * FROM a.B b WHERE b.x =< 1",
        32,
        "expected a value, not `<`",
        "write <=",
    ),
    (
        "SELECT * FROM a.B b WHERE b.x <> 1",
        32,
        "expected a value, not `>`",
        "write !=",
    ),
    (
        "SELECT * FROM a.B b WHERE b.x = 1 && b.y = 2",
        35,
        "`&` means nothing here",
        "write AND",
    ),
    ("SELECT * FROM a.B b WHERE b.x < 1 < 2", 35, "not `<`", ""),
    ("SELECT * FROM a.B b WHERE NOT b.x = 1", 31, "not `b`", ""),
    (
        "SELECT * FROM a.B b WHERE b.name LIKE b.other",
        39,
        "expected a \"regex\", not `b`",
        "",
    ),
    (
        "SELECT * FROM a.B b WHERE b.name = 'abc'",
        36,
        "single quotes hold one character",
        "text stands in double quotes",
    ),
    (
        "SELECT * FROM a.B b WHERE b.name = \"abc",
        36,
        "this text has no closing quote",
        "",
    ),
    (
        "SELECT *, b.x FROM a.B b",
        9,
        "* stands alone",
        "name the columns",
    ),
    (
        "SELECT b.x n FROM a.B b",
        12,
        "not `n`",
        "the name of a column stands behind AS",
    ),
    (
        "SELECT * FROM a.B UNION SELECT * FROM a.C",
        25,
        "expected `(`, not `SELECT`",
        "",
    ),
    (
        "SELECT * FROM a.B LIMIT -1",
        25,
        "expected a number of rows, not `-`",
        "",
    ),
    (
        "SELECT * FROM a.Foo$$Lambda/0x123",
        28,
        "not `/`",
        "are written as a pattern",
    ),
    (
        "SELECT * FROM snapshot.getClasses()",
        34,
        "not `(`",
        "variables in ${}",
    ),
    ("SELECT * FROM OBJECTS ${}.x", 25, "expected a variable", ""),
    ("SELECT a[1 FROM a.B a", 12, "`]`", ""),
    (
        "SELECT - a FROM a.B a",
        10,
        "expected a number, not `a`",
        "write 0 - x",
    ),
    (
        "SELECT 3000000000 FROM OBJECTS 0",
        8,
        "too big for 32 bits",
        "write 3000000000L",
    ),
    (
        "SELECT * FROM OBJECTS 99999999999",
        23,
        "too big for an object",
        "",
    ),
    (
        "SELECT “a” FROM OBJECTS 0",
        8,
        "means nothing here",
        "straight quotes",
    ),
    ("SELECT größe FROM a.B ? ", 23, "`?` means nothing here", ""),
    ("SELECT /* a FROM a.B", 8, "this comment has no end", ""),
];

#[test]
fn errors_tell_the_place_and_what_was_expected() {
    for (text, column, message, hint) in REFUSED {
        let (found_column, found_message, found_hint) = refused(text);
        assert!(found_message.contains(message), "{text}: {found_message}");
        assert!(found_hint.contains(hint), "{text}: {found_hint}");
        assert_eq!(found_column, *column, "{text}: {found_message}");
    }
}

#[test]
fn javascript_is_recognised() {
    for text in [
        "select filter(heap.classes(), \"/java.net/.test(it.name)\")",
        "select s from java.lang.String s where s.value.length >= 100 && s.count == 3",
        "select heap.findClass(\"java.lang.System\").statics.props",
        "select { f: f, n: f.path.toString() } from java.io.File f",
        "select map(filter(heap.objects('java.io.File'), function (it) { return true }), 'it')",
        "select f from java.io.File f where /java/.test(f.path.value.toString())",
        "select unique(map(reachables(o), x => x.name))",
    ] {
        let (_, _, hint) = refused(text);
        assert!(hint.contains("JavaScript"), "{text}: {hint}");
    }
    // What is written in a text is no sign.
    let (_, _, hint) = refused("SELECT * FROM a.B b WHERE b.x LIKE \"a == b\" c");
    assert!(!hint.contains("JavaScript"), "{hint}");
}

#[test]
fn deep_nesting_is_an_error() {
    let open = |count: usize, open: &str, inner: &str, close: &str| {
        format!(
            "SELECT {}{inner}{} FROM OBJECTS 0",
            open.repeat(count),
            close.repeat(count)
        )
    };
    for (opening, closing) in [
        ("(", ")"),
        ("toString(", ")"),
        ("a[", "]"),
        ("(SELECT ", " FROM OBJECTS 0)"),
        ("eval(eval((", ")))"),
    ] {
        for count in [100, 10_000, 100_000] {
            let text = open(count, opening, "1", closing);
            let error = parse(&text).expect_err(opening);
            assert!(
                error.message.contains("levels of parentheses") || text.len() > 1 << 20,
                "{opening}: {error}"
            );
        }
        assert!(parse(&open(10, opening, "1", closing)).is_ok(), "{opening}");
    }
    // Long is not deep.
    for link in [" + 1", " = 1", " AND 1", " OR 1", " * 1", ".a", "[0]"] {
        let text = format!("SELECT a{} FROM OBJECTS 0 a", link.repeat(20_000));
        assert!(parse(&text).is_ok(), "{link}");
    }
    let arms = " UNION (SELECT * FROM OBJECTS 0)".repeat(5_000);
    assert!(parse(&format!("SELECT * FROM OBJECTS 0{arms}")).is_ok());
    assert!(parse(&"(".repeat(2 << 20)).is_err());
}

#[test]
fn long_chains_are_computed_and_dropped() {
    let sum = " + 1".repeat(20_000);
    crate::shop::SHOP
        .asked
        .check_value(&format!("0{sum}"), "20000");
}
