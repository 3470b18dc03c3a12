//! Section 5: paths, attributes, methods, indices.

use crate::shop::SHOP;

#[test]
fn a_first_step_is_an_alias_an_outer_alias_or_a_field() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT i.price, price FROM com.acme.SpecialItem i",
        &["300 | 300"],
    );
    asked.check("SELECT extra FROM com.acme.SpecialItem", &["42"]);
    asked.check(
        "SELECT price.price FROM com.acme.SpecialItem price",
        &["300"],
    );
    asked.check(
        "SELECT snapshot.@snapshotInfo.@identifierSize FROM OBJECTS 0",
        &["8"],
    );
    let refusal = asked.refusal("SELECT ${nothing}.x FROM com.acme.Item i");
    assert_eq!(refusal.message, "there is no variable nothing");
    assert_eq!(refusal.hint, "known are snapshot, i");
}

#[test]
fn fields_are_looked_up_along_the_classes() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT b.extra, b.price, b.weight, b.ratio, b.factor, b.small, b.tiny, b.sold, b.letter FROM com.acme.SpecialItem b",
        &["42 | 300 | 3000000000000 | 0.1 | 2.5 | -1 | 300 | true | x"],
    );
    asked.check(
        "SELECT i.next.next, toString(i.next.name) FROM com.acme.Item i",
        &["bed | sofa", "null | bed"],
    );
}

#[test]
fn class_objects_have_their_static_fields() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT c.LIMIT, c.ALL FROM OBJECTS com.acme.Shop c",
        &["1099511627776 | items"],
    );
    asked.check(
        "SELECT c.ALL[1].price FROM OBJECTS com.acme.Shop c",
        &["500"],
    );
    // Those of superclasses too.
    asked.check("SELECT c.count FROM OBJECTS com.acme.SpecialItem c", &["7"]);
}

#[test]
fn unknown_fields_are_null_with_a_note() {
    let asked = &SHOP.asked;
    for (query, note) in [
        (
            "SELECT i.prize FROM com.acme.SpecialItem i",
            "com.acme.SpecialItem has no field prize, so it is null: did you mean price?",
        ),
        (
            "SELECT i.x.y.z FROM com.acme.SpecialItem i",
            "has no field x",
        ),
        (
            "SELECT n.length FROM int[] n WHERE n.@length > 0",
            "write @length",
        ),
        (
            "SELECT c.nothing FROM OBJECTS com.acme.Shop c",
            "has no field nothing",
        ),
    ] {
        let told = asked.ask(query).unwrap();
        assert_eq!(told.rows, ["null"], "{query}");
        assert!(told.notes[0].contains(note), "{query}: {:?}", told.notes);
    }
    // Where some have the field, those that have not are no news.
    let told = asked
        .ask("SELECT i.extra FROM INSTANCEOF com.acme.Item i")
        .unwrap();
    assert_eq!(told.rows, ["null", "null", "42"]);
    assert_eq!(told.notes, [""; 0]);
}

#[test]
fn null_on_the_way_is_null_at_the_end() {
    SHOP.asked.check(
        "SELECT b.next.next.name, b.next[3], b.next.toString(), b.next.@anything FROM com.acme.SpecialItem b",
        &["null | null | null | null"],
    );
}

#[test]
fn attributes_of_objects() {
    let shop = &*SHOP;
    let asked = &shop.asked;
    let (lamp, id) = (shop.lamp.0, asked.id(shop.lamp));
    let of_lamp = |expression: &str| format!("SELECT {expression} FROM OBJECTS {lamp:#x} o");
    for (expression, value) in [
        ("o.@objectId", id.to_string()),
        ("o.@objectAddress", lamp.to_string()),
        ("o.@clazz", "com.acme.Item".to_owned()),
        ("o.@clazz.@name", "com.acme.Item".to_owned()),
        ("o.@usedHeapSize > 0", "true".to_owned()),
        ("o.@retainedHeapSize >= o.@usedHeapSize", "true".to_owned()),
        ("o.@technicalName", format!("com.acme.Item @ {lamp:#x}")),
        ("o.@displayName", format!("com.acme.Item @ {lamp:#x}")),
        ("o.@classSpecificName", "null".to_owned()),
        ("o.@GCRootInfo", "null".to_owned()),
        ("o.@outboundReferences.size()", "3".to_owned()),
        ("o.@outboundReferences[1].@name", "name".to_owned()),
        ("o.@outboundReferences[2].@object", "sofa".to_owned()),
        ("o.@snapshot.getObject(o.@objectId) = o", "true".to_owned()),
        (
            "o.@class.@name",
            "org.eclipse.mat.snapshot.model.IInstance".to_owned(),
        ),
        ("@objectId", id.to_string()),
        ("o.getObjectId()", id.to_string()),
        ("o.@fields.size()", "10".to_owned()),
        ("o.@fields[2].@name", "price".to_owned()),
        ("o.@fields[2].@value", "20".to_owned()),
        ("o.@fields[2].@type", "10".to_owned()),
        ("o.@fields[1].@value.@object", "sofa".to_owned()),
        ("o.getField(\"price\").getValue()", "20".to_owned()),
        ("o.resolveValue(\"next.price\")", "500".to_owned()),
    ] {
        asked.check(&of_lamp(expression), &[&value]);
    }
    asked.check("SELECT s.@displayName.endsWith(\"  other\"), s.@classSpecificName FROM java.lang.String s WHERE toString(s) = \"other\"", &["true | other"]);
}

