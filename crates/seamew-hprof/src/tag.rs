//! Tags and basic types of the HPROF binary format.
//!
//! Source: `src/hotspot/share/services/heapDumper.cpp` (JDK), `hprof_b_spec.h` (JDK 6 to 8), and
//! `art/runtime/hprof/hprof.cc` (Android 1.0.3).

/// Tags of top-level records.
pub mod record {
    pub const UTF8: u8 = 0x01;
    pub const LOAD_CLASS: u8 = 0x02;
    pub const UNLOAD_CLASS: u8 = 0x03;
    pub const STACK_FRAME: u8 = 0x04;
    pub const STACK_TRACE: u8 = 0x05;
    pub const ALLOC_SITES: u8 = 0x06;
    pub const HEAP_SUMMARY: u8 = 0x07;
    pub const START_THREAD: u8 = 0x0a;
    pub const END_THREAD: u8 = 0x0b;
    pub const HEAP_DUMP: u8 = 0x0c;
    pub const CPU_SAMPLES: u8 = 0x0d;
    pub const CONTROL_SETTINGS: u8 = 0x0e;
    pub const HEAP_DUMP_SEGMENT: u8 = 0x1c;
    pub const HEAP_DUMP_END: u8 = 0x2c;
    /// Bytes of a top-level record header: tag, time delta, body length.
    pub const HEADER_BYTES: u64 = 9;
}

/// Tags of the sub-records inside a heap dump or heap dump segment.
pub mod sub {
    pub const ROOT_UNKNOWN: u8 = 0xff;
    pub const ROOT_JNI_GLOBAL: u8 = 0x01;
    pub const ROOT_JNI_LOCAL: u8 = 0x02;
    pub const ROOT_JAVA_FRAME: u8 = 0x03;
    pub const ROOT_NATIVE_STACK: u8 = 0x04;
    pub const ROOT_STICKY_CLASS: u8 = 0x05;
    pub const ROOT_THREAD_BLOCK: u8 = 0x06;
    pub const ROOT_MONITOR_USED: u8 = 0x07;
    pub const ROOT_THREAD_OBJECT: u8 = 0x08;
    pub const CLASS_DUMP: u8 = 0x20;
    pub const INSTANCE_DUMP: u8 = 0x21;
    pub const OBJECT_ARRAY_DUMP: u8 = 0x22;
    pub const PRIMITIVE_ARRAY_DUMP: u8 = 0x23;
    // Android 1.0.3 (art/runtime/hprof/hprof.cc).
    pub const ROOT_INTERNED_STRING: u8 = 0x89;
    pub const ROOT_FINALIZING: u8 = 0x8a;
    pub const ROOT_DEBUGGER: u8 = 0x8b;
    pub const ROOT_REFERENCE_CLEANUP: u8 = 0x8c;
    pub const ROOT_VM_INTERNAL: u8 = 0x8d;
    pub const ROOT_JNI_MONITOR: u8 = 0x8e;
    pub const UNREACHABLE: u8 = 0x90;
    pub const PRIMITIVE_ARRAY_NODATA_DUMP: u8 = 0xc3;
    pub const HEAP_DUMP_INFO: u8 = 0xfe;
}

/// Basic type codes of fields and array elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BasicType {
    Object = 2,
    Boolean = 4,
    Char = 5,
    Float = 6,
    Double = 7,
    Byte = 8,
    Short = 9,
    Int = 10,
    Long = 11,
}

impl BasicType {
    /// The type of a code, if it is one. Code 1 (an array object in old writers) reads as Object.
    pub fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 | 2 => Self::Object,
            4 => Self::Boolean,
            5 => Self::Char,
            6 => Self::Float,
            7 => Self::Double,
            8 => Self::Byte,
            9 => Self::Short,
            10 => Self::Int,
            11 => Self::Long,
            _ => return None,
        })
    }

    /// Bytes that a value takes in the dump; a reference takes `id_bytes`.
    pub fn dump_bytes(self, id_bytes: usize) -> usize {
        match self {
            Self::Object => id_bytes,
            Self::Boolean | Self::Byte => 1,
            Self::Char | Self::Short => 2,
            Self::Float | Self::Int => 4,
            Self::Double | Self::Long => 8,
        }
    }

    /// Name in Java source, `Object` for references.
    pub fn java_name(self) -> &'static str {
        match self {
            Self::Object => "Object",
            Self::Boolean => "boolean",
            Self::Char => "char",
            Self::Float => "float",
            Self::Double => "double",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Int => "int",
            Self::Long => "long",
        }
    }
}
