"""Threads, references, finalizers, loaders and properties of a built heap, through the engine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.heap import Heap, open_heap
from seamew.testing import HeapBuilder, HeapObject, InstanceObject
from support.command import result, seamew

COMMANDS = {
    "threads --by pool": ["threads", "--by", "pool"],
    "threads --by stack": ["threads", "--by", "stack"],
    "threads --thread": ["threads", "--thread", "worker-1"],
    "threads --locals": ["threads", "--locals"],
    "threads --monitors": ["threads", "--monitors"],
    "thread-locals": ["thread-locals"],
    "thread-locals --by key": ["thread-locals", "--by", "key"],
    "references": ["references", "weak"],
    "finalizers": ["finalizers"],
    "finalizers --queue": ["finalizers", "--queue"],
    "loaders": ["loaders"],
    "loaders --duplicates": ["loaders", "--duplicates"],
    "properties": ["properties"],
}


@pytest.fixture
def dump(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Two workers with thread locals, weak maps that leak, finalizers, loaders, properties."""
    add_threads(builder)
    add_references(builder)
    add_finalizers(builder)
    add_loaders(builder)
    add_properties(builder)
    return builder.write(tmp_path / "runtime.hprof")


@pytest.fixture
def heap(dump: Path) -> Iterator[Heap]:
    with open_heap(dump, use_index=False) as opened:
        yield opened


def add_threads(heap: HeapBuilder) -> None:
    fields = {"threadLocals": "object", "parkBlocker": "object", "tid": "long"}
    heap.klass("com.acme.Worker", superclass="java.lang.Thread", fields=fields)
    variable = heap.instance(heap.klass("java.lang.ThreadLocal"))
    heap.root(heap.klass("com.acme.Context", statics={"CURRENT": variable}), "System Class")
    locks = [lock(heap), lock(heap)]
    for number in (0, 1):
        frames = [("com.acme.Worker", "take"), ("com.acme.Worker", "run")]
        thread = heap.thread(f"worker-{number}", frames, "com.acme.Worker")
        value = heap.data(100 * (number + 1))
        thread.values["threadLocals"] = thread_local_map(heap, [(variable, value), (None, value)])
        thread.values["tid"] = 40 + number
        # Each owns a lock and is parked for the other's.
        locks[number].values["exclusiveOwnerThread"] = thread
        thread.values["parkBlocker"] = locks[1 - number]
    heap.root(heap.data(5000), "Java Local", 1, 1)


def lock(heap: HeapBuilder) -> InstanceObject:
    name = "java.util.concurrent.locks.AbstractOwnableSynchronizer"
    heap.klass(name, fields={"exclusiveOwnerThread": "object"})
    made = heap.instance(heap.klass("com.acme.Sync", superclass=name))
    heap.root(made)
    return made


def thread_local_map(
    heap: HeapBuilder, entries: list[tuple[HeapObject | None, HeapObject]]
) -> InstanceObject:
    name = "java.lang.ThreadLocal$ThreadLocalMap"
    entry = heap.klass(
        f"{name}$Entry", superclass="java.lang.ref.WeakReference", fields={"value": "object"}
    )
    made = [heap.instance(entry, referent=key, value=value) for key, value in entries]
    table = heap.array(f"{name}$Entry[]", [None, *made])
    return heap.instance(heap.klass(name, fields={"table": "object"}), table=table)


def add_references(heap: HeapBuilder) -> None:
    """A key that its own entry's value holds, a key held elsewhere, one held by nothing else."""
    entry = heap.klass(
        "com.acme.WeakEntry", superclass="java.lang.ref.WeakReference", fields={"value": "object"}
    )
    key = heap.klass("com.acme.Key")
    holder = heap.klass("com.acme.Holder", fields={"key": "object"})
    leaking, held, free = (heap.instance(key) for _ in range(3))
    heap.root(held)
    entries = [
        heap.instance(entry, referent=leaking, value=heap.instance(holder, key=leaking)),
        heap.instance(entry, referent=held),
        heap.instance(entry, referent=free),
        heap.instance(entry),
    ]
    heap.root(heap.array("com.acme.WeakEntry[]", entries))