#[test]
fn attributes_of_classes() {
    let asked = &SHOP.asked;
    for (expression, value) in [
        ("c.@name", "com.acme.SpecialItem"),
        ("c.@superClass", "com.acme.Item"),
        ("c.@superClassId = c.@superClass.@objectId", "true"),
        ("c.@classLoaderId", "0"),
        ("c.@classLoaderAddress", "0"),
        ("c.@numberOfObjects", "1"),
        ("c.@objectIds.length", "1"),
        ("c.@superClass.@staticFields[0].@name", "count"),
        ("c.@fieldDescriptors[0].@name", "extra"),
        ("c.@fieldDescriptors.size()", "1"),
        ("c.@heapSizePerInstance > 0", "true"),
        ("c.hasSuperClass()", "true"),
        ("c.isArrayType()", "false"),
        ("c.getAllSubclasses().size()", "0"),
        ("c.@superClass.getAllSubclasses()[0] = c", "true"),
        ("c.doesExtend(\"com.acme.Item\")", "true"),
        ("c.doesExtend(\"com.acme.Shop\")", "false"),
        (
            "c.@technicalName.startsWith(\"class com.acme.SpecialItem @ 0x\")",
            "true",
        ),
        ("toString(c)", "com.acme.SpecialItem"),
    ] {
        asked.check(
            &format!("SELECT {expression} FROM OBJECTS com.acme.SpecialItem c"),
            &[value],
        );
    }
}

#[test]
fn attributes_of_arrays() {
    let asked = &SHOP.asked;
    let numbers = SHOP.numbers.0;
    for (expression, value) in [
        ("n.@length", "5"),
        ("n.@valueArray", "[10, 20, 30, 40, 50]"),
        ("n.@valueArray.length", "5"),
        ("n.@valueArray.@length", "5"),
        ("n.getValueAt(1)", "20"),
        ("n.@technicalName.startsWith(\"int[5] @ 0x\")", "true"),
    ] {
        asked.check(
            &format!("SELECT {expression} FROM OBJECTS {numbers:#x} n"),
            &[value],
        );
    }
    asked.check(
        "SELECT g.@length, g.@referenceArray[1], g.getReferenceArray(1, 2).size() FROM byte[][] g",
        &["3 | 0 | 2"],
    );
    asked.check("SELECT toString(l) FROM char[] l", &["hello"]);
    let refusal = asked.refusal(&format!(
        "SELECT n.getValueAt(5) FROM OBJECTS {numbers:#x} n"
    ));
    assert!(
        refusal.message.contains("outside of 5 elements"),
        "{refusal}"
    );
}

