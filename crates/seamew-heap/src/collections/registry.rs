//! Which classes of a heap are collections: the known ones, and those that a user describes.

use super::shape::{Shape, Step, Store};
use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::heap::name_matches;
use crate::ids::{ClassIndex, ObjectIndex};

/// Lines of [`Shape::parse_line`]; empty ones and those that begin with # say nothing.
const KNOWN: &str = include_str!("known.txt");

/// A shape in a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ShapeIndex(pub u32);

/// The collection classes of a heap.
pub struct Registry {
    shapes: Vec<Shape>,
    /// By class.
    of_class: Vec<Option<ShapeIndex>>,
    /// By shape: the object that stands for no element.
    absent: Vec<Option<ObjectIndex>>,
}

/// The shapes that are built in.
///
/// # Errors
/// The first line that is none; a test sees to it that there is none such.
pub fn known_shapes() -> std::result::Result<Vec<Shape>, String> {
    let lines = KNOWN
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(Shape::parse_line).collect()
}

impl Registry {
    /// Looks for the classes of `own` shapes, then for the known ones. The most derived class
    /// that is known, and whose fields are there, says how its instances are read.
    ///
    /// # Errors
    /// When a class of an own shape is in the heap, but without the fields that the shape names.
    pub fn new(heap: &Heap, own: Vec<Shape>) -> Result<Self> {
        let own_count = own.len();
        let mut shapes = own;
        shapes.extend(known_shapes().map_err(HeapError::NotFound)?);
        let named: Vec<Vec<ShapeIndex>> = (heap.table.classes.iter())
            .map(|class| shapes_named(&shapes, &class.name))
            .collect();
        let fits = |class: ClassIndex, shape: &ShapeIndex| {
            missing_field(heap, class, &shapes[shape.0 as usize]).is_none()
        };
        let mut of_class = Vec::with_capacity(named.len());
        for class in (0..named.len() as u32).map(ClassIndex) {
            for shape in &named[class.at()] {
                let is_own = (shape.0 as usize) < own_count;
                if is_own && let Some(field) = missing_field(heap, class, &shapes[shape.0 as usize])
                {
                    return Err(no_such_field(heap, class, &field));
                }
            }
            let above = heap.table.hierarchy(class).flat_map(|it| &named[it.at()]);
            of_class.push(above.copied().find(|shape| fits(class, shape)));
        }
        let absent = shapes
            .iter()
            .map(|shape| absent_object(heap, shape))
            .collect();
        Ok(Self {
            shapes,
            of_class,
            absent,
        })
    }

    /// How instances of a class are read; None where they are no collections.
    #[inline]
    pub fn of_class(&self, class: ClassIndex) -> Option<ShapeIndex> {
        self.of_class.get(class.at()).copied().flatten()
    }

    pub fn shape(&self, shape: ShapeIndex) -> &Shape {
        &self.shapes[shape.0 as usize]
    }

    /// How an object is read.
    pub fn shape_of(&self, heap: &Heap, object: ObjectIndex) -> Option<ShapeIndex> {
        if heap.table.of_object(object).is_some() {
            return None;
        }
        self.of_class(heap.classes.get(object))
    }

    /// The object that stands for no element in collections of a shape.
    pub fn absent(&self, shape: ShapeIndex) -> Option<ObjectIndex> {
        self.absent.get(shape.0 as usize).copied().flatten()
    }

    /// Shapes that instances of the heap's classes have.
    pub fn in_use(&self) -> impl Iterator<Item = &Shape> {
        let mut used = vec![false; self.shapes.len()];
        for shape in self.of_class.iter().flatten() {
            used[shape.0 as usize] = true;
        }
        self.shapes
            .iter()
            .zip(used)
            .filter(|(_, used)| *used)
            .map(|(shape, _)| shape)
    }
}

fn shapes_named(shapes: &[Shape], class_name: &str) -> Vec<ShapeIndex> {
    (shapes.iter().zip(0..))
        .filter(|(shape, _)| name_matches(&shape.class_name, class_name))
        .map(|(_, index)| ShapeIndex(index))
        .collect()
}

/// The first field that a shape needs and instances of a class lack.
fn missing_field(heap: &Heap, class: ClassIndex, shape: &Shape) -> Option<String> {
    let id_bytes = heap.id_size.bytes();
    let has = |name: &String| {
        (heap.table.field_offsets(class, id_bytes)).any(|(_, field, _)| field.name == *name)
    };
    let has_step = |step: &Step| step.optional || step.fields.iter().any(has);
    let paths = shape.paths();
    let firsts = paths.iter().filter_map(|path| path.0.first());
    let missing = firsts.into_iter().find(|step| !has_step(step));
    if let Some(step) = missing {
        return Some(step.fields.join("|"));
    }
    match &shape.store {
        Store::Fields { fields, .. } => fields.iter().find(|field| !has(field)).cloned(),
        Store::Chain { first, node, .. } if first.0.is_empty() => {
            node.next.iter().find(|field| !has(field)).cloned()
        }
        _ => None,
    }
}

fn no_such_field(heap: &Heap, class: ClassIndex, field: &str) -> HeapError {
    let id_bytes = heap.id_size.bytes();
    let names: Vec<&str> = (heap.table.field_offsets(class, id_bytes))
        .map(|(_, field, _)| field.name.as_str())
        .collect();
    let class_name = &heap.table.get(class).name;
    HeapError::NotFound(match names.as_slice() {
        [] => format!("{class_name} has no field {field}: it has no instance fields at all"),
        names => format!(
            "{class_name} has no field {field}; it has {}",
            names.join(", ")
        ),
    })
}

fn absent_object(heap: &Heap, shape: &Shape) -> Option<ObjectIndex> {
    let Store::Fields {
        absent: Some((class_name, field)),
        ..
    } = &shape.store
    else {
        return None;
    };
    let class = heap.table.get(heap.table.named(class_name)?);
    let value = class.statics.iter().find(|one| one.name == *field)?.value;
    heap.addresses.find(value)
}
