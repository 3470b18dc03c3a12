//! Heaps of strings and other values, in every layout and some broken ones, for the questions
//! about values and their slow twins.

use proptest::prelude::*;
use seamew_heap::heap::ObjectSet;
use seamew_heap::{Heap, ObjectIndex, Progress};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, IdSize, Value, sub};

/// A string in the making. The numbers choose among a few texts and arrays, so that many are equal.
#[derive(Clone, Debug)]
pub enum StringPlan {
    /// As current JVMs have it; the flag forces UTF-16.
    Compact(usize, bool),
    /// In a char array.
    Chars(usize),
    /// A part of one of two shared char arrays, which may reach beyond its end.
    Part(usize, i32, i32),
    /// The array of the string before.
    Shared,
    Null,
    /// UTF-16 of an odd number of bytes.
    Odd(usize),
    /// A coder that is none.
    Coder(usize, i8),
    /// An array that holds no text.
    Numbers,
    /// An array whose elements the dump leaves out.
    Bare,
}

pub const TEXTS: [&str; 8] = [
    "",
    "a",
    "ab",
    "b\n\u{1b}[2J",
    "caf\u{e9}",
    "\u{4e2d}\u{6587}",
    "\u{1f41b}",
    "abc abc",
];
const SHARED_TEXTS: [&str; 2] = ["the cat, the hat", "ab\u{4e2d}ab"];
/// Half a surrogate pair, alone and before a character.
const HALF_PAIRS: [&[u16]; 2] = [&[0xd83d], &[0xdc1b, 0x61]];

/// What a built string holds.
#[derive(Clone, Debug)]
pub struct Built {
    pub address: Address,
    pub array: Option<Address>,
    /// Its characters; None where there are none to be read.
    pub units: Option<Vec<u16>>,
    pub is_whole_array: bool,
}

impl Built {
    pub fn text(&self) -> Option<String> {
        self.units.as_deref().map(String::from_utf16_lossy)
    }
}

pub fn strings() -> impl Strategy<Value = Vec<StringPlan>> {
    let text = || 0..TEXTS.len() + HALF_PAIRS.len();
    let one = prop_oneof![
        4 => (text(), any::<bool>()).prop_map(|(text, wide)| StringPlan::Compact(text, wide)),
        2 => text().prop_map(StringPlan::Chars),
        3 => (0..2usize, -1..20i32, -1..20i32).prop_map(|(at, skip, count)| StringPlan::Part(at, skip, count)),
        1 => Just(StringPlan::Shared),
        1 => Just(StringPlan::Null),
        1 => text().prop_map(StringPlan::Odd),
        1 => (text(), 2..8i8).prop_map(|(text, coder)| StringPlan::Coder(text, coder)),
        1 => Just(StringPlan::Numbers),
        1 => Just(StringPlan::Bare),
    ];
    prop::collection::vec(one, 1..40)
}

pub fn kinds() -> impl Strategy<Value = HeapOptions> {
    any::<bool>().prop_map(|is_small| HeapOptions {
        id_size: if is_small {
            IdSize::Four
        } else {
            IdSize::Eight
        },
        ..HeapOptions::default()
    })
}

fn units(text: usize) -> Vec<u16> {
    match TEXTS.get(text) {
        Some(text) => text.encode_utf16().collect(),
        None => HALF_PAIRS[text - TEXTS.len()].to_vec(),
    }
}

