//! Objects grouped and chosen by value, against a look at one after the other.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seamew_heap::Heap;
use seamew_heap::values::{FieldPath, GroupOrder};
use seamew_testkit::{Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, Value};

use crate::support::{cases, fresh, open_path};
use crate::value_heaps::{TEXTS, hold, kinds, object, quiet, set};

/// A session: text of its name (none: null), size, box of its number, place of the next one.
type Plan = (Option<usize>, i32, Option<i64>, Option<usize>);

fn sessions() -> impl Strategy<Value = Vec<Plan>> {
    let text = prop::option::of(0..TEXTS.len());
    let number = prop::option::of(-2..3i64);
    let next = prop::option::of(0..30usize);
    prop::collection::vec((text, -3..4i32, number, next), 1..30)
}

/// Makes the sessions, each string and box anew.
fn make(built: &mut HeapBuilder, plans: &[Plan]) -> Vec<Address> {
    let spec = ClassSpec::new("app.Session")
        .reference("name")
        .field("size", BasicType::Int)
        .reference("number")
        .reference("next");
    let class = built.class(spec);
    let boxed = built.class(ClassSpec::new("java.lang.Long").field("value", BasicType::Long));
    let made: Vec<Address> = plans
        .iter()
        .map(|(text, size, number, _)| {
            let name = text.map_or(Address::NULL, |text| built.string(TEXTS[text]));
            let number = number.map_or(Address::NULL, |number| {
                built.instance(boxed, &[("value", Value::Long(number))])
            });
            let fields = [
                ("name", name.into()),
                ("size", Value::Int(*size)),
                ("number", number.into()),
            ];
            built.instance(class, &fields)
        })
        .collect();
    for (session, (_, _, _, next)) in made.iter().zip(plans) {
        if let Some(next) = next.and_then(|next| made.get(next)) {
            built.set_field(*session, "next", *next);
        }
    }
    hold(built, made.iter().copied());
    made
}

fn groups(heap: &Heap, members: &[Address], path: &str) -> BTreeMap<(String, Option<String>), u64> {
    let path = FieldPath::parse(path).unwrap();
    let order = (GroupOrder::Objects, usize::MAX);
    let set = set(heap, members.iter().copied());
    let found = heap.group_by(&set, Some(&path), order, &quiet()).unwrap();
    assert_eq!(found.total, found.rows.len() as u64);
    assert_eq!(found.objects, members.len() as u64);
    let rows = found.rows.into_iter();
    rows.map(|row| ((row.kind.to_owned(), row.value), row.objects))
        .collect()
}

