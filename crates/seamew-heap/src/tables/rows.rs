//! Rows about objects: what the index knows of them, and what a table adds.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Scan;
use super::batch::{Batch, Cell, Column, Kind, Names, Values};
use super::stream::Output;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};

/// Rows of a batch at most: few enough to lie about, enough for a class name to pay for itself.
const MOST_ROWS: usize = 1 << 16;
/// Bytes of texts in a batch, after which it is handed over.
const MOST_TEXT_BYTES: usize = 4 << 20;

/// What an object can be, as [`Heap::kind`] says it.
const KINDS: [&str; 6] = [
    "instance",
    "object_array",
    "primitive_array",
    "class",
    "thread",
    "class_loader",
];

/// A column over objects that the index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexColumn {
    Id,
    Address,
    Class,
    ClassId,
    Kind,
    ShallowBytes,
    RetainedBytes,
    DominatorId,
}

impl IndexColumn {
    pub const ALL: [Self; 8] = [
        Self::Id,
        Self::Address,
        Self::Class,
        Self::ClassId,
        Self::Kind,
        Self::ShallowBytes,
        Self::RetainedBytes,
        Self::DominatorId,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Address => "address",
            Self::Class => "class",
            Self::ClassId => "class_id",
            Self::Kind => "kind",
            Self::ShallowBytes => "shallow_bytes",
            Self::RetainedBytes => "retained_bytes",
            Self::DominatorId => "dominator_id",
        }
    }

    pub fn kind(self, heap: &Heap) -> Kind {
        match self {
            Self::Id | Self::DominatorId => Kind::Id,
            Self::Address => Kind::Address,
            Self::Class => Kind::Name(class_names(heap)),
            Self::Kind => Kind::Name(Arc::new(Names::new(KINDS))),
            Self::ClassId | Self::ShallowBytes | Self::RetainedBytes => Kind::Integer,
        }
    }

    /// The column for some objects, by address.
    fn values(self, heap: &Heap, kind: &Kind, objects: &[ObjectIndex]) -> Column {
        let integers = |value: &dyn Fn(ObjectIndex) -> u64| {
            let values = objects.iter().map(|object| value(*object).cast_signed());
            Column::of(Values::Integer(values.collect()))
        };
        match (self, kind) {
            (Self::Id, _) => {
                Column::of(Values::Id(objects.iter().map(|it| heap.id(*it)).collect()))
            }
            (Self::Address, _) => Column::of(Values::Address(addresses(heap, objects))),
            (Self::Class, Kind::Name(names)) => {
                let codes = objects.iter().map(|it| heap.classes.get(*it).0);
                Column::of(Values::Name(codes.collect(), Arc::clone(names)))
            }
            (Self::Kind, Kind::Name(names)) => {
                Column::of(Values::Name(kind_codes(heap, objects), Arc::clone(names)))
            }
            (Self::ClassId, _) => integers(&|it| u64::from(heap.classes.get(it).0)),
            (Self::ShallowBytes, _) => integers(&|it| heap.shallow.get(it)),
            (Self::RetainedBytes, _) => integers(&|it| heap.tree.retained(it)),
            (Self::DominatorId | Self::Class | Self::Kind, _) => {
                let mut column = Column::new(kind);
                for object in objects {
                    let dominator = heap.tree.dominator(*object);
                    column.push(dominator.map_or(Cell::Null, |it| Cell::Id(heap.id(it))));
                }
                column
            }
        }
    }
}

/// The names of all classes, by class index.
pub fn class_names(heap: &Heap) -> Arc<Names> {
    let names = heap.table.classes.iter().map(|class| class.name.as_str());
    Arc::new(Names::new(names))
}

/// What the objects are, by place in [`KINDS`]; looked up once for each class.
fn kind_codes(heap: &Heap, objects: &[ObjectIndex]) -> Vec<u32> {
    let code = |object: ObjectIndex| {
        let kind = heap.kind(object);
        KINDS.iter().position(|name| *name == kind).unwrap_or(0) as u32
    };
    let mut known: FxHashMap<ClassIndex, u32> = FxHashMap::default();
    let kind = |object: &ObjectIndex| match heap.classes.get(*object) {
        class if class == heap.table.class_of_classes => code(*object),
        class => *known.entry(class).or_insert_with(|| code(*object)),
    };
    objects.iter().map(kind).collect()
}

/// Addresses of objects that lie in order: one after the other where they are dense, as it costs
/// less than to look each up.
fn addresses(heap: &Heap, objects: &[ObjectIndex]) -> Vec<u64> {
    let (Some(first), Some(last)) = (objects.first(), objects.last()) else {
        return Vec::new();
    };
    let span = last.0.saturating_sub(first.0) as usize;
    let is_dense = objects.is_sorted() && span < objects.len() * 4;
    if !is_dense {
        return (objects.iter())
            .map(|object| heap.addresses.address(*object))
            .collect();
    }
    let mut wanted = objects.iter().peekable();
    let mut found = Vec::with_capacity(objects.len());
    for (object, address) in heap.addresses.addresses_from(*first) {
        while wanted.next_if_eq(&&object).is_some() {
            found.push(address);
        }
        if wanted.peek().is_none() {
            break;
        }
    }
    // In a damaged index there may be more objects than addresses.
    found.resize(objects.len(), 0);
    found
}

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Index(IndexColumn),
    /// The table itself: its n-th own value.
    Own(usize),
}

