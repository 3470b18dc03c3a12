//! Threads: names, states, stacks, and what their locals hold.

use serde::Serialize;

use super::rows::ObjectRow;
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// An object that a frame refers to.
#[derive(Clone, Debug, Serialize)]
pub struct LocalVariable {
    pub object_index: u32,
    pub address: u64,
    pub class_name: String,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
    pub root_type: &'static str,
    pub value: Option<String>,
}

/// A frame of a stack.
#[derive(Clone, Debug, Serialize)]
pub struct FrameRow {
    pub text: String,
    pub locals: Vec<LocalVariable>,
}

/// A thread.
#[derive(Clone, Debug, Serialize)]
pub struct ThreadRow {
    pub object_index: u32,
    pub address: u64,
    pub class_name: String,
    pub name: Option<String>,
    pub shallow_bytes: u64,
    pub retained_bytes: u64,
    pub max_local_retained_bytes: Option<u64>,
    pub context_class_loader: Option<String>,
    pub is_daemon: Option<bool>,
    pub priority: Option<i64>,
    pub state: Option<String>,
    pub state_value: Option<i64>,
    pub frames: Vec<FrameRow>,
}

impl Heap {
    /// All threads, biggest retained size first, those never started and virtual ones included.
    pub fn threads(&self) -> Vec<ThreadRow> {
        let is_thread: Vec<bool> = (0..self.table.classes.len() as u32)
            .map(|class| {
                let mut hierarchy = self.table.hierarchy(crate::ids::ClassIndex(class));
                hierarchy.any(|it| self.table.get(it).name == "java.lang.Thread")
            })
            .collect();
        let mut threads: Vec<ObjectIndex> = (0..self.classes.len() as u32)
            .map(ObjectIndex)
            .filter(|object| is_thread[self.classes.get(*object).at()])
            .filter(|object| self.reachable.contains(*object))
            .collect();
        threads.sort_by_key(|thread| (std::cmp::Reverse(self.retained_bytes(*thread)), *thread));
        threads
            .into_iter()
            .map(|thread| self.thread_row(thread))
            .collect()
    }

    /// How many threads are GC roots: those that were alive.
    pub fn live_thread_count(&self) -> usize {
        let mut threads: Vec<ObjectIndex> = self
            .roots
            .threads
            .iter()
            .map(|thread| thread.object)
            .collect();
        threads.sort_unstable();
        threads.dedup();
        threads.len()
    }

    fn thread_row(&self, thread: ObjectIndex) -> ThreadRow {
        let fields = self.fields_of(thread);
        // JDK 19 moved what virtual threads do not have into a holder object.
        let holder = fields
            .as_ref()
            .and_then(|fields| fields.reference("holder"));
        let holder = holder.and_then(|holder| self.fields_of(holder));
        let int = |name: &str| {
            let own = fields.as_ref().and_then(|fields| fields.int(name));
            own.or_else(|| holder.as_ref().and_then(|holder| holder.int(name)))
        };
        let context = fields
            .as_ref()
            .and_then(|fields| fields.reference("contextClassLoader"));
        let frames = self.frames(thread);
        let locals = frames.iter().flat_map(|frame| &frame.locals);
        let state_value = int("threadStatus");
        let row: ObjectRow = self.row(thread);
        ThreadRow {
            max_local_retained_bytes: locals.map(|local| local.retained_bytes).max(),
            object_index: row.object_index,
            address: row.address,
            class_name: row.class_name,
            name: self.thread_name(thread),
            shallow_bytes: row.shallow_bytes,
            retained_bytes: row.retained_bytes,
            context_class_loader: context.map(|loader| self.object_label(loader)),
            is_daemon: int("daemon").map(|daemon| daemon != 0),
            priority: int("priority"),
            state: state_value.map(state_text),
            state_value,
            frames,
        }
    }

    fn frames(&self, thread: ObjectIndex) -> Vec<FrameRow> {
        let Ok(at) = self
            .stacks
            .binary_search_by_key(&thread, |stack| stack.thread)
        else {
            return Vec::new();
        };
        let stack = &self.stacks[at];
        let locals = |objects: &[ObjectIndex]| {
            objects
                .iter()
                .map(|object| self.local(thread, *object))
                .collect::<Vec<_>>()
        };
        let mut frames: Vec<FrameRow> = (stack.frames.iter())
            .map(|frame| FrameRow {
                text: frame.text.clone(),
                locals: locals(&frame.locals),
            })
            .collect();
        if !stack.other_locals.is_empty() {
            let text = "(no frame)".into();
            frames.push(FrameRow {
                text,
                locals: locals(&stack.other_locals),
            });
        }
        frames
    }

    fn local(&self, thread: ObjectIndex, object: ObjectIndex) -> LocalVariable {
        let row = self.row(object);
        let root_type = (self.roots.locals.iter())
            .find(|local| local.thread == thread && local.object == object)
            .map_or(RootType::JavaLocal, |local| local.root_type);
        LocalVariable {
            object_index: row.object_index,
            address: row.address,
            class_name: row.class_name,
            shallow_bytes: row.shallow_bytes,
            retained_bytes: row.retained_bytes,
            root_type: root_type.label(),
            value: row.value,
        }
    }
}

/// JVMTI thread state bits in words. (JVM Tool Interface, `GetThreadState`)
fn state_text(bits: i64) -> String {
    const NAMES: [(i64, &str); 13] = [
        (0x1, "alive"),
        (0x400, "blocked on monitor enter"),
        (0x100, "in object wait"),
        (0x20_0000, "interrupted"),
        (0x40_0000, "native"),
        (0x200, "parked"),
        (0x4, "runnable"),
        (0x40, "sleeping"),
        (0x10_0000, "suspended"),
        (0x2, "terminated"),
        (0x80, "waiting"),
        (0x10, "waiting indefinitely"),
        (0x20, "waiting with timeout"),
    ];
    let names: Vec<&str> = NAMES
        .iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    format!("[{}]", names.join(", "))
}
