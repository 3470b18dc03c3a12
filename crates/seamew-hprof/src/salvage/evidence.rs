//! What is known about the heap so far, and how far it makes a sub-record believable.

use std::collections::{HashMap, HashSet};
use std::ops::BitOr;

use super::shape::{Kind, Shape};
use crate::id::IdSize;
use crate::symbols::Symbols;
use crate::tag::BasicType;
use crate::walk::ClassDumpRecord;

/// Addresses needed before their common bits count as evidence.
const ENOUGH_ADDRESSES: u32 = 8;
/// Longest superclass chain followed: a class may be its own ancestor in a damaged dump.
const MAX_ANCESTORS: usize = 256;
/// Objects begin at multiples of 8 in all JVMs; few classes may seem to promise more.
const MAX_ALIGNMENT: u32 = 3;
/// User-space addresses end below this bit on all 64-bit systems with HotSpot.
const MAX_ADDRESS_BITS: u32 = 57;

/// How far a sub-record is believable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Belief {
    /// Something contradicts what is known.
    Contradicted,
    /// Nothing speaks against it.
    Possible,
    /// Its class is a known one.
    Likely,
    /// Its class is known and so is its length.
    Proven,
}

impl Belief {
    /// Points towards a chain of sub-records that is to be believed.
    pub(crate) fn weight(self) -> u32 {
        match self {
            Self::Contradicted => 0,
            Self::Possible => 1,
            Self::Likely => 3,
            Self::Proven => 4,
        }
    }
}

#[derive(Clone, Copy)]
struct ClassShape {
    super_address: u64,
    own_field_bytes: u64,
}

/// Classes and addresses met so far.
pub(crate) struct Evidence {
    pub(crate) id_size: IdSize,
    loaded: HashSet<u64>,
    classes: HashMap<u64, ClassShape>,
    /// Classes whose instances contradicted what is known where nothing was damaged.
    odd_classes: HashSet<u64>,
    /// Class and field bytes of the last instance found sound: most follow their like.
    last_sound: (u64, u32),
    /// All bits ever set in an object's address.
    address_bits: u64,
    address_count: u32,
    /// Low zero bits that addresses have by the ids of the classes.
    class_alignment: u32,
    has_heap: bool,
}

impl Evidence {
    /// What the names of a dump tell.
    pub(crate) fn new(id_size: IdSize, symbols: &Symbols) -> Self {
        let class_ids = symbols
            .classes()
            .map(|class| class.class_id)
            .fold(0, u64::bitor);
        Self {
            id_size,
            loaded: symbols.classes().map(|class| class.class_id).collect(),
            classes: HashMap::new(),
            odd_classes: HashSet::new(),
            last_sound: (0, 0),
            address_bits: 0,
            address_count: 0,
            class_alignment: class_ids.trailing_zeros().min(MAX_ALIGNMENT),
            has_heap: false,
        }
    }

    /// True after a heap record was read.
    pub(crate) fn has_heap(&self) -> bool {
        self.has_heap
    }

    /// A heap record is being read.
    pub(crate) fn set_has_heap(&mut self) {
        self.has_heap = true;
    }

    /// Takes in a LOAD_CLASS record.
    pub(crate) fn add_loaded(&mut self, class: u64) {
        self.loaded.insert(class);
    }

    /// Takes in a class dump.
    pub(crate) fn add_class(&mut self, record: &ClassDumpRecord<'_>) {
        let id_bytes = self.id_size.bytes();
        let own_field_bytes = record
            .fields
            .iter()
            .skip(id_bytes)
            .step_by(id_bytes + 1)
            .filter_map(|code| BasicType::from_code(*code))
            .map(|basic_type| basic_type.dump_bytes(id_bytes) as u64)
            .sum();
        let super_address = record.super_address;
        self.classes.insert(
            record.address,
            ClassShape {
                super_address,
                own_field_bytes,
            },
        );
    }

    /// Learns from a sub-record that has proved to be in its place.
    pub(crate) fn learn(&mut self, shape: &Shape) {
        if shape.kind == Kind::HeapInfo || shape.address == 0 {
            return;
        }
        self.address_bits |= shape.address;
        self.address_count = self.address_count.saturating_add(1);
        match shape.kind {
            Kind::Instance { class, field_bytes } if self.last_sound != (class, field_bytes) => {
                if self.instance_belief(class, field_bytes) == Belief::Contradicted {
                    self.odd_classes.insert(class);
                } else {
                    self.last_sound = (class, field_bytes);
                }
            }
            Kind::ObjectArray { class } if !self.is_known_class(class) => {
                self.odd_classes.insert(class);
            }
            _ => {}
        }
    }

    /// How far a sub-record is believable.
    pub(crate) fn belief(&self, shape: &Shape) -> Belief {
        if shape.kind == Kind::HeapInfo {
            return Belief::Possible;
        }
        if !self.is_plausible_address(shape.address) {
            return Belief::Contradicted;
        }
        match shape.kind {
            Kind::Instance { class, field_bytes } => self.instance_belief(class, field_bytes),
            Kind::ObjectArray { class } => self.class_belief(class),
            Kind::Class | Kind::StickyClass if self.is_known_class(shape.address) => Belief::Likely,
            _ => Belief::Possible,
        }
    }

    fn instance_belief(&self, class: u64, field_bytes: u32) -> Belief {
        match self.instance_bytes(class) {
            Some(bytes) if bytes == u64::from(field_bytes) => Belief::Proven,
            Some(_) if self.odd_classes.contains(&class) => Belief::Possible,
            Some(_) => Belief::Contradicted,
            None => self.class_belief(class),
        }
    }

    fn class_belief(&self, class: u64) -> Belief {
        if self.is_known_class(class) {
            Belief::Likely
        } else if self.odd_classes.contains(&class) || self.knows_no_class() {
            Belief::Possible
        } else {
            Belief::Contradicted
        }
    }

    fn is_known_class(&self, class: u64) -> bool {
        self.loaded.contains(&class) || self.classes.contains_key(&class)
    }

    fn knows_no_class(&self) -> bool {
        self.loaded.is_empty() && self.classes.is_empty()
    }

    /// Bytes of an instance's fields, if the class and all its ancestors are known.
    fn instance_bytes(&self, class: u64) -> Option<u64> {
        let mut bytes = 0;
        let mut class = class;
        for _ in 0..MAX_ANCESTORS {
            let shape = self.classes.get(&class)?;
            bytes += shape.own_field_bytes;
            class = shape.super_address;
            if class == 0 {
                return Some(bytes);
            }
        }
        None
    }

    /// An address is as well aligned as all others and not much further up.
    fn is_plausible_address(&self, address: u64) -> bool {
        if address == 0 || address >> MAX_ADDRESS_BITS != 0 {
            return false;
        }
        if self.address_count < ENOUGH_ADDRESSES {
            return address.trailing_zeros() >= self.class_alignment;
        }
        let aligned = address.trailing_zeros() >= self.address_bits.trailing_zeros();
        let in_reach = address.leading_zeros() + 1 >= self.address_bits.leading_zeros();
        aligned && in_reach
    }
}
