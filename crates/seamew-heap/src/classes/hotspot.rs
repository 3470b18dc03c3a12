//! Where HotSpot puts the fields of an instance, before and since JDK 15.
//!
//! Sources: `ClassFileParser::layout_fields` (until 14), `fieldLayoutBuilder.cpp` (since 15). Checked
//! with instances of every concrete class of JDK 11, 17, 21 and 25, in six layouts of objects.

use seamew_hprof::tag::BasicType;

use super::contended::{Padding, split};
use super::injected::injected_fields;
use super::layout::{ObjectLayout, align_up};
use super::release::Release;
use super::{Class, ClassTable};
use crate::ids::ClassIndex;

/// `-XX:ContendedPaddingWidth`.
pub const PADDING_BYTES: u64 = 128;
/// Widths of values other than references.
const WIDTHS: [u64; 4] = [8, 4, 2, 1];

/// Until 14 these had fields at offsets that the JVM knew beforehand: references first, no gap
/// filled. (`ClassFileParser::layout_fields`)
const HARD_CODED: [&str; 16] = [
    "java.lang.AssertionStatusDirectives",
    "java.lang.Boolean",
    "java.lang.Byte",
    "java.lang.Character",
    "java.lang.Class",
    "java.lang.ClassLoader",
    "java.lang.Double",
    "java.lang.Float",
    "java.lang.Integer",
    "java.lang.Long",
    "java.lang.Short",
    "java.lang.StackTraceElement",
    "java.lang.String",
    "java.lang.Throwable",
    "java.lang.ref.Reference",
    "java.lang.ref.SoftReference",
];

/// Which of HotSpot's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRules {
    /// JDK 14 and earlier.
    Old,
    /// JDK 15 and later.
    New,
}

/// How many fields of each width there are.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldCounts {
    /// As `WIDTHS`.
    by_width: [u64; 4],
    references: u64,
}

impl FieldCounts {
    pub fn of(types: impl Iterator<Item = BasicType>) -> Self {
        let mut counts = Self::default();
        for basic_type in types {
            let bytes = basic_type.dump_bytes(0) as u64;
            match WIDTHS.iter().position(|width| *width == bytes) {
                Some(at) => counts.by_width[at] += 1,
                None => counts.references += 1,
            }
        }
        counts
    }

    /// Bytes of static fields behind a class object: references first, no gap filled.
    pub fn statics_bytes(&self, reference_bytes: u64) -> u64 {
        let references_end = self.references * reference_bytes;
        let [eights, fours, twos, ones] = self.by_width;
        let start = if eights > 0 {
            align_up(references_end, 8)
        } else {
            references_end
        };
        align_up(start + 8 * eights + 4 * fours + 2 * twos + ones, 8)
    }

    fn is_empty(&self) -> bool {
        self.references == 0 && self.by_width == [0; 4]
    }

    /// Width of each field: the widest first, references last.
    fn widths(&self, reference_bytes: u64) -> impl Iterator<Item = u64> {
        let counts = self.by_width.into_iter().chain([self.references]);
        (WIDTHS.into_iter().chain([reference_bytes]).zip(counts))
            .flat_map(|(width, count)| std::iter::repeat_n(width, count as usize))
    }
}

/// What a class adds to its superclass.
struct Shape {
    /// Fields outside padded groups, injected ones included.
    plain: FieldCounts,
    padding: Padding,
    /// The dump does not show all of it.
    is_hidden: bool,
    is_hard_coded: bool,
}

impl Shape {
    fn of(class: &Class, release: &Release<'_>, layout: &ObjectLayout) -> Self {
        // No other classes are in the tables.
        if !class.name.starts_with("java.") && !class.name.starts_with("jdk.") {
            let plain = FieldCounts::of(class.fields.iter().map(super::Field::basic_type));
            return Self {
                plain,
                padding: Padding::default(),
                is_hidden: false,
                is_hard_coded: false,
            };
        }
        let injected = injected_fields(class, release, layout);
        let (declared, padding) = split(class, release);
        Self {
            is_hidden: !injected.is_empty() || padding.is_whole || !padding.group.is_empty(),
            plain: FieldCounts::of(declared.into_iter().chain(injected)),
            padding,
            is_hard_coded: HARD_CODED.contains(&class.name.as_str()),
        }
    }
}

/// The fields of all classes of a dump.
pub struct Shapes<'a> {
    table: &'a ClassTable,
    layout: &'a ObjectLayout,
    known: Vec<Shape>,
}

impl<'a> Shapes<'a> {
    pub fn new(table: &'a ClassTable, layout: &'a ObjectLayout) -> Self {
        let release = Release::of(table);
        let known = table
            .classes
            .iter()
            .map(|class| Shape::of(class, &release, layout))
            .collect();
        Self {
            table,
            layout,
            known,
        }
    }

    /// End of the last field of an instance, padding included.
    fn fields_end(&self, class: ClassIndex, rules: FieldRules) -> u64 {
        let mut chain: Vec<&Shape> = self
            .table
            .hierarchy(class)
            .map(|owner| &self.known[owner.at()])
            .collect();
        chain.reverse();
        match rules {
            FieldRules::Old => old_end(&chain, self.layout),
            FieldRules::New => new_end(&chain, self.layout),
        }
    }

