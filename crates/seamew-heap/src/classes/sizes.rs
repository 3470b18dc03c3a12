//! Shallow sizes of instances and class objects, by MAT's model or by address gaps.

use seamew_hprof::tag::BasicType;
use serde::{Deserialize, Serialize};

use super::layout::{ObjectLayout, align_up};
use super::{ClassKind, ClassTable};
use crate::address::AddressIndex;
use crate::ids::ClassIndex;

/// How shallow sizes are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeModel {
    #[default]
    /// From the distance to the next object where that tells; else from the field layout.
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
        Self { smallest_bytes: u64::MAX, seen: 0, looked_at: 0 }
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
        SizeModel::Gap => {
            set_gap_sizes(table, layout, evidence);
            set_mirror_sizes(table, layout, addresses);
        }
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
    statics.iter().map(|field| layout.value_bytes(basic_type(field.type_code))).sum()
}

/// Classes into which HotSpot injects fields that no dump shows, or which it pads: here a gap
/// that exceeds the declared fields is no sign of a dead neighbour. (`javaClasses.hpp`, and
/// `@Contended` in java.base.)
fn has_hidden_fields(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "java.lang.Class",
        "java.lang.ClassLoader",
        "java.lang.Module",
        "java.lang.Thread",
        "java.lang.StackFrameInfo",
        "java.lang.invoke.MemberName",
        "java.lang.invoke.ResolvedMethodName",
        "java.lang.invoke.MethodHandleNatives$CallSiteContext",
        "java.lang.invoke.MethodType",
        "java.lang.String",
        "java.lang.VirtualThread",
        "java.lang.ref.Finalizer",
        "java.security.AccessControlContext",
        "java.util.concurrent.ForkJoinPool",
        "java.util.concurrent.ForkJoinPool$WorkQueue",
        "java.util.concurrent.ConcurrentHashMap$CounterCell",
        "java.util.concurrent.atomic.Striped64$Cell",
        "java.util.concurrent.Exchanger$Node",
        "jdk.internal.vm.StackChunk",
        "jdk.internal.vm.Continuation",
    ];
    NAMES.contains(&name)
}

/// Sets instance sizes from address gaps, bounded by what the declared fields need.
fn set_gap_sizes(table: &mut ClassTable, layout: &ObjectLayout, evidence: &[GapEvidence]) {
    for at in 0..table.classes.len() {
        let class = ClassIndex(at as u32);
        if table.get(class).kind == ClassKind::Instance {
            let bytes = instance_bytes(table, class, layout, evidence.get(at).copied());
            table.classes[at].instance_bytes = bytes;
        }
    }
}

/// Shallow bytes of a class's instances, from the gaps seen and the declared fields.
pub fn instance_bytes(
    table: &ClassTable,
    class: ClassIndex,
    layout: &ObjectLayout,
    evidence: Option<GapEvidence>,
) -> u64 {
    let chain: Vec<ClassIndex> = table.hierarchy(class).collect();
    let hidden = chain.iter().any(|owner| has_hidden_fields(&table.get(*owner).name));
    let packed =
        layout.instance_bytes(chain.iter().rev().map(|owner| &table.get(*owner).fields[..]));
    from_evidence(packed, hidden, layout, evidence)
}

/// True for the classes with which HotSpot fills holes in the heap: they are no objects of the
/// application. (`collectedHeap.cpp`, `vmClassMacros.hpp`)
pub fn is_filler(name: &str) -> bool {
    name.starts_with("jdk.internal.vm.Filler")
}

/// Decides between the gap and the field layout.
fn from_evidence(
    packed_bytes: u64,
    hidden: bool,
    layout: &ObjectLayout,
    evidence: Option<GapEvidence>,
) -> u64 {
    const DENSE_PERMILLE: u32 = 980;
    let Some(evidence) = evidence.filter(|evidence| evidence.seen > 0) else {
        return packed_bytes;
    };
    let gap = evidence.smallest_bytes;
    // Older JDKs pack worse than the formula, never better: a smaller gap means that the dump's
    // class is not what HotSpot laid out, and the gap is the harder fact.
    if gap <= packed_bytes {
        return gap;
    }
    let repeated = evidence.seen >= 2 && evidence.seen * 2 >= evidence.looked_at;
    if layout.density_permille >= DENSE_PERMILLE || repeated || hidden { gap } else { packed_bytes }
}

/// Sets the sizes of class objects: a mirror is an instance of java.lang.Class with the static
/// fields behind it. The gap counts where it is near that.
fn set_mirror_sizes(table: &mut ClassTable, layout: &ObjectLayout, addresses: &AddressIndex) {
    const NEAR_BYTES: u64 = 64;
    let mirror_bytes = table.get(table.class_of_classes).instance_bytes;
    for at in 0..table.classes.len() {
        let statics = static_bytes(table, ClassIndex(at as u32), layout);
        let class = &mut table.classes[at];
        let formula = align_up(mirror_bytes + statics, layout.alignment_bytes);
        let gap = addresses.gap(class.address).unwrap_or(0);
        let near = gap >= mirror_bytes && gap <= formula + NEAR_BYTES;
        class.class_object_bytes = match (class.is_placeholder, near) {
            (true, _) => 0,
            (false, true) => gap,
            (false, false) => formula,
        };
    }
}
