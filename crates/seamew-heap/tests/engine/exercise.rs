//! Asks a heap everything that can be asked, for two purposes: two heaps that give the same
//! answers are the same, and no heap may panic whatever its dump or index looks like.

use seamew_heap::collections::{ContentsQuestion, Filter, Order};
use seamew_heap::heap::{
    ColumnValues, Direction, Grouping, ObjectSet, PathEnd, Selection, TreeLimits,
};
use seamew_heap::tables::{TABLES, read_whole};
use seamew_heap::values::{DuplicateOrder, FieldPath, GroupOrder, TextMatcher};
use seamew_heap::{ClassIndex, Heap, ObjectIndex, Progress};
use serde::Serialize;
use serde_json::{Value, json};

/// Objects asked about one by one.
const MOST_OBJECTS: usize = 400;

/// All answers.
pub fn answers(heap: &Heap) -> Value {
    let objects: Vec<ObjectIndex> = heap
        .reachable_objects()
        .map(|(object, _)| object)
        .take(MOST_OBJECTS)
        .collect();
    json!({
        "objects": String::from_utf8_lossy(&heap.objects_csv(0, 100_000)),
        "facts": facts(heap),
        "histograms": histograms(heap),
        "columns": columns(heap),
        "roots": text(&heap.root_rows()),
        "threads": text(&heap.threads()),
        "warnings": warnings(heap),
        "by object": objects.iter().map(|object| of_object(heap, *object)).collect::<Vec<_>>(),
        "of all": of_all(heap, &objects),
        "values": values(heap),
        "tables": tables(heap),
    })
}

/// Rows of all tables, and of those of some classes, in an order of their own.
fn tables(heap: &Heap) -> Value {
    let classes = heap.class_table().classes.iter().take(20);
    let names = TABLES
        .iter()
        .copied()
        .chain(classes.map(|class| class.name.as_str()));
    let whole = names.map(|name| {
        let Ok((columns, batches)) = read_whole(heap, name) else {
            return json!([name, "unreadable"]);
        };
        let mut rows: Vec<String> = Vec::new();
        for batch in batches {
            assert!(
                batch
                    .columns
                    .iter()
                    .all(|column| column.len() == batch.rows)
            );
            assert_eq!(batch.columns.len(), columns.len());
            rows.extend((0..batch.rows).map(|row| {
                let cells: Vec<_> = batch
                    .columns
                    .iter()
                    .map(|column| column.cell(row))
                    .collect();
                format!("{cells:?}")
            }));
        }
        rows.sort_unstable();
        json!([name, rows])
    });
    whole.collect()
}

fn text(rows: &impl Serialize) -> Value {
    serde_json::to_value(rows).unwrap()
}

/// Facts that do not depend on how the heap was opened.
fn facts(heap: &Heap) -> Value {
    let mut facts = heap.facts().clone();
    facts.phase_seconds.clear();
    facts.warnings.clear();
    let mut overview = text(&heap.overview());
    for changing in ["index_path", "index_bytes", "index_reused", "path"] {
        overview.as_object_mut().unwrap().remove(changing);
    }
    json!([text(&facts), overview, text(&heap.class_table())])
}

/// Warnings about the dump; whether an index could be written is another matter.
fn warnings(heap: &Heap) -> Value {
    let mut rows = heap.warnings();
    rows.retain(|row| row.code != "index-not-written");
    text(&rows)
}

/// Panics where two heaps answer differently, with the place of the first difference.
pub fn assert_same(found: &Value, wanted: &Value) {
    if found != wanted {
        let (path, found, wanted) = first_difference(found, wanted);
        panic!("answers differ at {path}: {found}, not {wanted}");
    }
}

fn first_difference<'a>(found: &'a Value, wanted: &'a Value) -> (String, &'a Value, &'a Value) {
    let within = |step: String, found: &'a Value, wanted: &'a Value| {
        let (path, found, wanted) = first_difference(found, wanted);
        (format!("{step}/{path}"), found, wanted)
    };
    match (found, wanted) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            let pair = one.iter().zip(other).find(|(one, other)| one != other);
            let ((key, one), (_, other)) = pair.unwrap();
            within(key.clone(), one, other)
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut pairs = one.iter().zip(other).enumerate();
            let (at, (one, other)) = pairs.find(|(_, (one, other))| one != other).unwrap();
            within(at.to_string(), one, other)
        }
        _ => (String::new(), found, wanted),
    }
}

const GROUPINGS: [Grouping; 4] = [
    Grouping::Class,
    Grouping::Superclass,
    Grouping::Loader,
    Grouping::Package,
];

fn histograms(heap: &Heap) -> Value {
    let groups = GROUPINGS.map(|grouping| text(&heap.histogram(grouping)));
    json!([
        groups,
        text(&heap.unreachable_histogram()),
        heap.exact_histogram(Grouping::Class),
        text(&heap.find_classes("java.*").unwrap()),
    ])
}

fn columns(heap: &Heap) -> Value {
    let names = [
        "address",
        "class_id",
        "shallow_bytes",
        "retained_bytes",
        "dominator",
    ];
    let columns = names.map(|name| match heap.column(name).unwrap() {
        ColumnValues::U32(values) => text(&values),
        ColumnValues::U64(values) => text(&values),
    });
    json!(columns)
}