    /// Shallow bytes of an instance.
    pub fn instance_bytes(&self, class: ClassIndex, rules: FieldRules) -> u64 {
        // Objects lie 8 bytes apart at least, in JVMs of 32 bits too.
        align_up(
            align_up(self.fields_end(class, rules), 8),
            self.layout.alignment_bytes,
        )
    }

    /// True where the class or a superclass has injected fields or padding.
    pub fn has_hidden(&self, class: ClassIndex) -> bool {
        self.table
            .hierarchy(class)
            .any(|owner| self.known[owner.at()].is_hidden)
    }
}

/// Since 15: each class fills the gaps that its superclasses left.
fn new_end(chain: &[&Shape], layout: &ObjectLayout) -> u64 {
    let header_bytes = layout.instance_header_bytes;
    let mut packing = Packing {
        free: Vec::new(),
        end: header_bytes,
        last: header_bytes,
    };
    let mut end = header_bytes;
    let mut is_super_padded = false;
    for Shape { plain, padding, .. } in chain {
        if is_super_padded {
            packing.close(packing.last + PADDING_BYTES);
        }
        let widths = plain.widths(layout.reference_bytes);
        if padding.is_whole {
            packing.close(packing.end + PADDING_BYTES);
            widths.for_each(|bytes| packing.append(bytes));
        } else {
            widths.for_each(|bytes| packing.place(bytes));
        }
        if !padding.group.is_empty() {
            packing.close(packing.end + PADDING_BYTES);
            let group = FieldCounts::of(padding.group.iter().copied());
            group
                .widths(layout.reference_bytes)
                .for_each(|bytes| packing.append(bytes));
        }
        let is_padded = padding.is_whole || !padding.group.is_empty();
        end = packing.end + if is_padded { PADDING_BYTES } else { 0 };
        is_super_padded |= is_padded;
    }
    end
}

/// Until 14: each class starts where its superclass ends, on a boundary of references.
fn old_end(chain: &[&Shape], layout: &ObjectLayout) -> u64 {
    let mut end = layout.instance_header_bytes;
    for shape in chain {
        let Padding { is_whole, group } = &shape.padding;
        if shape.plain.is_empty() && group.is_empty() && !is_whole {
            continue;
        }
        let around = if *is_whole { PADDING_BYTES } else { 0 };
        let mut offset = old_plain_end(end + around, shape, layout.reference_bytes);
        if !group.is_empty() {
            offset += PADDING_BYTES;
            // Dumps have fields in reverse.
            for basic_type in group.iter().rev() {
                let bytes = layout.value_bytes(*basic_type);
                offset = align_up(offset, bytes) + bytes;
            }
            offset += PADDING_BYTES;
        }
        end = align_up(offset + around, layout.reference_bytes);
    }
    end
}

/// End of a class's fields outside groups: the gap of 4 bytes before longs is filled.
fn old_plain_end(start: u64, shape: &Shape, reference_bytes: u64) -> u64 {
    let [eights, mut fours, mut twos, mut ones] = shape.plain.by_width;
    let mut references = shape.plain.references;
    let mut offset = start;
    if shape.is_hard_coded {
        offset += references * reference_bytes;
        references = 0;
    }
    if eights > 0 {
        let longs_start = align_up(offset, 8);
        let mut left = if shape.is_hard_coded {
            0
        } else {
            longs_start - offset
        };
        for (width, count) in [(4, &mut fours), (2, &mut twos), (1, &mut ones)] {
            // One int at most fits.
            let filling = (left / width).min(*count);
            *count -= filling;
            left -= filling * width;
        }
        references -= u64::from(left >= reference_bytes && references > 0);
        offset = longs_start;
    }
    offset += 8 * eights + 4 * fours + 2 * twos + ones;
    if references > 0 {
        offset = align_up(offset, reference_bytes) + references * reference_bytes;
    }
    offset
}

/// Free space inside an object, and its end.
struct Packing {
    /// Start and end of each gap.
    free: Vec<(u64, u64)>,
    end: u64,
    /// End of the last field.
    last: u64,
}

impl Packing {
    /// Goes on at `end`; nothing fills the gaps before.
    fn close(&mut self, end: u64) {
        self.free.clear();
        self.end = end;
    }

    /// Places a field at the end.
    fn append(&mut self, bytes: u64) {
        let start = align_up(self.end, bytes);
        if start > self.end {
            self.free.push((self.end, start));
        }
        self.end = start + bytes;
        self.last = self.end;
    }

    /// Places a field into the smallest gap that takes it, else at the end.
    fn place(&mut self, bytes: u64) {
        let best = (self.free.iter().enumerate())
            .filter(|(_, (start, end))| align_up(*start, bytes) + bytes <= *end)
            .min_by_key(|(_, (start, end))| end - start)
            .map(|(at, _)| at);
        let Some(at) = best else {
            return self.append(bytes);
        };
        let (start, end) = self.free.swap_remove(at);
        let field = align_up(start, bytes);
        if field > start {
            self.free.push((start, field));
        }
        if field + bytes < end {
            self.free.push((field + bytes, end));
        }
    }
}
