//! Section 7: operators.

use crate::shop::SHOP;

#[test]
fn arithmetic() {
    for (expression, value) in [
        // 32 bits wrap, and any long or double takes the others along.
        ("2147483647 + 1", "-2147483648"),
        ("2147483647 + 1L", "2147483648"),
        ("65536 * 65536", "0"),
        ("-2147483648 - 1", "2147483647"),
        ("9223372036854775807L + 1", "-9223372036854775808"),
        ("1 + 1.5", "2.5"),
        ("3 - 0.5d", "2.5"),
        ("2 * 1.5f", "3.0"),
        // Division always gives a double.
        ("4 / 2", "2.0"),
        ("1 / 3", "0.3333333333333333"),
        ("1 / 0", "inf"),
        ("-1 / 0", "-inf"),
        ("0 / 0", "NaN"),
        ("10 - 2 - 3", "5"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("9-2--3", "10"),
        ("12 / 2 / 3", "2.0"),
        // Texts are joined where the left side is one.
        ("\"a\" + 1 + 2", "a12"),
        ("\"a\" + null", "anull"),
        ("\"a\" + 'b' + true + 1.0", "abtrue1.0"),
    ] {
        SHOP.asked.check_value(expression, value);
    }
    for (expression, message) in [
        (
            "1 + \"a\"",
            "\"a\" is a text, which + cannot calculate with",
        ),
        ("null + 1", "null is null, which + cannot calculate with"),
        ("1 - null", "null is null, which - cannot calculate with"),
        (
            "'a' + 1",
            "'a' is a character, which + cannot calculate with",
        ),
        (
            "true * 2",
            "true is a boolean, which * cannot calculate with",
        ),
    ] {
        let refusal = SHOP
            .asked
            .refusal(&format!("SELECT {expression} FROM OBJECTS 0"));
        assert_eq!(refusal.message, message, "{expression}");
    }
    SHOP.asked.check(
        "SELECT i.small + i.tiny, i.price * i.weight FROM com.acme.SpecialItem i",
        &["299 | 900000000000000"],
    );
}

#[test]
fn equality() {
    for (expression, value) in [
        ("1 = 1L", "true"),
        ("1 = 1.0", "true"),
        ("1 != 1.5d", "true"),
        ("0.1 = 0.1d", "false"),
        ("null = null", "true"),
        ("null != null", "false"),
        ("null = 1", "false"),
        ("1 != null", "true"),
        ("\"a\" = \"a\"", "true"),
        ("\"a\" = 'a'", "false"),
        ("\"1\" = 1", "false"),
        ("'a' = 'a'", "true"),
        ("true = true", "true"),
        ("0.0 / 0 = 0.0 / 0", "false"),
        ("0.0 / 0 != 0.0 / 0", "true"),
        ("1 = 1 = true", "true"),
        ("(1 = 2) = false", "true"),
        ("9007199254740993L = 9007199254740992L", "false"),
    ] {
        SHOP.asked.check_value(expression, value);
    }
    SHOP.asked.check("SELECT i.next = ${snapshot}.getObject(i.next.@objectId), i = i.next, i.next = null FROM com.acme.Item i", &["true | false | false", "true | false | false"]);
}

#[test]
fn order() {
    for (expression, value) in [
        ("1 < 2", "true"),
        ("2 <= 2.0", "true"),
        ("3L > 2.5", "true"),
        ("\"a\" < \"b\"", "true"),
        ("\"B\" < \"a\"", "true"),
        ("'a' >= 'b'", "false"),
        ("false < true", "true"),
        ("0.0 / 0 < 1", "false"),
        ("0.0 / 0 >= 1", "false"),
    ] {
        SHOP.asked.check_value(expression, value);
    }
    for (expression, message) in [
        ("null < 1", "null is null, which < cannot compare"),
        ("1 >= null", "null is null, which >= cannot compare"),
        (
            "1 < \"a\"",
            "< cannot compare a whole number (1) with a text (\"a\")",
        ),
        (
            "'a' > 1",
            "> cannot compare a character ('a') with a whole number (1)",
        ),
    ] {
        let refusal = SHOP
            .asked
            .refusal(&format!("SELECT {expression} FROM OBJECTS 0"));
        assert_eq!(refusal.message, message, "{expression}");
    }
    let refusal = SHOP
        .asked
        .refusal("SELECT i FROM INSTANCEOF com.acme.Item i WHERE i.next.price > 0");
    assert_eq!(
        refusal.message,
        "i.next.price is null, which > cannot compare"
    );
    assert_eq!(refusal.hint, "put i.next.price != null AND before it");
    let refusal = SHOP
        .asked
        .refusal("SELECT * FROM com.acme.Item i WHERE i < i");
    assert!(
        refusal.message.contains("cannot compare an object"),
        "{refusal}"
    );
}

#[test]
fn and_and_or_take_any_value() {
    for (value, truth) in [
        ("0", "false"),
        ("0L", "false"),
        ("0.0", "false"),
        ("0.0 / 0", "false"),
        ("\"\"", "false"),
        ("null", "false"),
        ("false", "false"),
        ("-1", "true"),
        ("0.1", "true"),
        ("\"a\"", "true"),
        ("'a'", "true"),
        ("true", "true"),
        ("${snapshot}", "true"),
    ] {
        SHOP.asked.check_value(&format!("{value} and true"), truth);
        SHOP.asked.check_value(&format!("{value} or false"), truth);
    }
    // The second side is looked at only where it counts.
    SHOP.asked.check_value("false and null < 1", "false");
    SHOP.asked.check_value("true or null < 1", "true");
    // AND binds closer than OR.
    SHOP.asked.check_value("true or true and false", "true");
    SHOP.asked.check_value("(true or true) and false", "false");
    SHOP.asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i WHERE i.next and i.price",
        &["lamp", "sofa"],
    );
}

