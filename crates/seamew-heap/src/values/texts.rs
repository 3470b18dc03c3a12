//! Texts of many strings and builders in two walks: whose array is which, then the arrays.

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::characters::{Characters, Part};
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet, bits};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Texts are read up to so many bytes of their array; longer ones only so far.
pub const LONGEST_ARRAY_BYTES: usize = 64 << 20;

const STRING: &str = "java.lang.String";
const BUILDER: &str = "java.lang.AbstractStringBuilder";

/// An object and the array that its text lies in. Sorts by array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextOwner {
    pub array: ObjectIndex,
    pub owner: ObjectIndex,
}

/// Strings and builders with their arrays, in the order of the arrays. Eight bytes each, and 12
/// more where strings are parts of shared arrays, as before JDK 7u6.
pub struct TextOwners {
    owners: Vec<TextOwner>,
    /// Owners whose text is UTF-16 in a byte array.
    wide: ObjectSet,
    /// By owner; those without an entry use the whole array.
    parts: Vec<(ObjectIndex, Part)>,
}

/// Where the fields lie that tell of a text.
#[derive(Clone, Copy, Default)]
struct TextFields {
    value: Option<usize>,
    coder: Option<usize>,
    offset: Option<usize>,
    count: Option<usize>,
}

impl TextOwners {
    /// Reads where the texts of the strings and builders of a set lie. Arrays of char and byte in
    /// the set are texts of their own, bytes as Latin-1; other objects have none.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn read(heap: &Heap, set: &ObjectSet, progress: &Progress) -> Result<Self> {
        let classes = text_classes(heap);
        let visitor = || OwnerVisitor {
            heap,
            classes: &classes,
            owners: Vec::new(),
            wide: Vec::new(),
            parts: Vec::new(),
        };
        let mut owners = Vec::new();
        let mut wide = heap.no_objects();
        let mut parts = Vec::new();
        for found in heap.read_contents(set, visitor, progress)? {
            owners.extend(found.owners);
            parts.extend(found.parts);
            for object in found.wide {
                wide.insert(object);
            }
        }
        owners.sort_unstable();
        parts.sort_unstable_by_key(|part| part.0);
        Ok(Self {
            owners,
            wide,
            parts,
        })
    }

    pub fn all(&self) -> &[TextOwner] {
        &self.owners
    }

    /// The owners of an array, searched from a place on that the last search left behind.
    pub fn of_array(&self, array: ObjectIndex, from: &mut usize) -> std::ops::Range<usize> {
        let owners = &self.owners;
        if owners.get(*from).is_none_or(|owner| owner.array > array) {
            *from = 0;
        }
        // Arrays come nearly in order, so the next owner is near.
        let mut step = 1;
        while owners
            .get(*from + step)
            .is_some_and(|owner| owner.array < array)
        {
            *from += step;
            step *= 2;
        }
        let end = (*from + step + 1).min(owners.len());
        let near = owners.get(*from..end).unwrap_or_default();
        let start = *from + near.partition_point(|owner| owner.array < array);
        let rest = owners.get(start..).unwrap_or_default();
        let count = rest.iter().take_while(|owner| owner.array == array).count();
        *from = start;
        start..start + count
    }

    /// True where the owner's text is UTF-16, whatever its array.
    pub fn is_wide(&self, owner: ObjectIndex) -> bool {
        self.wide.contains(owner)
    }

    /// The part of its array that an owner uses.
    pub fn part(&self, owner: ObjectIndex) -> Part {
        match self.parts.binary_search_by_key(&owner, |part| part.0) {
            Ok(at) => self.parts.get(at).map_or(Part::WHOLE, |part| part.1),
            Err(_) => Part::WHOLE,
        }
    }

    /// The arrays.
    pub fn arrays(&self, heap: &Heap) -> ObjectSet {
        ObjectSet::of(
            heap.objects_in_all(),
            self.owners.iter().map(|owner| owner.array),
        )
    }
}

/// The classes whose instances have a text.
fn text_classes(heap: &Heap) -> FxHashMap<ClassIndex, TextFields> {
    let table = &heap.table;
    let id_bytes = heap.id_size.bytes();
    let classes = (0..table.classes.len() as u32).map(ClassIndex);
    let is_text = |class: &ClassIndex| {
        table.get(*class).name == STRING
            || table
                .hierarchy(*class)
                .any(|it| table.get(it).name == BUILDER)
    };
    classes
        .filter(is_text)
        .map(|class| {
            let mut fields = TextFields::default();
            for (offset, field, _) in table.field_offsets(class, id_bytes) {
                let place = match (field.name.as_str(), field.basic_type()) {
                    ("value", BasicType::Object) => &mut fields.value,
                    ("coder", BasicType::Byte) => &mut fields.coder,
                    ("offset", BasicType::Int) => &mut fields.offset,
                    ("count", BasicType::Int) => &mut fields.count,
                    _ => continue,
                };
                place.get_or_insert(offset as usize);
            }
            (class, fields)
        })
        .collect()
}

