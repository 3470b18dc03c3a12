//! Writes dumps for tests: every kind of record that the reader knows, in any version and form.

mod content;

use std::io::{self, Write};

use crate::symbols::{LoadedClass, StackFrame, StackTrace, StartedThread};
use crate::tag::{BasicType, record, sub};
use crate::walk::RootRecord;
use content::{encode_modified_utf8, push_id, push_typed};

pub use content::{ClassDump, HeapForm, Value, WriterOptions};

/// Writes one dump, front to back.
pub struct HprofWriter<W: Write> {
    output: W,
    options: WriterOptions,
    /// Sub-records that are not yet in a record of `output`.
    heap: Vec<u8>,
    written_bytes: u64,
}

impl<W: Write> HprofWriter<W> {
    /// Begins a dump with its file header.
    ///
    /// # Errors
    /// When `output` fails; so for all methods.
    pub fn new(output: W, options: WriterOptions) -> io::Result<Self> {
        let mut header = options.version_text.clone().into_bytes();
        header.push(0);
        header.extend((options.id_size.bytes() as u32).to_be_bytes());
        header.extend(options.created_at_ms.to_be_bytes());
        let mut writer = Self {
            output,
            options,
            heap: Vec::new(),
            written_bytes: 0,
        };
        writer.raw(&header)?;
        Ok(writer)
    }

    /// Bytes written, without the sub-records of a record that has not ended.
    pub fn written_bytes(&self) -> u64 {
        self.written_bytes
    }

    /// Bytes of sub-records waiting for their record.
    pub fn pending_bytes(&self) -> usize {
        self.heap.len()
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// When the output fails.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written_bytes += bytes.len() as u64;
        self.output.write_all(bytes)
    }

    /// Writes a top-level record.
    ///
    /// # Errors
    /// When the output fails.
    pub fn record(&mut self, tag: u8, body: &[u8]) -> io::Result<()> {
        self.record_header(tag, body.len() as u32)?;
        self.raw(body)
    }

    /// Writes the header of a top-level record, which may lie about the length.
    ///
    /// # Errors
    /// When the output fails.
    pub fn record_header(&mut self, tag: u8, body_bytes: u32) -> io::Result<()> {
        let mut header = vec![tag, 0, 0, 0, 0];
        header.extend(body_bytes.to_be_bytes());
        self.raw(&header)
    }

    /// Names a string.
    ///
    /// # Errors
    /// When the output fails.
    pub fn utf8(&mut self, id: u64, text: &str) -> io::Result<()> {
        self.utf8_bytes(id, &encode_modified_utf8(text))
    }

    /// Names a string of any bytes.
    ///
    /// # Errors
    /// When the output fails.
    pub fn utf8_bytes(&mut self, id: u64, text: &[u8]) -> io::Result<()> {
        let mut body = self.ids(&[id]);
        body.extend_from_slice(text);
        self.record(record::UTF8, &body)
    }

    /// Names a class.
    ///
    /// # Errors
    /// When the output fails.
    pub fn load_class(&mut self, class: LoadedClass) -> io::Result<()> {
        let mut body = class.serial.to_be_bytes().to_vec();
        body.extend(self.ids(&[class.class_id]));
        body.extend(class.trace_serial.to_be_bytes());
        body.extend(self.ids(&[class.name_id]));
        self.record(record::LOAD_CLASS, &body)
    }

    /// Writes a stack frame.
    ///
    /// # Errors
    /// When the output fails.
    pub fn stack_frame(&mut self, frame: StackFrame) -> io::Result<()> {
        let mut body = self.ids(&[
            frame.frame_id,
            frame.method_name_id,
            frame.signature_id,
            frame.source_file_id,
        ]);
        body.extend(frame.class_serial.to_be_bytes());
        body.extend(frame.line.to_be_bytes());
        self.record(record::STACK_FRAME, &body)
    }

    /// Writes a stack trace.
    ///
    /// # Errors
    /// When the output fails.
    pub fn stack_trace(&mut self, trace: &StackTrace) -> io::Result<()> {
        let mut body = trace.serial.to_be_bytes().to_vec();
        body.extend(trace.thread_serial.to_be_bytes());
        body.extend((trace.frame_ids.len() as u32).to_be_bytes());
        body.extend(self.ids(&trace.frame_ids));
        self.record(record::STACK_TRACE, &body)
    }

    /// Writes the start of a thread.
    ///
    /// # Errors
    /// When the output fails.
    pub fn start_thread(&mut self, thread: StartedThread) -> io::Result<()> {
        let mut body = thread.serial.to_be_bytes().to_vec();
        body.extend(self.ids(&[thread.object_id]));
        body.extend(thread.trace_serial.to_be_bytes());
        let names = [
            thread.name_id,
            thread.group_name_id,
            thread.parent_group_name_id,
        ];
        body.extend(self.ids(&names));
        self.record(record::START_THREAD, &body)
    }

