"""How much of the dump each kind of question reads: most none of it, walks once, texts twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from seamew.testing import HeapBuilder

OBJECTS = 12_000
LIST_LENGTH = 10
LITTLE_BYTES = 256 * 1024
SLACK = 1.02

READS_NOTHING = (
    "heap.histogram()",
    "heap.histogram('superclass')",
    "heap.histogram('package')",
    "heap.histogram('class', exact=True)",
    "heap.unreachable_histogram()",
    "heap.set_histogram('com.acme.*')",
    "heap.minimum_retained('com.acme.*')",
    "heap.dominated_tree(depth=3)",
    "heap.immediate_dominators('byte[]')",
    "heap.retained_objects('com.acme.Session')",
    "heap.references_by_class('byte[]', levels=3)",
    "heap.merged_paths('byte[]', grouping='from-roots-by-class')",
    "heap.merged_paths('byte[]', grouping='to-roots-by-class')",
)
READS_A_LITTLE = (
    "heap.big_drops()",
    "heap.paths('com.acme.Session#100')",
    "heap.merged_paths('com.acme.Session', children=2)",
    "heap.rows([0, 1, 2])",
    "heap.threads()",
    "heap.loaders()",
    "heap.properties()",
)
WALKS_ONCE = (
    "heap.collections()",
    "heap.collection_sizes()",
    "heap.collection_fill()",
    "heap.collection_collisions()",
    "heap.arrays()",
    "heap.array_fill()",
    "heap.constant_arrays()",
    "heap.duplicate_arrays(limit=0)",
)
WALKS_TWICE = (
    "heap.find_strings('name 1')",
    "heap.unused_room()",
    "heap.duplicate_strings(limit=0)",
    "heap.duplicate_objects(limit=0)",
    "heap.group_by('java.lang.String', limit=0)",
)

# What Python reads to import a module comes with the first asking, and is of another heap.
CHILD = """
import json, sys
import seamew

def read_bytes():
    with open("/proc/self/io", encoding="ascii") as counters:
        return int(next(line for line in counters if line.startswith("rchar")).split()[1])

found = {}
for question in sys.argv[2:]:
    for _ in range(2):
        with seamew.open(sys.argv[1]) as heap:
            before = read_bytes()
            eval(question)
            found[question] = read_bytes() - before
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sessions with names and data, in lists of ten: some fifty thousand objects."""
    builder = HeapBuilder()
    kind = builder.klass("com.acme.Session", fields={"name": "object", "data": "object"})
    listed = builder.klass("java.util.ArrayList", fields={"elementData": "object", "size": "int"})
    for start in range(0, OBJECTS, LIST_LENGTH):
        held = [
            builder.instance(
                kind, name=builder.string(f"name {number % 500}"), data=builder.data(40)
            )
            for number in range(start, start + LIST_LENGTH)
        ]
        elements = builder.array("java.lang.Object[]", held)
        builder.root(builder.instance(listed, elementData=elements, size=LIST_LENGTH))
    builder.thread("main", [("com.acme.Session", "run")])
    return builder.write(tmp_path_factory.mktemp("reads") / "reads.hprof")


@pytest.fixture(scope="module")
def read_bytes(dump: Path) -> dict[str, int]:
    """Bytes read of files, the mapped index left out, for each question."""
    if not Path("/proc/self/io").exists():
        pytest.skip("the kernel does not count what a process reads")
    questions = (*READS_NOTHING, *READS_A_LITTLE, *WALKS_ONCE, *WALKS_TWICE)
    outcome = subprocess.run(
        [sys.executable, "-c", CHILD, str(dump), *questions],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(outcome.stdout)
    return found


@pytest.mark.parametrize("question", READS_NOTHING)
def test_the_index_answers_alone(question: str, read_bytes: dict[str, int]) -> None:
    # The counters of the kernel are a file too: what reading them reads comes with it.
    assert read_bytes[question] < 1024


@pytest.mark.parametrize("question", READS_A_LITTLE)
def test_single_objects_are_looked_up(question: str, read_bytes: dict[str, int]) -> None:
    assert read_bytes[question] < LITTLE_BYTES


@pytest.mark.parametrize("question", WALKS_ONCE)
def test_contents_cost_one_walk(question: str, read_bytes: dict[str, int], dump: Path) -> None:
    assert read_bytes[question] < SLACK * dump.stat().st_size


@pytest.mark.parametrize("question", WALKS_TWICE)
def test_texts_and_fields_cost_two_walks(
    question: str, read_bytes: dict[str, int], dump: Path
) -> None:
    size = dump.stat().st_size
    assert size < read_bytes[question] < 2 * SLACK * size
