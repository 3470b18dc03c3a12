//! Section 6: functions.

use crate::shop::SHOP;

#[test]
fn texts_of_values() {
    let asked = &SHOP.asked;
    for (expression, value) in [
        ("toHex(255)", "0xff"),
        ("toHex(-1)", "0xffffffffffffffff"),
        ("toHex(4096L)", "0x1000"),
        ("toHex(16.9)", "0x10"),
        ("toString(12)", "12"),
        ("toString(1.5)", "1.5"),
        ("toString(10000000.0)", "1.0E7"),
        ("toString(0.1)", "0.1"),
        ("toString(0.1d)", "0.1"),
        ("toString(null)", "null"),
        ("toString(true)", "true"),
        ("toString('c')", "c"),
        ("toString((SELECT * FROM com.acme.Gone))", "null"),
    ] {
        asked.check_value(expression, value);
    }
    for argument in ["\"a\"", "null", "true", "'c'", "${snapshot}.getObject(0)"] {
        let refusal = asked.refusal(&format!("SELECT toHex({argument}) FROM OBJECTS 0"));
        assert!(
            refusal.message.contains("toHex takes a number"),
            "{refusal}"
        );
    }
    // What has no readable value is the empty text.
    asked.check(
        "SELECT toString(i), toString(i.name) FROM com.acme.SpecialItem i",
        &[" | bed"],
    );
    asked.check(
        "SELECT toString(s) FROM java.lang.String s WHERE s.value = null",
        &[""],
    );
}

#[test]
fn dominators() {
    let asked = &SHOP.asked;
    // The list alone holds its array; the map its table, and that the nodes with their keys.
    asked.check(
        "SELECT dominators(l).length, dominators(l).size() FROM java.util.ArrayList l",
        &["1 | 1"],
    );
    asked.check(
        "SELECT dominatorof(l.elementData) FROM java.util.ArrayList l",
        &["list"],
    );
    asked.check(
        "SELECT dominatorof(l) FROM java.util.ArrayList l",
        &["null"],
    );
    asked.check(
        "SELECT l FROM java.util.ArrayList l WHERE l.elementData IN dominators(l)",
        &["list"],
    );
    asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i WHERE i.next NOT IN dominators(i)",
        &["lamp", "sofa"],
    );
}

#[test]
fn references() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT inbounds(i).length FROM com.acme.Item i",
        &["3", "4"],
    );
    asked.check(
        "SELECT OBJECTS inbounds(i) FROM com.acme.SpecialItem i",
        &[
            "sofa",
            "items",
            asked.rows("SELECT OBJECTS l.elementData FROM java.util.ArrayList l")[0].as_str(),
        ],
    );
    // What an object refers to begins with its class.
    asked.check("SELECT outbounds(l).size(), ${snapshot}.getObject(outbounds(l)[0]) = classof(l) FROM java.util.ArrayList l", &["2 | true"]);
    // Instances refer to their class object.
    asked.check(
        "SELECT OBJECTS inbounds(c) FROM OBJECTS com.acme.SpecialItem c",
        &["bed"],
    );
    // A thread refers to its locals.
    asked.check("SELECT DISTINCT classof(o).@name FROM OBJECTS (SELECT OBJECTS outbounds(t) FROM java.lang.Thread t) o", &["java.lang.Class", "com.acme.Item", "java.lang.String"]);
}

#[test]
fn classes_and_ids() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT DISTINCT classof(i), classof(i.@objectId) FROM com.acme.Item i",
        &["com.acme.Item | com.acme.Item"],
    );
    asked.check(
        "SELECT classof(c) FROM OBJECTS com.acme.Item c",
        &["java.lang.Class"],
    );
    asked.check(
        "SELECT classof(b.next) FROM com.acme.SpecialItem b",
        &["null"],
    );
    let refusal = asked.refusal("SELECT classof(\"text\") FROM OBJECTS 0");
    assert!(
        refusal.message.contains("classof takes an object or an id"),
        "{refusal}"
    );
}

#[test]
fn eval_is_its_argument() {
    SHOP.asked.check_value("eval(1 + 2)", "3");
    SHOP.asked.check_value(
        "eval((SELECT i.price AS p FROM com.acme.Item i))[1].p",
        "500",
    );
    SHOP.asked
        .check_value("eval((SELECT * FROM com.acme.Item)).length", "2");
}

#[test]
fn names_of_functions_are_exact_and_first() {
    let asked = &SHOP.asked;
    assert!(
        asked
            .ask("SELECT TOSTRING(i) FROM com.acme.Item i")
            .is_err()
    );
    // Behind a dot it is a method, with other arguments.
    let refusal = asked.refusal("SELECT i.toString(1) FROM com.acme.Item i");
    assert!(
        refusal
            .message
            .contains("has no method toString with 1 argument"),
        "{refusal}"
    );
}
