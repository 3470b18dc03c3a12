//! Names, classes, stack frames and threads from the top-level records of a dump.

use std::collections::HashMap;

use crate::id::{IdSize, be_u32};
use crate::names::{decode_modified_utf8, java_class_name};
use crate::tag::record;

/// A LOAD_CLASS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadedClass {
    /// Serial number, which stack frames and allocation sites use.
    pub serial: u32,
    /// Address of the class object.
    pub class_id: u64,
    /// Stack trace of the loading, or 0.
    pub trace_serial: u32,
    /// Id of the class's name among the strings.
    pub name_id: u64,
}

/// A STACK_FRAME record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// Id of the frame.
    pub frame_id: u64,
    /// String id of the method's name.
    pub method_name_id: u64,
    /// String id of the method's signature.
    pub signature_id: u64,
    /// String id of the source file, 0 if unknown.
    pub source_file_id: u64,
    /// Serial of the method's class.
    pub class_serial: u32,
    /// Line number; 0 or -1 unknown, -2 compiled method, -3 native method.
    pub line: i32,
}

/// A STACK_TRACE record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackTrace {
    /// Serial number of the trace.
    pub serial: u32,
    /// Serial number of the thread.
    pub thread_serial: u32,
    /// Frames, the innermost first.
    pub frame_ids: Vec<u64>,
}

/// A START_THREAD record (hprof agent only; HotSpot writes ROOT_THREAD_OBJECT instead).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartedThread {
    /// Serial number of the thread.
    pub serial: u32,
    /// Address of the thread object.
    pub object_id: u64,
    /// Stack trace of the start.
    pub trace_serial: u32,
    /// String id of the thread's name.
    pub name_id: u64,
    /// String id of the thread group's name.
    pub group_name_id: u64,
    /// String id of the parent group's name.
    pub parent_group_name_id: u64,
}

/// A string's place in the arena.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    length: u32,
}

/// What the top-level records name. Where ids repeat, the later record wins.
#[derive(Clone, Debug)]
pub struct Symbols {
    id_size: IdSize,
    arena: Vec<u8>,
    strings: HashMap<u64, Span>,
    classes: HashMap<u64, LoadedClass>,
    class_ids: HashMap<u32, u64>,
    frames: HashMap<u64, StackFrame>,
    traces: HashMap<u32, StackTrace>,
    threads: HashMap<u32, StartedThread>,
}

/// Reads fields of a record body in order; zeros beyond its end.
struct Fields<'a> {
    bytes: &'a [u8],
    id_size: IdSize,
}

impl Fields<'_> {
    fn skip(&mut self, count: usize) {
        self.bytes = self.bytes.get(count..).unwrap_or_default();
    }

    fn id(&mut self) -> u64 {
        let value = self.id_size.read(self.bytes);
        self.skip(self.id_size.bytes());
        value
    }

    fn u32(&mut self) -> u32 {
        let value = be_u32(self.bytes);
        self.skip(4);
        value
    }
}

impl Symbols {
    /// Longest string kept whole, in bytes: class files cannot have longer names.
    pub const MAX_STRING_BYTES: usize = u16::MAX as usize;

    /// No symbols, for ids of this size.
    pub fn new(id_size: IdSize) -> Self {
        Self {
            id_size,
            arena: Vec::new(),
            strings: HashMap::new(),
            classes: HashMap::new(),
            class_ids: HashMap::new(),
            frames: HashMap::new(),
            traces: HashMap::new(),
            threads: HashMap::new(),
        }
    }

    /// Takes the body of a record in; records of other kinds are ignored, short ones read as if
    /// zeros followed.
    pub fn add(&mut self, tag: u8, body: &[u8]) {
        let mut fields = Fields {
            bytes: body,
            id_size: self.id_size,
        };
        match tag {
            record::UTF8 => {
                let id = fields.id();
                self.add_string(id, fields.bytes);
            }
            record::LOAD_CLASS => self.add_class(&mut fields),
            record::STACK_FRAME => self.add_frame(&mut fields),
            record::STACK_TRACE => self.add_trace(&mut fields),
            record::START_THREAD => self.add_thread(&mut fields),
            _ => {}
        }
    }

