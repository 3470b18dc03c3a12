//! Small facts about a dump and how it was read.

use serde::{Deserialize, Serialize};

use crate::classes::SizeModel;
use crate::classes::layout::ObjectLayout;
use crate::ids::ObjectIndex;

/// Something that a user should know of how the dump was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeapWarning {
    /// Stable kebab-case name.
    pub code: String,
    pub message: String,
    pub hint: String,
    pub offset: Option<u64>,
    pub lost_bytes: u64,
    pub count: u64,
}

/// Objects of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassSums {
    pub objects: u64,
    pub shallow_bytes: u64,
    /// Sum over those objects that no object of the class dominates: at most what they retain
    /// together.
    pub retained_bytes: u64,
}

/// A frame of a thread's stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackFrame {
    /// As in a Java stack trace: `at pkg.Class.method(File.java:12)`.
    pub text: String,
    /// Objects that the frame refers to.
    pub locals: Vec<ObjectIndex>,
}

/// A thread with its stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    pub thread: ObjectIndex,
    pub frames: Vec<StackFrame>,
    /// Locals without a frame: JNI locals, native stack.
    pub other_locals: Vec<ObjectIndex>,
}

/// Facts about a dump.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Facts {
    pub format: String,
    pub container: String,
    pub id_bytes: u32,
    pub created_at_ms: u64,
    pub file_bytes: u64,
    pub dump_bytes: u64,
    pub dump_index: u32,
    pub dump_count: u32,
    pub object_count: u64,
    pub heap_bytes: u64,
    pub class_count: u64,
    pub loader_count: u64,
    pub root_count: u64,
    pub dangling_references: u64,
    pub unreachable_objects: u64,
    pub unreachable_bytes: u64,
    pub filler_objects: u64,
    pub filler_bytes: u64,
    pub size_model: SizeModel,
    pub layout: ObjectLayout,
    pub compressed_references: bool,
    pub keep_unreachable: bool,
    pub lost_bytes: u64,
    pub warnings: Vec<HeapWarning>,
    /// Seconds that each phase took when the index was built.
    pub phase_seconds: Vec<(String, f64)>,
}