#[test]
fn attributes_of_loaders_roots_and_the_snapshot() {
    let asked = &SHOP.asked;
    asked.check("SELECT l.@definedClasses.contains(${snapshot}.getClassesByName(\"com.acme.Item\", false)[0]) FROM OBJECTS 0 l", &["true"]);
    asked.check(
        "SELECT t.@GCRootInfo[0].@type, t.@GCRootInfo[0] FROM java.lang.Thread t",
        &["256 | Thread"],
    );
    asked.check("SELECT eval((SELECT r.@type AS t FROM OBJECTS ${l}.@GCRootInfo r))[0].t FROM java.util.ArrayList l", &["8"]);
    asked.check(
        "SELECT OBJECTS r FROM OBJECTS ${snapshot}.@GCRoots r WHERE ( SELECT i FROM OBJECTS ${snapshot}.getGCRootInfo(r) i WHERE i.@type = 256 ) != null",
        &["main"],
    );
    for (expression, value) in [
        ("s.@GCRoots.length > 10", "true"),
        (
            "s.@classes.size() = s.@snapshotInfo.@numberOfClasses",
            "true",
        ),
        ("s.getClasses().size() = s.@classes.size()", "true"),
        ("s.@snapshotInfo.@usedHeapSize > 0", "true"),
        ("s.@snapshotInfo.@numberOfObjects > 30", "true"),
        (
            "s.@snapshotInfo.@creationDate < s.@snapshotInfo.@creationDate",
            "false",
        ),
        ("s.getObject(0)", "java.lang.ClassLoader @0"),
        ("s.isClass(0)", "false"),
        ("s.isClassLoader(0)", "true"),
        ("s.getImmediateDominatorId(0)", "-1"),
        ("s.getClassesByName(\"com.acme.Item\", true).size()", "2"),
        ("s.getGCRootInfo(0)", "null"),
    ] {
        asked.check(
            &format!("SELECT {expression} FROM OBJECTS ${{snapshot}} s"),
            &[value],
        );
    }
}

#[test]
fn unknown_attributes_and_methods_are_errors() {
    let asked = &SHOP.asked;
    for (expression, message, hint) in [
        (
            "i.@retainedHeapsize",
            "has no property retainedHeapsize",
            "did you mean @retainedHeapSize?",
        ),
        ("i.@length", "has no property length", ""),
        (
            "i.price.@objectId",
            "has no property objectId",
            "${snapshot}.getObject(id)",
        ),
        ("i.getFoo()", "there is no method getFoo", ""),
        (
            "i.getobjectId()",
            "there is no method getobjectId",
            "did you mean getObjectId?",
        ),
        (
            "i.subList(0, 1)",
            "has no method subList with 2 arguments",
            "",
        ),
        ("i.dispose()", "there is no method dispose", ""),
        ("foo(i)", "there is no function foo", ""),
        (
            "sizeof(i)",
            "there is no function sizeof",
            "s.@usedHeapSize",
        ),
        (
            "tostring(i)",
            "there is no function tostring",
            "did you mean toString?",
        ),
        (
            "toHex(i.price, 2)",
            "there is no function toHex",
            "toHex takes one argument, not 2",
        ),
        (
            "i.@class.forName(\"java.lang.Runtime\")",
            "has no class java.lang.Runtime",
            "known are",
        ),
    ] {
        let refusal = asked.refusal(&format!("SELECT {expression} FROM com.acme.Item i"));
        assert!(refusal.message.contains(message), "{expression}: {refusal}");
        assert!(refusal.hint.contains(hint), "{expression}: {refusal:?}");
    }
}

#[test]
fn indices_and_ranges() {
    let asked = &SHOP.asked;
    let numbers = SHOP.numbers.0;
    for (expression, value) in [
        ("n[0]", "10"),
        ("n[4]", "50"),
        ("n[5]", "null"),
        ("n[-1]", "null"),
        ("n[1:3]", "[20, 30, 40]"),
        ("n[-2:-1]", "[40, 50]"),
        ("n[0:-1].size()", "5"),
        ("n[3:100]", "[40, 50]"),
        ("n[4:2]", "[]"),
        ("n[1:3][1]", "30"),
        ("n[1:3][0:0][0]", "20"),
        ("n[n.@length - 1]", "50"),
        // The known trap: up to one before the first is up to the last.
        ("n[0:0-1].size()", "5"),
        ("n.@valueArray.subList(1, 3)", "[20, 30]"),
        ("n.@valueArray.indexOf(30)", "2"),
        ("n.@valueArray.contains(35)", "false"),
        ("n.@valueArray.get(0)", "10"),
    ] {
        asked.check(
            &format!("SELECT {expression} FROM OBJECTS {numbers:#x} n"),
            &[value],
        );
    }
    asked.check(
        "SELECT g[0], g[1], g[2][0] FROM byte[][] g",
        &["one | null | 3"],
    );
    for (expression, message) in [
        ("n[1.5]", "no place in a list"),
        ("n[\"1\"]", "no place in a list"),
        ("n[4 / 2]", "no place in a list"),
        ("n.@length[0]", "has no elements to index"),
        (
            "classof(n)[0]",
            "a java.lang.Class has no elements to index",
        ),
    ] {
        let refusal = asked.refusal(&format!("SELECT {expression} FROM OBJECTS {numbers:#x} n"));
        assert!(refusal.message.contains(message), "{expression}: {refusal}");
    }
}

