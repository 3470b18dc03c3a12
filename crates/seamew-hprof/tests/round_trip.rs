//! What the writer writes, survey and walk read: every version, identifier size and form.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code: what fails here shall fail the test, and a skip is said"
)]

mod support;

use seamew_hprof::anomaly::AnomalyKind;
use seamew_hprof::header::Version;
use seamew_hprof::id::IdSize;
use seamew_hprof::survey::survey;
use seamew_hprof::symbols::{StackFrame, StackTrace, StartedThread};
use seamew_hprof::tag::{BasicType, record, sub};
use seamew_hprof::walk::RootRecord;
use seamew_hprof::writer::{ClassDump, HeapForm, HprofWriter, Value, WriterOptions};
use support::*;

const FORMS: [HeapForm; 3] = [
    HeapForm::Single,
    HeapForm::Segments { max_bytes: 500 },
    HeapForm::Segments { max_bytes: 1 << 20 },
];

#[test]
fn reads_every_id_size_and_form() {
    for id_size in [IdSize::Four, IdSize::Eight] {
        for form in FORMS {
            let loaded = load(&dump(options(id_size, form), 300));
            assert!(!loaded.was_repaired, "{id_size:?} {form:?}");
            assert_eq!(loaded.records.objects.len(), 303);
            assert_eq!(loaded.records.roots.len(), 4);
            assert_eq!(loaded.survey.anomalies, []);
            assert_eq!(loaded.survey.covered_bytes, loaded.survey.total_bytes);
            let dump = &loaded.survey.dumps[0];
            assert_eq!(dump.segmented, form != HeapForm::Single);
            assert_eq!(dump.ended, form != HeapForm::Single);
            assert_eq!(dump.at_ms, 1_700_000_000_000);
        }
    }
}

#[test]
fn contents_survive() {
    let loaded = load(&dump(segmented(1 << 20), 16));
    let (address, class, fields) = &loaded.records.instances[1];
    assert_eq!((*address, *class), (FIRST_OBJECT + 64, ORDER_CLASS));
    assert_eq!(fields[..4], 1_i32.to_be_bytes());
    assert_eq!(fields[4..], (FIRST_OBJECT + 128).to_be_bytes());
    let (address, class, elements) = &loaded.records.object_arrays[0];
    assert_eq!((*address, *class), (FIRST_OBJECT + 7 * 64, ORDERS_CLASS));
    assert_eq!(elements.len(), 7 * 8);
    assert_eq!(loaded.records.primitive_arrays[0].1, BasicType::Char);
    assert_eq!(loaded.records.classes[1], (ORDER_CLASS, OBJECT_CLASS));
    assert_eq!(
        loaded.survey.symbols(0).class_name(ORDERS_CLASS).unwrap(),
        "com.example.Order[]"
    );
}

#[test]
fn knows_the_versions() {
    for (text, version, warns) in [
        ("JAVA PROFILE 1.0.1", Version::V1_0_1, false),
        ("JAVA PROFILE 1.0.2", Version::V1_0_2, false),
        ("JAVA PROFILE 1.0.3", Version::V1_0_3, false),
        ("JAVA PROFILE 1.0.9-vendor", Version::Unknown, true),
    ] {
        let options = WriterOptions {
            version_text: text.to_owned(),
            ..WriterOptions::default()
        };
        let loaded = load(&dump(options, 10));
        let header = loaded.survey.header(0);
        assert_eq!(
            (header.version, header.version_text.as_str()),
            (version, text)
        );
        assert_eq!(loaded.has(AnomalyKind::UnknownVersion), warns);
        assert_eq!(loaded.records.objects.len(), 13);
    }
}

#[test]
fn reads_android_sub_records() {
    let mut writer = begin(options(
        IdSize::Four,
        HeapForm::Segments { max_bytes: 1 << 20 },
    ));
    writer
        .sub_record(&[sub::HEAP_DUMP_INFO, 0, 0, 0, 65, 0, 0, 0, 1])
        .unwrap();
    put_classes(&mut writer);
    for tag in sub::ROOT_INTERNED_STRING..=sub::ROOT_JNI_MONITOR {
        let root = RootRecord {
            tag,
            address: FIRST_OBJECT,
            thread_serial: 2,
            frame_index: 3,
        };
        writer.root(root).unwrap();
    }
    let no_data = [
        sub::PRIMITIVE_ARRAY_NODATA_DUMP,
        0x10,
        0,
        0,
        0x80,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        9,
        8,
    ];
    writer.sub_record(&no_data).unwrap();
    put_object(&mut writer, 0);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    assert!(!loaded.was_repaired);
    assert_eq!(loaded.records.roots.len(), 6);
    assert_eq!(
        loaded.records.primitive_arrays,
        [(0x1000_0080, BasicType::Byte, 9)]
    );
    assert_eq!(loaded.records.instances.len(), 1);
}

