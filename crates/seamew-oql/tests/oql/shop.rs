//! A small heap with something of everything.
//!
//! ```text
//! com.acme.Shop.ALL (static) -> items: Object[3] -> lamp, sofa, bed (a SpecialItem)
//!                               lamp.next -> sofa -> bed -> null
//! root -> stock: HashMap { "a" -> lamp, "b" -> sofa, "c" -> null }
//! root -> list: ArrayList [ lamp, null, bed ]
//! root -> numbers: int[] { 10, 20, 30, 40, 50 }      root -> letters: char[] "hello"
//! root -> grid: byte[][] { { 1, 2 }, null, { 3 } }   root -> empty: int[] {}
//! root -> strings "device-1", "device-2", "other", a String without an array
//! root -> inner: com.acme.Shop$Part                  root -> odd: com.from.where.union.Odd
//! thread "main" with one local: sofa                 lost: an unreachable Item
//! ```

use std::sync::LazyLock;

use seamew_testkit::{Address, BasicType, ClassSpec, Frame, HeapBuilder, HeapOptions, Value, sub};

use crate::asking::Asked;

pub struct Shop {
    pub asked: Asked,
    pub lamp: Address,
    pub lost: Address,
    pub item: Address,
    pub numbers: Address,
}

pub static SHOP: LazyLock<Shop> = LazyLock::new(build);

fn class(heap: &mut HeapBuilder, name: &str, references: &[&str], ints: &[&str]) -> Address {
    let mut spec = ClassSpec::new(name);
    for field in references {
        spec = spec.reference(field);
    }
    for field in ints {
        spec = spec.field(field, BasicType::Int);
    }
    heap.class(spec)
}

fn item_class(heap: &mut HeapBuilder) -> Address {
    let spec = ClassSpec::new("com.acme.Item")
        .reference("name")
        .reference("next")
        .field("price", BasicType::Int)
        .field("weight", BasicType::Long)
        .field("ratio", BasicType::Float)
        .field("factor", BasicType::Double)
        .field("small", BasicType::Byte)
        .field("tiny", BasicType::Short)
        .field("sold", BasicType::Boolean)
        .field("letter", BasicType::Char)
        .static_field("count", Value::Int(7));
    heap.class(spec)
}

fn make_item(heap: &mut HeapBuilder, class: Address, name: &str, price: i32) -> Address {
    let name = heap.string(name);
    let fields = [
        ("name", name.into()),
        ("price", Value::Int(price)),
        ("weight", Value::Long(i64::from(price) * 10_000_000_000)),
        ("ratio", Value::Float(0.1)),
        ("factor", Value::Double(2.5)),
        ("small", Value::Byte(-1)),
        ("tiny", Value::Short(300)),
        ("sold", Value::Boolean(price > 100)),
        ("letter", Value::Char(u16::from(b'x'))),
    ];
    heap.instance(class, &fields)
}

fn ints(heap: &mut HeapBuilder, values: &[i32]) -> Address {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    heap.primitive_array(BasicType::Int, &bytes)
}

/// A map of texts to objects, and a list of objects, as the JDK has them.
fn collections(heap: &mut HeapBuilder, [lamp, sofa, bed]: [Address; 3]) -> (Address, Address) {
    let object = heap.known().object;
    let array = heap.array_class(object);
    let map = class(heap, "java.util.HashMap", &["table"], &["size"]);
    let node = class(
        heap,
        "java.util.HashMap$Node",
        &["key", "value", "next"],
        &["hash"],
    );
    let list = class(heap, "java.util.ArrayList", &["elementData"], &["size"]);
    let mut nodes = vec![Address::NULL];
    for (key, value) in [("a", lamp), ("b", sofa), ("c", Address::NULL)] {
        let key = heap.string(key);
        nodes.push(heap.instance(node, &[("key", key.into()), ("value", value.into())]));
    }
    let table = heap.object_array(array, &nodes);
    let stock = heap.instance(map, &[("table", table.into()), ("size", Value::Int(3))]);
    let elements = heap.object_array(array, &[lamp, Address::NULL, bed, Address::NULL]);
    let fields = [("elementData", elements.into()), ("size", Value::Int(3))];
    (stock, heap.instance(list, &fields))
}

