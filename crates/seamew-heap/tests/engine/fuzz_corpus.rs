//! Replays the corpus of the fuzz target `index`, and makes its seeds.

use std::fs;
use std::path::PathBuf;

use crate::forged::{Forges, seeds};

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/index")
}

#[test]
fn the_corpus_is_survived() {
    let forges = Forges::new();
    let (mut count, mut accepted) = (0, 0);
    for entry in fs::read_dir(corpus()).expect("the corpus is in the repository") {
        let script = fs::read(entry.unwrap().path()).unwrap();
        accepted += usize::from(forges.survive(&script));
        count += 1;
    }
    assert!(count >= seeds(&forges).len());
    assert!(
        accepted > count / 4,
        "{accepted} of {count} were looked into"
    );
}

#[test]
#[ignore = "writes the seeds into fuzz/corpus/index"]
fn write_seeds() {
    fs::create_dir_all(corpus()).unwrap();
    for (name, script) in seeds(&Forges::new()) {
        fs::write(corpus().join(name), script).unwrap();
    }
}
