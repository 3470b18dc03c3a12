//! Layouts of classes of the JDK, computed by hand and equal to what `GC.class_histogram` says.

use seamew_hprof::tag::BasicType;

use super::hotspot::{FieldCounts, FieldRules, Shapes};
use super::layout::ObjectLayout;
use super::{
    Class, ClassKind, ClassTable, Field, GapEvidence, InstanceSizes, SizeModel, StackChunks,
};
use crate::ids::ClassIndex;
use FieldRules::{New, Old};

const COMPRESSED: ObjectLayout = ObjectLayout {
    reference_bytes: 4,
    instance_header_bytes: 12,
    array_header_bytes: 16,
    alignment_bytes: 8,
    density_permille: 0,
};
const WIDE: ObjectLayout = ObjectLayout {
    reference_bytes: 8,
    instance_header_bytes: 16,
    array_header_bytes: 24,
    alignment_bytes: 8,
    density_permille: 0,
};
const TLR: [(&str, &str); 3] = [
    ("threadLocalRandomSecondarySeed", "I"),
    ("threadLocalRandomProbe", "I"),
    ("threadLocalRandomSeed", "J"),
];

fn type_of(descriptor: char) -> BasicType {
    match descriptor {
        'J' => BasicType::Long,
        'I' => BasicType::Int,
        'S' => BasicType::Short,
        'Z' => BasicType::Boolean,
        _ => BasicType::Object,
    }
}

/// A class after its superclass: each descriptor's letters are fields.
fn add(
    table: &mut ClassTable,
    name: &str,
    super_class: Option<u32>,
    fields: &[(&str, &str)],
) -> u32 {
    let fields = fields.iter().flat_map(|(name, types)| {
        types.chars().map(|descriptor| Field {
            name: (*name).to_string(),
            type_code: type_of(descriptor) as u8,
        })
    });
    let index = table.classes.len() as u32;
    table.classes.push(Class {
        address: u64::from(index) + 1,
        object: None,
        name: name.to_string(),
        kind: ClassKind::Instance,
        super_class: super_class.map(ClassIndex),
        loader_address: 0,
        dump_bytes: 0,
        instance_bytes: 0,
        class_object_bytes: 0,
        fields: fields.collect(),
        statics: Vec::new(),
        is_placeholder: false,
    });
    index
}

fn bytes(table: &ClassTable, class: u32, layout: &ObjectLayout, rules: FieldRules) -> u64 {
    Shapes::new(table, layout).instance_bytes(ClassIndex(class), rules)
}

/// 12 | int | 3 longs: 40 | int | 3 booleans | 1 free | 11 references: 92 | 128 | 4 free | 16 | 128.
#[test]
fn thread_of_17_and_below() {
    let mut table = ClassTable::default();
    let fields = [&TLR[..], &[("plain", "LLLLLLLLLLLJJJIIZZZ")]].concat();
    let thread = add(&mut table, "java.lang.Thread", None, &fields);
    let worker_fields = [("pool", "L"), ("workQueue", "L")];
    let worker = "java.util.concurrent.ForkJoinWorkerThread";
    let worker = add(&mut table, worker, Some(thread), &worker_fields);
    let innocuous = add(
        &mut table,
        "java.util.concurrent.Innocuous",
        Some(worker),
        &[],
    );
    assert_eq!(bytes(&table, thread, &COMPRESSED, New), 368);
    // Behind the last field, 240, and padding.
    assert_eq!(bytes(&table, worker, &COMPRESSED, New), 376);
    assert_eq!(bytes(&table, innocuous, &COMPRESSED, New), 504);
}

/// 12 | int | 4 longs: 48 | int | 2 booleans: 54 | 2 free | 11 references: 100 | 128 | 4 free | 16 | 128.
#[test]
fn thread_of_11() {
    let mut table = ClassTable::default();
    let fields = [&TLR[..], &[("plain", "LLLLLLLLLLLJJJJIIZZ")]].concat();
    let thread = add(&mut table, "java.lang.Thread", None, &fields);
    assert_eq!(bytes(&table, thread, &COMPRESSED, Old), 376);
}

/// 17 declares 14 references and an int; injected are 3 references, 2 ints and 2 addresses:
/// 12 | int | 2 addresses: 32 | 2 ints: 40 | 17 references: 108.
#[test]
fn class_of_17() {
    let mut table = ClassTable::default();
    let fields = [
        ("classData", "LLLLLLLLLLLLLL"),
        ("classRedefinedCount", "I"),
    ];
    let class = add(&mut table, "java.lang.Class", None, &fields);
    assert_eq!(bytes(&table, class, &COMPRESSED, New), 112);
    // 16 | 16: 32 | 12: 44 | 4 free | 17 references: 184.
    assert_eq!(bytes(&table, class, &WIDE, New), 184);
}

/// 12 | 4 ints, 2 references: 36 | 128 | 3 ints: 176 | 128.
#[test]
fn work_queue_of_17() {
    let mut table = ClassTable::default();
    let fields = [
        ("top", "I"),
        ("source", "I"),
        ("nsteals", "I"),
        ("phase", "IIII"),
        ("array", "LL"),
    ];
    let queue = add(
        &mut table,
        "java.util.concurrent.ForkJoinPool$WorkQueue",
        None,
        &fields,
    );
    assert_eq!(bytes(&table, queue, &COMPRESSED, New), 304);
}

