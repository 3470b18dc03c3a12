//! GC roots, with MAT's meaning.
//!
//! Locals of a known thread are not roots of their own: the thread refers to them. A root whose
//! thread is unknown counts as a plain root. Where a dump marks no system class at all, all classes
//! of the system loader but arrays are roots.

use rustc_hash::{FxHashMap, FxHashSet};
use seamew_hprof::tag::sub;
use seamew_hprof::walk::RootRecord;
use serde::{Deserialize, Serialize};

use crate::address::AddressIndex;
use crate::classes::ClassTable;
use crate::ids::ObjectIndex;

/// Kinds of GC roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RootType {
    SystemClass,
    JniGlobal,
    JniLocal,
    JavaLocal,
    NativeStack,
    Thread,
    ThreadBlock,
    BusyMonitor,
    InternedString,
    Finalizing,
    Debugger,
    ReferenceCleanup,
    VmInternal,
    JniMonitor,
    /// Made a root because nothing reached it and it was to be kept.
    Unreachable,
    Unknown,
}

impl RootType {
    /// All kinds.
    pub const ALL: [Self; 16] = [
        Self::SystemClass,
        Self::JniGlobal,
        Self::JniLocal,
        Self::JavaLocal,
        Self::NativeStack,
        Self::Thread,
        Self::ThreadBlock,
        Self::BusyMonitor,
        Self::InternedString,
        Self::Finalizing,
        Self::Debugger,
        Self::ReferenceCleanup,
        Self::VmInternal,
        Self::JniMonitor,
        Self::Unreachable,
        Self::Unknown,
    ];

    fn from_tag(tag: u8) -> Self {
        match tag {
            sub::ROOT_STICKY_CLASS => Self::SystemClass,
            sub::ROOT_JNI_GLOBAL => Self::JniGlobal,
            sub::ROOT_JNI_LOCAL => Self::JniLocal,
            sub::ROOT_JAVA_FRAME => Self::JavaLocal,
            sub::ROOT_NATIVE_STACK => Self::NativeStack,
            sub::ROOT_THREAD_OBJECT => Self::Thread,
            sub::ROOT_THREAD_BLOCK => Self::ThreadBlock,
            sub::ROOT_MONITOR_USED => Self::BusyMonitor,
            sub::ROOT_INTERNED_STRING => Self::InternedString,
            sub::ROOT_FINALIZING => Self::Finalizing,
            sub::ROOT_DEBUGGER => Self::Debugger,
            sub::ROOT_REFERENCE_CLEANUP => Self::ReferenceCleanup,
            sub::ROOT_VM_INTERNAL => Self::VmInternal,
            sub::ROOT_JNI_MONITOR => Self::JniMonitor,
            sub::UNREACHABLE => Self::Unreachable,
            _ => Self::Unknown,
        }
    }

    /// Name as MAT's users know it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SystemClass => "System Class",
            Self::JniGlobal => "JNI Global",
            Self::JniLocal => "JNI Local",
            Self::JavaLocal => "Java Local",
            Self::NativeStack => "Native Stack",
            Self::Thread => "Thread",
            Self::ThreadBlock => "Thread Block",
            Self::BusyMonitor => "Busy Monitor",
            Self::InternedString => "Interned String",
            Self::Finalizing => "Finalizing",
            Self::Debugger => "Debugger",
            Self::ReferenceCleanup => "Reference Cleanup",
            Self::VmInternal => "VM Internal",
            Self::JniMonitor => "JNI Monitor",
            Self::Unreachable => "Unreachable",
            Self::Unknown => "Unknown",
        }
    }
}

/// A GC root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GcRoot {
    pub object: ObjectIndex,
    pub root_type: RootType,
    /// Records that say so: an object may have several JNI handles.
    pub records: u32,
}

/// An object that a thread's stack refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadLocal {
    pub thread: ObjectIndex,
    pub object: ObjectIndex,
    pub root_type: RootType,
    /// Frame number from the top; None where the record has none.
    pub frame: Option<u32>,
}

/// A thread object's record.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ThreadRoot {
    pub object: ObjectIndex,
    pub thread_serial: u32,
    pub stack_trace_serial: u32,
}

/// All roots of a dump.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Roots {
    /// Sorted by object, without repeats.
    pub roots: Vec<GcRoot>,
    pub locals: Vec<ThreadLocal>,
    pub threads: Vec<ThreadRoot>,
    /// Root records that name no object of the dump.
    pub dangling: u64,
}

impl Roots {
    /// Resolves the root records.
    pub fn resolve(records: &[RootRecord], table: &ClassTable, addresses: &AddressIndex) -> Self {
        let mut roots = Self::default();
        let mut thread_of_serial = FxHashMap::default();
        for record in records {
            let Some(object) = addresses.find(record.address) else {
                roots.dangling += 1;
                continue;
            };
            let root_type = RootType::from_tag(record.tag);
            let has_frame = matches!(root_type, RootType::JavaLocal | RootType::JniLocal);
            let in_thread = has_frame || root_type == RootType::NativeStack;
            if root_type == RootType::Thread {
                thread_of_serial.insert(record.thread_serial, object);
                roots.threads.push(ThreadRoot {
                    object,
                    thread_serial: record.thread_serial,
                    stack_trace_serial: record.frame_index,
                });
            }
            let thread = thread_of_serial
                .get(&record.thread_serial)
                .filter(|_| in_thread);
            match thread {
                Some(thread) => roots.locals.push(ThreadLocal {
                    thread: *thread,
                    object,
                    root_type,
                    frame: Some(record.frame_index)
                        .filter(|frame| has_frame && frame.cast_signed() >= 0),
                }),
                None => roots.roots.push(GcRoot {
                    object,
                    root_type,
                    records: 1,
                }),
            }
        }
        roots.add_system_classes(table);
        roots.sort();
        roots
    }

    fn add_system_classes(&mut self, table: &ClassTable) {
        if self
            .roots
            .iter()
            .any(|root| root.root_type == RootType::SystemClass)
        {
            return;
        }
        let known: FxHashSet<ObjectIndex> = self.roots.iter().map(|root| root.object).collect();
        let implied = (table.classes.iter())
            .filter(|class| class.loader_address == 0 && !class.is_array())
            .filter_map(|class| class.object)
            .filter(|object| !known.contains(object));
        let root_type = RootType::SystemClass;
        self.roots.extend(implied.map(|object| GcRoot {
            object,
            root_type,
            records: 1,
        }));
    }

    fn sort(&mut self) {
        self.roots.sort_unstable();
        self.roots.dedup_by(|later, kept| {
            let same = later.object == kept.object && later.root_type == kept.root_type;
            kept.records += if same { later.records } else { 0 };
            same
        });
    }

    /// Objects that are roots, in order, without repeats.
    pub fn objects(&self) -> Vec<ObjectIndex> {
        let mut objects: Vec<_> = self.roots.iter().map(|root| root.object).collect();
        objects.dedup();
        objects
    }

    /// Root types of an object.
    pub fn types_of(&self, object: ObjectIndex) -> impl Iterator<Item = RootType> + '_ {
        let first = self.roots.partition_point(|root| root.object < object);
        self.roots[first..]
            .iter()
            .take_while(move |root| root.object == object)
            .map(|root| root.root_type)
    }
}
