//! Batches of the engine's tables as Arrow arrays, over the memory that they were made in.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use seamew_heap::tables::{Batch, Column, Kind, Names, TableColumn, Texts, Values};

use crate::arrow::{ArrowArray, ArrowSchema};

/// The schema of a table of such columns.
pub fn schema<'a>(columns: impl IntoIterator<Item = (&'a str, &'a Kind)>) -> ArrowSchema {
    let columns = columns.into_iter().map(|(name, kind)| {
        let (format, dictionary) = match kind {
            Kind::Boolean => ("b", None),
            Kind::Integer => ("l", None),
            Kind::Float => ("g", None),
            Kind::Text => ("u", None),
            Kind::Id => ("I", None),
            Kind::Address => ("L", None),
            Kind::Name(_) => ("I", Some(ArrowSchema::column("u", "", None))),
        };
        ArrowSchema::column(format, name, dictionary)
    });
    ArrowSchema::table(columns.collect())
}

/// Name and kind of a column.
pub fn named(column: &TableColumn) -> (&str, &Kind) {
    (&column.name, &column.kind)
}

/// A batch as a table; refused where its columns are not of one length, for a reader would then
/// read behind the end of a shorter one.
pub fn array(batch: Batch) -> Result<ArrowArray, String> {
    if batch
        .columns
        .iter()
        .any(|column| column.len() != batch.rows)
    {
        return Err("the columns of a batch differ in length".to_owned());
    }
    let columns = batch.columns.into_iter().map(column_array);
    Ok(ArrowArray::table(batch.rows, columns.collect()))
}

fn column_array(column: Column) -> ArrowArray {
    // What the buffers lie in does not move with the box that owns it.
    let (rows, nulls) = (column.len(), column.nulls);
    let valid = (column.valid.as_ref()).map_or(ptr::null(), |valid| start(&valid.bytes));
    let mut buffers = vec![valid];
    let mut dictionary = None;
    match &column.values {
        Values::Boolean(bits) => buffers.push(start(&bits.bytes)),
        Values::Integer(values) => buffers.push(start(values)),
        Values::Float(values) => buffers.push(start(values)),
        Values::Text(texts) => buffers.extend(text_buffers(texts)),
        Values::Id(values) => buffers.push(start(values)),
        Values::Address(values) => buffers.push(start(values)),
        Values::Name(values, names) => {
            buffers.push(start(values));
            dictionary = Some(names_array(names));
        }
    }
    ArrowArray::new(rows, nulls, buffers, Box::new(column), dictionary)
}

fn names_array(names: &Arc<Names>) -> ArrowArray {
    let texts = names.texts();
    let mut buffers = vec![ptr::null()];
    buffers.extend(text_buffers(texts));
    ArrowArray::new(texts.len(), 0, buffers, Box::new(Arc::clone(names)), None)
}

fn text_buffers(texts: &Texts) -> [*const c_void; 2] {
    [start(&texts.offsets), start(&texts.bytes)]
}

fn start<T>(values: &[T]) -> *const c_void {
    values.as_ptr().cast()
}
