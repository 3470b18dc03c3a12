//! Threads: names, states, stacks, and what their locals hold.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::rows::ObjectRow;
use super::thread_state::{StateNames, state_of_bits, state_text};
use super::values::Fields;
use crate::graph::RootType;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

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
    /// Java's own number of the thread.
    pub thread_id: Option<i64>,
    /// Name of the thread group.
    pub group: Option<String>,
    /// As `Thread.getState` has it: NEW, RUNNABLE, BLOCKED, WAITING, `TIMED_WAITING`, TERMINATED.
    pub thread_state: Option<&'static str>,
    /// Alive: a GC root, or a virtual thread that was started and has not ended.
    pub is_alive: bool,
    pub is_virtual: bool,
    /// Of a mounted virtual thread: the thread that runs it.
    pub carrier_index: Option<u32>,
    /// What it is parked for: a lock or a condition of java.util.concurrent.
    pub blocker_index: Option<u32>,
}

/// What is the same for all threads.
struct Setting {
    /// Root types of the locals, by thread and object.
    locals: FxHashMap<(ObjectIndex, ObjectIndex), RootType>,
    /// Threads that are GC roots.
    live: Vec<ObjectIndex>,
    virtual_states: StateNames,
}

/// Fields of a thread, and of the holder into which JDK 19 moved what virtual threads do not have.
struct ThreadFields<'a> {
    own: Option<Fields<'a>>,
    holder: Option<Fields<'a>>,
}

impl ThreadFields<'_> {
    fn int(&self, name: &str) -> Option<i64> {
        let of = |fields: &Option<Fields<'_>>| fields.as_ref()?.int(name);
        of(&self.own).or_else(|| of(&self.holder))
    }

    fn reference(&self, name: &str) -> Option<ObjectIndex> {
        let of = |fields: &Option<Fields<'_>>| fields.as_ref()?.reference(name);
        of(&self.own).or_else(|| of(&self.holder))
    }
}

impl Heap {
    /// All threads, biggest retained size first, those never started and virtual ones included.
    pub fn threads(&self) -> Vec<ThreadRow> {
        let is_thread: Vec<bool> = (0..self.table.classes.len() as u32)
            .map(|class| {
                let mut hierarchy = self.table.hierarchy(ClassIndex(class));
                hierarchy.any(|it| self.table.get(it).name == "java.lang.Thread")
            })
            .collect();
        let mut threads: Vec<ObjectIndex> = self.instances_of(&is_thread).iter().collect();
        threads.sort_by_key(|thread| (std::cmp::Reverse(self.retained_bytes(*thread)), *thread));
        let setting = self.setting();
        threads
            .into_iter()
            .map(|thread| self.thread_row(thread, &setting))
            .collect()
    }

    fn setting(&self) -> Setting {
        let locals = (self.roots.locals.iter().rev())
            .map(|local| ((local.thread, local.object), local.root_type))
            .collect();
        let mut live: Vec<ObjectIndex> = self.roots.threads.iter().map(|it| it.object).collect();
        live.sort_unstable();
        live.dedup();
        Setting {
            locals,
            live,
            virtual_states: StateNames::of(&self.table),
        }
    }

    /// How many threads are GC roots: those that were alive.
    pub fn live_thread_count(&self) -> usize {
        self.setting().live.len()
    }

    fn thread_row(&self, thread: ObjectIndex, setting: &Setting) -> ThreadRow {
        let own = self.fields_of(thread);
        let holder = own.as_ref().and_then(|fields| fields.reference("holder"));
        let holder = holder.and_then(|holder| self.fields_of(holder));
        let fields = ThreadFields { own, holder };
        let is_virtual = self.is_kind_of(thread, "java.lang.BaseVirtualThread")
            || self.is_kind_of(thread, "java.lang.VirtualThread");
        let virtual_state = fields.int("state").filter(|_| is_virtual);
        let virtual_state = virtual_state.and_then(|state| setting.virtual_states.name(state));
        let bits = fields.int("threadStatus");
        let id = |object: Option<ObjectIndex>| {
            let object = object.filter(|object| self.reachable.contains(*object));
            object.map(|object| self.id(object))
        };
        let context = fields.reference("contextClassLoader");
        let frames = self.frames(thread, setting);
        let locals = frames.iter().flat_map(|frame| &frame.locals);
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
            is_daemon: fields.int("daemon").map(|daemon| daemon != 0),
            priority: fields.int("priority"),
            state: match &virtual_state {
                Some((name, _)) => Some(format!("[{name}]")),
                None => bits.map(state_text),
            },
            state_value: bits,
            frames,
            thread_id: fields.int("tid"),
            group: (fields.reference("group")).and_then(|group| self.readable_value(group)),
            thread_state: match virtual_state {
                Some((_, state)) => Some(state),
                None => bits.map(state_of_bits),
            },
            is_alive: setting.live.binary_search(&thread).is_ok()
                || virtual_state.is_some_and(|(_, state)| !matches!(state, "NEW" | "TERMINATED")),
            is_virtual,
            carrier_index: id(fields.reference("carrierThread")),
            blocker_index: id(fields.reference("parkBlocker")),
        }
    }

    fn frames(&self, thread: ObjectIndex, setting: &Setting) -> Vec<FrameRow> {
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
                .map(|object| self.local(*object, setting.locals.get(&(thread, *object))))
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

    fn local(&self, object: ObjectIndex, root_type: Option<&RootType>) -> LocalVariable {
        let row = self.row(object);
        LocalVariable {
            object_index: row.object_index,
            address: row.address,
            class_name: row.class_name,
            shallow_bytes: row.shallow_bytes,
            retained_bytes: row.retained_bytes,
            root_type: root_type.copied().unwrap_or(RootType::JavaLocal).label(),
            value: row.value,
        }
    }
}
