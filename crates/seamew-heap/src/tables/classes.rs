//! All classes, with or without instances.

use super::rows::{IndexColumn, RowBuilder};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ClassSums, Heap};
use crate::ids::{ClassIndex, ObjectIndex};

pub struct Classes;

impl TableRows for Classes {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let names = IndexColumn::Class.kind(heap);
        let own = [
            ("class_id", Kind::Integer),
            ("name", names.clone()),
            ("id", Kind::Id),
            ("superclass_id", Kind::Integer),
            ("superclass", names),
            ("loader_id", Kind::Id),
            ("instances", Kind::Integer),
            ("instance_bytes", Kind::Integer),
            ("shallow_bytes", Kind::Integer),
            ("retained_bytes", Kind::Integer),
        ];
        super::columns(heap, &[], &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        heap.table.classes.len() as u64
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let mut rows = RowBuilder::new(heap, &scan.wanted, output);
        for class in (0..heap.table.classes.len() as u32).map(ClassIndex) {
            let object = heap.table.get(class).object;
            let object = object.unwrap_or(ObjectIndex::SYSTEM_LOADER);
            rows.push(object, |place| cell(heap, class, place))?;
        }
        rows.flush()
    }
}

fn cell(heap: &Heap, index: ClassIndex, place: usize) -> Cell<'static> {
    let class = heap.table.get(index);
    let sums = heap.class_sums.get(index.at()).copied();
    let ClassSums {
        objects,
        shallow_bytes,
        retained_bytes,
    } = sums.unwrap_or_default();
    let id = |object: Option<ObjectIndex>| {
        let id = object.and_then(|object| heap.reachable.id(object));
        id.map_or(Cell::Null, Cell::Id)
    };
    let above = class.super_class;
    match place {
        0 => Cell::Integer(i64::from(index.0)),
        1 => Cell::Name(index.0),
        2 => id(class.object),
        3 => above.map_or(Cell::Null, |above| Cell::Integer(i64::from(above.0))),
        4 => above.map_or(Cell::Null, |above| Cell::Name(above.0)),
        5 => id(heap.addresses.find_loader(class.loader_address)),
        6 => Cell::Integer(objects.cast_signed()),
        7 if class.kind == ClassKind::Instance => Cell::Integer(class.instance_bytes.cast_signed()),
        7 => Cell::Null,
        8 => Cell::Integer(shallow_bytes.cast_signed()),
        _ => Cell::Integer(retained_bytes.cast_signed()),
    }
}
