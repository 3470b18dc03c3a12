//! Dumps made to order, and a reader that takes a dump through the whole crate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code: what fails here shall fail the test"
)]
#![allow(dead_code, reason = "every test file uses another part of it")]

use std::sync::atomic::{AtomicUsize, Ordering};

use seamew_hprof::anomaly::{Anomaly, AnomalyKind};
use seamew_hprof::error::Result;
use seamew_hprof::id::IdSize;
use seamew_hprof::progress::unwatched;
use seamew_hprof::salvage::repair;
use seamew_hprof::source::{DumpSource, MemorySource};
use seamew_hprof::survey::{Survey, survey};
use seamew_hprof::symbols::LoadedClass;
use seamew_hprof::tag::{BasicType, sub};
use seamew_hprof::walk::{ClassDumpRecord, HeapVisitor, RootRecord, Segment, WalkError, walk};
use seamew_hprof::writer::{ClassDump, HeapForm, HprofWriter, Value, WriterOptions};

pub const OBJECT_CLASS: u64 = 0x7000_0000;
pub const ORDER_CLASS: u64 = 0x7000_0100;
pub const ORDERS_CLASS: u64 = 0x7000_0200;
pub const FIRST_OBJECT: u64 = 0x1000_0000;

/// What a walk met, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    pub roots: Vec<RootRecord>,
    pub classes: Vec<(u64, u64)>,
    pub instances: Vec<(u64, u64, Vec<u8>)>,
    pub object_arrays: Vec<(u64, u64, Vec<u8>)>,
    pub primitive_arrays: Vec<(u64, BasicType, u32)>,
    /// Addresses of all objects with the offsets of their records.
    pub objects: Vec<(u64, u64)>,
    open_array: bool,
}

impl HeapVisitor for Records {
    const NEEDS_CONTENTS: bool = true;

    fn root(&mut self, root: RootRecord) {
        self.roots.push(root);
    }

    fn class_dump(&mut self, at: u64, class: ClassDumpRecord<'_>) {
        self.classes.push((class.address, class.super_address));
        self.objects.push((at, class.address));
    }

    fn instance(&mut self, at: u64, address: u64, class_address: u64, fields: &[u8]) {
        self.instances
            .push((address, class_address, fields.to_vec()));
        self.objects.push((at, address));
    }

    fn object_array(&mut self, at: u64, address: u64, class_address: u64, _length: u32) {
        assert!(!self.open_array);
        self.open_array = true;
        self.object_arrays
            .push((address, class_address, Vec::new()));
        self.objects.push((at, address));
    }

    fn elements(&mut self, bytes: &[u8]) {
        assert!(self.open_array);
        self.object_arrays
            .last_mut()
            .unwrap()
            .2
            .extend_from_slice(bytes);
    }

    fn object_array_end(&mut self) {
        self.open_array = false;
    }

    fn primitive_array(&mut self, at: u64, address: u64, element_type: BasicType, length: u32) {
        self.primitive_arrays.push((address, element_type, length));
        self.objects.push((at, address));
    }
}

impl Records {
    pub fn addresses(&self) -> Vec<u64> {
        self.objects.iter().map(|(_, address)| *address).collect()
    }
}

/// Walks segments strictly.
pub fn walk_all(
    source: &dyn DumpSource,
    segments: &[Segment],
    id_size: IdSize,
) -> std::result::Result<Records, WalkError> {
    let mut records = Records::default();
    let mut buffer = Vec::new();
    for segment in segments {
        walk(source, *segment, id_size, &mut buffer, &mut records)?;
    }
    Ok(records)
}

/// A dump read as the engine reads it.
#[derive(Debug)]
pub struct Loaded {
    pub survey: Survey,
    pub records: Records,
    pub lost_bytes: u64,
    pub doubtful_objects: u64,
    pub was_repaired: bool,
}

impl Loaded {
    pub fn has(&self, kind: AnomalyKind) -> bool {
        self.survey
            .anomalies
            .iter()
            .any(|anomaly| anomaly.kind == kind)
    }

    pub fn kinds(&self) -> Vec<AnomalyKind> {
        self.survey
            .anomalies
            .iter()
            .map(|anomaly| anomaly.kind)
            .collect()
    }

    pub fn anomaly(&self, kind: AnomalyKind) -> &Anomaly {
        self.survey
            .anomalies
            .iter()
            .find(|anomaly| anomaly.kind == kind)
            .unwrap_or_else(|| panic!("no {kind} in {:?}", self.survey.anomalies))
    }
}

/// Survey, strict walk, and repair where one of them is not content.
pub fn load_source(source: &dyn DumpSource, dump_index: usize) -> Result<Loaded> {
    let survey = survey(source)?;
    if survey.sound {
        let segments = &survey.dumps[dump_index].segments;
        let id_size = survey.id_size(dump_index);
        if let Ok(records) = walk_all(source, segments, id_size) {
            let (lost_bytes, doubtful_objects) = (0, 0);
            return Ok(Loaded {
                survey,
                records,
                lost_bytes,
                doubtful_objects,
                was_repaired: false,
            });
        }
    }
    let repaired = repair(source, &survey, dump_index, &unwatched)?;
    let id_size = repaired.survey.id_size(dump_index);
    let records = walk_all(source, &repaired.segments, id_size).expect("repaired dumps walk");
    Ok(Loaded {
        survey: repaired.survey,
        records,
        lost_bytes: repaired.lost_bytes,
        doubtful_objects: repaired.doubtful_objects,
        was_repaired: true,
    })
}

pub fn load(bytes: &[u8]) -> Loaded {
    load_source(&MemorySource(bytes.to_vec()), 0).expect("the dump loads")
}