#[test]
fn reads_threads_and_stacks() {
    let mut writer = begin(segmented(1 << 20));
    writer.utf8(10, "main").unwrap();
    writer.utf8(11, "()V").unwrap();
    writer.utf8(12, "Größe\0😀").unwrap();
    let frame = StackFrame {
        frame_id: 100,
        method_name_id: 10,
        signature_id: 11,
        source_file_id: 12,
        class_serial: 2,
        line: -3,
    };
    let trace = StackTrace {
        serial: 5,
        thread_serial: 6,
        frame_ids: vec![100, 101],
    };
    let thread = StartedThread {
        serial: 6,
        object_id: FIRST_OBJECT,
        trace_serial: 5,
        name_id: 10,
        group_name_id: 11,
        parent_group_name_id: 12,
    };
    writer.stack_frame(frame).unwrap();
    writer.stack_trace(&trace).unwrap();
    writer.start_thread(thread).unwrap();
    writer.record(record::HEAP_SUMMARY, &[0; 24]).unwrap();
    put_classes(&mut writer);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    let symbols = loaded.survey.symbols(0);
    assert_eq!(symbols.frame(100), Some(&frame));
    assert_eq!(symbols.trace(5), Some(&trace));
    assert_eq!(symbols.started_threads().next(), Some(&thread));
    assert_eq!(symbols.string(12).unwrap(), "Größe\0😀");
    assert_eq!(symbols.class_by_serial(2).unwrap().class_id, ORDER_CLASS);
    assert_eq!(loaded.survey.anomalies, []);
}

#[test]
fn later_names_win() {
    let mut writer = begin(segmented(1 << 20));
    writer.utf8(2, "com/example/Invoice").unwrap();
    put_classes(&mut writer);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    assert_eq!(
        loaded.survey.symbols(0).class_name(ORDER_CLASS).unwrap(),
        "com.example.Invoice"
    );
}

#[test]
fn streams_long_arrays() {
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    let elements: Vec<u64> = (0..300_000).collect();
    writer
        .object_array(FIRST_OBJECT, ORDERS_CLASS, &elements)
        .unwrap();
    writer
        .primitive_array(FIRST_OBJECT + 8, BasicType::Long, &vec![1; 3 << 20])
        .unwrap();
    put_object(&mut writer, 3);
    writer.end_heap().unwrap();
    let loaded = load(&writer.finish().unwrap());
    assert!(!loaded.was_repaired);
    assert_eq!(loaded.records.object_arrays[0].2.len(), 300_000 * 8);
    assert_eq!(loaded.records.primitive_arrays[0].2, (3 << 20) / 8);
    assert_eq!(loaded.records.instances.len(), 1);
}

#[test]
fn every_value_type_takes_its_bytes() {
    let values = [
        Value::Object(1),
        Value::Boolean(true),
        Value::Char(2),
        Value::Float(3.0),
        Value::Double(4.0),
        Value::Byte(5),
        Value::Short(6),
        Value::Int(7),
        Value::Long(8),
    ];
    for id_size in [IdSize::Four, IdSize::Eight] {
        let mut writer = HprofWriter::new(Vec::new(), options(id_size, HeapForm::Single)).unwrap();
        let class = ClassDump {
            address: OBJECT_CLASS,
            constants: values.iter().map(|value| (1, *value)).collect(),
            statics: values.iter().map(|value| (2, *value)).collect(),
            fields: values.iter().map(|value| (3, value.basic_type())).collect(),
            ..ClassDump::default()
        };
        writer.class_dump(&class).unwrap();
        writer
            .instance(FIRST_OBJECT, OBJECT_CLASS, &values)
            .unwrap();
        let loaded = load(&writer.finish().unwrap());
        let bytes = id_size.bytes();
        let expected: usize = values
            .iter()
            .map(|value| value.basic_type().dump_bytes(bytes))
            .sum();
        assert!(!loaded.was_repaired);
        assert_eq!(loaded.records.instances[0].2.len(), expected);
        assert_eq!(loaded.records.classes, [(OBJECT_CLASS, 0)]);
    }
}

#[test]
fn surveys_without_reading_the_heap() {
    let mut writer = begin(segmented(1 << 20));
    put_classes(&mut writer);
    for index in 0..8 {
        let address = FIRST_OBJECT + index * 8;
        writer
            .primitive_array(address, BasicType::Byte, &vec![0; 1 << 20])
            .unwrap();
    }
    writer.end_heap().unwrap();
    let source = CountingSource::new(writer.finish().unwrap());
    let survey = survey(&source).unwrap();
    assert!(survey.sound);
    let read = source.read_bytes();
    assert!(read < 64 << 10, "{read} bytes read for 9 segments");
}