fn of_object(heap: &Heap, object: ObjectIndex) -> Value {
    let nothing = heap.excludes(&[]).unwrap();
    json!([
        text(&heap.detail(object)),
        text(&heap.inbound_rows(object, 0, 20)),
        text(&heap.outbound_rows(object, 0, 20)),
        text(&heap.path_rows(object, &nothing)),
        text(&heap.paths_rows(object, &nothing, 3)),
        text(&heap.dominator_chain(object)),
        text(&heap.children(Some(object), 0, 10)),
        text(&heap.grouped_children(Some(object), Grouping::Class)),
        text(&heap.targets(object)),
        text(&heap.array_values(object, 1, 5)),
        text(&heap.array_references(object, 1, 5)),
        heap.array_length(object),
        heap.children_count(Some(object)),
        heap.string(object, 20),
        heap.thread_name(object),
        heap.kind(object),
        heap.retained_by(&[object]),
    ])
}

fn of_all(heap: &Heap, objects: &[ObjectIndex]) -> Value {
    let some: Vec<ObjectIndex> = objects.iter().copied().step_by(7).collect();
    let set = ObjectSet::of(1 << 20, some.iter().copied());
    let limits = TreeLimits {
        levels: 4,
        ..TreeLimits::children(10)
    };
    let nothing = heap.excludes(&["java.lang.Thread".to_owned()]).unwrap();
    json!([
        text(&heap.merged_paths(&set, &nothing, &limits)),
        text(&heap.merged_path_classes(&set, &nothing, PathEnd::Roots, &limits)),
        text(&heap.merged_path_classes(&set, &nothing, PathEnd::Objects, &limits)),
        text(&heap.references_by_class(&set, Direction::In, &limits)),
        text(&heap.references_by_class(&set, Direction::Out, &limits)),
        text(&heap.retained_set(&some)),
        heap.retained_by(&some),
        text(&heap.children(None, 0, 50)),
        text(&heap.grouped_children(None, Grouping::Package)),
        text(&heap.sample_children(None, ClassIndex(0), &[], 3, 7)),
        text(&heap.instances("java.lang.String", 1, 5)),
        heap.resolve("java.lang.Class#1")
            .map(|object| heap.object_label(object))
            .ok(),
        text(&heap.root_objects("System Class")),
        of_the_runtime(heap, objects),
        collections(heap, objects),
    ])
}

/// Tables and contents of collections, or why there are none.
fn collections(heap: &Heap, objects: &[ObjectIndex]) -> Value {
    let progress = Progress::default();
    let tables = heap
        .collections(None, Vec::new(), Filter::default(), &progress)
        .and_then(|found| {
            Ok(json!([
                text(&found.by_class()?),
                text(&found.by_size()?),
                text(&found.by_fill(3)?),
                text(&found.by_collisions(3)?),
                text(&found.objects(Order::Size, 0, 50)?),
            ]))
        });
    let selection = Selection {
        objects: objects.to_vec(),
        ..Selection::default()
    };
    let question = ContentsQuestion {
        limit: 200,
        ..ContentsQuestion::default()
    };
    let contents = (heap.select(&selection))
        .and_then(|set| heap.contents(&set, Vec::new(), &question, &progress));
    json!([
        tables.unwrap_or_else(|error| json!(error.to_string())),
        contents.map_or_else(|error| json!(error.to_string()), |found| text(&found)),
    ])
}

fn of_the_runtime(heap: &Heap, objects: &[ObjectIndex]) -> Value {
    let progress = Progress::default();
    let every = heap.all_objects();
    // A dump that changed under the heap is an error, as it may be; a panic is none.
    let referents = heap.referents(&every, "referent", &progress).ok();
    let edges = heap.field_edges(&every, "value", &progress).ok();
    let members = |set: &ObjectSet| set.iter().map(|object| object.0).collect::<Vec<_>>();
    json!([
        text(&heap.contents_of(objects)),
        heap.strings(objects, 9),
        heap.static_fields_of(objects),
        text(&heap.thread_locals(objects, &progress).unwrap()),
        text(&heap.loaders()),
        referents.map(|found| [members(&found.only), members(&found.kept_by_references)]),
        edges.map(|edges| (members(&edges.targets(heap)), edges.target_classes(heap))),
    ])
}

/// Questions that read the contents of many objects.
fn values(heap: &Heap) -> Value {
    let quiet = Progress::default();
    let all = heap.all_objects();
    let texts = heap.texts_of(&all, true);
    let matcher = TextMatcher::regex("[aeiou]", false).unwrap();
    let found: Vec<ObjectIndex> = (heap.find_strings(&texts, &matcher, &quiet).iter())
        .flat_map(|set| set.iter().take(20).collect::<Vec<_>>())
        .collect();
    let lost = DuplicateOrder::LostBytes;
    let most = (GroupOrder::Objects, 20);
    let path = FieldPath::parse("value").unwrap();
    let condition = heap.condition("value!=null").unwrap();
    let chosen = heap.find_objects(&texts, &[condition], &quiet);
    json!([
        found,
        told(heap.text_rows(&found, 5, &quiet)),
        told(heap.duplicate_strings(&all, lost, 20, &quiet)),
        told(heap.duplicate_arrays(&all, lost, 20, &quiet)),
        told(heap.duplicate_objects(&all, lost, 20, &quiet)),
        told(heap.array_table(&all, &quiet)),
        told(heap.array_fill(&all, 3, &quiet)),
        told(heap.constant_arrays(&all, &quiet)),
        told(heap.unused_room(&all, 0, 20, &quiet)),
        told(heap.group_by(&all, None, most, &quiet)),
        told(heap.group_by(&texts, Some(&path), most, &quiet)),
        told(chosen.map(|set| set.len())),
        heap.biggest(&all, Heap::retained_bytes, 20),
    ])
}

fn told(answer: seamew_heap::Result<impl Serialize>) -> Value {
    match answer {
        Ok(rows) => text(&rows),
        Err(error) => json!(error.to_string()),
    }
}