    fn add_string(&mut self, id: u64, text: &[u8]) {
        let text = &text[..text.len().min(Self::MAX_STRING_BYTES)];
        let span = Span {
            start: self.arena.len(),
            length: text.len() as u32,
        };
        self.arena.extend_from_slice(text);
        self.strings.insert(id, span);
    }

    fn add_class(&mut self, fields: &mut Fields<'_>) {
        let serial = fields.u32();
        let class_id = fields.id();
        let trace_serial = fields.u32();
        let class = LoadedClass {
            serial,
            class_id,
            trace_serial,
            name_id: fields.id(),
        };
        self.classes.insert(class_id, class);
        self.class_ids.insert(serial, class_id);
    }

    fn add_frame(&mut self, fields: &mut Fields<'_>) {
        let frame = StackFrame {
            frame_id: fields.id(),
            method_name_id: fields.id(),
            signature_id: fields.id(),
            source_file_id: fields.id(),
            class_serial: fields.u32(),
            line: i32::from_ne_bytes(fields.u32().to_ne_bytes()),
        };
        self.frames.insert(frame.frame_id, frame);
    }

    fn add_trace(&mut self, fields: &mut Fields<'_>) {
        let serial = fields.u32();
        let thread_serial = fields.u32();
        let declared = fields.u32() as usize;
        let present = fields.bytes.len() / self.id_size.bytes();
        let frame_ids = (0..declared.min(present)).map(|_| fields.id()).collect();
        self.traces.insert(
            serial,
            StackTrace {
                serial,
                thread_serial,
                frame_ids,
            },
        );
    }

    fn add_thread(&mut self, fields: &mut Fields<'_>) {
        let thread = StartedThread {
            serial: fields.u32(),
            object_id: fields.id(),
            trace_serial: fields.u32(),
            name_id: fields.id(),
            group_name_id: fields.id(),
            parent_group_name_id: fields.id(),
        };
        self.threads.insert(thread.serial, thread);
    }

    /// Strings known.
    pub fn string_count(&self) -> usize {
        self.strings.len()
    }

    /// The bytes of a string: modified UTF-8.
    pub fn string_bytes(&self, id: u64) -> Option<&[u8]> {
        let span = self.strings.get(&id)?;
        self.arena
            .get(span.start..span.start + span.length as usize)
    }

    /// A string, decoded; what is no text becomes U+FFFD.
    pub fn string(&self, id: u64) -> Option<String> {
        self.string_bytes(id).map(decode_modified_utf8)
    }

    /// The class whose class object is at `class_id`.
    pub fn class(&self, class_id: u64) -> Option<&LoadedClass> {
        self.classes.get(&class_id)
    }

    /// All classes, in no order.
    pub fn classes(&self) -> impl ExactSizeIterator<Item = &LoadedClass> {
        self.classes.values()
    }

    /// The class of a serial number.
    pub fn class_by_serial(&self, serial: u32) -> Option<&LoadedClass> {
        self.classes.get(self.class_ids.get(&serial)?)
    }

    /// A class's name as in Java source (`java.lang.String[]`), if its name record is there.
    pub fn class_name(&self, class_id: u64) -> Option<String> {
        let class = self.classes.get(&class_id)?;
        self.string(class.name_id)
            .map(|name| java_class_name(&name))
    }

    /// The frame of an id.
    pub fn frame(&self, frame_id: u64) -> Option<&StackFrame> {
        self.frames.get(&frame_id)
    }

    /// The trace of a serial number.
    pub fn trace(&self, serial: u32) -> Option<&StackTrace> {
        self.traces.get(&serial)
    }

    /// All traces, in no order.
    pub fn traces(&self) -> impl ExactSizeIterator<Item = &StackTrace> {
        self.traces.values()
    }

    /// Threads that the hprof agent saw starting, in no order.
    pub fn started_threads(&self) -> impl ExactSizeIterator<Item = &StartedThread> {
        self.threads.values()
    }
}