def add_finalizers(heap: HeapBuilder) -> None:
    queue = heap.klass("java.lang.ref.ReferenceQueue")
    own, enqueued = heap.instance(queue), heap.instance(queue)
    queue.statics["ENQUEUED"] = enqueued
    finalizer = heap.klass(
        "java.lang.ref.Finalizer",
        superclass="java.lang.ref.Reference",
        fields={"queue": "object", "next": "object"},
    )
    stream = heap.klass("com.acme.Stream", fields={"buffer": "object"})
    previous: HeapObject | None = None
    for number in range(5):
        target = heap.instance(stream, buffer=heap.data(1000))
        where = enqueued if number < 3 else own
        previous = heap.instance(finalizer, referent=target, queue=where, next=previous)
    finalizer.statics["unfinalized"] = previous


def add_loaders(heap: HeapBuilder) -> None:
    kind = heap.klass(
        "com.acme.AppLoader",
        superclass="java.lang.ClassLoader",
        fields={"parent": "object", "contextName": "object", "started": "boolean"},
    )
    above = heap.instance(kind, contextName=heap.string("shared"), started=True)
    heap.root(above)
    for number in range(2):
        name = heap.string("/shop")
        loader = heap.instance(kind, parent=above, contextName=name, started=bool(number))
        plugin = heap.klass(f"com.acme.Plugin{number}", loader=loader)
        # The builder knows a class by its name; the dump may have two of one name.
        plugin.name = "com.acme.Plugin"
        heap.root(heap.instance(plugin))


def add_properties(heap: HeapBuilder) -> None:
    entry = heap.klass(
        "java.util.Hashtable$Entry", fields={"key": "object", "value": "object", "next": "object"}
    )
    texts = {"java.version": "11", "app.password": "hunter2", "evil": "a\x1b[2Jb"}
    last: InstanceObject | None = None
    for name, value in texts.items():
        last = heap.instance(entry, key=heap.string(name), value=heap.string(value), next=last)
    ring = heap.instance(entry, key=heap.string("ring"), value=heap.string("once"))
    ring.values["next"] = ring
    fields = {"table": "object", "defaults": "object"}
    table = heap.array("java.util.Hashtable$Entry[]", [None, last, ring])
    made = heap.instance(heap.klass("java.util.Properties", fields=fields), table=table)
    made.values["defaults"] = made
    heap.klass("java.lang.System", statics={"props": made})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_form_answers(dump: Path, name: str) -> None:
    verb, *options = COMMANDS[name]
    table = seamew(verb, dump, *options, "--no-index", COLUMNS="100")
    assert (table.returncode, table.stderr) == (0, "")
    assert table.stdout
    assert "\x1b" not in table.stdout
    whole = json.loads(seamew(verb, dump, *options, "--no-index", "--json").stdout)
    assert (whole["command"], whole["warnings"]) == (verb, [])
    data = seamew(verb, dump, *options, "--no-index", "--csv").stdout
    assert all(None not in row for row in csv.DictReader(io.StringIO(data)))


def test_options_that_exclude_each_other(dump: Path) -> None:
    done = seamew("threads", dump, "--by", "pool", "--monitors", "--no-index")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr


def test_an_unknown_thread_is_refused_with_near_names(dump: Path) -> None:
    done = seamew("threads", dump, "--thread", "Work", "--no-index")
    assert done.returncode == 3
    assert "worker-0, worker-1" in done.stderr


def test_json_of_locks(dump: Path) -> None:
    found = result("threads", dump, "--monitors", "--no-index")
    assert {row["owner"] for row in found["rows"]} == {"worker-0", "worker-1"}
    (ring,) = found["deadlocks"]
    assert ring["is_certain"]
    assert sorted(ring["threads"]) == ["worker-0", "worker-1"]


def test_a_thread_with_its_locals(heap: Heap) -> None:
    detail = heap.thread("worker-0")
    assert detail.thread.thread_id == 40
    assert [held.local.class_name for held in detail.biggest_locals] == ["byte[]"]
    assert detail.significant_frames == (1,)


