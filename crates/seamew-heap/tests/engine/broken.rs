//! Dumps that no JVM writes: a heap that contradicts itself must open all the same.

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{
    Address, BasicType, Body, ClassSpec, HeapBuilder, HeapOptions, Spacing, Value, sub,
};

use crate::exercise::answers;
use crate::support::{cases, check, fresh, open_path, rows};

fn with_threads(threads: usize) -> OpenOptions {
    OpenOptions { threads, ..fresh() }
}

/// Opens a heap with one thread and with two, asks everything, and wants the same answers.
fn open_both_ways(built: &HeapBuilder) -> Vec<(u64, String, u64)> {
    let file = built.to_file();
    let one = open_path(file.path(), &with_threads(1));
    let two = open_path(file.path(), &with_threads(2));
    assert_eq!(answers(&one), answers(&two));
    let rows = rows(&one).into_iter();
    rows.map(|row| (row.address, row.class_name, row.retained_bytes))
        .collect()
}

fn class_at(rows: &[(u64, String, u64)], address: Address) -> &str {
    &rows
        .iter()
        .find(|row| row.0 == address.0)
        .expect("the object is reachable")
        .1
}

fn holder_class(heap: &mut HeapBuilder, name: &str) -> Address {
    heap.class(ClassSpec::new(name).reference("held"))
}

/// Of an object that is there twice, the last record counts.
#[test]
fn an_object_that_is_there_twice() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let (first, second) = (
        holder_class(&mut built, "First"),
        holder_class(&mut built, "Second"),
    );
    let text = built.string("held by the first");
    let other = built.string("held by the second");
    let object = built.instance(first, &[("held", text.into())]);
    let values = vec![Value::Object(other.0)];
    built.add_at(
        object,
        Body::Instance {
            class: second,
            values,
        },
    );
    let neighbour = built.instance(first, &[("held", object.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, neighbour);
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, object), "Second");
    assert_eq!(class_at(&rows, other), "java.lang.String");
    assert!(rows.iter().all(|row| row.0 != text.0));
}

/// The last record counts too where it refers to nothing.
#[test]
fn an_object_that_is_there_twice_the_second_time_without_references() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let (first, second) = (
        holder_class(&mut built, "First"),
        holder_class(&mut built, "Second"),
    );
    let text = built.string("held by the first");
    let object = built.instance(first, &[("held", text.into())]);
    built.add_at(
        object,
        Body::Instance {
            class: second,
            values: vec![Value::Object(0)],
        },
    );
    built.root(sub::ROOT_JNI_GLOBAL, object);
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, object), "Second");
    assert!(rows.iter().all(|row| row.0 != text.0));
}

/// A foreign writer gives a class object's address to an instance as well.
#[test]
fn an_instance_at_the_address_of_a_class_object() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = holder_class(&mut built, "Holder");
    let other = built.class(ClassSpec::new("Other").static_field("NOTHING", Value::Int(1)));
    let texts: Vec<Address> = (0..40)
        .map(|at| built.string(&format!("text {at}")))
        .collect();
    built.add_at(
        other,
        Body::Instance {
            class,
            values: vec![Value::Object(texts[0].0)],
        },
    );
    let holders: Vec<Address> = texts
        .iter()
        .map(|text| built.instance(class, &[("held", (*text).into())]))
        .collect();
    for holder in &holders {
        built.root(sub::ROOT_JNI_GLOBAL, *holder);
    }
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    answers(&heap);
    for (holder, text) in holders.iter().zip(&texts).skip(1) {
        let object = |address: &Address| heap.resolve(&format!("{:#x}", address.0)).unwrap();
        assert_eq!(heap.targets(object(holder)), [object(text)]);
    }
}

#[test]
fn a_class_that_is_dumped_twice() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = holder_class(&mut built, "Holder");
    let text = built.string("held");
    let holder = built.instance(class, &[("held", text.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, holder);
    // Again, with neither superclass nor fields.
    let mut again = vec![sub::CLASS_DUMP];
    again.extend(class.0.to_be_bytes());
    again.extend([0; 4 + 6 * 8 + 4 + 6]);
    built.raw_record(&again);
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, text), "java.lang.String");
}

#[test]
fn superclasses_in_a_circle() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let classes = ["A", "B", "C"].map(|name| holder_class(&mut built, name));
    let text = built.string("held");
    let objects = classes.map(|class| built.instance(class, &[("held", text.into())]));
    built.set_superclass(classes[0], classes[1]);
    built.set_superclass(classes[1], classes[2]);
    built.set_superclass(classes[2], classes[0]);
    let own_super = built.class(ClassSpec::new("D"));
    built.set_superclass(own_super, own_super);
    for object in objects {
        built.root(sub::ROOT_JNI_GLOBAL, object);
    }
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, text), "java.lang.String");
}

