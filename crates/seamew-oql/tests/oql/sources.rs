//! Sections 2 and 3: what FROM takes.

use seamew_oql::OqlError;

use crate::shop::SHOP;

const ITEMS: [&str; 3] = ["lamp", "sofa", "bed"];

#[test]
fn classes() {
    let asked = &SHOP.asked;
    asked.check("SELECT * FROM com.acme.Item", &["lamp", "sofa"]);
    asked.check("SELECT * FROM INSTANCEOF com.acme.Item", &ITEMS);
    asked.check("SELECT * FROM com.acme.SpecialItem", &["bed"]);
    asked.check("SELECT * FROM com.acme.Shop$Part", &["inner"]);
    asked.check("SELECT * FROM byte[][]", &["grid"]);
    assert_eq!(asked.rows("SELECT * FROM int[]"), ["numbers", "empty"]);
}

#[test]
fn patterns_match_whole_names_of_classes() {
    let asked = &SHOP.asked;
    asked.check("SELECT * FROM \"com\\.acme\\..*Item\"", &ITEMS);
    asked.check("SELECT * FROM \"com.acme.Shop$Part\"", &["inner"]);
    asked.check("SELECT * FROM \"byte[][]\"", &["grid"]);
    asked.check("SELECT * FROM INSTANCEOF \"com\\.acme\\.Item\"", &ITEMS);
    // Nothing is added around the pattern.
    asked.check("SELECT * FROM \"acme\"", &[]);
    asked.check(
        "SELECT * FROM OBJECTS \"com\\.acme\\.S.*\"",
        &[
            "com.acme.SpecialItem",
            "com.acme.Shop",
            "com.acme.Shop$Part",
        ],
    );
}

#[test]
fn addresses_and_ids_name_classes_or_with_objects_themselves() {
    let shop = &*SHOP;
    let asked = &shop.asked;
    let (item, lamp) = (shop.item.0, shop.lamp.0);
    let (item_id, lamp_id) = (asked.id(shop.item), asked.id(shop.lamp));
    asked.check(&format!("SELECT * FROM {item:#x}"), &["lamp", "sofa"]);
    asked.check(&format!("SELECT * FROM {item_id}"), &["lamp", "sofa"]);
    asked.check(&format!("SELECT * FROM INSTANCEOF {item_id}"), &ITEMS);
    asked.check(
        &format!("SELECT * FROM OBJECTS {item:#x}, {lamp:#x}"),
        &["com.acme.Item", "lamp"],
    );
    asked.check(
        &format!("SELECT * FROM OBJECTS {lamp_id}, {lamp_id}"),
        &["lamp", "lamp"],
    );
    asked.check(
        &format!("SELECT * FROM OBJECTS INSTANCEOF {item_id}"),
        &["com.acme.Item", "com.acme.SpecialItem"],
    );
    let refusal = asked.refusal(&format!("SELECT * FROM {lamp:#x}"));
    assert!(refusal.message.contains("is no class"), "{refusal}");
    let refusal = asked.refusal("SELECT * FROM OBJECTS 0x1234");
    assert!(
        refusal.message.contains("no object starts at 0x1234"),
        "{refusal}"
    );
    let refusal = asked.refusal("SELECT * FROM OBJECTS 99999999");
    assert!(refusal.message.contains("no object @99999999"), "{refusal}");
}

#[test]
fn class_objects() {
    let asked = &SHOP.asked;
    asked.check("SELECT * FROM OBJECTS com.acme.Item", &["com.acme.Item"]);
    let both = ["com.acme.Item", "com.acme.SpecialItem"];
    asked.check("SELECT * FROM OBJECTS INSTANCEOF com.acme.Item", &both);
}