fn big_endian(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

fn little_endian(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

fn latin_1(bytes: &[u8]) -> Vec<u16> {
    bytes.iter().map(|byte| u16::from(*byte)).collect()
}

/// Makes the strings, all held by one array.
pub fn make_strings(heap: &mut HeapBuilder, plans: &[StringPlan]) -> Vec<Built> {
    let known = heap.known();
    let old = ClassSpec::new("java.lang.String")
        .reference("value")
        .field("offset", BasicType::Int)
        .field("count", BasicType::Int);
    let old = heap.class(old);
    let shared = SHARED_TEXTS.map(|text| {
        let units: Vec<u16> = text.encode_utf16().collect();
        heap.primitive_array(BasicType::Char, &big_endian(&units))
    });
    let mut built: Vec<Built> = Vec::new();
    for plan in plans {
        let (mut one, coder) = match plan {
            StringPlan::Part(at, skip, count) => (part(shared[*at], *at, *skip, *count), 0),
            StringPlan::Shared => share(plans, &built),
            plan => own_contents(heap, plan),
        };
        let value = Value::from(one.array.unwrap_or(Address::NULL));
        one.address = if let StringPlan::Part(_, skip, count) = plan {
            let place = [("offset", Value::Int(*skip)), ("count", Value::Int(*count))];
            heap.instance(old, &[[("value", value)].as_slice(), &place].concat())
        } else {
            heap.instance(
                known.string,
                &[("value", value), ("coder", Value::Byte(coder))],
            )
        };
        built.push(one);
    }
    hold(heap, built.iter().map(|one| one.address));
    built
}

fn whole(array: Option<Address>, units: Option<Vec<u16>>) -> Built {
    Built {
        address: Address::NULL,
        array,
        units,
        is_whole_array: true,
    }
}

/// A part of a shared array; negative numbers count for none.
fn part(array: Address, text: usize, skip: i32, count: i32) -> Built {
    let all: Vec<u16> = SHARED_TEXTS[text].encode_utf16().collect();
    let start = usize::try_from(skip).unwrap_or(0).min(all.len());
    let left = all.len() - start;
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(left);
    Built {
        is_whole_array: count == all.len(),
        ..whole(Some(array), Some(all[start..start + count].to_vec()))
    }
}

/// A string with the array of one before, and its coder.
fn share(plans: &[StringPlan], built: &[Built]) -> (Built, i8) {
    let last = built
        .iter()
        .rfind(|it| it.is_whole_array && it.array.is_some());
    last.map_or((whole(None, None), 0), |last| {
        (last.clone(), i8::from(was_wide(last, plans, built)))
    })
}

/// Contents with an array of their own, and the coder.
fn own_contents(heap: &mut HeapBuilder, plan: &StringPlan) -> (Built, i8) {
    let mut bytes = |bytes: &[u8]| Some(heap.primitive_array(BasicType::Byte, bytes));
    match plan {
        StringPlan::Compact(text, wide) => {
            let units = units(*text);
            if *wide || units.iter().any(|unit| *unit > 0xff) {
                return (whole(bytes(&little_endian(&units)), Some(units)), 1);
            }
            let latin: Vec<u8> = units.iter().map(|unit| *unit as u8).collect();
            (whole(bytes(&latin), Some(units)), 0)
        }
        StringPlan::Odd(text) => {
            let odd = [little_endian(&units(*text)), vec![0x61]].concat();
            (whole(bytes(&odd), Some(units(*text))), 1)
        }
        StringPlan::Coder(text, coder) => {
            let raw = little_endian(&units(*text));
            (whole(bytes(&raw), Some(latin_1(&raw))), *coder)
        }
        StringPlan::Chars(text) => {
            let array = heap.primitive_array(BasicType::Char, &big_endian(&units(*text)));
            (whole(Some(array), Some(units(*text))), 0)
        }
        StringPlan::Numbers => {
            let array = heap.primitive_array(BasicType::Int, &[0, 0, 0, 7]);
            (whole(Some(array), None), 0)
        }
        StringPlan::Bare => (whole(Some(heap.bare_array(BasicType::Byte, 3)), None), 0),
        StringPlan::Null | StringPlan::Part(..) | StringPlan::Shared => (whole(None, None), 0),
    }
}

/// Whether the string that is shared was written as UTF-16.
fn was_wide(last: &Built, plans: &[StringPlan], built: &[Built]) -> bool {
    let first = built.iter().position(|one| one.array == last.array);
    match first.and_then(|at| plans.get(at)) {
        Some(StringPlan::Compact(text, wide)) => {
            *wide || units(*text).iter().any(|unit| *unit > 0xff)
        }
        Some(StringPlan::Odd(_)) => true,
        _ => false,
    }
}

/// Makes objects reachable through one array.
pub fn hold(heap: &mut HeapBuilder, objects: impl Iterator<Item = Address>) {
    let objects: Vec<Address> = objects.collect();
    let class = heap.known().object;
    let class = heap.array_class(class);
    let array = heap.object_array(class, &objects);
    heap.root(sub::ROOT_JNI_GLOBAL, array);
}

pub fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

pub fn set(heap: &Heap, addresses: impl Iterator<Item = Address>) -> ObjectSet {
    let mut set = heap.no_objects();
    for address in addresses {
        set.insert(object(heap, address));
    }
    set
}

pub fn quiet() -> Progress {
    Progress::default()
}
