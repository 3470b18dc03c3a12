//! Section 4: what SELECT makes of the rows.

use crate::shop::SHOP;

#[test]
fn stars_are_objects_and_items_are_columns() {
    let asked = &SHOP.asked;
    let told = asked.ask("SELECT * FROM com.acme.Item").unwrap();
    assert_eq!(
        told.columns,
        [
            "object",
            "address",
            "class",
            "shallow_bytes",
            "retained_bytes"
        ]
    );
    let told = asked.ask("SELECT i, i.price AS Price, i.next AS \"what follows\", i.price+1 FROM com.acme.Item i").unwrap();
    assert_eq!(told.columns, ["i", "Price", "what follows", "i.price + 1"]);
    assert_eq!(
        told.rows,
        ["lamp | 20 | sofa | 21", "sofa | 500 | bed | 501"]
    );
}

#[test]
fn objects_flatten_whatever_leads_to_objects() {
    let asked = &SHOP.asked;
    let one = SHOP.lamp.0;
    asked.check(
        "SELECT OBJECTS i.next FROM INSTANCEOF com.acme.Item i",
        &["sofa", "bed"],
    );
    asked.check(
        "SELECT OBJECTS dominators(l) FROM java.util.HashMap l WHERE false",
        &[],
    );
    asked.check(
        "SELECT OBJECTS l[0:-1] FROM java.util.ArrayList l",
        &["lamp", "bed"],
    );
    asked.check(
        "SELECT OBJECTS i.@objectId FROM com.acme.Item i",
        &["lamp", "sofa"],
    );
    asked.check(
        "SELECT OBJECTS i.@objectAddress FROM com.acme.Item i",
        &["lamp", "sofa"],
    );
    asked.check(
        "SELECT OBJECTS c.ALL.@referenceArray FROM OBJECTS com.acme.Shop c",
        &["lamp", "sofa", "bed"],
    );
    asked.check(
        &format!("SELECT OBJECTS o.next.@outboundReferences FROM OBJECTS {one:#x} o WHERE false"),
        &[],
    );
    asked.check("SELECT OBJECTS 0L FROM OBJECTS 0", &[]);
    asked.check("SELECT OBJECTS null FROM OBJECTS 0", &[]);
    asked.check(
        "SELECT OBJECTS (SELECT * FROM com.acme.Item) FROM OBJECTS 0",
        &["lamp", "sofa"],
    );
    for (what, message) in [
        ("toString(i)", "OBJECTS takes objects, not a text"),
        ("i.@objectAddress + 1", "no object starts at"),
        ("99999999", "no object @99999999"),
    ] {
        let query = format!("SELECT OBJECTS {what} FROM com.acme.Item i");
        let error = asked.ask(&query).unwrap_err();
        assert!(error.to_string().contains(message), "{query}: {error}");
    }
}

#[test]
fn distinct() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT DISTINCT * FROM OBJECTS 0, 0, 1, 0",
        &[
            "java.lang.ClassLoader @0",
            asked.rows("SELECT * FROM OBJECTS 1")[0].as_str(),
        ],
    );
    asked.check(
        "SELECT DISTINCT OBJECTS classof(i) FROM com.acme.Item i",
        &["com.acme.Item"],
    );
    asked.check(
        "SELECT DISTINCT classof(i), i.ratio FROM INSTANCEOF com.acme.Item i",
        &["com.acme.Item | 0.1", "com.acme.SpecialItem | 0.1"],
    );
    asked.check(
        "SELECT DISTINCT i.sold FROM INSTANCEOF com.acme.Item i",
        &["false", "true"],
    );
}

#[test]
fn retained_sets() {
    let asked = &SHOP.asked;
    // The list holds its own array only; the items are held by others too.
    assert_eq!(
        asked
            .rows("SELECT AS RETAINED SET * FROM java.util.ArrayList")
            .len(),
        2
    );
    let classes = "SELECT AS RETAINED SET classof(o).@name FROM java.util.ArrayList o";
    asked.check(classes, &["java.lang.Object[]", "java.util.ArrayList"]);
    assert_eq!(
        asked
            .rows("SELECT AS RETAINED SET OBJECTS o FROM java.util.ArrayList o")
            .len(),
        2
    );
    asked.check("SELECT AS RETAINED SET * FROM com.acme.Gone", &[]);
    let from_sub_query =
        "SELECT AS RETAINED SET * FROM OBJECTS (SELECT OBJECTS l FROM java.util.ArrayList l)";
    assert_eq!(asked.rows(from_sub_query).len(), 2);
    let refusal = asked.refusal("SELECT AS RETAINED SET * FROM OBJECTS (\"text\")");
    assert!(refusal.message.contains("retains nothing"), "{refusal}");
}