/// 12 | 128 | 4 free | long: 152 | 128.
#[test]
fn a_padded_class() {
    let mut table = ClassTable::default();
    let name = "java.util.concurrent.ConcurrentHashMap$CounterCell";
    let cell = add(&mut table, name, None, &[("value", "J")]);
    assert_eq!(bytes(&table, cell, &COMPRESSED, New), 280);
    assert_eq!(bytes(&table, cell, &COMPRESSED, Old), 280);
}

/// The hole behind a superclass's boolean is filled since 15 only.
#[test]
fn holes_of_superclasses() {
    let (table, sub) = telling();
    // 12 | boolean | 3 free | 2 ints: 24 | boolean.
    assert_eq!(bytes(&table, sub, &COMPRESSED, Old), 32);
    // 12 | 2 booleans | 2 free | 2 ints: 24.
    assert_eq!(bytes(&table, sub, &COMPRESSED, New), 24);
}

fn telling() -> (ClassTable, u32) {
    let mut table = ClassTable::default();
    let top = add(&mut table, "app.Top", None, &[("on", "Z")]);
    let sub = add(&mut table, "app.Sub", Some(top), &[("a", "IIZ")]);
    (table, sub)
}

/// Until 14 references of hard-coded classes come first, and longs leave the gap before them empty:
/// 12 | 2 references: 20 | 4 free | long: 32 | int: 36. Others put a reference into the gap.
#[test]
fn hard_coded_classes_of_11() {
    let mut table = ClassTable::default();
    let fields = [("referent", "LL"), ("clock", "J"), ("count", "I")];
    let soft = add(&mut table, "java.lang.ref.SoftReference", None, &fields);
    let other = add(&mut table, "app.Reference", None, &fields);
    assert_eq!(bytes(&table, soft, &COMPRESSED, Old), 40);
    assert_eq!(bytes(&table, other, &COMPRESSED, Old), 32);
}

/// Reference | 4 free | long | boolean | 7 free.
#[test]
fn statics_of_a_class_object() {
    let counts = FieldCounts::of("LJZ".chars().map(type_of));
    assert_eq!(counts.statics_bytes(4), 24);
    assert_eq!(FieldCounts::of("".chars().map(type_of)).statics_bytes(4), 0);
}

fn evidence(smallest_bytes: u64, seen: u32) -> GapEvidence {
    GapEvidence {
        smallest_bytes,
        seen,
        looked_at: seen,
    }
}

#[test]
fn gaps_choose_the_rules() {
    let (table, sub) = telling();
    for size in [24, 32] {
        let evidence = [evidence(16, 9), evidence(size, 9)];
        let sizes = InstanceSizes::new(&table, &COMPRESSED, &evidence);
        assert_eq!(sizes.bytes(ClassIndex(sub)), size);
    }
}

/// Ten instances, each with a dead one of 24 bytes behind it, are no proof.
#[test]
fn a_larger_gap_is_no_size() {
    let (mut table, _) = telling();
    let lonely = add(&mut table, "app.Lonely", None, &[]);
    let evidence = [evidence(16, 9), evidence(24, 9), evidence(40, 10)];
    let sizes = InstanceSizes::new(&table, &COMPRESSED, &evidence);
    assert_eq!(sizes.bytes(ClassIndex(lonely)), 16);
}

/// `-XX:-RestrictContended`: padding on both sides of a class of the application.
#[test]
fn padding_of_the_application() {
    let (mut table, _) = telling();
    let padded = add(&mut table, "app.Padded", None, &[]);
    table.classes[padded as usize].loader_address = 1;
    for (size, seen, expected) in [(272, 3, 272), (272, 2, 16), (200, 3, 16)] {
        let evidence = [evidence(16, 9), evidence(24, 9), evidence(size, seen)];
        let sizes = InstanceSizes::new(&table, &COMPRESSED, &evidence);
        assert_eq!(sizes.bytes(ClassIndex(padded)), expected);
    }
}

/// 12 | maximum | pc: 24 | size, sp, bottom: 36 | 2 bytes | 2 free | parent, cont: 48; then 10 words of
/// stack and a word of bitmap.
#[test]
fn a_stack_chunk() {
    let mut table = ClassTable::default();
    let fields = [("parent", "L"), ("size", "I"), ("sp", "I"), ("bottom", "I")];
    add(&mut table, "jdk.internal.vm.StackChunk", None, &fields);
    let of = |model| StackChunks::of(&table, model, &COMPRESSED, 8);
    let chunks = of(SizeModel::Gap).expect("the class is there");
    let mut fields = [0; 20];
    fields[11] = 10;
    assert_eq!(chunks.bytes(&fields), 48 + 80 + 8);
    assert_eq!(chunks.bytes(&fields[..9]), 48);
    assert!(of(SizeModel::Mat).is_none());
}
