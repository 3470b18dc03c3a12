//! What MAT does not have: groups, order, limits, more functions, escapes, hexadecimal numbers.

use crate::shop::SHOP;

#[test]
fn a_limit_beside_the_query_leaves_the_total_known() {
    let asked = &SHOP.asked;
    let items = "FROM INSTANCEOF com.acme.Item i";
    for (query, limit, rows, total) in [
        (format!("SELECT * {items}"), 2, 2, Some(3)),
        (format!("SELECT * {items}"), 9, 3, Some(3)),
        (
            format!("SELECT i.price {items} ORDER BY i.price"),
            1,
            1,
            Some(3),
        ),
        (
            format!("SELECT i.price {items} ORDER BY 1 LIMIT 2"),
            1,
            1,
            Some(2),
        ),
        (
            format!("SELECT i.price {items} LIMIT 5 OFFSET 1"),
            1,
            1,
            Some(2),
        ),
        (
            format!("SELECT i.sold, count(*) {items} GROUP BY i.sold"),
            1,
            1,
            Some(2),
        ),
        (
            format!("SELECT i.sold, count(*) {items} GROUP BY i.sold ORDER BY 2"),
            1,
            1,
            Some(2),
        ),
        (
            format!("SELECT i.price {items} WHERE i.price > 100"),
            1,
            1,
            Some(2),
        ),
        (
            format!("SELECT DISTINCT i.sold {items} ORDER BY 1"),
            1,
            1,
            Some(2),
        ),
        // How many others there are would take reading on.
        (format!("SELECT DISTINCT i.sold {items}"), 1, 1, None),
    ] {
        assert_eq!(asked.limited(&query, limit), (rows, total), "{query}");
    }
}

#[test]
fn groups_and_aggregates() {
    let asked = &SHOP.asked;
    asked.check("SELECT count(*), sum(i.price), min(i.price), max(i.price), avg(i.price) FROM INSTANCEOF com.acme.Item i", &["3 | 820 | 20 | 500 | 273.3333333333333"]);
    asked.check(
        "SELECT i.sold, count(*) FROM INSTANCEOF com.acme.Item i GROUP BY i.sold",
        &["false | 1", "true | 2"],
    );
    asked.check(
        "SELECT i.sold AS s, count(i.next) FROM INSTANCEOF com.acme.Item i GROUP BY s",
        &["false | 1", "true | 1"],
    );
    asked.check(
        "SELECT i.sold, COUNT(*) FROM INSTANCEOF com.acme.Item i GROUP BY 1 HAVING count(*) > 1",
        &["true | 2"],
    );
    asked.check("SELECT count(DISTINCT i.sold), count(DISTINCT i.next), sum(DISTINCT i.small) FROM INSTANCEOF com.acme.Item i", &["2 | 2 | -1"]);
    asked.check(
        "SELECT min(toString(i.name)), max(toString(i.name)) FROM INSTANCEOF com.acme.Item i",
        &["bed | sofa"],
    );
    asked.check(
        "SELECT sum(i.ratio) > 0.29, sum(i.weight) / 10 FROM INSTANCEOF com.acme.Item i",
        &["true | 820000000000.0"],
    );
    asked.check("SELECT toString(sum(i.price)) + \" in all\", count(*) * 2 + 1 FROM INSTANCEOF com.acme.Item i", &["820 in all | 7"]);
    // Without rows there is one group if there are no keys, else none.
    asked.check(
        "SELECT count(*), sum(i.price), avg(i.price), max(i.price) FROM com.acme.Gone i",
        &["0 | null | null | null"],
    );
    asked.check(
        "SELECT i.sold, count(*) FROM com.acme.Gone i GROUP BY i.sold",
        &[],
    );
    asked.check("SELECT classof(o).@name AS class, count(*) AS n FROM \"com[.]acme.*\" o GROUP BY classof(o).@name ORDER BY n DESC, class", &["com.acme.Item | 2", "com.acme.Shop$Part | 1", "com.acme.SpecialItem | 1"]);
    asked.check("SELECT v.s, count(*) FROM OBJECTS (SELECT i.sold AS s FROM INSTANCEOF com.acme.Item i) v GROUP BY v.s ORDER BY count(*) DESC", &["true | 2", "false | 1"]);
    asked.check(
        "SELECT AS RETAINED SET count(*) FROM java.util.ArrayList l",
        &["2"],
    );
    asked.check(
        "SELECT DISTINCT count(*) FROM INSTANCEOF com.acme.Item i GROUP BY i.sold, i.price",
        &["1"],
    );
}

#[test]
fn groups_have_one_value_each() {
    let asked = &SHOP.asked;
    for (query, message) in [
        (
            "SELECT i.price, count(*) FROM com.acme.Item i",
            "i.price has more than one value in a group",
        ),
        (
            "SELECT i, count(*) FROM com.acme.Item i GROUP BY i.price",
            "i has more than one value in a group",
        ),
        (
            "SELECT count(*) FROM com.acme.Item i WHERE count(*) > 1",
            "WHERE comes before the groups",
        ),
        (
            "SELECT count(*) FROM com.acme.Item i GROUP BY count(*)",
            "GROUP BY comes before the groups",
        ),
        (
            "SELECT count(sum(i.price)) FROM com.acme.Item i",
            "an aggregate within an aggregate",
        ),
        (
            "SELECT * FROM com.acme.Item i GROUP BY i.price",
            "groups have columns",
        ),
        (
            "SELECT i FROM com.acme.Item i ORDER BY count(*)",
            "there are no groups to order",
        ),
        (
            "SELECT sum(i.name) FROM com.acme.Item i",
            "an object cannot be added up",
        ),
        (
            "SELECT i FROM com.acme.Item i ORDER BY 2",
            "there is no column 2",
        ),
    ] {
        let refusal = asked.refusal(query);
        assert!(refusal.message.contains(message), "{query}: {refusal}");
    }
}

