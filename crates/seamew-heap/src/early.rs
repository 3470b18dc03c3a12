//! What is known after the first pass: shown before the rest is done.

use seamew_hprof::tag::BasicType;
use serde::Serialize;

use crate::address::AddressIndex;
use crate::classes::layout::ObjectLayout;
use crate::classes::{ClassKind, ClassTable, GapEvidence, InstanceSizes};
use crate::ids::ClassIndex;
use crate::scan::{Tallies, TallyKey};

/// Findings of the first pass over every object, dead or alive.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EarlyFindings {
    pub object_count: u64,
    pub heap_bytes: u64,
    /// Every class with objects, biggest first.
    pub histogram: Vec<EarlyClass>,
    /// The biggest arrays, biggest first.
    pub arrays: Vec<EarlyArray>,
}

/// A class in the early histogram. Sizes of instances are estimates from a few address gaps.
#[derive(Clone, Debug, Serialize)]
pub struct EarlyClass {
    pub label: String,
    pub class_id: Option<ClassIndex>,
    pub loader: Option<String>,
    pub objects: u64,
    pub shallow_bytes: u64,
}

/// A big array.
#[derive(Clone, Debug, Serialize)]
pub struct EarlyArray {
    pub address: u64,
    pub class_name: String,
    pub length: u32,
    pub shallow_bytes: u64,
}

/// Makes the findings from the tallies. Sizes are by address gaps, whatever model is asked for.
pub fn findings(
    tallies: &Tallies,
    table: &ClassTable,
    addresses: &AddressIndex,
    layout: &ObjectLayout,
) -> EarlyFindings {
    let class_of = |key| match key {
        TallyKey::Instances(address) | TallyKey::ObjectArrays(address) => table.at_address(address),
        TallyKey::PrimitiveArrays(element) => table.primitive_arrays[element as usize],
    };
    let mut found = EarlyFindings::default();
    let evidence = evidence(tallies, table, addresses);
    let sizes = InstanceSizes::new(table, layout, &evidence);
    for (key, tally) in tallies.iter() {
        let Some(class) = class_of(key) else { continue };
        let shallow_bytes = match key {
            TallyKey::Instances(_) => tally.objects * sizes.bytes(class),
            TallyKey::ObjectArrays(_) => tally.array_bytes(BasicType::Object, layout),
            TallyKey::PrimitiveArrays(element_type) => tally.array_bytes(element_type, layout),
        };
        found.object_count += tally.objects;
        found.heap_bytes += shallow_bytes;
        let label = table.get(class).name.clone();
        found.histogram.push(EarlyClass {
            label,
            class_id: Some(class),
            loader: None,
            objects: tally.objects,
            shallow_bytes,
        });
    }
    found.histogram.sort_by(|one, other| {
        (other.shallow_bytes, &one.label).cmp(&(one.shallow_bytes, &other.label))
    });
    let arrays = tallies.big_arrays.iter().filter_map(|array| {
        let class = class_of(array.key)?;
        let element_type = match table.get(class).kind {
            ClassKind::PrimitiveArray(code) => BasicType::from_code(code)?,
            _ => BasicType::Object,
        };
        Some(EarlyArray {
            address: array.address,
            class_name: table.get(class).name.clone(),
            length: array.length,
            shallow_bytes: layout.array_bytes(element_type, u64::from(array.length)),
        })
    });
    found.arrays = arrays.collect();
    found
}

/// The gaps behind a few instances of each class.
fn evidence(tallies: &Tallies, table: &ClassTable, addresses: &AddressIndex) -> Vec<GapEvidence> {
    let mut evidence = vec![GapEvidence::default(); table.classes.len()];
    for (key, tally) in tallies.iter() {
        let TallyKey::Instances(address) = key else {
            continue;
        };
        let Some(class) = table.at_address(address) else {
            continue;
        };
        let samples = tally.samples.iter().filter(|address| **address != 0);
        let gaps = samples.filter_map(|address| addresses.gap(*address));
        gaps.for_each(|gap| evidence[class.at()].add(gap));
    }
    evidence
}