    /// Adds a GC root; the tag decides which of its fields are written.
    ///
    /// # Errors
    /// When the output fails.
    pub fn root(&mut self, root: RootRecord) -> io::Result<()> {
        let mut bytes = vec![root.tag];
        bytes.extend(self.ids(&[root.address]));
        match root.tag {
            sub::ROOT_JNI_GLOBAL => bytes.extend(self.ids(&[0])),
            sub::ROOT_NATIVE_STACK | sub::ROOT_THREAD_BLOCK => {
                bytes.extend(root.thread_serial.to_be_bytes());
            }
            sub::ROOT_JNI_LOCAL
            | sub::ROOT_JAVA_FRAME
            | sub::ROOT_THREAD_OBJECT
            | sub::ROOT_JNI_MONITOR => {
                bytes.extend(root.thread_serial.to_be_bytes());
                bytes.extend(root.frame_index.to_be_bytes());
            }
            _ => {}
        }
        self.sub_record(&bytes)
    }

    /// Adds a class.
    ///
    /// # Errors
    /// When the output fails.
    pub fn class_dump(&mut self, class: &ClassDump) -> io::Result<()> {
        let id_size = self.options.id_size;
        let mut bytes = vec![sub::CLASS_DUMP];
        push_id(&mut bytes, id_size, class.address);
        bytes.extend([0; 4]);
        for address in [
            class.super_address,
            class.loader_address,
            class.signers_address,
            class.protection_domain_address,
            0,
            0,
        ] {
            push_id(&mut bytes, id_size, address);
        }
        bytes.extend(class.instance_bytes.to_be_bytes());
        bytes.extend((class.constants.len() as u16).to_be_bytes());
        for (index, value) in &class.constants {
            bytes.extend(index.to_be_bytes());
            push_typed(&mut bytes, id_size, *value);
        }
        bytes.extend((class.statics.len() as u16).to_be_bytes());
        for (name_id, value) in &class.statics {
            push_id(&mut bytes, id_size, *name_id);
            push_typed(&mut bytes, id_size, *value);
        }
        bytes.extend((class.fields.len() as u16).to_be_bytes());
        for (name_id, basic_type) in &class.fields {
            push_id(&mut bytes, id_size, *name_id);
            bytes.push(*basic_type as u8);
        }
        self.sub_record(&bytes)
    }

    /// Adds an instance: values of its class's fields, then of the superclass's, and so on.
    ///
    /// # Errors
    /// When the output fails.
    pub fn instance(&mut self, address: u64, class: u64, values: &[Value]) -> io::Result<()> {
        let mut fields = Vec::new();
        for value in values {
            value.encode(self.options.id_size, &mut fields);
        }
        let mut bytes = vec![sub::INSTANCE_DUMP];
        bytes.extend(self.ids(&[address]));
        bytes.extend([0; 4]);
        bytes.extend(self.ids(&[class]));
        bytes.extend((fields.len() as u32).to_be_bytes());
        bytes.extend(fields);
        self.sub_record(&bytes)
    }

    /// Adds an array of references.
    ///
    /// # Errors
    /// When the output fails.
    pub fn object_array(&mut self, address: u64, class: u64, elements: &[u64]) -> io::Result<()> {
        let mut bytes = vec![sub::OBJECT_ARRAY_DUMP];
        bytes.extend(self.ids(&[address]));
        bytes.extend([0; 4]);
        bytes.extend((elements.len() as u32).to_be_bytes());
        bytes.extend(self.ids(&[class]));
        bytes.extend(self.ids(elements));
        self.sub_record(&bytes)
    }

    /// Adds an array of primitive values, given as the dump has them: big-endian.
    ///
    /// # Errors
    /// When the output fails.
    pub fn primitive_array(
        &mut self,
        address: u64,
        element_type: BasicType,
        contents: &[u8],
    ) -> io::Result<()> {
        let length = contents.len() / element_type.dump_bytes(self.options.id_size.bytes());
        let mut bytes = vec![sub::PRIMITIVE_ARRAY_DUMP];
        bytes.extend(self.ids(&[address]));
        bytes.extend([0; 4]);
        bytes.extend((length as u32).to_be_bytes());
        bytes.push(element_type as u8);
        bytes.extend_from_slice(contents);
        self.sub_record(&bytes)
    }

    /// Adds a sub-record of any bytes.
    ///
    /// # Errors
    /// When the output fails.
    pub fn sub_record(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let HeapForm::Segments { max_bytes } = self.options.form
            && self.heap.len() + bytes.len() > max_bytes
        {
            self.end_segment()?;
        }
        self.heap.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes the pending sub-records as a record, if there are any.
    ///
    /// # Errors
    /// When the output fails.
    pub fn end_segment(&mut self) -> io::Result<()> {
        if self.heap.is_empty() {
            return Ok(());
        }
        let tag = match self.options.form {
            HeapForm::Single => record::HEAP_DUMP,
            HeapForm::Segments { .. } => record::HEAP_DUMP_SEGMENT,
        };
        let body = std::mem::take(&mut self.heap);
        self.record(tag, &body)
    }

    /// Ends the heap dump; another may follow.
    ///
    /// # Errors
    /// When the output fails.
    pub fn end_heap(&mut self) -> io::Result<()> {
        self.end_segment()?;
        match self.options.form {
            HeapForm::Single => Ok(()),
            HeapForm::Segments { .. } => self.record(record::HEAP_DUMP_END, &[]),
        }
    }

    /// Writes what is pending, without an end record, and returns the output.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.end_segment()?;
        self.output.flush()?;
        Ok(self.output)
    }

    fn ids(&self, ids: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ids.len() * self.options.id_size.bytes());
        for id in ids {
            push_id(&mut bytes, self.options.id_size, *id);
        }
        bytes
    }
}
