//! The page of the language: its examples run, and it has every name that the language knows.

use std::fs;
use std::path::PathBuf;

use seamew_oql::eval::PROPERTIES;
use seamew_oql::eval::names::{FUNCTIONS, METHODS};

use crate::shop::SHOP;

fn page() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/oql.md");
    fs::read_to_string(path).expect("the page is in the repository")
}

fn examples(page: &str) -> Vec<&str> {
    let blocks = page.split("```oql\n").skip(1);
    let inside = blocks.filter_map(|block| block.split("```").next());
    inside.flat_map(str::lines).collect()
}

#[test]
fn the_examples_of_the_page_have_answers() {
    let page = page();
    let examples = examples(&page);
    assert!(examples.len() > 30);
    for query in examples {
        let told = SHOP.asked.ask(query);
        let told = told.unwrap_or_else(|error| panic!("{query}: {error}"));
        assert!(
            !told.rows.is_empty() && told.notes.is_empty(),
            "{query}: {:?}",
            told.notes
        );
    }
}

#[test]
fn the_page_has_every_name() {
    let page = page();
    for name in FUNCTIONS.iter().chain(METHODS) {
        assert!(page.contains(&format!("`{name}(")), "{name}");
    }
    for (kind, names) in PROPERTIES {
        for name in names {
            assert!(page.contains(&format!("`@{name}`")), "{kind}: {name}");
        }
    }
}

/// A value of each kind that has properties.
const SAMPLES: [(&str, &str); 17] = [
    ("object", "com.acme.Item o"),
    ("instance", "com.acme.Item o"),
    ("class", "OBJECTS com.acme.Item o"),
    ("primitive array", "int[] o"),
    ("object array", "byte[][] o"),
    ("class loader", "OBJECTS 0 o"),
    ("list", "OBJECTS (eval((SELECT 1 FROM OBJECTS 0))) o"),
    (
        "entry",
        "OBJECTS (eval((SELECT m AS m FROM java.util.HashMap m))[0].m[0:-1]) o",
    ),
    ("row", "OBJECTS (SELECT 1 AS one FROM OBJECTS 0) o"),
    ("text", "OBJECTS (\"text\") o"),
    ("snapshot", "OBJECTS ${snapshot} o"),
    (
        "facts of the snapshot",
        "OBJECTS ${snapshot}.@snapshotInfo o",
    ),
    ("date", "OBJECTS ${snapshot}.@snapshotInfo.@creationDate o"),
    (
        "root",
        "OBJECTS ${snapshot}.getGCRootInfo(${snapshot}.@GCRoots[0]) o",
    ),
    (
        "reference",
        "OBJECTS (SELECT OBJECTS i FROM com.acme.Item i) o",
    ),
    (
        "field",
        "OBJECTS (eval((SELECT i.@fields AS f FROM com.acme.Item i))[0].f) o",
    ),
    ("type", "OBJECTS (eval(\"text\").@class) o"),
];

#[test]
fn every_property_is_there() {
    for ((kind, names), (sampled, source)) in PROPERTIES.into_iter().zip(SAMPLES) {
        assert_eq!(kind, sampled);
        let value = match kind {
            "list" => "outbounds(0)",
            "reference" => "o.@outboundReferences[0]",
            _ => "o",
        };
        for name in names {
            let query = format!("SELECT {value}.@{name} FROM {source}");
            let told = SHOP.asked.ask(&query);
            let told = told.unwrap_or_else(|error| panic!("{query}: {error}"));
            assert!(!told.rows.is_empty(), "{query}");
        }
    }
}