#[test]
fn collections_are_indexed_by_their_elements() {
    let asked = &SHOP.asked;
    asked.check(
        "SELECT l[0], l[1], l[2], l[3], l[0:-1].size() FROM java.util.ArrayList l",
        &["lamp | null | bed | null | 3"],
    );
    asked.check(
        "SELECT toString(m[0].getKey()), m[0].getValue(), m[1].@value, toString(m[2].@key), m[0:-1].size() FROM java.util.HashMap m",
        &["a | lamp | sofa | c | 3"],
    );
    asked.check("SELECT toString(e.key), e.value.price FROM OBJECTS (eval((SELECT m AS m FROM java.util.HashMap m))[0].m[0:1]) e", &["a | 20", "b | 500"]);
    asked.check(
        "SELECT h, eval((SELECT e.getValue() AS v FROM OBJECTS ( h[0:-1] ) e WHERE toString(e.getKey()) = \"b\"))[0].v FROM java.util.HashMap h",
        &["stock | sofa"],
    );
}

#[test]
fn methods_of_texts_and_numbers() {
    for (expression, value) in [
        ("toString(\"a,b,,c,,\").split(\",\")", "[a, b, , c]"),
        ("toString(\"Größe\").length()", "5"),
        ("toString(\"hello\").indexOf('l')", "2"),
        ("toString(\"hello\").indexOf(\"lo\")", "3"),
        ("toString(\"hello\").indexOf('l', 3)", "3"),
        ("toString(\"hello\").lastIndexOf('l')", "3"),
        ("toString(\"hello\").indexOf('z')", "-1"),
        ("toString(\"hello\").substring(1, 3)", "el"),
        ("toString(\"hello\").substring(3)", "lo"),
        ("toString(\"hello\").charAt(1)", "e"),
        ("toString(\"hello\").startsWith(\"he\")", "true"),
        ("toString(\"hello\").contains(\"ell\")", "true"),
        ("toString(\"hello\").toUpperCase()", "HELLO"),
        ("toString(\" x \").trim()", "x"),
        ("toString(\"a.b\").replace('.', '/')", "a/b"),
        (
            "toString(\"a1b22\").replaceAll(\"[0-9]+\", \"<$0>\")",
            "a<1>b<22>",
        ),
        ("toString(\"abc\").matches(\"a.c\")", "true"),
        ("toString(\"abc\").compareTo(\"abd\")", "-1"),
        ("toString(\"abc\").hashCode()", "96354"),
        ("toString(\"abc\").toCharArray()[1]", "b"),
        ("toString(\"abc\").equals(\"abc\")", "true"),
        ("toString(\"abc\").isEmpty()", "false"),
        ("eval(3.9).intValue()", "3"),
        ("eval(300).byteValue()", "44"),
        ("eval(1.0 / 0).longValue()", "9223372036854775807"),
        ("eval(5).compareTo(3)", "1"),
        ("eval(0.0 / 0).isNaN()", "true"),
        ("eval(0).@class.forName(\"java.lang.Math\").max(3, 7)", "7"),
        ("eval(0).@class.forName(\"java.lang.Math\").abs(-3)", "3"),
        (
            "eval(0).@class.forName(\"java.lang.Integer\").parseInt(\"42\") + 1",
            "43",
        ),
        (
            "eval(0).@class.forName(\"java.lang.Integer\").toHexString(-1)",
            "ffffffff",
        ),
        (
            "eval(0).@class.forName(\"java.util.Arrays\").asList(1, 2, 3)",
            "[1, 2, 3]",
        ),
        (
            "eval(0).@class.forName(\"java.lang.String\").join(\"-\", \"a\", \"b\")",
            "a-b",
        ),
    ] {
        SHOP.asked.check_value(expression, value);
    }
    let refusal = SHOP
        .asked
        .refusal("SELECT toString(\"a\").substring(2) FROM OBJECTS 0");
    assert!(refusal.message.contains("reaches outside"), "{refusal}");
}