pub fn options(id_size: IdSize, form: HeapForm) -> WriterOptions {
    WriterOptions {
        id_size,
        form,
        created_at_ms: 1_700_000_000_000,
        ..WriterOptions::default()
    }
}

pub fn segmented(max_bytes: usize) -> WriterOptions {
    options(IdSize::Eight, HeapForm::Segments { max_bytes })
}

pub type Writer = HprofWriter<Vec<u8>>;

/// A writer that has the names and classes that `put_objects` needs.
pub fn begin(options: WriterOptions) -> Writer {
    let mut writer = HprofWriter::new(Vec::new(), options).unwrap();
    put_names(&mut writer);
    writer
}

pub fn put_names(writer: &mut Writer) {
    writer.utf8(1, "java/lang/Object").unwrap();
    writer.utf8(2, "com/example/Order").unwrap();
    writer.utf8(3, "[Lcom/example/Order;").unwrap();
    writer.utf8(4, "id").unwrap();
    writer.utf8(5, "next").unwrap();
    for (serial, class_id, name_id) in [
        (1, OBJECT_CLASS, 1),
        (2, ORDER_CLASS, 2),
        (3, ORDERS_CLASS, 3),
    ] {
        let class = LoadedClass {
            serial,
            class_id,
            trace_serial: 0,
            name_id,
        };
        writer.load_class(class).unwrap();
    }
}

pub fn put_classes(writer: &mut Writer) {
    writer
        .class_dump(&ClassDump {
            address: OBJECT_CLASS,
            ..ClassDump::default()
        })
        .unwrap();
    writer
        .class_dump(&ClassDump {
            address: ORDER_CLASS,
            super_address: OBJECT_CLASS,
            instance_bytes: 12,
            statics: vec![(4, Value::Int(7)), (5, Value::Object(FIRST_OBJECT))],
            fields: vec![(4, BasicType::Int), (5, BasicType::Object)],
            ..ClassDump::default()
        })
        .unwrap();
    writer
        .class_dump(&ClassDump {
            address: ORDERS_CLASS,
            super_address: OBJECT_CLASS,
            ..ClassDump::default()
        })
        .unwrap();
}

/// Object number `index` at address `FIRST_OBJECT + 64 * index`: every eighth an array of
/// references, every fifth a primitive array, the others instances.
pub fn put_object(writer: &mut Writer, index: u64) {
    let address = FIRST_OBJECT + 64 * index;
    if index % 8 == 7 {
        let elements: Vec<u64> = (0..index % 16)
            .map(|number| address + 64 * number)
            .collect();
        writer
            .object_array(address, ORDERS_CLASS, &elements)
            .unwrap();
    } else if index % 5 == 4 {
        let text = (0..index % 40).map(|number| [0, b'a' + (number % 26) as u8]);
        let contents = text.collect::<Vec<_>>().concat();
        writer
            .primitive_array(address, BasicType::Char, &contents)
            .unwrap();
    } else {
        let values = [Value::Int(index as i32), Value::Object(address + 64)];
        writer.instance(address, ORDER_CLASS, &values).unwrap();
    }
}

pub fn put_roots(writer: &mut Writer) {
    for (tag, address) in [
        (sub::ROOT_STICKY_CLASS, OBJECT_CLASS),
        (sub::ROOT_JNI_GLOBAL, FIRST_OBJECT),
        (sub::ROOT_JAVA_FRAME, FIRST_OBJECT + 64),
        (sub::ROOT_THREAD_OBJECT, FIRST_OBJECT + 128),
    ] {
        let root = RootRecord {
            tag,
            address,
            thread_serial: 1,
            frame_index: 0,
        };
        writer.root(root).unwrap();
    }
}

/// A whole dump of `count` objects besides its classes.
pub fn dump(options: WriterOptions, count: u64) -> Vec<u8> {
    let mut writer = begin(options);
    put_classes(&mut writer);
    put_roots(&mut writer);
    for index in 0..count {
        put_object(&mut writer, index);
    }
    writer.end_heap().unwrap();
    writer.finish().unwrap()
}

/// Overwrites bytes of a dump.
pub fn patch(dump: &mut [u8], offset: u64, bytes: &[u8]) {
    let start = usize::try_from(offset).unwrap();
    dump[start..start + bytes.len()].copy_from_slice(bytes);
}

/// Offset of the declared length of the heap record whose body is `segment`.
pub fn length_field(segment: Segment) -> u64 {
    segment.offset - 4
}

/// Offset of the record of the object at `address`.
pub fn offset_of(loaded: &Loaded, address: u64) -> u64 {
    let found = loaded
        .records
        .objects
        .iter()
        .find(|(_, other)| *other == address);
    found.expect("the object is in the dump").0
}

/// Addresses of the good dump that are missing in the other.
pub fn missing(good: &Loaded, bad: &Loaded) -> Vec<u64> {
    let found: std::collections::HashSet<u64> = bad.records.addresses().into_iter().collect();
    good.records
        .addresses()
        .into_iter()
        .filter(|address| !found.contains(address))
        .collect()
}

/// Addresses that the good dump does not have.
pub fn invented(good: &Loaded, bad: &Loaded) -> Vec<u64> {
    missing(bad, good)
}

/// A source that counts the bytes read from it.
pub struct CountingSource {
    inner: MemorySource,
    read_bytes: AtomicUsize,
}

impl CountingSource {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            inner: MemorySource(bytes),
            read_bytes: AtomicUsize::new(0),
        }
    }

    pub fn read_bytes(&self) -> usize {
        self.read_bytes.load(Ordering::Relaxed)
    }
}

impl DumpSource for CountingSource {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read_at(offset, buffer)?;
        self.read_bytes.fetch_add(count, Ordering::Relaxed);
        Ok(count)
    }
}
