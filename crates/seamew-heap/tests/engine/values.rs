//! What objects say: fields, elements, strings, threads, names.

use seamew_heap::heap::{ObjectDetail, ObjectSet, TreeLimits, Value as Found};
use seamew_heap::open::OpenOptions;
use seamew_heap::{Heap, ObjectIndex};
use seamew_testkit::{
    Address, BasicType, ClassSpec, FileOrder, Frame, HeapBuilder, HeapOptions, IdSize, JavaVersion,
    Value, sub,
};

use crate::support::{fresh, open_path};

fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

/// Dumps of all kinds that matter to reading single records.
fn kinds() -> Vec<HeapOptions> {
    let mut kinds = Vec::new();
    for id_size in [IdSize::Four, IdSize::Eight] {
        for java in [JavaVersion::Eight, JavaVersion::Nine] {
            for file_order in [FileOrder::ByAddress, FileOrder::Scattered { seed: 3 }] {
                kinds.push(HeapOptions {
                    id_size,
                    java,
                    file_order,
                    ..HeapOptions::default()
                });
            }
        }
    }
    kinds
}

fn field(detail: &ObjectDetail, name: &str) -> (Option<Found>, Option<u64>) {
    let field = detail
        .fields
        .iter()
        .find(|field| field.name == name)
        .unwrap();
    (
        field.value.clone(),
        field.target.as_ref().map(|target| target.address),
    )
}

const FIELDS: [(&str, Value); 8] = [
    ("z", Value::Boolean(true)),
    ("c", Value::Char(0x20ac)),
    ("f", Value::Float(1.5)),
    ("d", Value::Double(-2.25)),
    ("b", Value::Byte(-7)),
    ("s", Value::Short(-300)),
    ("i", Value::Int(-70_000)),
    ("j", Value::Long(i64::MIN)),
];

#[test]
fn fields_of_all_types() {
    let found = [
        Found::Boolean(true),
        Found::Text("\u{20ac}".to_owned()),
        Found::Float(1.5),
        Found::Float(-2.25),
        Found::Int(-7),
        Found::Int(-300),
        Found::Int(-70_000),
        Found::Int(i64::MIN),
    ];
    for options in kinds() {
        let mut built = HeapBuilder::new(options);
        let mut spec = ClassSpec::new("app.Above");
        for (name, value) in FIELDS {
            spec = spec
                .field(name, value.basic_type())
                .static_field(&format!("S{name}"), value);
        }
        let above = built.class(spec);
        let class = built.class(ClassSpec::new("app.Below").extends(above).reference("own"));
        let text = built.string("text");
        let instance = built.instance(class, &FIELDS);
        built.set_field(instance, "own", text);
        built.root(sub::ROOT_JNI_GLOBAL, instance);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let detail = heap.detail(object(&heap, instance));
        let statics = heap.detail(object(&heap, above));
        assert_eq!(field(&detail, "own"), (None, Some(text.0)));
        assert_eq!(detail.superclasses, ["app.Above", "java.lang.Object"]);
        for ((name, _), wanted) in FIELDS.iter().zip(&found) {
            assert_eq!(field(&detail, name).0.as_ref(), Some(wanted));
            assert_eq!(
                field(&statics, &format!("S{name}")).0.as_ref(),
                Some(wanted)
            );
        }
    }
}

#[test]
fn strings_of_all_ages() {
    let texts = [
        "",
        "plain",
        "caf\u{e9}",
        "\u{4e2d}\u{6587}",
        "\u{1f41b} astral",
    ];
    for options in kinds() {
        let mut built = HeapBuilder::new(options);
        let strings = texts.map(|text| built.string(text));
        let long = built.string(&"long ".repeat(1000));
        for string in strings.iter().chain([&long]) {
            built.root(sub::ROOT_JNI_GLOBAL, *string);
        }
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        for (string, text) in strings.iter().zip(texts) {
            let found = heap.readable_value(object(&heap, *string));
            assert_eq!(found.as_deref(), Some(text), "{:?}", built.options());
        }
        let found = heap.readable_value(object(&heap, long)).unwrap();
        assert_eq!(found.chars().count(), 256);
        assert_eq!(
            heap.string(object(&heap, long), 7).as_deref(),
            Some("long lo")
        );
    }
}

