//! Fields with their values: of instances, and static ones of class objects. A row for each field.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::batch::Names;
use super::rows::{IndexColumn, RowBuilder, finish};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, bits, primitive_text};
use crate::ids::{ClassIndex, ObjectIndex};

const TYPES: [BasicType; 9] = [
    BasicType::Object,
    BasicType::Boolean,
    BasicType::Char,
    BasicType::Float,
    BasicType::Double,
    BasicType::Byte,
    BasicType::Short,
    BasicType::Int,
    BasicType::Long,
];

/// Names of the types of fields and elements, in an order of their own.
pub fn type_names() -> Kind {
    Kind::Name(Arc::new(Names::new(TYPES.map(BasicType::java_name))))
}

/// A type among those names.
pub fn type_cell(basic_type: BasicType) -> Cell<'static> {
    let place = TYPES.iter().position(|it| *it == basic_type);
    place.map_or(Cell::Null, |place| Cell::Name(place as u32))
}

pub struct Fields {
    names: Arc<Names>,
    codes: FxHashMap<String, u32>,
}

impl Fields {
    pub fn new(heap: &Heap) -> Self {
        let mut codes: FxHashMap<String, u32> = FxHashMap::default();
        let mut names: Vec<&str> = Vec::new();
        for class in &heap.table.classes {
            let fields = class.fields.iter().map(|field| field.name.as_str());
            let statics = class.statics.iter().map(|field| field.name.as_str());
            for name in fields.chain(statics) {
                if !codes.contains_key(name) {
                    codes.insert(name.to_owned(), names.len() as u32);
                    names.push(name);
                }
            }
        }
        let names = Arc::new(Names::new(names));
        Self { names, codes }
    }

    /// Fields of the instances of each class, as they lie in the dump.
    fn layouts(&self, heap: &Heap) -> Vec<Vec<Place>> {
        let id_bytes = heap.id_size.bytes();
        let classes = (0..heap.table.classes.len() as u32).map(ClassIndex);
        let layout = |class: ClassIndex| {
            (heap.table.field_offsets(class, id_bytes))
                .map(|(offset, field, owner)| Place {
                    start: offset as usize,
                    basic_type: field.basic_type(),
                    name: self.codes.get(&field.name).copied().unwrap_or(0),
                    owner,
                })
                .collect()
        };
        classes.map(layout).collect()
    }

    fn push_statics(&self, heap: &Heap, scan: &Scan, rows: &mut RowBuilder<'_>) -> Result<()> {
        scan.filter.for_each(heap, |object| {
            let Some(class) = heap.table.of_object(object) else {
                return Ok(());
            };
            for field in &heap.table.get(class).statics {
                let Some(basic_type) = BasicType::from_code(field.type_code) else {
                    continue;
                };
                let place = Place {
                    start: 0,
                    basic_type,
                    name: self.codes.get(&field.name).copied().unwrap_or(0),
                    owner: class,
                };
                rows.push(object, |own| place.cell(heap, own, field.value))?;
            }
            Ok(())
        })
    }
}

impl TableRows for Fields {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let classes = IndexColumn::Class.kind(heap);
        let own = [
            ("field", Kind::Name(Arc::clone(&self.names))),
            ("type", type_names()),
            ("declaring_class", classes),
            ("value", Kind::Text),
            ("target_id", Kind::Id),
        ];
        super::columns(heap, &[IndexColumn::Id, IndexColumn::Class], &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        let classes = (0..heap.table.classes.len() as u32).map(ClassIndex);
        let fields = classes.map(|class| {
            let hierarchy = heap.table.hierarchy(class);
            let fields: usize = hierarchy.map(|it| heap.table.get(it).fields.len()).sum();
            fields as u64
        });
        let in_instances = fields.zip(&heap.class_sums);
        let in_instances = in_instances.map(|(fields, sums)| fields * sums.objects);
        let in_classes = (heap.table.classes.iter()).map(|class| class.statics.len() as u64);
        in_instances.chain(in_classes).sum()
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let builder = || RowBuilder::new(heap, &scan.wanted, output);
        let mut statics = builder();
        self.push_statics(heap, scan, &mut statics)?;
        statics.flush()?;
        let has_fields = (heap.table.classes.iter()).map(|it| it.kind == ClassKind::Instance);
        let instances = heap.instances_of(&has_fields.collect::<Vec<_>>());
        let instances = scan.filter.within(heap, &instances);
        let layouts = self.layouts(heap);
        let visitor = || FieldVisitor {
            heap,
            layouts: &layouts,
            rows: builder(),
        };
        let read = heap.read_contents(&instances, visitor, output.progress())?;
        finish(read.into_iter().map(|it| it.rows), instances).map(drop)
    }
}

/// A field in an instance's dump.
struct Place {
    start: usize,
    basic_type: BasicType,
    name: u32,
    owner: ClassIndex,
}

impl Place {
    /// One of the table's own values, of a field that holds `bits`.
    fn cell(&self, heap: &Heap, own: usize, bits: u64) -> Cell<'static> {
        match own {
            0 => Cell::Name(self.name),
            1 => type_cell(self.basic_type),
            2 => Cell::Name(self.owner.0),
            3 => (primitive_text(self.basic_type, bits))
                .map_or(Cell::Null, |text| Cell::Text(text.into())),
            _ => self.target(heap, bits).map_or(Cell::Null, Cell::Id),
        }
    }

    fn target(&self, heap: &Heap, bits: u64) -> Option<u32> {
        let is_reference = self.basic_type == BasicType::Object;
        let target = is_reference.then(|| heap.addresses.find(bits)).flatten()?;
        heap.reachable.id(target)
    }
}

struct FieldVisitor<'a> {
    heap: &'a Heap,
    layouts: &'a [Vec<Place>],
    rows: RowBuilder<'a>,
}

impl ContentVisitor for FieldVisitor<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let id_bytes = self.heap.id_size.bytes();
        for place in self.layouts.get(class.at()).into_iter().flatten() {
            let end = place.start + place.basic_type.dump_bytes(id_bytes);
            if let Some(bytes) = fields.get(place.start..end) {
                let value = bits(bytes);
                (self.rows).add(object, |own| place.cell(self.heap, own, value));
            }
        }
    }
}
