//! Shallow sizes of class objects ("mirrors"): an instance of `java.lang.Class`, and the static fields
//! behind it. (`instanceMirrorKlass.cpp`)

use seamew_hprof::tag::BasicType;

use super::ClassTable;
use super::hotspot::FieldCounts;
use super::layout::{ObjectLayout, align_up};
use crate::address::AddressIndex;

/// Sets the sizes of class objects, by HotSpot's layout or, in another JVM, by the gap where it is
/// near that. The instances' sizes are known already.
pub fn set_mirror_sizes(
    table: &mut ClassTable,
    layout: &ObjectLayout,
    addresses: &AddressIndex,
    is_hotspot: bool,
) {
    let slack_bytes = if is_hotspot { 0 } else { 64 };
    let class_bytes = table.get(table.class_of_classes).instance_bytes;
    for class in &mut table.classes {
        // What the dumper adds is not in the object: `<resolved_references>`, `<init_lock>`, ..
        let statics = FieldCounts::of(
            (class.statics.iter())
                .filter(|field| !field.name.starts_with('<'))
                .map(|field| BasicType::from_code(field.type_code).unwrap_or(BasicType::Byte)),
        );
        let statics_bytes = statics.statics_bytes(layout.reference_bytes);
        let formula = align_up(class_bytes + statics_bytes, layout.alignment_bytes);
        let gap = addresses
            .gap(class.address)
            .filter(|gap| *gap <= formula + slack_bytes);
        class.class_object_bytes = if class.is_placeholder {
            0
        } else {
            gap.unwrap_or(formula)
        };
    }
}
