//! From the builder's heap to a dump.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use seamew_hprof::id::IdSize;
use seamew_hprof::symbols::{LoadedClass, StackFrame, StackTrace};
use seamew_hprof::tag::{BasicType, sub};
use seamew_hprof::writer::{ClassDump, HprofWriter, WriterOptions};
use tempfile::NamedTempFile;

use crate::builder::{FileOrder, HeapBuilder};
use crate::class::{Class, internal_name};
use crate::object::{Body, Object};
use crate::random::Random;

/// Id of the first string; any number will do.
const FIRST_NAME_ID: u64 = 0x1000;

/// Strings of the dump in order of first use.
#[derive(Default)]
struct Names {
    ids: HashMap<String, u64>,
    texts: Vec<String>,
}

impl Names {
    fn id(&mut self, text: &str) -> u64 {
        let next = FIRST_NAME_ID + self.texts.len() as u64;
        *self.ids.entry(text.to_owned()).or_insert_with(|| {
            self.texts.push(text.to_owned());
            next
        })
    }
}

impl HeapBuilder {
    /// The dump.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.write(Vec::new())
            .expect("writing to memory does not fail")
    }

    /// The dump in a file that goes away with the value returned.
    pub fn to_file(&self) -> NamedTempFile {
        let file = NamedTempFile::with_suffix(".hprof").expect("the temp folder is writable");
        let handle = file.reopen().expect("the file was just made");
        self.write_file(handle).expect("the temp folder has room");
        file
    }

    fn write_file(&self, file: File) -> io::Result<()> {
        self.write(BufWriter::new(file)).map(drop)
    }

    /// Writes the dump.
    ///
    /// # Errors
    /// When the output fails.
    pub fn write<W: Write>(&self, output: W) -> io::Result<W> {
        let options = WriterOptions {
            version_text: self.options.version_text.clone(),
            id_size: self.options.id_size,
            created_at_ms: 1_700_000_000_000,
            form: self.options.form,
        };
        let mut writer = HprofWriter::new(output, options)?;
        let mut names = Names::default();
        let class_dumps: Vec<ClassDump> = self
            .classes
            .iter()
            .map(|class| self.class_dump(class, &mut names))
            .collect();
        let frames = self.stack_frames(&mut names);
        let class_names: Vec<u64> = self
            .classes
            .iter()
            .map(|class| names.id(&internal_name(&class.name)))
            .collect();
        for (text, id) in names.texts.iter().zip(FIRST_NAME_ID..) {
            writer.utf8(id, text)?;
        }
        self.write_symbols(&mut writer, &class_names, &frames)?;
        for (class, dump) in self.classes.iter().zip(&class_dumps) {
            if !self.forgotten_classes.contains(&class.address) {
                writer.class_dump(dump)?;
            }
        }
        for object in self.objects_in_file_order() {
            write_object(&mut writer, object, self.options.id_size)?;
        }
        for record in self.root_records() {
            writer.root(record)?;
        }
        for bytes in &self.raw_records {
            writer.sub_record(bytes)?;
        }
        writer.end_heap()?;
        writer.finish()
    }

    fn class_dump(&self, class: &Class, names: &mut Names) -> ClassDump {
        let id_bytes = self.options.id_size.bytes();
        let kinds = self.field_types(class.address);
        let bytes: usize = kinds.iter().map(|kind| kind.dump_bytes(id_bytes)).sum();
        let statics = class
            .statics
            .iter()
            .map(|(name, value)| (names.id(name), *value));
        let statics = statics.collect();
        ClassDump {
            address: class.address.0,
            super_address: class.superclass.0,
            loader_address: class.loader.0,
            instance_bytes: bytes as u32,
            statics,
            fields: class
                .fields
                .iter()
                .map(|(name, kind)| (names.id(name), *kind))
                .collect(),
            ..ClassDump::default()
        }
    }

    /// Each thread's stack trace with its frames.
    fn stack_frames(&self, names: &mut Names) -> Vec<(StackTrace, Vec<StackFrame>)> {
        let mut next_id = 1;
        let mut traces = Vec::new();
        for started in &self.threads {
            let mut frames = Vec::new();
            for frame in &started.frames {
                let class = self
                    .classes
                    .iter()
                    .position(|class| class.address == frame.class);
                frames.push(StackFrame {
                    frame_id: next_id,
                    method_name_id: names.id(&frame.method),
                    signature_id: names.id("()V"),
                    source_file_id: frame.file.as_ref().map_or(0, |file| names.id(file)),
                    class_serial: class.map_or(0, |at| at as u32 + 1),
                    line: frame.line,
                });
                next_id += 1;
            }
            let trace = StackTrace {
                serial: started.trace_serial(),
                thread_serial: started.thread.serial,
                frame_ids: frames.iter().map(|frame| frame.frame_id).collect(),
            };
            traces.push((trace, frames));
        }
        traces
    }

    fn write_symbols<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        class_names: &[u64],
        traces: &[(StackTrace, Vec<StackFrame>)],
    ) -> io::Result<()> {
        for ((class, name_id), serial) in self.classes.iter().zip(class_names).zip(1..) {
            writer.load_class(LoadedClass {
                serial,
                class_id: class.address.0,
                trace_serial: 0,
                name_id: *name_id,
            })?;
        }
        for (trace, frames) in traces {
            for frame in frames {
                writer.stack_frame(*frame)?;
            }
            writer.stack_trace(trace)?;
        }
        Ok(())
    }

    fn objects_in_file_order(&self) -> Vec<&Object> {
        let mut objects: Vec<&Object> = self.objects.iter().collect();
        match self.options.file_order {
            FileOrder::ByAddress => objects.sort_by_key(|object| object.address),
            FileOrder::ByCreation => {}
            FileOrder::Scattered { seed } => Random::new(seed).shuffle(&mut objects),
        }
        objects
    }
}

fn write_object<W: Write>(
    writer: &mut HprofWriter<W>,
    object: &Object,
    id_size: IdSize,
) -> io::Result<()> {
    let address = object.address.0;
    match &object.body {
        Body::Instance { class, values } => writer.instance(address, class.0, values),
        Body::ObjectArray { class, elements } => {
            let elements: Vec<u64> = elements.iter().map(|element| element.0).collect();
            writer.object_array(address, class.0, &elements)
        }
        Body::PrimitiveArray {
            element_type,
            contents,
        } => writer.primitive_array(address, *element_type, contents),
        Body::BareArray {
            element_type,
            length,
        } => {
            let bytes = bare_array_record(address, *element_type, *length, id_size);
            writer.sub_record(&bytes)
        }
    }
}

fn bare_array_record(address: u64, kind: BasicType, length: u32, id_size: IdSize) -> Vec<u8> {
    let mut bytes = vec![sub::PRIMITIVE_ARRAY_NODATA_DUMP];
    bytes.extend(&address.to_be_bytes()[8 - id_size.bytes()..]);
    bytes.extend([0; 4]);
    bytes.extend(length.to_be_bytes());
    bytes.push(kind as u8);
    bytes
}
