//! Counts by class during the first pass.

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use crate::classes::layout::ObjectLayout;

/// What a tally counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TallyKey {
    /// Instances of the class at this address.
    Instances(u64),
    /// Object arrays of the class at this address.
    ObjectArrays(u64),
    PrimitiveArrays(BasicType),
}

/// Objects of one class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub objects: u64,
    /// Elements of all arrays.
    pub elements: u64,
    /// Bytes of an instance's fields in the dump, of the first one.
    pub field_bytes: u32,
    /// Addresses of the 1st, 2nd, 4th, 8th ... object: their gaps tell the size.
    pub samples: [u64; SAMPLES],
}

const SAMPLES: usize = 12;

/// An array whose address gap tells about the array layout.
#[derive(Clone, Copy, Debug)]
pub struct ArraySample {
    pub address: u64,
    pub element_type: BasicType,
    pub length: u32,
}

/// An array among the biggest.
#[derive(Clone, Copy, Debug)]
pub struct BigArray {
    pub address: u64,
    pub key: TallyKey,
    pub length: u32,
    /// Bytes of the elements in the dump.
    pub content_bytes: u64,
}

const BIG_ARRAYS: usize = 16;
const ARRAY_SAMPLES: usize = 4096;
const CACHE_SLOTS: usize = 1024;

/// Tallies of all classes, array samples, biggest arrays.
pub struct Tallies {
    places: FxHashMap<TallyKey, u32>,
    entries: Vec<Tally>,
    /// Direct-mapped cache of places, by class address.
    cache: Vec<(u64, u32)>,
    primitive_places: [u32; 12],
    pub array_samples: Vec<ArraySample>,
    pub big_arrays: Vec<BigArray>,
    big_threshold: u64,
}

const NO_PLACE: u32 = u32::MAX;

impl Default for Tallies {
    fn default() -> Self {
        Self {
            places: FxHashMap::default(),
            entries: Vec::new(),
            cache: vec![(0, NO_PLACE); CACHE_SLOTS],
            primitive_places: [NO_PLACE; 12],
            array_samples: Vec::new(),
            big_arrays: Vec::new(),
            big_threshold: 0,
        }
    }
}

impl Tallies {
    fn place(&mut self, key: TallyKey) -> u32 {
        let next = self.entries.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.entries.push(Tally::default());
        }
        place
    }

    /// Counts an instance.
    #[inline]
    pub fn instance(&mut self, address: u64, class_address: u64, field_bytes: usize) {
        let slot = (class_address >> 3) as usize % CACHE_SLOTS;
        let (cached, mut place) = self.cache[slot];
        if cached != class_address || place == NO_PLACE {
            place = self.place(TallyKey::Instances(class_address));
            self.cache[slot] = (class_address, place);
        }
        let tally = &mut self.entries[place as usize];
        if tally.objects == 0 {
            tally.field_bytes = field_bytes as u32;
        }
        tally.add(address, 0);
    }

    /// Counts an object array.
    #[inline]
    pub fn object_array(&mut self, address: u64, class_address: u64, length: u32, bytes: u64) {
        let key = TallyKey::ObjectArrays(class_address);
        let place = self.place(key);
        self.entries[place as usize].add(address, length);
        self.note_array(key, BasicType::Object, address, length, bytes);
    }

    /// Counts a primitive array.
    #[inline]
    pub fn primitive_array(&mut self, address: u64, element_type: BasicType, length: u32) {
        let key = TallyKey::PrimitiveArrays(element_type);
        let mut place = self.primitive_places[element_type as usize];
        if place == NO_PLACE {
            place = self.place(key);
            self.primitive_places[element_type as usize] = place;
        }
        self.entries[place as usize].add(address, length);
        let bytes = u64::from(length) * element_type.dump_bytes(0) as u64;
        self.note_array(key, element_type, address, length, bytes);
    }

    #[inline]
    fn note_array(
        &mut self,
        key: TallyKey,
        element_type: BasicType,
        address: u64,
        length: u32,
        content_bytes: u64,
    ) {
        if self.array_samples.len() < ARRAY_SAMPLES {
            self.array_samples.push(ArraySample {
                address,
                element_type,
                length,
            });
        }
        if content_bytes > self.big_threshold {
            self.big_arrays.push(BigArray {
                address,
                key,
                length,
                content_bytes,
            });
            self.trim_big_arrays();
        }
    }

    fn trim_big_arrays(&mut self) {
        self.big_arrays
            .sort_unstable_by_key(|array| std::cmp::Reverse(array.content_bytes));
        self.big_arrays.truncate(BIG_ARRAYS);
        if self.big_arrays.len() == BIG_ARRAYS {
            self.big_threshold = self.big_arrays[BIG_ARRAYS - 1].content_bytes;
        }
    }

    /// Adds another thread's tallies.
    pub fn merge(&mut self, other: Self) {
        for (key, place) in other.places {
            let from = other.entries[place as usize];
            let place = self.place(key);
            let into = &mut self.entries[place as usize];
            for address in from.samples {
                into.sample(address);
            }
            if into.objects == 0 {
                into.field_bytes = from.field_bytes;
            }
            into.objects += from.objects;
            into.elements += from.elements;
        }
        self.array_samples.extend(other.array_samples);
        self.big_arrays.extend(other.big_arrays);
        self.trim_big_arrays();
    }

    /// All tallies with what they count.
    pub fn iter(&self) -> impl Iterator<Item = (TallyKey, &Tally)> {
        self.places
            .iter()
            .map(|(key, place)| (*key, &self.entries[*place as usize]))
    }

    /// Objects counted, classes aside.
    pub fn object_count(&self) -> u64 {
        self.entries.iter().map(|tally| tally.objects).sum()
    }
}

impl Tally {
    /// Shallow bytes of the arrays counted, exact where lengths fill the alignment evenly and
    /// half an alignment unit an array off at the most on average.
    pub fn array_bytes(&self, element_type: BasicType, layout: &ObjectLayout) -> u64 {
        let empty = layout.array_bytes(element_type, 0);
        self.objects * empty + self.elements * layout.value_bytes(element_type)
    }

    #[inline]
    fn add(&mut self, address: u64, elements: u32) {
        self.objects += 1;
        self.elements += u64::from(elements);
        if self.objects.is_power_of_two() {
            self.sample(address);
        }
    }

    fn sample(&mut self, address: u64) {
        if let Some(free) = self.samples.iter_mut().find(|sample| **sample == 0) {
            *free = address;
        }
    }
}