#[test]
fn sub_queries_without_rows_are_null() {
    SHOP.asked
        .check_value("(SELECT * FROM com.acme.Gone) = null", "true");
    SHOP.asked
        .check_value("(SELECT * FROM com.acme.Item) != null", "true");
}

#[test]
fn like_matches_the_whole_text() {
    for (expression, value) in [
        ("\"device-1\" LIKE \"device-.*\"", "true"),
        ("\"device-1\" LIKE \"device\"", "false"),
        ("\"device-1\" NOT LIKE \"device\"", "true"),
        ("\"Map$Entry\" LIKE \"Map$Entry\"", "true"),
        ("\"int[]\" LIKE \"int[]\"", "true"),
        ("42 LIKE \"4.\"", "true"),
        ("null LIKE \".*\"", "false"),
        ("null NOT LIKE \".*\"", "false"),
        ("1.5 LIKE \"1\\.5\"", "true"),
        ("\"\" LIKE \"\"", "true"),
        ("\"x\" LIKE \"  \"", "false"),
    ] {
        SHOP.asked.check_value(expression, value);
    }
    SHOP.asked.check(
        "SELECT s FROM java.lang.String s WHERE toString(s) LIKE \"device-.*\"",
        &["device-1", "device-2"],
    );
    SHOP.asked.check(
        "SELECT i.next FROM INSTANCEOF com.acme.Item i WHERE i.next LIKE \".*Special.*\"",
        &["bed"],
    );
    let refusal = SHOP
        .asked
        .refusal("SELECT s FROM java.lang.String s WHERE toString(s) LIKE \"(a\"");
    assert!(
        refusal.message.contains("no regular expression"),
        "{refusal}"
    );
    assert!(
        SHOP.asked
            .ask("SELECT s FROM java.lang.String s WHERE toString(s) LIKE s")
            .is_err()
    );
}

#[test]
fn in_takes_lists_arrays_ids_and_tables() {
    let asked = &SHOP.asked;
    let numbers = SHOP.numbers.0;
    for (condition, answer) in [
        ("30 IN n[0:-1]", "true"),
        ("30L IN n.@valueArray", "true"),
        ("35 IN n[0:-1]", "false"),
        ("35 NOT IN n[0:-1]", "true"),
        ("n IN (SELECT * FROM int[])", "true"),
        ("n.@objectId IN (SELECT * FROM int[])", "true"),
        ("n IN (SELECT * FROM com.acme.Item)", "false"),
        ("n IN (SELECT i, i.@length FROM int[] i)", "true"),
        (
            "\"b\" IN (SELECT toString(e.key) FROM OBJECTS (eval((SELECT m AS m FROM java.util.HashMap m))[0].m[0:-1]) e)",
            "true",
        ),
        // Null on either side is neither in nor not in.
        ("null IN n[0:-1]", "false"),
        ("null NOT IN n[0:-1]", "false"),
        ("n IN (SELECT * FROM com.acme.Gone)", "false"),
        ("n NOT IN (SELECT * FROM com.acme.Gone)", "false"),
    ] {
        asked.check(
            &format!("SELECT {condition} FROM OBJECTS {numbers:#x} n"),
            &[answer],
        );
    }
    for (condition, message) in [
        ("1 IN 2", "2 is a whole number, and nothing is in it"),
        (
            "\"a\" IN (SELECT * FROM int[])",
            "\"a\" is a text, no object",
        ),
    ] {
        let refusal = asked.refusal(&format!("SELECT {condition} FROM OBJECTS {numbers:#x} n"));
        assert_eq!(refusal.message, message);
    }
}

#[test]
fn implements_asks_for_the_analysers_types() {
    let model = "org.eclipse.mat.snapshot.model";
    let asked = &SHOP.asked;
    for (object, name, answer) in [
        ("com.acme.Item c", "IClass", "true"),
        ("com.acme.Item c", "IInstance", "false"),
        ("com.acme.Item c", "IObject", "true"),
        ("0 c", "IClassLoader", "true"),
        ("0 c", "IClass", "false"),
    ] {
        asked.check(
            &format!("SELECT c IMPLEMENTS {model}.{name} FROM OBJECTS {object}"),
            &[answer],
        );
    }
    asked.check(&format!("SELECT DISTINCT n IMPLEMENTS {model}.IPrimitiveArray, n.@objectId IMPLEMENTS {model}.IArray FROM int[] n"), &["true | true"]);
    asked.check(&format!("SELECT l.elementData IMPLEMENTS {model}.IObjectArray, l.x IMPLEMENTS {model}.IObject FROM java.util.ArrayList l"), &["true | false"]);
    let told = asked
        .ask("SELECT m IMPLEMENTS java.util.Map FROM java.util.HashMap m")
        .unwrap();
    assert_eq!(told.rows, ["false"]);
    assert!(
        told.notes[0].contains("does not tell which interfaces"),
        "{:?}",
        told.notes
    );
}