#[test]
fn instances_shorter_and_longer_than_their_class() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let text = built.string("held");
    let spec = ClassSpec::new("Long")
        .reference("a")
        .field("b", BasicType::Long)
        .reference("c");
    let class = built.class(spec);
    let reference = Value::Object(text.0);
    let bodies = [
        vec![],
        vec![reference],
        vec![reference, Value::Int(1)],
        vec![reference, Value::Long(1), Value::Int(7)],
        vec![
            Value::Object(0),
            Value::Long(1),
            reference,
            reference,
            reference,
        ],
    ];
    let objects = bodies.map(|values| built.add(Body::Instance { class, values }));
    for object in objects {
        built.root(sub::ROOT_JNI_GLOBAL, object);
    }
    open_both_ways(&built);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let found = objects.map(|object| {
        heap.targets(heap.resolve(&format!("{:#x}", object.0)).unwrap())
            .len()
    });
    assert_eq!(found, [0, 1, 1, 1, 1]);
    assert!(
        heap.facts()
            .warnings
            .iter()
            .any(|warning| warning.code == "odd-instances")
    );
}

/// The names are there, the class dumps are not.
#[test]
fn objects_whose_classes_are_not_described() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = holder_class(&mut built, "app.Lost");
    let text = built.string("held");
    let lost = built.instance(class, &[("held", text.into())]);
    let array_class = built.array_class(class);
    let array = built.object_array(array_class, &[lost, text]);
    let bytes = built.primitive_array_class(BasicType::Byte);
    for class in [class, array_class, bytes] {
        built.forget_class(class);
    }
    built.root(sub::ROOT_JNI_GLOBAL, array);
    // The class of byte arrays has no address any more: it stands at one of its own.
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, lost), "app.Lost");
    assert_eq!(class_at(&rows, array), "app.Lost[]");
    assert_eq!(class_at(&rows, class), "java.lang.Class");
}

/// Everything lost but the objects: placeholders stand for java.lang.Class and all others.
#[test]
fn no_class_is_described() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let text = built.string("held");
    let class = holder_class(&mut built, "app.Lost");
    let lost = built.instance(class, &[("held", text.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, lost);
    built.root(sub::ROOT_JNI_GLOBAL, text);
    for at in 0..20 {
        built.forget_class(Address(0x6000_0000 + 8 * at));
    }
    let rows = open_both_ways(&built);
    assert_eq!(class_at(&rows, lost), "app.Lost");
    assert_eq!(class_at(&rows, text), "java.lang.String");
}

/// A writer that counts its objects from 1, and knows no java.lang.Class: the placeholders for it
/// must not take an object's place.
#[test]
fn small_numbers_for_addresses() {
    let options = HeapOptions {
        spacing: Spacing::Numbered,
        first_address: 1,
        ..HeapOptions::default()
    };
    let mut built = HeapBuilder::new(options);
    let class = holder_class(&mut built, "Holder");
    let known = built.known();
    built.forget_class(known.class);
    built.forget_class(known.class_loader);
    let holders: Vec<Address> = (0..30).map(|_| built.instance(class, &[])).collect();
    for pair in holders.windows(2) {
        built.set_field(pair[0], "held", pair[1]);
    }
    built.root(sub::ROOT_JNI_GLOBAL, holders[0]);
    let rows = open_both_ways(&built);
    for holder in holders {
        assert_eq!(class_at(&rows, holder), "Holder");
    }
}

/// A thread's locals are held whatever the class of the thread object is.
#[test]
fn a_thread_that_is_no_java_lang_thread() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = holder_class(&mut built, "Fiber");
    let fiber = built.instance(class, &[]);
    let local = built.string("a local");
    let thread = built.run(fiber);
    built.java_local(thread, 0, local);
    check(&built, &fresh(), &[1, 2]);
}

#[test]
fn heaps_without_objects() {
    check(&HeapBuilder::new(HeapOptions::default()), &fresh(), &[0]);
    let mut built = HeapBuilder::new(HeapOptions::default());
    built.at(0x7000_0000).class(ClassSpec::new("Unused"));
    check(&built, &fresh(), &[0]);
}

fn survives(bytes: &[u8], options: &OpenOptions) {
    let file = tempfile::NamedTempFile::with_suffix(".hprof").unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let opened: Result<Heap, _> = open(file.path(), options, &Progress::default());
    if let Ok(heap) = opened {
        answers(&heap);
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn flipped_bytes_never_panic(
        plan in heap_plan(16),
        options in heap_options(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep_unreachable: bool,
    ) {
        let mut bytes = plan.build(options).to_bytes();
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        survives(&bytes, &OpenOptions { keep_unreachable, ..fresh() });
    }

    #[test]
    fn cut_dumps_never_panic(
        plan in heap_plan(16),
        options in heap_options(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = plan.build(options).to_bytes();
        survives(&bytes[..cut.index(bytes.len())], &fresh());
    }
}