/// Objects by the names that queries have for them.
type Named = Vec<(&'static str, Address)>;

/// Three items, one after the other, and the array that has them all.
fn items(heap: &mut HeapBuilder, item: Address) -> [Address; 4] {
    let special = heap.class(
        ClassSpec::new("com.acme.SpecialItem")
            .extends(item)
            .field("extra", BasicType::Int),
    );
    let lamp = make_item(heap, item, "lamp", 20);
    let sofa = make_item(heap, item, "sofa", 500);
    let bed = make_item(heap, special, "bed", 300);
    heap.set_field(lamp, "next", sofa);
    heap.set_field(sofa, "next", bed);
    heap.set_field(bed, "extra", Value::Int(42));
    let object = heap.known().object;
    let array = heap.array_class(object);
    [
        lamp,
        sofa,
        bed,
        heap.object_array(array, &[lamp, sofa, bed]),
    ]
}

/// Instances of classes whose names are inner ones or words of the language.
fn odd_names(heap: &mut HeapBuilder) -> Named {
    let part = class(heap, "com.acme.Shop$Part", &["owner"], &[]);
    let inner = heap.instance(part, &[]);
    let odd = class(
        heap,
        "com.from.where.union.Odd",
        &["limit", "where"],
        &["select", "order"],
    );
    let odd = heap.instance(odd, &[("select", Value::Int(5)), ("order", Value::Int(6))]);
    vec![("inner", inner), ("odd", odd)]
}

fn arrays(heap: &mut HeapBuilder) -> Named {
    let numbers = ints(heap, &[10, 20, 30, 40, 50]);
    let empty = ints(heap, &[]);
    let letters: Vec<u8> = "hello".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let letters = heap.primitive_array(BasicType::Char, &letters);
    let bytes = heap.primitive_array_class(BasicType::Byte);
    let one = heap.primitive_array(BasicType::Byte, &[1, 2]);
    let two = heap.primitive_array(BasicType::Byte, &[3]);
    let rows = heap.array_class(bytes);
    let grid = heap.object_array(rows, &[one, Address::NULL, two]);
    vec![
        ("numbers", numbers),
        ("empty", empty),
        ("letters", letters),
        ("grid", grid),
        ("one", one),
        ("two", two),
    ]
}

fn strings(heap: &mut HeapBuilder) -> Named {
    let named = ["device-1", "device-2", "other"].map(|text| (text, heap.string(text)));
    let string = heap.known().string;
    let bare = heap.instance(string, &[]);
    named.into_iter().chain([("bare", bare)]).collect()
}

fn build() -> Shop {
    let mut heap = HeapBuilder::new(HeapOptions::default());
    let object = heap.known().object;
    let array = heap.array_class(object);
    // Few short arrays would leave it open how wide references are.
    let evidence = heap.object_array(array, &[Address::NULL; 100]);
    let item = item_class(&mut heap);
    let [lamp, sofa, bed, all] = items(&mut heap, item);
    let shop = heap.class(
        ClassSpec::new("com.acme.Shop")
            .static_field("ALL", all)
            .static_field("LIMIT", Value::Long(1 << 40)),
    );
    let lost = make_item(&mut heap, item, "lost", 1);
    let (stock, list) = collections(&mut heap, [lamp, sofa, bed]);
    let mut names = vec![("stock", stock), ("list", list), ("evidence", evidence)];
    names.extend(odd_names(&mut heap));
    names.extend(arrays(&mut heap));
    names.extend(strings(&mut heap));
    for (_, root) in &names {
        heap.root(sub::ROOT_JNI_GLOBAL, *root);
    }
    heap.root(sub::ROOT_STICKY_CLASS, shop);
    let thread = heap.thread("main");
    let frame = Frame::new(shop, "open", "Shop.java", 12);
    heap.frame(thread, frame);
    heap.java_local(thread, 0, sofa);
    names.extend([("lamp", lamp), ("sofa", sofa), ("bed", bed), ("items", all)]);
    names.push(("main", thread.address));
    let asked = Asked::new(&heap, &names);
    let numbers = (names.iter().find(|(name, _)| *name == "numbers")).map(|(_, found)| *found);
    Shop {
        asked,
        lamp,
        lost,
        item,
        numbers: numbers.unwrap(),
    }
}
