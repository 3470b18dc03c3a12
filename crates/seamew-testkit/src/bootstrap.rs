//! The classes without which no JVM starts.

use seamew_hprof::tag::BasicType;

use crate::builder::{HeapBuilder, JavaVersion};
use crate::class::ClassSpec;
use crate::layout::Layout;
use crate::object::Address;

/// Class objects that every heap has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// java.lang.Object
    pub object: Address,
    /// java.lang.Class
    pub class: Address,
    /// java.lang.ClassLoader, with a field `parent`
    pub class_loader: Address,
    /// java.lang.String, with fields `value`, `hash` and since JDK 9 `coder`
    pub string: Address,
    /// java.lang.Thread, with a field `name`
    pub thread: Address,
}

const CLASS_FIELDS: [(&str, BasicType); 3] = [
    ("module", BasicType::Object),
    ("name", BasicType::Object),
    ("classRedefinedCount", BasicType::Int),
];

impl Known {
    /// Bytes of a class object without its static fields.
    pub fn mirror_bytes(layout: &Layout) -> u64 {
        let kinds = CLASS_FIELDS.map(|(_, kind)| kind);
        layout.align(layout.fields_end(layout.instance_header_bytes, &kinds))
    }

    pub(crate) fn make(heap: &mut HeapBuilder) -> Self {
        let object = heap.class(ClassSpec::new("java.lang.Object").extends(Address::NULL));
        let below = |name: &str| ClassSpec::new(name).extends(object);
        let class = CLASS_FIELDS
            .into_iter()
            .fold(below("java.lang.Class"), |spec, (name, kind)| {
                spec.field(name, kind)
            });
        let mut string = below("java.lang.String")
            .reference("value")
            .field("hash", BasicType::Int);
        if heap.options.java == JavaVersion::Nine {
            string = string.field("coder", BasicType::Byte);
        }
        let thread = below("java.lang.Thread")
            .reference("name")
            .field("priority", BasicType::Int);
        Self {
            object,
            class: heap.class(class),
            class_loader: heap.class(below("java.lang.ClassLoader").reference("parent")),
            string: heap.class(string),
            thread: heap.class(thread),
        }
    }
}
