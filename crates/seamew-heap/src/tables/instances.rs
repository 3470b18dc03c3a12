//! Instances of a class with their fields as columns.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::rows::{IndexColumn, RowBuilder, read_rows};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, Value, bits, primitive};
use crate::ids::{ClassIndex, ObjectIndex};

const INDEX: [IndexColumn; 5] = [
    IndexColumn::Id,
    IndexColumn::Address,
    IndexColumn::Class,
    IndexColumn::ShallowBytes,
    IndexColumn::RetainedBytes,
];

/// A column made of the fields of one name; without a type where they are of several.
struct FieldColumn {
    name: String,
    basic_type: Option<BasicType>,
}

/// Where a column lies in the dump of an instance.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    basic_type: BasicType,
}

pub struct Instances {
    columns: Vec<FieldColumn>,
    /// By class: where each column lies; none behind the last field of the class.
    places: FxHashMap<ClassIndex, Vec<Option<Place>>>,
}

impl Instances {
    /// The instances of the classes of a name, with `subclasses` those of the classes below too,
    /// of which the fields of the named class are told; None where there is no such class.
    pub fn of_class(heap: &Heap, name: &str, subclasses: bool) -> Option<Self> {
        let mut table = Self {
            columns: Vec::new(),
            places: FxHashMap::default(),
        };
        for class in (0..heap.table.classes.len() as u32).map(ClassIndex) {
            let above = if subclasses { usize::MAX } else { 1 };
            let mut hierarchy = heap.table.hierarchy(class).take(above);
            if let Some(base) = hierarchy.find(|it| heap.table.get(*it).name == name) {
                table.add(heap, class, base);
            }
        }
        (!table.places.is_empty()).then_some(table)
    }

    /// Adds a class, with the fields of a class above it or its own.
    fn add(&mut self, heap: &Heap, class: ClassIndex, base: ClassIndex) {
        let mut places = Vec::new();
        // Names are told apart as SQL does it: without regard to case.
        let mut taken: BTreeSet<String> = (INDEX.iter())
            .map(|column| column.name().to_owned())
            .collect();
        for (offset, field, owner) in heap.table.field_offsets(class, heap.id_size.bytes()) {
            if !heap.table.is_subclass(base, owner) {
                continue;
            }
            let mut name = field.name.clone();
            while !taken.insert(name.to_lowercase()) {
                name.push('_');
            }
            let column = self.column(name, field.basic_type());
            places.resize(self.columns.len(), None);
            places[column] = Some(Place {
                start: offset as usize,
                basic_type: field.basic_type(),
            });
        }
        self.places.insert(class, places);
    }

    /// The column of a name; where fields are of several types it holds texts.
    fn column(&mut self, name: String, basic_type: BasicType) -> usize {
        let folded = name.to_lowercase();
        let mut columns = self.columns.iter_mut().enumerate();
        if let Some((place, column)) = columns.find(|(_, it)| it.name.to_lowercase() == folded) {
            column.basic_type = column.basic_type.filter(|known| *known == basic_type);
            return place;
        }
        self.columns.push(FieldColumn {
            name,
            basic_type: Some(basic_type),
        });
        self.columns.len() - 1
    }
}

impl TableRows for Instances {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let own: Vec<(&str, Kind)> = (self.columns.iter())
            .map(|column| (column.name.as_str(), kind(column.basic_type)))
            .collect();
        super::columns(heap, &INDEX, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        let sums = (self.places.keys()).filter_map(|class| heap.class_sums.get(class.at()));
        sums.map(|sums| sums.objects).sum()
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut is_wanted = vec![false; heap.table.classes.len()];
        for class in self.places.keys() {
            is_wanted[class.at()] = true;
        }
        let instances = scan.filter.within(heap, &heap.instances_of(&is_wanted));
        let visitor = |rows| InstanceVisitor {
            heap,
            table: self,
            rows,
        };
        read_rows(heap, (scan, output), instances, visitor, |it| it.rows)
    }
}

/// What a column of fields of a type holds.
fn kind(basic_type: Option<BasicType>) -> Kind {
    match basic_type {
        Some(BasicType::Object) => Kind::Id,
        Some(BasicType::Boolean) => Kind::Boolean,
        Some(BasicType::Float | BasicType::Double) => Kind::Float,
        Some(BasicType::Byte | BasicType::Short | BasicType::Int | BasicType::Long) => {
            Kind::Integer
        }
        Some(BasicType::Char) | None => Kind::Text,
    }
}

struct InstanceVisitor<'a> {
    heap: &'a Heap,
    table: &'a Instances,
    rows: RowBuilder<'a>,
}

impl ContentVisitor for InstanceVisitor<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let Self { heap, table, rows } = self;
        let places = table.places.get(&class).map_or(&[][..], Vec::as_slice);
        let id_bytes = heap.id_size.bytes();
        rows.add(object, |own| {
            let place = places.get(own).copied().flatten();
            let bits = place.and_then(|place| {
                let end = place.start + place.basic_type.dump_bytes(id_bytes);
                Some((place.basic_type, bits(fields.get(place.start..end)?)))
            });
            let column = table.columns.get(own).and_then(|it| it.basic_type);
            bits.map_or(Cell::Null, |(basic_type, bits)| {
                cell(heap, column, basic_type, bits)
            })
        });
    }
}

/// The value of a field in a column of its type, or of texts.
fn cell(heap: &Heap, column: Option<BasicType>, basic_type: BasicType, bits: u64) -> Cell<'static> {
    if basic_type == BasicType::Object {
        let target = heap.addresses.find(bits);
        let id = target.and_then(|target| heap.reachable.id(target));
        return match (id, column) {
            (None, _) => Cell::Null,
            (Some(id), Some(_)) => Cell::Id(id),
            (Some(id), None) => Cell::Text(format!("@{id}").into()),
        };
    }
    match primitive(basic_type, bits) {
        None => Cell::Null,
        Some(value) if column.is_none() => Cell::Text(value.text().into()),
        Some(Value::Boolean(flag)) => Cell::Boolean(flag),
        Some(Value::Int(int)) => Cell::Integer(int),
        Some(Value::Float(float)) => Cell::Float(float),
        Some(Value::Text(text)) => Cell::Text(text.into()),
    }
}
