//! Tables over a heap for query engines: rows of plain values in batches, made while they are read.
//!
//! A table has the columns over objects that the index holds and those of its own ([`TableRows`],
//! a module for each). A scan asks for some of them and for some rows ([`RowFilter`]); a thread
//! makes its batches ([`BatchStream`]), reading the dump only where columns need it. What a scan
//! holds in memory is a few batches, however many rows there are.

mod arrays;
mod batch;
mod classes;
mod collections;
mod dominators;
mod fields;
mod filter;
mod instances;
mod objects;
mod references;
mod roots;
mod rows;
mod stream;
mod strings;

use std::sync::Arc;

pub use batch::{Batch, Bits, Cell, Column, Kind, Names, Texts, Values};
pub use filter::RowFilter;
pub use stream::BatchStream;

use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::progress::Progress;
use rows::{IndexColumn, Source, Wanted};
use stream::Output;

/// The tables, by name.
pub const TABLES: [&str; 9] = [
    "objects",
    "classes",
    "roots",
    "dominators",
    "references",
    "strings",
    "arrays",
    "collections",
    "fields",
];

/// A column of a table.
#[derive(Clone, Debug)]
pub struct TableColumn {
    pub name: String,
    pub kind: Kind,
    source: Source,
}

impl TableColumn {
    fn of_index(heap: &Heap, column: IndexColumn) -> Self {
        Self {
            name: column.name().to_owned(),
            kind: column.kind(heap),
            source: Source::Index(column),
        }
    }

    fn own(place: usize, name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            source: Source::Own(place),
        }
    }
}

/// What makes the rows of a table.
trait TableRows: Send + Sync {
    /// The columns, in their order.
    fn columns(&self, heap: &Heap) -> Vec<TableColumn>;

    /// About how many rows there are, from the index alone.
    fn estimate(&self, heap: &Heap) -> u64;

    /// Makes the rows that a filter takes, with the columns wanted.
    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()>;
}

/// What a scan asks for.
struct Scan {
    wanted: Vec<Wanted>,
    filter: RowFilter,
}

impl Scan {
    /// True where it asks for anything that is not in the index.
    fn wants_own(&self) -> bool {
        let mut sources = self.wanted.iter().map(|column| column.source);
        sources.any(|source| matches!(source, Source::Own(_)))
    }
}

/// A table over a heap.
#[derive(Clone)]
pub struct Table {
    heap: Arc<Heap>,
    columns: Vec<TableColumn>,
    rows: Arc<dyn TableRows>,
}

impl Table {
    /// The table of a name, see [`TABLES`].
    ///
    /// # Errors
    /// When there is no such table.
    pub fn named(heap: &Arc<Heap>, name: &str) -> Result<Self> {
        Ok(Self::new(heap, rows_named(heap, name)?))
    }

    /// The instances of the classes of that exact name, with `subclasses` those below them too,
    /// with their fields as columns; None where there is no such class.
    pub fn of_class(heap: &Arc<Heap>, name: &str, subclasses: bool) -> Option<Self> {
        let rows = instances::Instances::of_class(heap, name, subclasses)?;
        Some(Self::new(heap, Arc::new(rows)))
    }

    fn new(heap: &Arc<Heap>, rows: Arc<dyn TableRows>) -> Self {
        Self {
            heap: Arc::clone(heap),
            columns: rows.columns(heap),
            rows,
        }
    }

    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// About how many rows there are.
    pub fn estimate(&self) -> u64 {
        self.rows.estimate(&self.heap)
    }

    /// Starts a scan: the columns of those places, of the rows that the filter takes.
    ///
    /// # Errors
    /// When there is no such column, or no thread to be had.
    pub fn scan(
        &self,
        columns: &[usize],
        filter: RowFilter,
        progress: Arc<Progress>,
    ) -> Result<BatchStream> {
        let wanted = columns.iter().map(|place| {
            let column = self.columns.get(*place).ok_or_else(|| {
                HeapError::Usage(format!("there is no column {place} in the table"))
            })?;
            Ok(Wanted {
                source: column.source,
                kind: column.kind.clone(),
            })
        });
        let scan = Scan {
            wanted: wanted.collect::<Result<_>>()?,
            filter,
        };
        let (heap, rows) = (Arc::clone(&self.heap), Arc::clone(&self.rows));
        BatchStream::start(progress, move |output| rows.make(&heap, &scan, output))
    }
}

/// A whole table, or that of a class: for tests and other small heaps.
///
/// # Errors
/// When there is neither, or the dump cannot be read any more.
pub fn read_whole(heap: &Heap, name: &str) -> Result<(Vec<TableColumn>, Vec<Batch>)> {
    let rows = match instances::Instances::of_class(heap, name, false) {
        Some(instances) => Arc::new(instances),
        None => rows_named(heap, name)?,
    };
    let columns = rows.columns(heap);
    let wanted = columns.iter().map(|column| Wanted {
        source: column.source,
        kind: column.kind.clone(),
    });
    let scan = Scan {
        wanted: wanted.collect(),
        filter: RowFilter::default(),
    };
    let batches = stream::gather(|output| rows.make(heap, &scan, output))?;
    Ok((columns, batches))
}

fn rows_named(heap: &Heap, name: &str) -> Result<Arc<dyn TableRows>> {
    Ok(match name {
        "objects" => Arc::new(objects::Objects),
        "classes" => Arc::new(classes::Classes),
        "roots" => Arc::new(roots::Roots),
        "dominators" => Arc::new(dominators::Dominators),
        "references" => Arc::new(references::References),
        "strings" => Arc::new(strings::Strings),
        "arrays" => Arc::new(arrays::Arrays),
        "collections" => Arc::new(collections::Collections),
        "fields" => Arc::new(fields::Fields::new(heap)),
        _ => {
            let message = format!("there is no table {name}: {}", TABLES.join(", "));
            return Err(HeapError::NotFound(message));
        }
    })
}

/// Columns of the index, then own ones.
fn columns(heap: &Heap, index: &[IndexColumn], own: &[(&str, Kind)]) -> Vec<TableColumn> {
    let index = index
        .iter()
        .map(|column| TableColumn::of_index(heap, *column));
    let own = own.iter().enumerate();
    let own = own.map(|(place, (name, kind))| TableColumn::own(place, name, kind.clone()));
    index.chain(own).collect()
}