#[test]
fn sub_queries_of_classes_give_their_instances() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT * FROM (SELECT * FROM OBJECTS com.acme.Item)",
        &["lamp", "sofa"],
    );
    asked.check(
        "SELECT * FROM INSTANCEOF (SELECT * FROM OBJECTS com.acme.Item)",
        &ITEMS,
    );
    asked.check(
        "SELECT * FROM (SELECT c.@superClass FROM OBJECTS com.acme.SpecialItem c)",
        &["lamp", "sofa"],
    );
    let refusal = asked.refusal("SELECT * FROM (SELECT * FROM com.acme.Item)");
    assert!(refusal.message.contains("is no class"), "{refusal}");
    asked.check(
        "SELECT * FROM ( SELECT * FROM java.lang.Class k WHERE k IMPLEMENTS org.eclipse.mat.snapshot.model.IClass AND k.@name LIKE \"com[.]acme[.]I.*\" )",
        &["lamp", "sofa"],
    );
}

#[test]
fn methods_of_the_snapshot() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT * FROM ${snapshot}.getClassesByName(\"com.acme.Item\", true)",
        &ITEMS,
    );
    asked.check(
        "SELECT * FROM INSTANCEOF ${snapshot}.getClassesByName(\"com.acme.Item\", false)",
        &ITEMS,
    );
    asked.check(
        "SELECT * FROM OBJECTS ${snapshot}.getClassesByName(\"com.acme.Item\", true)",
        &["com.acme.Item", "com.acme.SpecialItem"],
    );
    asked.check(
        "SELECT * FROM ${snapshot}.getClassesByName(\"no.Such\", true)",
        &[],
    );
    let refusal = asked.refusal("SELECT * FROM ${snapshot}.@snapshotInfo");
    assert!(refusal.message.contains("FROM takes classes"), "{refusal}");
}

#[test]
fn objects_of_a_sub_query_are_its_rows() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT * FROM OBJECTS (SELECT * FROM com.acme.Item)",
        &["lamp", "sofa"],
    );
    asked.check("SELECT v.p, v.n FROM OBJECTS (SELECT i.price AS p, toString(i.name) AS n FROM com.acme.Item i) v WHERE v.p > 100", &["500 | sofa"]);
    // Without AS the label is the text of the expression.
    asked.check(
        "SELECT v.i FROM OBJECTS (SELECT i, i.price FROM com.acme.Item i) v",
        &["lamp", "sofa"],
    );
    asked.check(
        "SELECT * FROM OBJECTS (SELECT i.price AS p, i FROM com.acme.Item i) v",
        &["20 | lamp", "500 | sofa"],
    );
}

#[test]
fn objects_of_a_value_are_the_value_or_its_elements() {
    let asked = &SHOP.asked;
    asked.check("SELECT v FROM OBJECTS (1 + 2) v", &["3"]);
    asked.check("SELECT * FROM OBJECTS ((9-2--3)*-2/-5)", &["4.0"]);
    asked.check("SELECT v FROM OBJECTS ('d') v", &["d"]);
    asked.check("SELECT v FROM OBJECTS (null) v", &["null"]);
    asked.check(
        "SELECT v.price FROM OBJECTS (eval((SELECT * FROM com.acme.Gone))) v",
        &[],
    );
}

#[test]
fn unknown_names_in_from_are_null_with_a_note() {
    let told = SHOP.asked.ask("SELECT e FROM OBJECTS (L) e").unwrap();
    assert_eq!(told.rows, ["null"]);
    assert_eq!(told.notes, ["nothing is called L in FROM, so it is null"]);
}

#[test]
fn unknown_classes_have_no_rows_but_a_note_with_near_names() {
    let asked = &SHOP.asked;
    for (query, near) in [
        ("SELECT * FROM com.acme.Itme", "com.acme.Item"),
        ("SELECT * FROM Item", "com.acme.Item"),
        ("SELECT i.price FROM org.other.Item i", "com.acme.Item"),
        (
            "SELECT * FROM INSTANCEOF java.util.Hashmap",
            "java.util.HashMap",
        ),
    ] {
        let told = asked.ask(query).unwrap();
        assert_eq!(told.rows, [""; 0], "{query}");
        assert!(told.notes[0].contains(near), "{query}: {:?}", told.notes);
    }
    let told = asked.ask("SELECT * FROM \"acme\"").unwrap();
    assert!(
        told.notes[0].contains("must match whole names"),
        "{:?}",
        told.notes
    );
}