struct OwnerVisitor<'a> {
    heap: &'a Heap,
    classes: &'a FxHashMap<ClassIndex, TextFields>,
    owners: Vec<TextOwner>,
    wide: Vec<ObjectIndex>,
    parts: Vec<(ObjectIndex, Part)>,
}

impl ContentVisitor for OwnerVisitor<'_> {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, _length: u32) -> bool {
        if matches!(element_type, BasicType::Char | BasicType::Byte) {
            self.owners.push(TextOwner {
                array: object,
                owner: object,
            });
        }
        false
    }

    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let Some(places) = self.classes.get(&class) else {
            return;
        };
        let read = |place: Option<usize>, bytes: usize| {
            let start = place?;
            fields.get(start..start + bytes).map(bits)
        };
        let address = read(places.value, self.heap.id_size.bytes());
        let Some(array) = address.and_then(|address| self.heap.addresses.find(address)) else {
            return;
        };
        self.owners.push(TextOwner {
            array,
            owner: object,
        });
        if read(places.coder, 1) == Some(1) {
            self.wide.push(object);
        }
        // Negative numbers are none, as where one text is looked up.
        let number = |place| {
            let bits = read(place, 4)? as u32;
            u32::try_from(bits.cast_signed()).ok()
        };
        if places.offset.is_some() || places.count.is_some() {
            let skip = number(places.offset).unwrap_or(0);
            let count = number(places.count).unwrap_or(u32::MAX);
            self.parts.push((object, Part { skip, count }));
        }
    }
}

/// The text of one owner.
pub struct Text<'a> {
    /// Place of the owner in [`TextOwners::all`].
    pub place: usize,
    pub owner: ObjectIndex,
    pub characters: Characters<'a>,
    /// The array holds nothing else.
    pub is_whole_array: bool,
    /// The array was too long to be read to its end.
    pub is_cut: bool,
}

/// Is handed the texts of owners, one after the other; each thread has one of its own.
pub trait TextVisitor: Send {
    fn text(&mut self, text: Text<'_>);
}

impl Heap {
    /// Hands the texts of all owners to visitors. Texts of arrays without data or of another type
    /// are left out; those longer than [`LONGEST_ARRAY_BYTES`] come without their rest.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub(crate) fn read_texts<V: TextVisitor>(
        &self,
        owners: &TextOwners,
        visitor: impl Fn() -> V + Sync,
        progress: &Progress,
    ) -> Result<Vec<V>> {
        let arrays = owners.arrays(self);
        let reader = || ArrayReader {
            owners,
            near: 0,
            current: 0..0,
            element_type: BasicType::Object,
            wanted_bytes: 0,
            bytes: Vec::new(),
            visitor: visitor(),
        };
        let readers = self.read_contents(&arrays, reader, progress)?;
        Ok(readers.into_iter().map(|reader| reader.visitor).collect())
    }
}

struct ArrayReader<'a, V> {
    owners: &'a TextOwners,
    near: usize,
    current: std::ops::Range<usize>,
    element_type: BasicType,
    wanted_bytes: usize,
    bytes: Vec<u8>,
    visitor: V,
}

impl<V: TextVisitor> ContentVisitor for ArrayReader<'_, V> {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        self.bytes.clear();
        self.element_type = element_type;
        self.wanted_bytes = length as usize * element_type.dump_bytes(0);
        self.current = match element_type {
            BasicType::Char | BasicType::Byte => self.owners.of_array(object, &mut self.near),
            _ => 0..0,
        };
        !self.current.is_empty()
    }

    fn elements(&mut self, bytes: &[u8]) {
        let room = LONGEST_ARRAY_BYTES.saturating_sub(self.bytes.len());
        self.bytes
            .extend(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    fn array_end(&mut self) {
        let has_data = self.wanted_bytes == 0 || !self.bytes.is_empty();
        for place in self.current.clone().filter(|_| has_data) {
            let Some(TextOwner { owner, .. }) = self.owners.owners.get(place).copied() else {
                continue;
            };
            let (is_wide, part) = (self.owners.is_wide(owner), self.owners.part(owner));
            let characters = Characters::new(self.element_type, &self.bytes, is_wide, part);
            if let Some(characters) = characters {
                let whole = Characters::new(self.element_type, &self.bytes, is_wide, Part::WHOLE);
                self.visitor.text(Text {
                    place,
                    owner,
                    characters,
                    is_whole_array: whole.map(Characters::count) == Some(characters.count()),
                    is_cut: self.bytes.len() < self.wanted_bytes,
                });
            }
        }
    }
}
