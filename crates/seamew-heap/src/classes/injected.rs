//! Fields that HotSpot adds to classes of java.base and that no dump shows.
//!
//! Source: the `*_INJECTED_FIELDS` of `javaClasses.hpp`, release by release; checked by measuring
//! instances of every concrete class of JDK 11, 17, 21 and 25. (`flags` of String is left out: it
//! fits into the padding in every layout.)

use seamew_hprof::tag::BasicType;

use super::Class;
use super::layout::ObjectLayout;
use super::release::{Release, SINCE_15, SINCE_19, UNTIL_9, When};
use Kind::{Address, Value};

const REFERENCE: Kind = Value(BasicType::Object);
const LONG: Kind = Value(BasicType::Long);
const INT: Kind = Value(BasicType::Int);
const SHORT: Kind = Value(BasicType::Short);
const BYTE: Kind = Value(BasicType::Byte);

#[derive(Clone, Copy)]
enum Kind {
    /// A pointer of the JVM's own.
    Address,
    Value(BasicType),
}

/// Fields of a class, where all conditions hold. One that the class declares is not injected.
struct Row {
    class: &'static str,
    when: &'static [When],
    fields: &'static [(&'static str, Kind)],
}

const ROWS: [Row; 16] = [
    Row {
        class: "java.lang.Class",
        when: &[],
        fields: &[
            ("klass", Address),
            ("array_klass", Address),
            ("oop_size", INT),
            ("static_oop_field_count", INT),
            ("init_lock", REFERENCE),
        ],
    },
    Row {
        class: "java.lang.Class",
        when: &[When::Lacks("signers")],
        fields: &[("protection_domain", REFERENCE), ("signers", REFERENCE)],
    },
    Row {
        class: "java.lang.Class",
        when: &[SINCE_19],
        fields: &[("source_file", REFERENCE)],
    },
    Row {
        class: "java.lang.ClassLoader",
        when: &[],
        fields: &[("loader_data", Address)],
    },
    Row {
        class: "java.lang.Module",
        when: &[],
        fields: &[("module_entry", Address)],
    },
    Row {
        class: "java.lang.invoke.MemberName",
        when: &[],
        fields: &[("vmindex", Address)],
    },
    Row {
        class: "java.lang.invoke.MemberName",
        when: &[UNTIL_9],
        fields: &[("vmloader", REFERENCE), ("vmtarget", Address)],
    },
    Row {
        class: "java.lang.invoke.ResolvedMethodName",
        when: &[],
        fields: &[("vmtarget", Address), ("vmholder", REFERENCE)],
    },
    Row {
        class: "java.lang.invoke.MethodHandleNatives$CallSiteContext",
        when: &[],
        fields: &[("vmdependencies", Address)],
    },
    Row {
        class: "java.lang.invoke.MethodHandleNatives$CallSiteContext",
        when: &[SINCE_15],
        fields: &[("last_cleanup", LONG)],
    },
    Row {
        class: "java.lang.invoke.CallSite",
        when: &[SINCE_19, When::Lacks("context")],
        fields: &[("vmdependencies", Address), ("last_cleanup", LONG)],
    },
    Row {
        class: "java.lang.StackFrameInfo",
        when: &[],
        fields: &[("version", SHORT)],
    },
    Row {
        class: "java.lang.Thread",
        when: &[SINCE_19],
        fields: &[
            ("jvmti_thread_state", Address),
            ("jvmti_VTMS_transition_disable_count", INT),
            ("jvmti_is_in_VTMS_transition", BYTE),
            ("jfr_epoch", SHORT),
        ],
    },
    Row {
        class: "java.lang.VirtualThread",
        when: &[When::Declares("onWaitingList")],
        fields: &[("objectWaiter", Address)],
    },
    Row {
        class: "jdk.internal.vm.StackChunk",
        when: &[],
        fields: &[
            ("cont", REFERENCE),
            ("flags", BYTE),
            ("pc", Address),
            ("maxThawingSize", INT),
            ("lockStackSize", BYTE),
        ],
    },
    // Since 17; in 15 and 16 it fits into the padding where references are compressed.
    Row {
        class: "java.lang.InternalError",
        when: &[SINCE_15],
        fields: &[("during_unsafe_access", BYTE)],
    },
];

/// Types of the fields injected into `class`.
pub fn injected_fields(
    class: &Class,
    release: &Release<'_>,
    layout: &ObjectLayout,
) -> Vec<BasicType> {
    let address = address_type(release, layout);
    (ROWS.iter())
        .filter(|row| row.class == class.name)
        .filter(|row| row.when.iter().all(|when| release.holds(*when, class)))
        .flat_map(|row| row.fields)
        .filter(|(name, _)| !class.declares(name))
        .map(|(_, kind)| match kind {
            Address => address,
            Value(basic_type) => *basic_type,
        })
        .collect()
}

/// An integer as wide as a pointer. The short header of a JVM of 32 bits looks like the compact one
/// of JDK 24 and later.
fn address_type(release: &Release<'_>, layout: &ObjectLayout) -> BasicType {
    const SHORT_HEADER_BYTES: u64 = 8;
    let is_32_bit = layout.instance_header_bytes == SHORT_HEADER_BYTES && !release.is_since_24();
    if is_32_bit {
        BasicType::Int
    } else {
        BasicType::Long
    }
}
