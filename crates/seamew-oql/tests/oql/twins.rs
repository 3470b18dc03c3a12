//! The plans for many objects against looking at row after row, on random heaps.

use proptest::prelude::*;
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{BasicType, ClassSpec, HeapBuilder, HeapOptions, Value, sub};

use crate::asking::Asked;

/// Queries that plans answer, on a heap with `com.acme.Node`s and strings.
const QUERIES: [&str; 30] = [
    "SELECT * FROM com.acme.Node n WHERE n.number > 50",
    "SELECT * FROM com.acme.Node n WHERE n.number > 50 AND n.next != null AND n.next.number < 30",
    "SELECT * FROM INSTANCEOF com.acme.Node n WHERE n.number = 7 OR toString(n.text) LIKE \"a.*\"",
    "SELECT * FROM com.acme.Node n WHERE n.@objectId > 100",
    "SELECT * FROM com.acme.Node n WHERE n.@usedHeapSize < n.@retainedHeapSize",
    "SELECT * FROM com.acme.Node n WHERE dominatorof(n) = null",
    "SELECT * FROM com.acme.Node n WHERE n.missing = null AND n.number < 20",
    "SELECT * FROM java.lang.String s WHERE toString(s) LIKE \"a.*\"",
    "SELECT * FROM java.lang.String s WHERE toString(s) NOT LIKE \".*b.*\"",
    "SELECT * FROM java.lang.String s WHERE toString(s) = \"\"",
    "SELECT * FROM java.lang.String s WHERE toString(s) != \"ab\" AND s.@objectId > 50 AND toString(s) LIKE \".{1,2}\"",
    "SELECT * FROM \"java.lang.String|byte[]|char[]\" s WHERE toString(s) LIKE \"(?s).*b.*\"",
    "SELECT * FROM byte[] b WHERE b.@length > 1",
    "SELECT * FROM byte[] b WHERE b[0] = 97",
    "SELECT * FROM java.lang.Class c WHERE c.@name LIKE \".*a.*\"",
    "SELECT * FROM \".*\" o WHERE classof(o).@name LIKE \"com.*\"",
    "SELECT * FROM INSTANCEOF java.lang.Object o WHERE inbounds(o).length = 1",
    "SELECT n.number, count(*), sum(n.number), min(n.text), max(n.@objectId) FROM com.acme.Node n GROUP BY n.number",
    "SELECT count(*), avg(n.number), count(DISTINCT n.number), count(n.next) FROM INSTANCEOF com.acme.Node n",
    "SELECT toString(s), count(*) FROM java.lang.String s GROUP BY toString(s)",
    "SELECT toString(s) AS t, count(*), min(s.hash) FROM java.lang.String s GROUP BY t HAVING count(*) > 1 ORDER BY 2 DESC, t",
    "SELECT classof(o).@name, count(*), sum(o.@usedHeapSize) FROM \".*\" o GROUP BY classof(o).@name ORDER BY 2 DESC, 1 LIMIT 5",
    "SELECT n, n.number FROM com.acme.Node n ORDER BY n.number DESC, n.next LIMIT 9",
    "SELECT * FROM java.lang.String s ORDER BY toString(s), s.@objectId DESC",
    "SELECT * FROM INSTANCEOF com.acme.Node n ORDER BY n.@retainedHeapSize DESC LIMIT 3 OFFSET 2",
    "SELECT n.next.number FROM com.acme.Node n WHERE n.next IN (SELECT * FROM com.acme.Node m WHERE m.number > 60)",
    "SELECT v.k FROM OBJECTS (SELECT n.number AS k FROM com.acme.Node n) v WHERE v.k > 70",
    "SELECT DISTINCT n.number FROM com.acme.Node n WHERE n.number < 40 ORDER BY 1",
    "SELECT AS RETAINED SET * FROM com.acme.Node n WHERE n.number > 80",
    "SELECT n.number < n.next.number FROM com.acme.Node n WHERE n.number > 50",
];

fn nodes(heap: &mut HeapBuilder, plan: &[(i32, u16, u8)], texts: &[String]) {
    let class = heap.class(
        ClassSpec::new("com.acme.Node")
            .reference("next")
            .reference("text")
            .field("number", BasicType::Int),
    );
    let special = heap.class(ClassSpec::new("com.acme.SpecialNode").extends(class));
    let texts: Vec<_> = texts.iter().map(|text| heap.string(text)).collect();
    let made: Vec<_> = (plan.iter())
        .map(|(number, _, kind)| {
            let class = if kind % 5 == 0 { special } else { class };
            heap.instance(class, &[("number", Value::Int(*number))])
        })
        .collect();
    for (node, (_, next, kind)) in made.iter().zip(plan) {
        if kind % 3 > 0 {
            heap.set_field(*node, "next", made[usize::from(*next) % made.len()]);
        }
        if kind % 4 > 0 && !texts.is_empty() {
            heap.set_field(*node, "text", texts[usize::from(*next) % texts.len()]);
        }
        if kind % 2 == 0 {
            heap.root(sub::ROOT_JNI_GLOBAL, *node);
        }
    }
    let string = heap.known().string;
    let bare = heap.instance(string, &[]);
    for root in texts.into_iter().chain([bare]) {
        heap.root(sub::ROOT_JNI_GLOBAL, root);
    }
}

fn compare(asked: &Asked) -> Result<(), TestCaseError> {
    for query in QUERIES {
        let (fast, slow) = (asked.ask_by_plan(query), asked.ask_slowly(query));
        match (fast, slow) {
            (Ok(fast), Ok(slow)) => prop_assert_eq!(fast, slow, "{}", query),
            (Err(fast), Err(slow)) => {
                prop_assert_eq!(fast.to_string(), slow.to_string(), "{}", query);
            }
            (fast, slow) => prop_assert!(false, "{}: {:?} or {:?}", query, fast, slow),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn plans_answer_as_rows_do(
        plan in heap_plan(40),
        options in heap_options(),
        nodes_plan in prop::collection::vec((0..100i32, any::<u16>(), any::<u8>()), 1..60),
        texts in prop::collection::vec("[ab\n]{0,3}|ä|a中", 0..20),
    ) {
        let mut heap = plan.build(options);
        nodes(&mut heap, &nodes_plan, &texts);
        compare(&Asked::new(&heap, &[]))?;
    }
}

/// Enough objects that a walk over the dump pays, on more than one thread.
#[test]
fn many_objects() {
    let mut heap = HeapBuilder::new(HeapOptions::default());
    let plan: Vec<(i32, u16, u8)> = (0..6000u32)
        .map(|at| {
            let random = at.wrapping_mul(2_654_435_761);
            (
                (random >> 7).cast_signed() % 100,
                (random >> 16) as u16,
                (random >> 3) as u8,
            )
        })
        .collect();
    let texts: Vec<String> = (0..3000)
        .map(|at| format!("{}b{}", "a".repeat(at % 3), at % 50))
        .collect();
    nodes(&mut heap, &plan, &texts);
    compare(&Asked::new(&heap, &[])).unwrap();
}