#[test]
fn unreachable_objects_are_values() {
    let shop = &*SHOP;
    let lost = shop.lost.0;
    let query = |what: &str| format!("SELECT {what} FROM OBJECTS {lost:#x} o");
    shop.asked.check(
        &query("o.price, o.@retainedHeapSize, o.@objectId"),
        &["1 | 0 | -1"],
    );
    shop.asked.check(&query("toString(o.name)"), &["lost"]);
    shop.asked
        .check(&query("classof(o).@name"), &["com.acme.Item"]);
    for function in [
        "dominators(o)",
        "dominatorof(o)",
        "inbounds(o)",
        "outbounds(o)",
        "path(o)",
    ] {
        let refusal = shop.asked.refusal(&query(function));
        assert!(
            refusal.message.contains("is unreachable"),
            "{function}: {refusal}"
        );
    }
    let refusal = shop
        .asked
        .refusal(&format!("SELECT OBJECTS o FROM OBJECTS {lost:#x} o"));
    assert!(refusal.message.contains("has no id"), "{refusal}");
}

#[test]
fn lists_in_cells_become_rows() {
    let asked = &SHOP.asked;
    let numbers = SHOP.numbers.0;
    asked.check(
        &format!("SELECT v.a, v.b, v.c FROM OBJECTS ( SELECT n[0:1] AS a, n[0:2] AS b, n[0] AS c FROM OBJECTS {numbers:#x} n ) v"),
        &["10 | 10 | 10", "20 | 20 | 10", "null | 30 | 10"],
    );
    // A row of empty lists stays, with nulls.
    asked.check("SELECT v.a, v.n FROM OBJECTS (SELECT n[0:-1] AS a, n AS n FROM int[] n WHERE n.@length = 0) v", &["null | empty"]);
    // What stands in a second pair of parentheses, or in eval, is not taken apart.
    asked.check(
        &format!("SELECT v.a FROM OBJECTS ((SELECT n[0:1] AS a FROM OBJECTS {numbers:#x} n)) v"),
        &["[10, 20]"],
    );
    asked.check(
        &format!(
            "SELECT v.a FROM OBJECTS (eval((SELECT n[0:1] AS a FROM OBJECTS {numbers:#x} n))) v"
        ),
        &["[10, 20]"],
    );
    asked.check(
        "SELECT z.owner, z.kv.k, z.kv.v FROM OBJECTS ( SELECT h AS owner, ( SELECT toString(e.getKey()) AS k, e.getValue() AS v FROM OBJECTS ${h}[0:-1] e ) AS kv FROM java.util.HashMap h ) z WHERE z.kv.k != null",
        &["stock | a | lamp", "stock | b | sofa", "stock | c | null"],
    );
}

#[test]
fn sub_queries_see_the_rows_around_them() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT i, (SELECT j.price FROM OBJECTS ${i} j) FROM com.acme.Item i",
        &["lamp | [{j.price=20}]", "sofa | [{j.price=500}]"],
    );
    asked.check("SELECT i FROM com.acme.Item i WHERE (SELECT * FROM INSTANCEOF com.acme.Item j WHERE j.next = i) != null", &["sofa"]);
    asked.check("SELECT i FROM INSTANCEOF com.acme.Item i WHERE (SELECT * FROM INSTANCEOF com.acme.Item i WHERE i.price > 1000) != null", &[]);
    // One that depends on no row is the same for all.
    asked.check(
        "SELECT i FROM INSTANCEOF com.acme.Item i WHERE i IN (SELECT * FROM com.acme.SpecialItem)",
        &["bed"],
    );
}

#[test]
fn one_source_only() {
    let refusal = SHOP
        .asked
        .refusal("SELECT * FROM com.acme.Item a, com.acme.Shop b");
    assert!(refusal.hint.contains("SQL joins"), "{refusal:?}");
}

#[test]
fn errors_of_the_dump_are_no_errors_of_the_query() {
    assert!(matches!(
        SHOP.asked
            .ask("SELECT ${snapshot}.getObject(99999999) FROM OBJECTS 0"),
        Err(OqlError::Heap(_))
    ));
}
