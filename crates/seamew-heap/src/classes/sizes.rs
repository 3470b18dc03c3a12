//! Shallow sizes of instances and class objects, by MAT's model or as they are in the heap.

use seamew_hprof::tag::BasicType;
use serde::{Deserialize, Serialize};

use super::instances::InstanceSizes;
use super::layout::{ObjectLayout, align_up};
use super::mirrors::set_mirror_sizes;
use super::{ClassKind, ClassTable};
use crate::address::AddressIndex;
use crate::ids::ClassIndex;

/// How shallow sizes are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeModel {
    #[default]
    /// As HotSpot lays fields out; from the distances between objects where another JVM did.
    Gap,
    /// As Eclipse MAT computes them.
    Mat,
}

impl SizeModel {
    /// The model of a name: gap or mat.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "gap" => Some(Self::Gap),
            "mat" => Some(Self::Mat),
            _ => None,
        }
    }
}

/// The smallest gaps seen behind the instances of a class.
#[derive(Clone, Copy, Debug)]
pub struct GapEvidence {
    pub smallest_bytes: u64,
    /// How many instances have just that gap.
    pub seen: u32,
    /// How many instances were looked at.
    pub looked_at: u32,
}

impl Default for GapEvidence {
    fn default() -> Self {
        Self {
            smallest_bytes: u64::MAX,
            seen: 0,
            looked_at: 0,
        }
    }
}

impl GapEvidence {
    /// Adds the gap behind one more instance.
    #[inline]
    pub fn add(&mut self, gap_bytes: u64) {
        self.looked_at = self.looked_at.saturating_add(1);
        if gap_bytes < self.smallest_bytes {
            self.smallest_bytes = gap_bytes;
            self.seen = 1;
        } else if gap_bytes == self.smallest_bytes {
            self.seen = self.seen.saturating_add(1);
        }
    }

    /// Joins what another thread saw.
    pub fn merge(&mut self, other: Self) {
        let looked_at = self.looked_at.saturating_add(other.looked_at);
        if other.smallest_bytes < self.smallest_bytes {
            *self = other;
        } else if other.smallest_bytes == self.smallest_bytes {
            self.seen = self.seen.saturating_add(other.seen);
        }
        self.looked_at = looked_at;
    }
}

/// MAT's layout for a dump: header of pointer and reference, no gap filling.
pub fn mat_layout(addresses: &AddressIndex, id_bytes: u64, compressed: bool) -> ObjectLayout {
    let reference_bytes = if compressed { 4 } else { id_bytes };
    let measured = ObjectLayout::infer(&[], addresses, id_bytes, compressed);
    ObjectLayout {
        reference_bytes,
        instance_header_bytes: id_bytes + reference_bytes,
        array_header_bytes: align_up(id_bytes + reference_bytes + 4, reference_bytes),
        alignment_bytes: measured.alignment_bytes,
        density_permille: 0,
    }
}

/// Shallow bytes of an array by MAT's model: unlike HotSpot, elements follow the header at once.
#[inline]
pub fn mat_array_bytes(layout: &ObjectLayout, element_type: BasicType, length: u64) -> u64 {
    let bytes = layout.array_header_bytes + length * layout.value_bytes(element_type);
    align_up(bytes, layout.alignment_bytes)
}

/// Sets the shallow sizes of all classes' instances and class objects.
pub fn set_sizes(
    table: &mut ClassTable,
    model: SizeModel,
    layout: &ObjectLayout,
    evidence: &[GapEvidence],
    addresses: &AddressIndex,
) {
    match model {
        SizeModel::Mat => set_mat_sizes(table, layout),
        SizeModel::Gap => set_gap_sizes(table, layout, evidence, addresses),
    }
}

/// Sets instance and class object sizes by MAT's model.
fn set_mat_sizes(table: &mut ClassTable, layout: &ObjectLayout) {
    for at in 0..table.classes.len() {
        let class = ClassIndex(at as u32);
        let chain: Vec<ClassIndex> = table.hierarchy(class).collect();
        let mut bytes = layout.instance_header_bytes;
        for owner in chain.iter().rev().skip(1) {
            let own: u64 = (table.get(*owner).fields.iter())
                .map(|field| layout.value_bytes(field.basic_type()))
                .sum();
            bytes = align_up(bytes + own, layout.reference_bytes);
        }
        let statics = static_bytes(table, class, layout);
        let class = &mut table.classes[at];
        class.class_object_bytes = align_up(statics, layout.alignment_bytes);
        if class.kind == ClassKind::Instance {
            class.instance_bytes = align_up(bytes, layout.alignment_bytes);
        }
    }
}

fn static_bytes(table: &ClassTable, class: ClassIndex, layout: &ObjectLayout) -> u64 {
    let statics = &table.get(class).statics;
    let basic_type = |code| BasicType::from_code(code).unwrap_or(BasicType::Byte);
    statics
        .iter()
        .map(|field| layout.value_bytes(basic_type(field.type_code)))
        .sum()
}

/// Sets instance sizes by HotSpot's layout, or by the gaps where another JVM wrote the dump; then
/// those of class objects.
fn set_gap_sizes(
    table: &mut ClassTable,
    layout: &ObjectLayout,
    evidence: &[GapEvidence],
    addresses: &AddressIndex,
) {
    let sizes = InstanceSizes::new(table, layout, evidence);
    let is_hotspot = sizes.is_hotspot;
    let bytes: Vec<u64> = (table.classes.iter().zip(0u32..))
        .map(|(class, index)| match class.kind {
            ClassKind::Instance => sizes.bytes(ClassIndex(index)),
            _ => 0,
        })
        .collect();
    for (class, bytes) in table.classes.iter_mut().zip(bytes) {
        class.instance_bytes = bytes;
    }
    set_mirror_sizes(table, layout, addresses, is_hotspot);
}

/// True for the classes with which HotSpot fills holes in the heap: they are no objects of the
/// application. (`collectedHeap.cpp`, `vmClassMacros.hpp`) Arrays that fill holes are dumped as
/// plain `int[]`, and cannot be told from others.
pub fn is_filler(name: &str) -> bool {
    name.starts_with("jdk.internal.vm.Filler")
}
