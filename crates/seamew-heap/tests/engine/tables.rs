//! Tables over a heap: odd classes, texts and cuts; Python tests compare them with brute force.

use std::sync::Arc;

use proptest::prelude::*;
use seamew_heap::tables::{Cell, Kind, RowFilter, Table, TableColumn, read_whole};
use seamew_heap::{Heap, HeapError, Progress};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value};

use crate::support::{cases, fresh, open_path};
use crate::value_heaps::{hold, kinds, make_strings, strings};

/// Names of the columns, and the rows as texts.
type Whole = (Vec<String>, Vec<Vec<String>>);

fn whole(heap: &Heap, name: &str) -> Whole {
    let (columns, batches) = read_whole(heap, name).unwrap();
    let mut rows = Vec::new();
    for batch in &batches {
        for row in 0..batch.rows {
            rows.push(
                batch
                    .columns
                    .iter()
                    .map(|column| shown(&column.cell(row)))
                    .collect(),
            );
        }
    }
    rows.sort();
    (names(&columns), rows)
}

fn names(columns: &[TableColumn]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Boolean(flag) => flag.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Text(text) => text.to_string(),
        Cell::Id(id) | Cell::Name(id) => format!("@{id}"),
        Cell::Address(address) => format!("{address:#x}"),
    }
}

/// The columns of a table from the one of that name on.
fn from_column(found: &Whole, first: &str) -> Vec<Vec<String>> {
    let place = found.0.iter().position(|name| name == first).unwrap();
    let mut rows: Vec<Vec<String>> = found.1.iter().map(|row| row[place..].to_vec()).collect();
    rows.sort();
    rows
}

fn built() -> HeapBuilder {
    HeapBuilder::new(HeapOptions::default())
}

fn opened(built: &HeapBuilder) -> (tempfile::NamedTempFile, Arc<Heap>) {
    let file = built.to_file();
    let heap = Arc::new(open_path(file.path(), &fresh()));
    (file, heap)
}

#[test]
fn classes_of_one_name_are_one_table() {
    let mut built = built();
    let loader = built.class(ClassSpec::new("app.Loader"));
    let loader = built.instance(loader, &[]);
    let one = built.class(
        ClassSpec::new("app.Twin")
            .field("size", BasicType::Int)
            .field("x", BasicType::Boolean),
    );
    let other = ClassSpec::new("app.Twin")
        .reference("size")
        .field("y", BasicType::Double);
    let other = built.class(other.loaded_by(loader));
    let first = built.instance(
        one,
        &[("size", Value::Int(-7)), ("x", Value::Boolean(true))],
    );
    let second = built.instance(other, &[("size", first.into()), ("y", Value::Double(0.5))]);
    hold(&mut built, [first, second].into_iter());
    let (_file, heap) = opened(&built);
    let found = whole(&heap, "app.Twin");
    let target = heap.id(heap.resolve(&format!("{:#x}", first.0)).unwrap());
    assert_eq!(found.0[5..], ["size", "x", "y"]);
    assert_eq!(
        from_column(&found, "size"),
        [
            vec!["-7".to_owned(), "true".into(), "null".into()],
            vec![format!("@{target}"), "null".into(), "0.5".into()],
        ]
    );
}

#[test]
fn names_that_are_taken_get_underscores() {
    let mut built = built();
    let base = ClassSpec::new("app.Base")
        .field("id", BasicType::Int)
        .field("Size", BasicType::Int)
        .field("x", BasicType::Int);
    let base = built.class(base);
    let derived = ClassSpec::new("app.Derived").extends(base);
    let derived = derived
        .field("id", BasicType::Int)
        .field("size", BasicType::Int);
    let derived = built.class(derived);
    let object = built.instance(derived, &[("id", Value::Int(1)), ("x", Value::Int(2))]);
    hold(&mut built, [object].into_iter());
    let (_file, heap) = opened(&built);
    assert_eq!(
        whole(&heap, "app.Derived").0[5..],
        ["id_", "size", "id__", "Size_", "x"]
    );
    let below = Table::of_class(&heap, "app.Base", true).unwrap();
    assert_eq!(names(below.columns())[5..], ["id_", "Size", "x"]);
    let mut scan = below
        .scan(&[7], RowFilter::default(), Arc::default())
        .unwrap();
    let batch = scan.next().unwrap().unwrap();
    assert_eq!(batch.columns[0].cell(0), Cell::Integer(2));
    assert!(scan.next().is_none());
    assert!(Table::of_class(&heap, "app.Gone", true).is_none());
}