#[test]
fn order_and_limits() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT * FROM INSTANCEOF com.acme.Item i ORDER BY i.price",
        &["lamp", "bed", "sofa"],
    );
    asked.check(
        "SELECT * FROM INSTANCEOF com.acme.Item i ORDER BY i.price DESC LIMIT 2",
        &["sofa", "bed"],
    );
    asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i ORDER BY i.sold DESC, i.price ASC",
        &["bed", "sofa", "lamp"],
    );
    asked.check(
        "SELECT toString(i.name) AS n FROM INSTANCEOF com.acme.Item i ORDER BY n",
        &["bed", "lamp", "sofa"],
    );
    asked.check(
        "SELECT i.price FROM INSTANCEOF com.acme.Item i ORDER BY 1 LIMIT 1 OFFSET 1",
        &["300"],
    );
    asked.check(
        "SELECT * FROM INSTANCEOF com.acme.Item LIMIT 2",
        &["lamp", "sofa"],
    );
    asked.check("SELECT * FROM INSTANCEOF com.acme.Item LIMIT 0", &[]);
    asked.check("SELECT * FROM INSTANCEOF com.acme.Item OFFSET 2", &["bed"]);
    asked.check(
        "SELECT * FROM INSTANCEOF com.acme.Item LIMIT 5 OFFSET 5",
        &[],
    );
    // Null comes last, whatever the direction.
    asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i ORDER BY i.next",
        &["lamp", "sofa", "bed"],
    );
    asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i ORDER BY i.next.price DESC",
        &["lamp", "sofa", "bed"],
    );
    asked.check("SELECT i FROM com.acme.Item i UNION (SELECT j FROM com.acme.SpecialItem j) ORDER BY 1 LIMIT 2", &["lamp", "sofa"]);
    asked.check(
        "SELECT * FROM com.acme.Item i UNION (SELECT * FROM com.acme.SpecialItem) ORDER BY i.price",
        &["lamp", "bed", "sofa"],
    );
    asked.check(
        "SELECT DISTINCT i.sold AS s FROM INSTANCEOF com.acme.Item i ORDER BY s DESC",
        &["true", "false"],
    );
    asked.check("SELECT v.p FROM OBJECTS (SELECT i.price AS p FROM INSTANCEOF com.acme.Item i ORDER BY i.price DESC LIMIT 2) v", &["500", "300"]);
    let refusal = asked.refusal("SELECT DISTINCT i.sold FROM com.acme.Item i ORDER BY i.price");
    assert!(
        refusal.message.contains("is no column of the result"),
        "{refusal}"
    );
}

#[test]
fn more_functions() {
    let asked = &SHOP.asked;
    asked.check("SELECT size(m) FROM java.util.HashMap m", &["3"]);
    asked.check("SELECT size(l), size(l.elementData), size(l.none), size(l[0:1]) FROM java.util.ArrayList l", &["3 | 4 | null | 2"]);
    asked.check("SELECT toString(v.e.key), v.e.value FROM OBJECTS (SELECT entries(m) AS e FROM java.util.HashMap m) v", &["a | lamp", "b | sofa", "c | null"]);
    asked.check(
        "SELECT OBJECTS entries(l) FROM java.util.ArrayList l",
        &["lamp", "bed"],
    );
    asked.check(
        "SELECT retainedSet(l).size() FROM java.util.ArrayList l",
        &["2"],
    );
    asked.check("SELECT o FROM OBJECTS (SELECT OBJECTS retainedSet(l) FROM java.util.ArrayList l) o WHERE o.@retainedHeapSize > 40", &["list"]);
    asked.check("SELECT path(e).size(), path(e)[0].@object, path(e)[1].@name FROM OBJECTS (SELECT OBJECTS l.elementData FROM java.util.ArrayList l) e", &["2 | list | elementData"]);
    asked.check(
        "SELECT OBJECTS path(l) FROM java.util.ArrayList l",
        &["list"],
    );
    for (expression, message) in [
        ("size(i)", "i is a com.acme.Item, no known collection"),
        ("entries(i)", "i is a com.acme.Item, no known collection"),
        ("size(1)", "size takes a collection"),
        ("retainedSet(\"a\")", "retainedSet takes an object or an id"),
    ] {
        let refusal = asked.refusal(&format!("SELECT {expression} FROM com.acme.Item i"));
        assert!(refusal.message.contains(message), "{expression}: {refusal}");
    }
}

#[test]
fn escapes_and_hexadecimal_numbers() {
    let asked = &SHOP.asked;
    asked.check_value(r#""say ""hi""""#, "say \"hi\"");
    asked.check_value(r#"E"tab\there \u00e4""#, "tab\there ä");
    asked.check_value(r#""say \"hi\"""#, "say \"hi\"");
    // As MAT reads it, this is a condition on a path; so it stays one.
    asked.check_value(r#""C:\" = "C:\""#, "true");
    asked.check_value("0x10 + 1", "17");
    asked.check_value("0xffffffff", "4294967295");
    asked.check_value("-0x1", "-1");
    asked.check("SELECT o FROM OBJECTS (0x10) o", &["16"]);
}

#[test]
fn null_tests() {
    SHOP.asked.check(
        "SELECT i.next IS NULL, i.next IS NOT NULL FROM INSTANCEOF com.acme.Item i",
        &["false | true", "false | true", "true | false"],
    );
    SHOP.asked.check(
        "SELECT is FROM com.from.where.union.Odd is WHERE is.limit IS NULL",
        &["odd"],
    );
}