/// A column that a scan asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub source: Source,
    pub kind: Kind,
}

/// Gathers rows and hands them over in batches; one for each thread.
pub struct RowBuilder<'a> {
    heap: &'a Heap,
    wanted: &'a [Wanted],
    output: &'a Output,
    objects: Vec<ObjectIndex>,
    /// One for each wanted column; those of the index are filled at the end.
    columns: Vec<Column>,
    /// Objects that have had a row.
    pub seen: ObjectSet,
}

impl<'a> RowBuilder<'a> {
    pub fn new(heap: &'a Heap, wanted: &'a [Wanted], output: &'a Output) -> Self {
        Self {
            heap,
            wanted,
            output,
            objects: Vec::new(),
            columns: empty(wanted),
            seen: ObjectSet::new(0),
        }
    }

    /// The same, noting the objects that have had a row.
    #[must_use]
    pub fn noting(self) -> Self {
        Self {
            seen: self.heap.no_objects(),
            ..self
        }
    }

    /// Adds a row about an object; `own` tells the table's own values that are asked for.
    ///
    /// # Errors
    /// `Cancelled` once nobody reads any more.
    pub fn push<'c>(
        &mut self,
        object: ObjectIndex,
        mut own: impl FnMut(usize) -> Cell<'c>,
    ) -> Result<()> {
        self.objects.push(object);
        self.seen.insert(object);
        let mut text_bytes = 0;
        for (wanted, column) in self.wanted.iter().zip(&mut self.columns) {
            if let Source::Own(place) = wanted.source {
                column.push(own(place));
                if let Values::Text(texts) = &column.values {
                    text_bytes += texts.bytes.len();
                }
            }
        }
        if self.objects.len() >= MOST_ROWS || text_bytes >= MOST_TEXT_BYTES {
            return self.flush();
        }
        Ok(())
    }

    /// The same from within a walk over the dump, which an error stops by its progress.
    pub fn add<'c>(&mut self, object: ObjectIndex, own: impl FnMut(usize) -> Cell<'c>) {
        if self.push(object, own).is_err() {
            self.output.progress().cancel();
        }
    }

    /// Hands over what was gathered.
    ///
    /// # Errors
    /// `Cancelled` once nobody reads any more.
    pub fn flush(&mut self) -> Result<()> {
        let objects = std::mem::take(&mut self.objects);
        let mut columns = std::mem::replace(&mut self.columns, empty(self.wanted));
        if objects.is_empty() {
            return Ok(());
        }
        for (wanted, column) in self.wanted.iter().zip(&mut columns) {
            if let Source::Index(index) = wanted.source {
                *column = index.values(self.heap, &wanted.kind, &objects);
            }
        }
        self.output.send(Batch {
            rows: objects.len(),
            columns,
        })
    }
}

/// Hands over rows about objects that are made from their contents. `visitor` makes the rows of a
/// thread, `rows` gives them back. Objects whose contents are not in the dump have nulls.
pub fn read_rows<'a, V: ContentVisitor>(
    heap: &'a Heap,
    (scan, output): (&'a Scan, &'a Output),
    objects: ObjectSet,
    visitor: impl Fn(RowBuilder<'a>) -> V + Sync,
    rows: impl Fn(V) -> RowBuilder<'a>,
) -> Result<()> {
    let builder = || RowBuilder::new(heap, &scan.wanted, output).noting();
    if !scan.wants_own() {
        return push_rest(builder(), &objects);
    }
    let visitors = heap.read_contents(&objects, || visitor(builder()), output.progress())?;
    let rest = finish(visitors.into_iter().map(rows), objects)?;
    push_rest(builder(), &rest)
}

/// Hands over what builders still hold; which of the objects have had no row.
pub fn finish<'a>(
    builders: impl Iterator<Item = RowBuilder<'a>>,
    mut objects: ObjectSet,
) -> Result<ObjectSet> {
    for mut rows in builders {
        rows.flush()?;
        objects.subtract(&rows.seen);
    }
    Ok(objects)
}

/// Hands over rows about objects with nulls for the table's own values.
pub fn push_rest(mut rows: RowBuilder<'_>, objects: &ObjectSet) -> Result<()> {
    for object in objects.iter() {
        rows.push(object, |_| Cell::Null)?;
    }
    rows.flush()
}

fn empty(wanted: &[Wanted]) -> Vec<Column> {
    wanted
        .iter()
        .map(|column| Column::new(&column.kind))
        .collect()
}