def test_thread_locals_and_stale_ones(heap: Heap) -> None:
    rows = heap.thread_locals()
    assert len(rows) == 4
    assert {row.key_field for row in rows if row.key} == {"com.acme.Context#CURRENT"}
    by_key = {row.key_name: row for row in heap.thread_local_keys()}
    assert by_key["(stale)"].entries == by_key["com.acme.Context#CURRENT"].threads == 2


def test_weak_references(heap: Heap) -> None:
    found = heap.reference_statistics("com.acme.WeakEntry")
    assert (found.references, found.cleared) == (4, 1)
    counts = [
        {row.label: row.objects for row in rows}
        for rows in (found.referents, found.only, found.kept, found.kept_by_references)
    ]
    assert counts == [{"com.acme.Key": count} for count in (3, 1, 2, 1)]
    (example,) = found.examples
    assert [step.class_name for step in example.path] == [
        "com.acme.WeakEntry[]",
        "com.acme.WeakEntry",
        "com.acme.Holder",
        "com.acme.Key",
    ]


def test_any_field_of_any_class(heap: Heap) -> None:
    found = heap.reference_statistics("com.acme.Stream", field="buffer")
    assert (found.references, found.cleared) == (5, 0)
    assert [(row.label, row.objects) for row in found.only] == [("byte[]", 5)]


def test_the_finalizer_queue(heap: Heap) -> None:
    found = heap.finalizers()
    assert (found.finalizable, found.waiting) == (5, 3)
    assert found.waiting_retained_bytes == 3 * (24 + 1024)
    assert len(heap.finalizer_queue()) == 3


def test_loaders_with_names_and_parents(heap: Heap) -> None:
    rows = {row.object_index: row for row in heap.loaders()}
    shops = [row for row in rows.values() if row.name == "/shop"]
    assert {rows[row.parent_index or 0].name for row in shops} == {"shared"}
    assert [(row.state, row.is_stopped, row.classes, row.objects) for row in shops] == [
        ("STOPPED", True, 1, 1),
        ("STARTED", False, 1, 1),
    ]
    (again,) = heap.repeated_loaders()
    assert (again.name, again.loaders) == ("/shop", 2)


def test_a_field_that_is_none_is_refused(dump: Path) -> None:
    done = seamew("references", dump, "weak", "--field", "referrent", "--no-index")
    assert done.returncode == 3
    assert "weak has no reference field named referrent" in done.stderr


def test_states_of_web_applications(builder: HeapBuilder, tmp_path: Path) -> None:
    state = builder.klass("org.apache.catalina.LifecycleState", fields={"name": "object"})
    tomcat = builder.klass(
        "com.acme.TomcatLoader", superclass="java.lang.ClassLoader", fields={"state": "object"}
    )
    for name in ("STARTED", "DESTROYED"):
        value = builder.instance(state, name=builder.string(name))
        builder.root(builder.instance(tomcat, state=value))
    context = builder.klass("com.acme.WebAppContext", fields={"_state": "int"})
    jetty = builder.klass(
        "com.acme.JettyLoader",
        superclass="java.lang.ClassLoader",
        fields={"_context": "object", "_name": "object"},
    )
    for number in (0, 2):
        application = builder.instance(context, _state=number)
        builder.root(builder.instance(jetty, _context=application, _name=builder.string("app")))
    with open_heap(builder.write(tmp_path / "web.hprof"), use_index=False) as heap:
        found = [(row.state, row.is_stopped) for row in heap.loaders() if row.state]
    stopped = [("DESTROYED", True), ("STOPPED", True)]
    assert sorted(found) == [stopped[0], ("STARTED", False), ("STARTED", False), stopped[1]]


def test_duplicate_classes(heap: Heap) -> None:
    (row,) = heap.duplicate_classes()
    assert (row.class_name, row.loaders, row.objects) == ("com.acme.Plugin", 2, 2)


def test_properties_of_a_broken_table(heap: Heap) -> None:
    rows = {row.name: row for row in heap.properties()}
    assert set(rows) == {"java.version", "app.password", "evil", "ring"}
    assert rows["app.password"].value == "***"
    assert heap.runtime_facts().java_version == "11"
    shown = {row.name: row.value for row in heap.properties(show_secrets=True)}
    assert shown["app.password"] == "hunter2"
