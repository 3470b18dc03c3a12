//! Descriptions of collections: which one a class gets, one's own, and lines that are none.

use seamew_heap::collections::{Item, Shape, known_shapes};
use seamew_heap::heap::Value as Found;
use seamew_testkit::{BasicType, ClassSpec, Value};

use super::kit::{Kit, text, texts};

/// JDK 6 has a ring of entries around a header, JDK 7 a chain of nodes.
#[test]
fn the_fields_of_the_dump_choose_the_shape() {
    let mut kit = Kit::new();
    let class = ClassSpec::new("old.LinkedList")
        .reference("header")
        .field("size", BasicType::Int);
    let class = kit.heap.class(class);
    let entry = kit.heap.class(
        ClassSpec::new("old.Entry")
            .reference("element")
            .reference("next"),
    );
    let header = kit.heap.instance(entry, &[]);
    let a = kit.heap.string("a");
    let last = kit.heap.instance(entry, &[("next", header.into())]);
    let first = kit
        .heap
        .instance(entry, &[("element", a.into()), ("next", last.into())]);
    kit.heap.set_field(header, "next", first);
    let list = kit
        .heap
        .instance(class, &[("header", header.into()), ("size", Value::Int(2))]);
    kit.root(list);
    let opened = kit.opened();
    let lines = known_shapes().unwrap();
    let own: Vec<Shape> = (lines.into_iter())
        .filter(|shape| shape.class_name == "java.util.LinkedList")
        .map(|shape| Shape {
            class_name: "old.LinkedList".to_owned(),
            ..shape
        })
        .collect();
    assert_eq!(own.len(), 2);
    let ring = own[1].clone();
    let found = opened.contents_as(list, vec![ring]).unwrap();
    assert_eq!(found.notes, [""; 0]);
    let elements: Vec<String> = found
        .rows
        .iter()
        .map(|row| text(row.value.as_ref()))
        .collect();
    assert_eq!(elements, ["a", "null"]);
}

#[test]
fn shapes_of_ones_own() {
    let mut kit = Kit::new();
    let spec = ClassSpec::new("app.Numbers")
        .reference("keys")
        .reference("texts");
    let class = kit.heap.class(spec.field("count", BasicType::Int));
    let below = kit.heap.class(ClassSpec::new("app.Below").extends(class));
    let keys: Vec<u8> = [0i64, 7, 0, 9]
        .iter()
        .flat_map(|key| key.to_be_bytes())
        .collect();
    let keys = kit.heap.primitive_array(BasicType::Long, &keys);
    let values = kit.strings(&texts(0..4));
    let values = kit.heap.object_array(kit.array, &values);
    let fields = [
        ("keys", keys.into()),
        ("texts", values.into()),
        ("count", Value::Int(2)),
    ];
    let map = kit.heap.instance(below, &fields);
    kit.root(map);
    let opened = kit.opened();

    let error = opened.contents_as(map, Vec::new()).unwrap_err().to_string();
    assert!(
        error.contains("app.Below is no known collection"),
        "{error}"
    );
    let own = |line: &str| vec![Shape::parse_line(line).unwrap()];
    let shape = own("app.Numbers map size=count keys=keys values=texts");
    let found = opened.contents_as(map, shape).unwrap();
    assert_eq!(found.notes, [""; 0]);
    let entries: Vec<(Option<Found>, String)> = (found.rows.iter())
        .map(|row| {
            let key = match &row.key {
                Some(Item::Value(value)) => Some(value.clone()),
                _ => None,
            };
            (key, text(row.value.as_ref()))
        })
        .collect();
    let wanted = [(7, "t0001"), (9, "t0003")];
    assert_eq!(
        entries,
        wanted.map(|(key, text)| (Some(Found::Int(key)), text.to_owned()))
    );
    let error = opened.contents_as(map, own("app.Numbers list size=count array=elements"));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("app.Numbers has no field elements; it has"),
        "{error}"
    );
}

#[test]
fn lines_that_are_no_shapes_are_refused() {
    let refused = |line: &str| Shape::parse_line(line).unwrap_err();
    assert!(known_shapes().unwrap().len() > 100);
    for (line, reason) in [
        ("app.A", "no class and kind"),
        ("app.A bag size=n", "`kind` is"),
        ("app.A list size", "not name=value"),
        ("app.A list", "`size` is missing"),
        ("app.A list array=a..b", "no path"),
        ("app.A list array=a next=b", "`next` is unknown"),
        ("app.A map table=t next=n size=s", "`key` is missing"),
        ("app.A list first=f item=i", "`next` is missing"),
        ("app.A map fields=a,b,c", "in turn"),
        ("app.A list array=a colour=red", "`colour` is unknown"),
        ("app.A map keys=a occupied=never", "`occupied` is"),
    ] {
        let error = refused(line);
        assert!(error.contains(reason), "{line}: {error}");
    }
}