fn counted(
    values: impl Iterator<Item = (&'static str, Option<String>)>,
) -> BTreeMap<(String, Option<String>), u64> {
    let mut counts = BTreeMap::new();
    for (kind, value) in values {
        *counts.entry((kind.to_owned(), value)).or_default() += 1;
    }
    counts
}

fn known<T: ToString>(value: Option<T>) -> (&'static str, Option<String>) {
    match value {
        Some(value) => ("value", Some(value.to_string())),
        None => ("null", None),
    }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn groups_by_fields(plans in sessions(), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let made = make(&mut built, &plans);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let name = |plan: &Plan| known(plan.0.map(|text| TEXTS[text]));
        prop_assert_eq!(groups(&heap, &made, "name"), counted(plans.iter().map(name)));
        prop_assert_eq!(groups(&heap, &made, "size"), counted(plans.iter().map(|it| known(Some(it.1)))));
        prop_assert_eq!(groups(&heap, &made, "number"), counted(plans.iter().map(|it| known(it.2))));
        let after = |plan: &Plan| plan.3.and_then(|next| plans.get(next));
        if plans.iter().any(|plan| after(plan).is_some()) {
            let next_name = |plan: &Plan| after(plan).map_or(("null", None), name);
            prop_assert_eq!(groups(&heap, &made, " next . name"), counted(plans.iter().map(next_name)));
        }
        let next = |plan: &Plan| match plan.3.and_then(|next| made.get(next)) {
            Some(next) => ("object", Some(format!("app.Session @ {:#x}", next.0))),
            None => ("null", None),
        };
        prop_assert_eq!(groups(&heap, &made, "next"), counted(plans.iter().map(next)));
    }

    #[test]
    fn objects_by_conditions(plans in sessions(), options in kinds()) {
        let mut built = HeapBuilder::new(options);
        let made = make(&mut built, &plans);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let all = set(&heap, made.iter().copied());
        let check = |conditions: &[&str], is_wanted: &dyn Fn(&Plan) -> bool| {
            let parsed: Vec<_> = conditions.iter().map(|it| heap.condition(it).unwrap()).collect();
            let found = heap.find_objects(&all, &parsed, &quiet()).unwrap();
            let wanted = plans.iter().zip(&made).filter(|(plan, _)| is_wanted(plan));
            assert_eq!(found, set(&heap, wanted.map(|(_, address)| *address)), "{conditions:?}");
        };
        let text = |plan: &Plan| plan.0.map(|text| TEXTS[text]);
        let next = |plan: &Plan| plan.3.filter(|next| *next < plans.len());
        check(&["size>0"], &|it| it.1 > 0);
        check(&["size <= -1"], &|it| it.1 <= -1);
        check(&["size!=0x2"], &|it| it.1 != 2);
        check(&["size<0.5"], &|it| it.1 < 1);
        check(&["name=ab"], &|it| text(it) == Some("ab"));
        check(&["name='ab'", "size>=0"], &|it| text(it) == Some("ab") && it.1 >= 0);
        check(&["name!=ab"], &|it| text(it) != Some("ab"));
        check(&["name~^a|\u{e9}"], &|it| text(it).is_some_and(|it| it.starts_with('a') || it.contains('\u{e9}')));
        check(&["name=null"], &|it| it.0.is_none());
        check(&["name!=null"], &|it| it.0.is_some());
        check(&["name=\"null\""], &|_| false);
        check(&["number>=1"], &|it| it.2.is_some_and(|it| it >= 1));
        check(&["number!=1"], &|it| it.2 != Some(1));
        check(&["size~^-"], &|it| it.1 < 0);
        check(&[&format!("next={:#x}", made[0].0)], &|it| next(it) == Some(0));
        check(&[&format!("next!=@{}", heap.id(object(&heap, made[0])))], &|it| next(it) != Some(0));
        if plans.iter().any(|it| next(it).is_some()) {
            check(&["next.size=1"], &|it| next(it).is_some_and(|next| plans[next].1 == 1));
            check(&["next.next=null"], &|it| next(it).is_none_or(|it| next_of(&plans, it).is_none()));
        }
    }
}

fn next_of(plans: &[Plan], at: usize) -> Option<usize> {
    plans[at].3.filter(|next| *next < plans.len())
}

#[test]
fn objects_by_their_own_value() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let plans = [
        (Some(1), 0, Some(5), None),
        (Some(1), 0, Some(5), None),
        (Some(2), 0, None, None),
    ];
    make(&mut built, &plans);
    built.thread("worker");
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let order = (GroupOrder::RetainedBytes, 10);
    let own = |class_name: &str| {
        let set = set_of(&heap, class_name);
        let found = heap.group_by(&set, None, order, &quiet()).unwrap();
        let rows = found.rows.into_iter();
        rows.map(|row| (row.value.unwrap(), row.objects))
            .collect::<Vec<_>>()
    };
    let one = |value: &str, objects| vec![(value.to_owned(), objects)];
    assert_eq!(own("java.lang.Long"), one("5", 2));
    assert_eq!(own("java.lang.Thread"), one("worker", 1));
    assert!(own("java.lang.String").contains(&(TEXTS[1].to_owned(), 2)));
    let sessions: u64 = own("app.Session").iter().map(|row| row.1).sum();
    assert_eq!((own("app.Session").len(), sessions), (3, 3));
    let found = heap
        .group_by(&heap.all_objects(), None, order, &quiet())
        .unwrap();
    assert_eq!(
        (found.rows.len(), found.objects),
        (10, heap.all_objects().len() as u64)
    );
    assert!(
        found
            .rows
            .is_sorted_by_key(|row| std::cmp::Reverse(row.retained_bytes))
    );
}

fn set_of(heap: &Heap, class_name: &str) -> seamew_heap::heap::ObjectSet {
    let mut set = heap.no_objects();
    for object in heap.instances(class_name, 0, usize::MAX) {
        set.insert(object);
    }
    set
}

#[test]
fn refusals_name_what_is_wrong() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let made = make(&mut built, &[(None, 1, None, None)]);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let members = set(&heap, made.into_iter());
    for text in ["", "size", "=1", "size!1", "a..b=1", "size>null"] {
        assert!(heap.condition(text).is_err(), "{text}");
    }
    let message = heap.condition("name~a(").unwrap_err().to_string();
    assert!(message.ends_with("at character 2"), "{message}");
    let refused = |text: &str| {
        let condition = heap.condition(text).unwrap();
        let found = heap.find_objects(&members, &[condition], &quiet());
        found.unwrap_err().to_string()
    };
    assert!(refused("nam=1").contains("app.Session has no field `nam`; near names: name"));
    assert!(refused("size=abc").contains("of type int"));
}