#[test]
fn a_batch_of_long_texts_is_handed_over_early() {
    let mut built = built();
    let long = "x".repeat(1 << 20);
    let texts: Vec<Address> = (0..10).map(|_| built.string(&long)).collect();
    hold(&mut built, texts.into_iter());
    let (_file, heap) = opened(&built);
    let (_, batches) = read_whole(&heap, "strings").unwrap();
    assert!(batches.len() > 1);
    assert_eq!(batches.iter().map(|batch| batch.rows).sum::<usize>(), 10);
}

#[test]
fn many_rows_come_in_several_batches_and_can_be_left_unread() {
    let mut built = built();
    let class = built.class(ClassSpec::new("app.Small"));
    let objects: Vec<Address> = (0..200_000).map(|_| built.instance(class, &[])).collect();
    hold(&mut built, objects.into_iter());
    let (_file, heap) = opened(&built);
    let table = Table::of_class(&heap, "app.Small", false).unwrap();
    assert_eq!(table.estimate(), 200_000);
    let rows: usize = (table
        .scan(&[0], RowFilter::default(), Arc::default())
        .unwrap())
    .map(|batch| batch.unwrap().rows)
    .sum();
    assert_eq!(rows, 200_000);
    let progress: Arc<Progress> = Arc::default();
    let mut scan = table
        .scan(&[0], RowFilter::default(), Arc::clone(&progress))
        .unwrap();
    assert!(scan.next().unwrap().unwrap().rows < 100_000);
    drop(scan);
    assert!(progress.check().is_err(), "the maker is told to stop");
}

#[test]
fn a_scan_can_be_cancelled() {
    let (_file, heap) = opened(&built());
    let progress: Arc<Progress> = Arc::default();
    progress.cancel();
    let table = Table::named(&heap, "objects").unwrap();
    let mut scan = table.scan(&[0], RowFilter::default(), progress).unwrap();
    assert!(matches!(scan.next(), Some(Err(HeapError::Cancelled))));
    assert!(scan.next().is_none());
}

#[test]
fn what_is_not_there_is_refused() {
    let (_file, heap) = opened(&built());
    assert!(matches!(
        Table::named(&heap, "object"),
        Err(HeapError::NotFound(_))
    ));
    let table = Table::named(&heap, "objects").unwrap();
    let beyond = table.scan(&[99], RowFilter::default(), Arc::default());
    assert!(matches!(beyond, Err(HeapError::Usage(_))));
    let none = table
        .scan(&[], RowFilter::default(), Arc::default())
        .unwrap();
    let rows: usize = none.map(|batch| batch.unwrap().rows).sum();
    assert_eq!(rows as u64, table.estimate());
}

#[test]
fn columns_are_what_they_say() {
    let mut built = built();
    let text = built.string("text");
    hold(&mut built, [text].into_iter());
    let (_file, heap) = opened(&built);
    for name in seamew_heap::tables::TABLES {
        let (columns, batches) = read_whole(&heap, name).unwrap();
        for batch in &batches {
            for (column, values) in columns.iter().zip(&batch.columns) {
                for row in 0..batch.rows {
                    let suits = match (values.cell(row), &column.kind) {
                        (Cell::Null, _) => true,
                        (Cell::Boolean(_), kind) => matches!(kind, Kind::Boolean),
                        (Cell::Integer(_), kind) => matches!(kind, Kind::Integer),
                        (Cell::Float(_), kind) => matches!(kind, Kind::Float),
                        (Cell::Text(_), kind) => matches!(kind, Kind::Text | Kind::Name(_)),
                        (Cell::Id(_), kind) => matches!(kind, Kind::Id),
                        (Cell::Address(_), kind) => matches!(kind, Kind::Address),
                        (Cell::Name(_), _) => false,
                    };
                    assert!(suits, "{name}.{}", column.name);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    /// Every string has a row, with its text where it has one.
    #[test]
    fn texts_of_all_layouts(plans in strings(), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let made = make_strings(&mut built, &plans);
        hold(&mut built, made.iter().map(|one| one.address));
        let (_file, heap) = opened(&built);
        let found = whole(&heap, "strings");
        let mut wanted: Vec<Vec<String>> = (made.iter())
            .map(|one| match (one.text(), &one.units) {
                (Some(text), Some(units)) => vec![text, units.len().to_string()],
                _ => vec!["null".to_owned(), "null".to_owned()],
            })
            .collect();
        wanted.sort();
        prop_assert_eq!(from_column(&found, "text"), wanted);
    }
}
