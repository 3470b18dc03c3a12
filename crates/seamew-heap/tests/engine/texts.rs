//! Strings found by text, against a look at one after the other.

use proptest::prelude::*;
use seamew_heap::values::TextMatcher;
use seamew_testkit::{BasicType, HeapBuilder, HeapOptions};

use crate::support::{cases, fresh, open_path};
use crate::value_heaps::{hold, kinds, make_strings, object, quiet, set, strings};

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn strings_are_found_by_text(plans in strings(), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let made = make_strings(&mut built, &plans);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let all = set(&heap, made.iter().map(|one| one.address));
        for (pattern, expression) in [("a", "a"), ("", ""), ("\u{4e2d}", "\u{4e2d}"), ("ab", "^ab$"), ("\u{fffd}", "\u{fffd}")] {
            let matcher = TextMatcher::regex(expression, false).unwrap();
            let found = heap.find_strings(&all, &matcher, &quiet()).unwrap();
            let is_whole = expression.starts_with('^');
            let is_found =
                |text: &str| if is_whole { text == pattern } else { text.contains(pattern) };
            let wanted = made.iter().filter(|one| one.text().is_some_and(|text| is_found(&text)));
            prop_assert_eq!(found, set(&heap, wanted.map(|one| one.address)), "{}", expression);
        }
        let objects: Vec<_> = made.iter().map(|one| object(&heap, one.address)).collect();
        let rows = heap.text_rows(&objects, 3, &quiet()).unwrap();
        for ((row, one), object) in rows.iter().zip(&made).zip(&objects) {
            prop_assert_eq!(&row.object.value, &heap.string(*object, 3));
            prop_assert_eq!(row.characters, one.units.as_ref().map(|units| units.len() as u64));
            prop_assert_eq!(heap.string(*object, usize::MAX), one.text());
        }
    }
}

/// Few among many are looked up one by one, not met in a walk.
#[test]
fn few_strings_among_many_objects() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let texts: Vec<_> = (0..2000)
        .map(|at| built.string(&format!("text {at}")))
        .collect();
    hold(&mut built, texts.iter().copied());
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let few = set(&heap, texts.iter().take(5).copied());
    let matcher = TextMatcher::fixed("text 3", false).unwrap();
    let found = heap.find_strings(&few, &matcher, &quiet()).unwrap();
    assert_eq!(found, set(&heap, [texts[3]].into_iter()));
    let all = heap.texts_of(&heap.all_objects(), false);
    let found = heap.find_strings(&all, &matcher, &quiet()).unwrap();
    // 3, 30 to 39, 300 to 399
    assert_eq!(found.len(), 111);
}

#[test]
fn arrays_are_texts_of_their_own() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let bytes = built.primitive_array(BasicType::Byte, b"secret=1");
    let chars = built.primitive_array(BasicType::Char, &[0, b's', 0, b'e', 0, b'c', 0, b'r']);
    let ints = built.primitive_array(BasicType::Int, b"secret=1");
    hold(&mut built, [bytes, chars, ints].into_iter());
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let matcher = TextMatcher::regex("SECR", true).unwrap();
    let all = heap.all_objects();
    let found = heap
        .find_strings(&heap.texts_of(&all, true), &matcher, &quiet())
        .unwrap();
    assert_eq!(found, set(&heap, [bytes, chars].into_iter()));
    assert!(heap.texts_of(&all, false).is_empty());
}
