//! Replays the corpus of the fuzz target `oql`, and makes its seeds.

use std::fs;
use std::path::PathBuf;

use crate::shop::SHOP;
use crate::surviving::survive;

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/oql")
}

/// Queries that use every construct.
const SEEDS: [&str; 16] = [
    "SELECT * FROM INSTANCEOF java.util.AbstractMap m WHERE m.size > 1 AND m.table != null",
    "select distinct objects classof(o) from objects (select objects outbounds(t) from java.lang.Thread t) o",
    "SELECT AS RETAINED SET c.@name FROM OBJECTS ${snapshot}.getClassesByName(\"com.acme.Item\", true) c",
    "SELECT a[0], a[1:3], a[-2:-1] AS \"last two\" FROM int[] a",
    "SELECT z.o, z.kv.k FROM OBJECTS ( SELECT h AS o, ( SELECT e.getKey() AS k FROM OBJECTS ${h}[0:-1] e ) AS kv FROM java.util.HashMap h ) z WHERE z.kv.k != null",
    "SELECT s FROM java.lang.String s WHERE toString(s) LIKE \"dev.*\" OR toString(s) NOT LIKE \"[^a-c&&[b]]+\"",
    "SELECT b.x IN dominators(b), b NOT IN (SELECT * FROM OBJECTS 0x7ff0010, 12) FROM \"com\\.acme\\..*\" b",
    "SELECT * FROM OBJECTS ((9-2--3)*-2/-5) UNION (SELECT * FROM OBJECTS 4,4,9)",
    "SELECT 'c', 1L, 1.5, 1e-3d, 0xff, true, null, E\"a\\n\\u00e4\\\"\", \"say \"\"hi\"\"\" FROM OBJECTS 0",
    "SELECT classof(o).@name AS n, count(*), sum(o.@usedHeapSize), count(DISTINCT o.x) FROM \".*\" o GROUP BY n HAVING count(*) > 1 ORDER BY 2 DESC, n LIMIT 5 OFFSET 1",
    "SELECT k FROM java.lang.Class k WHERE k IMPLEMENTS org.eclipse.mat.snapshot.model.IClass // comment",
    "SELECT size(m), entries(m), path(m), retainedSet(m) FROM java.util.HashMap m WHERE m.next IS NOT NULL",
    "SELECT eval((SELECT e.getValue() AS v FROM OBJECTS ( h[0:-1] ) e))[0].v FROM java.util.HashMap h",
    "select f from java.io.File f where f.path.length == 3 && true",
    "SELECT ((((((((((1)))))))))) FROM OBJECTS 0 /* end */;",
    "SELECT o.@fields, o.@GCRootInfo[0].@type, toHex(o.@objectAddress) FROM OBJECTS 0, 1 o",
];

#[test]
fn the_corpus_is_survived() {
    let mut count = 0;
    for entry in fs::read_dir(corpus()).expect("the corpus is in the repository") {
        let text = fs::read(entry.unwrap().path()).unwrap();
        survive(&SHOP.asked, &String::from_utf8_lossy(&text));
        count += 1;
    }
    assert!(count >= SEEDS.len());
}

#[test]
#[ignore = "writes the seeds into fuzz/corpus/oql"]
fn write_seeds() {
    fs::create_dir_all(corpus()).unwrap();
    for (number, seed) in SEEDS.iter().enumerate() {
        fs::write(corpus().join(format!("seed-{number:02}")), seed).unwrap();
    }
}