#[test]
fn unions_of_objects() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT * FROM com.acme.Item UNION (SELECT * FROM com.acme.SpecialItem)",
        &["lamp", "sofa", "bed"],
    );
    asked.check("SELECT * FROM com.acme.Gone UNION (SELECT * FROM com.acme.SpecialItem) UNION (SELECT OBJECTS i.next FROM com.acme.Item i)", &["bed", "sofa"]);
    // Sets stay sets; a list that names an object twice is none, and then all are kept.
    let count = |query: &str| asked.rows(query).len();
    assert_eq!(
        count("SELECT * FROM OBJECTS 0,1 UNION (SELECT * FROM OBJECTS 1,2)"),
        3
    );
    assert_eq!(
        count("SELECT * FROM OBJECTS 4,4,9 UNION (SELECT * FROM OBJECTS 9,11)"),
        5
    );
    assert_eq!(
        count("SELECT * FROM OBJECTS 0,0,1 UNION (SELECT DISTINCT * FROM OBJECTS 1,1,2,2)"),
        5
    );
    assert_eq!(
        count("SELECT * FROM com.acme.Gone UNION ( SELECT * FROM OBJECTS 5,6,7 )"),
        3
    );
}

#[test]
fn unions_of_tables() {
    let asked = &SHOP.asked;
    let told = asked.ask("SELECT i AS a, i.price AS b FROM com.acme.Item i UNION (SELECT toString(s), 1 FROM java.lang.String s WHERE toString(s) = \"other\")").unwrap();
    assert_eq!(told.columns, ["a", "b"]);
    assert_eq!(told.rows.len(), 3);
    assert_eq!(told.rows[2], "other | 1");
    // Rows of tables are kept, equal or not; an arm without rows is fine.
    asked.check("SELECT i.sold FROM com.acme.Item i UNION (SELECT j.sold FROM com.acme.Item j) UNION (SELECT g FROM com.acme.Gone g)", &["false", "true", "false", "true"]);
    for (arm, message) in [
        (
            "SELECT * FROM com.acme.Item",
            "has objects, the first 1 column",
        ),
        (
            "SELECT i, i.price FROM com.acme.Item i",
            "has 2 columns, the first 1 column",
        ),
    ] {
        let refusal = asked.refusal(&format!("SELECT i.sold FROM com.acme.Item i UNION ({arm})"));
        assert!(refusal.message.contains(message), "{refusal}");
    }
    let refusal =
        asked.refusal("SELECT * FROM com.acme.Item UNION (SELECT i FROM com.acme.Item i)");
    assert!(
        refusal.message.contains("has 1 column, the first objects"),
        "{refusal}"
    );
}

#[test]
fn arms_without_rows_need_no_columns() {
    let asked = &SHOP.asked;
    for empty in [
        "SELECT * FROM com.acme.Gone",
        "SELECT g, g.x FROM com.acme.Gone g",
        "SELECT i, i, i FROM com.acme.Item i WHERE false",
    ] {
        let prices = "SELECT i.price FROM com.acme.Item i";
        asked.check(&format!("{prices} UNION ({empty})"), &["20", "500"]);
        // Labels come from the first arm that has rows.
        let told = asked.ask(&format!("{empty} UNION ({prices})")).unwrap();
        assert_eq!(told.columns, ["i.price"]);
        assert_eq!(told.rows, ["20", "500"]);
    }
    asked.check(
        "SELECT a, b FROM com.acme.Gone a UNION (SELECT * FROM com.acme.Gone b)",
        &[],
    );
}

#[test]
fn rows_of_a_sub_query_are_a_table_for_unions_too() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT i.price AS p FROM com.acme.Item i UNION (SELECT * FROM OBJECTS (SELECT j.price FROM com.acme.SpecialItem j))",
        &["20", "500", "300"],
    );
    // Objects of both arms stay objects.
    asked.check(
        "SELECT i FROM com.acme.Item i UNION (SELECT j FROM com.acme.SpecialItem j)",
        &["lamp", "sofa", "bed"],
    );
}
