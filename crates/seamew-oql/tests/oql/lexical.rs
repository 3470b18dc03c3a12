//! Section 1 of the dialect: keywords, names, comments, numbers, strings.

use seamew_oql::parse;

use crate::shop::SHOP;

#[test]
fn keywords_come_in_any_case() {
    let asked = &SHOP.asked;
    asked.check(
        "sElEcT * fRoM com.acme.SpecialItem wHeRe TRUE aNd True",
        &["bed"],
    );
}

#[test]
fn keywords_are_names_where_the_grammar_wants_none_of_them() {
    let asked = &SHOP.asked;
    asked.check("SELECT * FROM com.from.where.union.Odd", &["odd"]);
    asked.check(
        "SELECT limit.select, limit.order FROM com.from.where.union.Odd limit",
        &["5 | 6"],
    );
    asked.check(
        "SELECT order.limit FROM com.from.where.union.Odd order",
        &["null"],
    );
    asked.check("SELECT select FROM com.from.where.union.Odd", &["5"]);
    asked.check(
        "SELECT distinct.select FROM com.from.where.union.Odd distinct",
        &["5"],
    );
    asked.check(
        "SELECT objects.select FROM com.from.where.union.Odd objects",
        &["5"],
    );
    for name in [
        "as", "distinct", "from", "in", "is", "like", "not", "objects", "union", "where", "and",
        "or", "null",
    ] {
        let class = format!("a.{name}.B");
        assert!(parse(&format!("SELECT * FROM {class}")).is_ok(), "{class}");
        assert!(
            parse(&format!(
                "SELECT * FROM OBJECTS {class} x WHERE x.{name} = 1"
            ))
            .is_ok(),
            "{class}"
        );
    }
    // A class without a package may be called like a keyword too.
    for name in ["objects", "as", "in", "like", "not", "set", "retained"] {
        assert!(parse(&format!("SELECT * FROM {name}")).is_ok(), "{name}");
        assert!(parse(&format!("SELECT * FROM {name}.B")).is_ok(), "{name}");
    }
}

#[test]
fn reserved_words_are_no_names() {
    for word in [
        "INSTANCEOF",
        "implements",
        "and",
        "OR",
        "true",
        "false",
        "null",
    ] {
        assert!(parse(&format!("SELECT * FROM {word}")).is_err(), "{word}");
        assert!(
            parse(&format!("SELECT * FROM a.B WHERE {word}.x = 1")).is_err(),
            "{word}"
        );
    }
}

#[test]
fn names_are_javas() {
    for name in ["größe", "_a", "$a", "a$1", "名前"] {
        assert!(
            parse(&format!("SELECT {name}.{name} FROM p.{name} {name}")).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn comments_are_blanks() {
    SHOP.asked.check(
        "SELECT /* all */ * // of them\nFROM /** inner */ com.acme.SpecialItem // the end",
        &["bed"],
    );
}

#[test]
fn numbers() {
    for (written, value) in [
        ("12", "12"),
        ("12L", "12"),
        ("-12", "-12"),
        ("+12", "12"),
        ("- 12", "-12"),
        ("010", "10"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("1.5f", "1.5"),
        ("1e3", "1000.0"),
        ("1.5E-2d", "0.015"),
        ("-2147483648", "-2147483648"),
        ("9223372036854775807L", "9223372036854775807"),
        // Floats have seven digits, doubles sixteen.
        ("1.23456789", "1.2345679"),
        ("1.23456789d", "1.23456789"),
        ("16777217.0", "16777216.0"),
        ("16777217.0d", "16777217.0"),
        ("1e40", "inf"),
        ("1e40d", "1e40"),
    ] {
        SHOP.asked.check_value(written, value);
    }
    for written in [
        "2147483648",
        "9223372036854775808L",
        "12abc",
        "0x",
        "- - 1",
        "-x",
    ] {
        assert!(
            parse(&format!("SELECT {written} FROM OBJECTS 0")).is_err(),
            "{written}"
        );
    }
}

#[test]
fn strings_know_no_escapes() {
    for (written, value) in [
        (r#""a\nb""#, r"a\nb"),
        (r#""C:\temp\""#, r"C:\temp\"),
        (r#""it's""#, "it's"),
        ("'c'", "c"),
        (r#"'"'"#, "\""),
    ] {
        SHOP.asked.check_value(written, value);
    }
    assert!(parse("SELECT 'ab' FROM OBJECTS 0").is_err());
    assert!(parse("SELECT '' FROM OBJECTS 0").is_err());
}

#[test]
fn a_statement_ends_with_the_input_or_a_semicolon() {
    assert!(parse("SELECT * FROM a.B;").is_ok());
    assert!(parse("SELECT * FROM a.B; SELECT * FROM a.C").is_err());
    assert!(parse("").is_err());
    assert!(parse(";").is_err());
}
