//! Threads with their stacks.

use seamew_hprof::tag::sub;
use seamew_hprof::walk::RootRecord;

use crate::builder::HeapBuilder;
use crate::object::Address;

/// A thread made by [`HeapBuilder::thread`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The thread object.
    pub address: Address,
    /// The serial number that root records use.
    pub serial: u32,
}

/// A frame of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Class of the method.
    pub class: Address,
    /// Name of the method.
    pub method: String,
    /// Name of the source file.
    pub file: Option<String>,
    /// Line number; -3 for native methods.
    pub line: i32,
}

impl Frame {
    /// A frame of a method with a source line.
    pub fn new(class: Address, method: &str, file: &str, line: i32) -> Self {
        Self {
            class,
            method: method.to_owned(),
            file: Some(file.to_owned()),
            line,
        }
    }
}

/// A thread as the builder keeps it.
#[derive(Clone, Debug)]
pub struct StartedThread {
    pub thread: Thread,
    /// The innermost first.
    pub frames: Vec<Frame>,
    pub locals: Vec<RootRecord>,
}

impl StartedThread {
    /// Number of the thread's stack trace.
    pub fn trace_serial(&self) -> u32 {
        self.thread.serial + 100
    }
}

impl HeapBuilder {
    /// Makes a running thread: the object, its name, its root record.
    pub fn thread(&mut self, name: &str) -> Thread {
        let name = self.string(name);
        let class = self.known().thread;
        let address = self.instance(class, &[("name", name.into())]);
        self.run(address)
    }

    /// Makes an object a running thread, whatever its class.
    pub fn run(&mut self, address: Address) -> Thread {
        let thread = Thread {
            address,
            serial: self.threads.len() as u32 + 1,
        };
        self.threads.push(StartedThread {
            thread,
            frames: Vec::new(),
            locals: Vec::new(),
        });
        thread
    }

    fn started(&mut self, thread: Thread) -> &mut StartedThread {
        &mut self.threads[thread.serial as usize - 1]
    }

    /// Adds a frame below those the thread has, and returns its number.
    pub fn frame(&mut self, thread: Thread, frame: Frame) -> u32 {
        let frames = &mut self.started(thread).frames;
        frames.push(frame);
        frames.len() as u32 - 1
    }

    /// Makes a frame refer to an object: a Java local.
    pub fn java_local(&mut self, thread: Thread, frame: u32, object: Address) {
        self.local(thread, sub::ROOT_JAVA_FRAME, frame, object);
    }

    /// Makes native code in a thread refer to an object; without a frame that is -1.
    pub fn jni_local(&mut self, thread: Thread, frame: Option<u32>, object: Address) {
        self.local(
            thread,
            sub::ROOT_JNI_LOCAL,
            frame.unwrap_or(u32::MAX),
            object,
        );
    }

    /// Makes a thread's native stack refer to an object.
    pub fn native_stack(&mut self, thread: Thread, object: Address) {
        self.local(thread, sub::ROOT_NATIVE_STACK, 0, object);
    }

    fn local(&mut self, thread: Thread, tag: u8, frame_index: u32, object: Address) {
        let record = RootRecord {
            tag,
            address: object.0,
            thread_serial: thread.serial,
            frame_index,
        };
        self.started(thread).locals.push(record);
    }

    /// All root records in the order in which the dump has them; locals follow their thread.
    pub(crate) fn root_records(&self) -> Vec<RootRecord> {
        let mut records = Vec::new();
        for started in &self.threads {
            records.push(RootRecord {
                tag: sub::ROOT_THREAD_OBJECT,
                address: started.thread.address.0,
                thread_serial: started.thread.serial,
                frame_index: started.trace_serial(),
            });
            records.extend(&started.locals);
        }
        records.extend(&self.roots);
        if self.options.sticky_classes {
            let system = self
                .classes
                .iter()
                .filter(|class| class.loader == Address::NULL);
            records.extend(
                system
                    .filter(|class| !class.is_array())
                    .map(|class| RootRecord {
                        tag: sub::ROOT_STICKY_CLASS,
                        address: class.address.0,
                        thread_serial: 0,
                        frame_index: 0,
                    }),
            );
        }
        records
    }
}