/// Longer than the window in which records are read, and in segments of every size.
#[test]
fn elements_of_long_arrays() {
    const LENGTH: u32 = 300_000;
    for options in kinds() {
        let mut built = HeapBuilder::new(options);
        let ints: Vec<u8> = (0..LENGTH).flat_map(u32::to_be_bytes).collect();
        let ints = built.primitive_array(BasicType::Int, &ints);
        let class = built.known().object;
        let members: Vec<Address> = (0..LENGTH).map(|_| built.instance(class, &[])).collect();
        let array_class = built.array_class(class);
        let references = built.object_array(array_class, &members);
        built.root(sub::ROOT_JNI_GLOBAL, ints);
        built.root(sub::ROOT_JNI_GLOBAL, references);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let ints = object(&heap, ints);
        assert_eq!(heap.array_length(ints), Some(LENGTH));
        let tail = heap.array_values(ints, LENGTH - 2, 10);
        assert_eq!(
            tail,
            [LENGTH - 2, LENGTH - 1].map(|it| Found::Int(it.into()))
        );
        let references = object(&heap, references);
        let some = heap.array_references(references, 150_000, 2);
        let wanted = [150_000, 150_001].map(|at: usize| Some(object(&heap, members[at])));
        assert_eq!(some, wanted);
        assert_eq!(heap.array_references(references, LENGTH, 5), []);
        assert_eq!(heap.targets(references).len(), LENGTH as usize);
    }
}

#[test]
fn threads_with_stacks_and_locals() {
    for options in kinds() {
        let mut built = HeapBuilder::new(options);
        let class = built.class(ClassSpec::new("app.Service"));
        let thread = built.thread("worker \u{2603}");
        let frames = [
            Frame::new(class, "serve", "Service.java", 12),
            Frame {
                class,
                method: "call".to_owned(),
                file: None,
                line: -3,
            },
        ];
        let [serve, call] = frames.map(|frame| built.frame(thread, frame));
        let request = built.string("request");
        let handle = built.string("handle");
        let native = built.string("native");
        built.java_local(thread, serve, request);
        built.jni_local(thread, Some(call), handle);
        built.jni_local(thread, None, handle);
        built.native_stack(thread, native);
        built.thread("idle");
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let threads = heap.threads();
        assert_eq!(heap.live_thread_count(), 2);
        let row = &threads[0];
        assert_eq!(row.name.as_deref(), Some("worker \u{2603}"));
        let texts: Vec<&str> = row.frames.iter().map(|frame| frame.text.as_str()).collect();
        let first = "at app.Service.serve(Service.java:12)";
        assert_eq!(
            texts,
            [first, "at app.Service.call(Native Method)", "(no frame)"]
        );
        let locals: Vec<Vec<(u64, &str)>> = row
            .frames
            .iter()
            .map(|frame| {
                frame
                    .locals
                    .iter()
                    .map(|it| (it.address, it.root_type))
                    .collect()
            })
            .collect();
        assert_eq!(locals[0], [(request.0, "Java Local")]);
        assert_eq!(locals[1], [(handle.0, "JNI Local")]);
        assert_eq!(
            locals[2],
            [(handle.0, "JNI Local"), (native.0, "Native Stack")]
        );
        assert_eq!(threads[1].name.as_deref(), Some("idle"));
        // What the locals hold is the thread's.
        let own = row.shallow_bytes;
        assert!(row.retained_bytes > own + row.max_local_retained_bytes.unwrap());
    }
}

#[test]
fn names_of_objects() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let texts: Vec<Address> = (0..3).map(|at| built.string(&at.to_string())).collect();
    let dead = built.string("dead");
    for text in &texts {
        built.root(sub::ROOT_JNI_GLOBAL, *text);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let second = object(&heap, texts[1]);
    assert_eq!(heap.resolve("java.lang.String#1").unwrap(), second);
    assert_eq!(
        heap.resolve(&format!(" @{} ", heap.id(second))).unwrap(),
        second
    );
    assert_eq!(heap.resolve("0x0").unwrap(), ObjectIndex::SYSTEM_LOADER);
    let refused = |text: &str| heap.resolve(text).unwrap_err().to_string();
    assert!(refused("java.lang.String#3").contains("3 objects"));
    assert!(refused("app.Nothing#0").contains("no object of a class"));
    assert!(refused("@4000000000").contains("there is no object"));
    assert!(refused(&format!("{:#x}", dead.0)).contains("unreachable"));
    assert!(refused("0x1").contains("no object starts"));
    for text in [
        "",
        "@",
        "@x",
        "0x",
        "0xg",
        "String",
        "java.lang.String#",
        "#1#",
        "@-1",
    ] {
        assert!(heap.resolve(text).is_err(), "{text}");
    }
}

