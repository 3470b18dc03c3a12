//! How plans are drawn.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use seamew_hprof::id::IdSize;
use seamew_hprof::writer::HeapForm;

use super::{ClassPlan, HeapPlan, LocalPlan, ObjectPlan, Target};
use crate::addresses::Spacing;
use crate::builder::{FileOrder, HeapOptions, JavaVersion};

/// Weights of the kinds of targets: what makes one heap a chain, another one a hub with spokes.
#[derive(Clone, Copy, Debug)]
struct Shape {
    anywhere: u32,
    ahead: u32,
    behind: u32,
    hub: u32,
    class: u32,
}

const SHAPES: [Shape; 5] = [
    Shape {
        anywhere: 12,
        ahead: 4,
        behind: 3,
        hub: 1,
        class: 2,
    },
    // Long chains with jumps back.
    Shape {
        anywhere: 1,
        ahead: 16,
        behind: 2,
        hub: 1,
        class: 1,
    },
    // A hub, and what surrounds it.
    Shape {
        anywhere: 3,
        ahead: 2,
        behind: 1,
        hub: 12,
        class: 1,
    },
    // Cycles.
    Shape {
        anywhere: 2,
        ahead: 6,
        behind: 10,
        hub: 1,
        class: 1,
    },
    // Much that refers to class objects, as class loaders do.
    Shape {
        anywhere: 4,
        ahead: 4,
        behind: 1,
        hub: 3,
        class: 10,
    },
];

fn target(shape: Shape) -> impl Strategy<Value = Target> {
    prop_oneof![
        2 => Just(Target::Null),
        shape.anywhere => any::<u16>().prop_map(Target::Object),
        shape.ahead => (1u8..4).prop_map(Target::Ahead),
        shape.behind => (1u8..12).prop_map(Target::Behind),
        shape.hub => Just(Target::Hub),
        shape.class => any::<u16>().prop_map(Target::Class),
        1 => Just(Target::Itself),
        1 => Just(Target::Nowhere),
    ]
}

fn class(shape: Shape) -> impl Strategy<Value = ClassPlan> {
    let loader = prop_oneof![3 => Just(Target::Hub), 2 => target(shape)];
    (
        option::of(1u8..3),
        option::of(loader),
        0u8..4,
        vec(target(shape), 0..3),
    )
        .prop_map(|(superclass, loader, references, statics)| ClassPlan {
            superclass,
            loader,
            references,
            statics,
        })
}

fn object(shape: Shape) -> impl Strategy<Value = ObjectPlan> {
    prop_oneof![
        6 => (any::<u8>(), vec(target(shape), 0..6))
            .prop_map(|(class, references)| ObjectPlan::Instance { class, references }),
        3 => (option::of(any::<u8>()), vec(target(shape), 0..8))
            .prop_map(|(class, elements)| ObjectPlan::Array { class, elements }),
        1 => (0u8..40).prop_map(ObjectPlan::Bytes),
        1 => (0u8..20).prop_map(ObjectPlan::Text),
    ]
}

fn local(shape: Shape) -> impl Strategy<Value = LocalPlan> {
    prop_oneof![
        3 => (0u8..3, target(shape)).prop_map(|(frame, to)| LocalPlan::Java(frame, to)),
        1 => (option::of(0u8..3), target(shape)).prop_map(|(frame, to)| LocalPlan::Jni(frame, to)),
        1 => target(shape).prop_map(LocalPlan::Native),
    ]
}

/// Heaps of at most `most_objects`, of all shapes: with cycles, several roots, unreachable parts,
/// repeated references, hubs, chains, classes of own loaders, array classes, threads.
pub fn heap_plan(most_objects: usize) -> impl Strategy<Value = HeapPlan> {
    (0..SHAPES.len()).prop_flat_map(move |shape| {
        let shape = SHAPES[shape];
        (
            vec(class(shape), 0..6),
            vec(object(shape), 1..most_objects),
            vec((any::<u8>(), target(shape)), 0..4),
            vec(vec(local(shape), 0..4), 0..3),
        )
            .prop_map(|(classes, objects, roots, threads)| HeapPlan {
                classes,
                objects,
                roots,
                threads,
            })
    })
}

/// Kinds of dumps, apart from sparse address spaces, which cost memory.
pub fn heap_options() -> impl Strategy<Value = HeapOptions> {
    let spacing = prop_oneof![
        4 => Just(Spacing::Dense),
        2 => any::<u64>().prop_map(|seed| Spacing::Holes { seed }),
        1 => Just(Spacing::Unaligned),
        1 => Just(Spacing::Numbered),
    ];
    let file_order = prop_oneof![
        Just(FileOrder::ByAddress),
        Just(FileOrder::ByCreation),
        any::<u64>().prop_map(|seed| FileOrder::Scattered { seed }),
    ];
    let form = prop_oneof![
        Just(HeapForm::Single),
        (64usize..4096).prop_map(|max_bytes| HeapForm::Segments { max_bytes }),
    ];
    (spacing, file_order, form, any::<[bool; 4]>()).prop_map(
        |(spacing, file_order, form, [narrow, old, compressed, sticky_classes])| HeapOptions {
            version_text: format!("JAVA PROFILE 1.0.{}", if old { 1 } else { 2 }),
            id_size: if narrow { IdSize::Four } else { IdSize::Eight },
            form,
            java: if old {
                JavaVersion::Eight
            } else {
                JavaVersion::Nine
            },
            compressed,
            spacing,
            file_order,
            first_address: 0x6000_0000,
            sticky_classes,
        },
    )
}