/// ```text
/// thread -> name;  root holder -weak-> text <-strong- far <- middle <- holder
/// ```
#[test]
fn paths_go_around_excluded_fields() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let spec = ClassSpec::new("app.Holder")
        .reference("weak")
        .reference("strong");
    let class = built.class(spec);
    let below = built.class(ClassSpec::new("app.Below").extends(class));
    let text = built.string("text");
    let far = built.instance(class, &[("strong", text.into())]);
    let middle = built.instance(class, &[("strong", far.into())]);
    let holder = built.instance(below, &[("weak", text.into()), ("strong", middle.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, holder);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let [text, far, middle, holder] = [text, far, middle, holder].map(|it| object(&heap, it));
    let path = |excluded: &[&str]| {
        let texts: Vec<String> = excluded.iter().map(|&text| text.to_owned()).collect();
        let excludes = heap.excludes(&texts).unwrap();
        let text_alone = ObjectSet::of(1 << 20, [text]);
        let merged = heap.merged_paths(&text_alone, &excludes, &TreeLimits::children(1));
        let path = heap.shortest_path(text, &excludes);
        assert_eq!(merged.rows.len(), path.len(), "{excluded:?}");
        assert_eq!(merged.without_path, u64::from(path.is_empty()));
        path
    };
    assert_eq!(path(&[]), [holder, text]);
    assert_eq!(path(&["app.Holder#weak"]), [holder, middle, far, text]);
    assert_eq!(path(&["app.Below#weak"]), [holder, middle, far, text]);
    assert!(path(&["app.Holder"]).is_empty());
    assert!(path(&["app.Holder#weak", "app.Holder#strong"]).is_empty());
    assert_eq!(path(&["app.Missing#field"]), [holder, text]);
    assert!(heap.excludes(&["app.Holder#missing".to_owned()]).is_err());
}

#[test]
fn roots_by_type() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let texts: Vec<Address> = (0..3).map(|at| built.string(&at.to_string())).collect();
    let tags = [
        sub::ROOT_JNI_GLOBAL,
        sub::ROOT_JNI_GLOBAL,
        sub::ROOT_MONITOR_USED,
    ];
    for tag in tags {
        built.root(tag, texts[0]);
    }
    built.root(sub::ROOT_JNI_GLOBAL, texts[1]);
    built.root(sub::ROOT_INTERNED_STRING, texts[2]);
    built.root(sub::ROOT_JNI_GLOBAL, Address(0x1234_5678));
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let rows = heap.root_rows();
    let counts = |label: &str| {
        let row = rows.iter().find(|row| row.root_type == label).unwrap();
        (row.objects, row.distinct_objects)
    };
    assert_eq!(counts("JNI Global"), (3, 2));
    assert_eq!(counts("Busy Monitor"), (1, 1));
    assert_eq!(counts("Interned String"), (1, 1));
    assert_eq!(counts("System Class"), (5, 5));
    assert_eq!(heap.root_objects("jni global").len(), 2);
    let types = heap.detail(object(&heap, texts[0])).root_types;
    assert_eq!(types, ["JNI Global", "Busy Monitor"]);
    assert!(
        heap.warnings()
            .iter()
            .any(|warning| warning.code == "dangling-roots")
    );
}

/// JDK 19 to 23 leave the stacks of parked virtual threads out; a field tells them from later ones.
#[test]
fn stacks_that_the_jvm_left_out_are_missed() {
    for (field, is_warned) in [("carrierThread", true), ("onWaitingList", false)] {
        let mut built = HeapBuilder::new(HeapOptions::default());
        built.class(ClassSpec::new("java.lang.VirtualThread").reference(field));
        let chunk = built.class(ClassSpec::new("jdk.internal.vm.StackChunk"));
        for _ in 0..3 {
            built.instance(chunk, &[]);
        }
        let file = built.to_file();
        let strict = OpenOptions {
            strict: true,
            ..fresh()
        };
        let warnings = open_path(file.path(), &strict).warnings();
        let warned = warnings.iter().find(|row| row.code == "left-out-stacks");
        assert_eq!(warned.and_then(|row| row.count), is_warned.then_some(3));
    }
}
