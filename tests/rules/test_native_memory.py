"""Buffers, mapped files, zlib streams, finalizers and references, in crowds and in pools."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from seamew.model import Severity
from seamew.rules import (
    Rule,
    direct_buffers,
    finalizer_backlog,
    mapped_files,
    reference_backlog,
    thread_buffers,
    unended_zlib,
)
from seamew.testing import HeapBuilder, HeapObject

MIB = 1 << 20


def heap_with_buffers() -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.nio.Buffer", fields={"capacity": "int"})
    heap.klass("java.nio.MappedByteBuffer", superclass="java.nio.Buffer", fields={"fd": "object"})
    heap.klass(
        "java.nio.DirectByteBuffer",
        superclass="java.nio.MappedByteBuffer",
        fields={"att": "object", "cleaner": "object"},
    )
    heap.klass("jdk.internal.ref.Cleaner", superclass="java.lang.ref.Reference")
    return heap


def direct(heap: HeapBuilder, capacity: int, *, fd: HeapObject | None = None) -> HeapObject:
    cleaner = heap.instance("jdk.internal.ref.Cleaner")
    return heap.instance("java.nio.DirectByteBuffer", capacity=capacity, cleaner=cleaner, fd=fd)


def kept(heap: HeapBuilder, name: str, objects: list[HeapObject]) -> HeapBuilder:
    """`com.acme.NAME#KEPT` holds the objects."""
    array = heap.array("java.lang.Object[]", objects)
    heap.root(heap.klass(f"com.acme.{name}", statics={"KEPT": array}), "System Class")
    return heap


def test_direct_buffers_are_found_with_the_field_that_keeps_them(tmp_path: Path) -> None:
    heap = heap_with_buffers()
    heap.klass("java.nio.Bits", statics={"MAX_MEMORY": 256 * MIB})
    buffers = [direct(heap, 64 << 10) for _ in range(600)]
    views: list[HeapObject] = [
        heap.instance("java.nio.DirectByteBuffer", capacity=MIB, att=one) for one in buffers
    ]

    (found,) = findings(direct_buffers.RULE, kept(heap, "Recorder", buffers + views), tmp_path)

    assert found.owner == "com.acme.Recorder#KEPT"
    assert (found.instances, found.severity) == (600, Severity.MEDIUM)
    assert "37.5 MB" in str(found.title)
    assert any("14.6%" in str(one.text) for one in found.evidence)


def test_direct_memory_near_its_limit_is_high_however_few_buffers_own_it(tmp_path: Path) -> None:
    heap = heap_with_buffers()
    heap.klass("java.nio.Bits", statics={"MAX_MEMORY": 10 * MIB})

    (found,) = findings(direct_buffers.RULE, kept(heap, "Pool", [direct(heap, 9 * MIB)]), tmp_path)

    assert found.severity is Severity.HIGH


def test_a_small_pool_of_direct_buffers_is_no_finding(tmp_path: Path) -> None:
    heap = heap_with_buffers()
    pool = kept(heap, "Pool", [direct(heap, 64 << 10) for _ in range(16)])

    assert findings(direct_buffers.RULE, pool, tmp_path) == []


def heap_with_thread_caches(threads: int, capacity: int) -> HeapBuilder:
    heap = heap_with_buffers()
    heap.klass("sun.nio.ch.Util", statics={"bufferCache": None})
    heap.klass("sun.nio.ch.Util$BufferCache", fields={"buffers": "object", "count": "int"})
    caches: list[HeapObject] = []
    for _ in range(threads):
        array = heap.array("java.nio.ByteBuffer[]", [direct(heap, capacity), None])
        caches.append(heap.instance("sun.nio.ch.Util$BufferCache", buffers=array, count=1))
    return kept(heap, "Threads", caches)


def test_big_buffers_of_threads_belong_to_the_jdks_thread_local(tmp_path: Path) -> None:
    heap = heap_with_thread_caches(32, MIB)

    (found,) = findings(thread_buffers.RULE, heap, tmp_path)

    assert found.owner == "sun.nio.ch.Util#bufferCache"
    assert (found.owner_kind, found.instances) == ("thread_local", 32)
    assert found.severity is Severity.MEDIUM
    assert findings(direct_buffers.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("threads", "capacity"), [(4, MIB), (500, 32 << 10)])
def test_few_or_small_buffers_of_threads_are_fine(
    tmp_path: Path, threads: int, capacity: int
) -> None:
    heap = heap_with_thread_caches(threads, capacity)

    assert findings(thread_buffers.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("files", "found_ones"), [(99, 0), (400, 1)])
def test_mapped_files_count_by_their_buffers(tmp_path: Path, files: int, found_ones: int) -> None:
    heap = heap_with_buffers()
    heap.klass("java.io.FileDescriptor")
    buffers = [direct(heap, MIB, fd=heap.instance("java.io.FileDescriptor")) for _ in range(files)]

    found = findings(mapped_files.RULE, kept(heap, "Index", buffers), tmp_path)

    assert [one.owner for one in found] == ["com.acme.Index#KEPT"] * found_ones


def heap_with_inflaters(count: int, address: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.util.zip.Inflater", fields={"zsRef": "object"})
    heap.klass("java.util.zip.Inflater$InflaterZStreamRef", fields={"address": "long"})
    inflaters: list[HeapObject] = [
        heap.instance(
            "java.util.zip.Inflater",
            zsRef=heap.instance("java.util.zip.Inflater$InflaterZStreamRef", address=address),
        )
        for _ in range(count)
    ]
    return kept(heap, "Codecs", inflaters)


def test_inflaters_with_an_open_stream_are_found(tmp_path: Path) -> None:
    (found,) = findings(unended_zlib.RULE, heap_with_inflaters(300, 0x7F00_1000), tmp_path)

    assert (found.owner, found.instances) == ("com.acme.Codecs#KEPT", 300)
    assert found.severity is Severity.MEDIUM


@pytest.mark.parametrize(("count", "address"), [(300, 0), (99, 0x7F00_1000)])
def test_ended_or_few_inflaters_are_fine(tmp_path: Path, count: int, address: int) -> None:
    assert findings(unended_zlib.RULE, heap_with_inflaters(count, address), tmp_path) == []


def heap_with_references(class_name: str, above: str, count: int, enqueued: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.lang.ref.ReferenceQueue")
    placeholder = heap.instance("java.lang.ref.ReferenceQueue")
    queue = heap.instance("java.lang.ref.ReferenceQueue")
    heap.klass("java.lang.ref.ReferenceQueue").statics["ENQUEUED"] = placeholder
    heap.klass(above, superclass="java.lang.ref.Reference", fields={"queue": "object"})
    heap.klass(class_name, superclass=above, statics={"unfinalized": None})
    heap.klass("com.acme.Image", fields={"pixels": "object"})
    references: list[HeapObject] = []
    for number in range(count):
        image = heap.instance("com.acme.Image", pixels=heap.data(100))
        at = placeholder if number < enqueued else queue
        references.append(heap.instance(class_name, referent=image, queue=at))
    return kept(heap, "Guards", references)


def test_a_blocked_finalizer_thread_is_named_with_what_waits(tmp_path: Path) -> None:
    heap = heap_with_references(
        "java.lang.ref.Finalizer", "java.lang.ref.FinalReference", 3_000, 2_500
    )
    heap.thread("Finalizer", [("com.acme.Image", "finalize")])

    (found,) = findings(finalizer_backlog.RULE, heap, tmp_path)

    assert (found.element_class, found.instances) == ("com.acme.Image", 2_500)
    assert found.severity is Severity.MEDIUM
    assert any("com.acme.Image.finalize" in str(one.text) for one in found.evidence)


def test_finalizable_objects_in_use_are_no_backlog(tmp_path: Path) -> None:
    heap = heap_with_references("java.lang.ref.Finalizer", "java.lang.ref.FinalReference", 3_000, 9)

    assert findings(finalizer_backlog.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("enqueued", "found_ones"), [(999, 0), (6_000, 1)])
def test_references_that_no_one_takes_out_are_found(
    tmp_path: Path, enqueued: int, found_ones: int
) -> None:
    heap = heap_with_references("com.acme.Guard", "java.lang.ref.PhantomReference", 6_000, enqueued)

    found = findings(reference_backlog.RULE, heap, tmp_path)

    assert [one.owner for one in found] == ["com.acme.Guards#KEPT"] * found_ones
    assert all(one.element_class == "com.acme.Guard" for one in found)


@pytest.mark.parametrize(
    "rule",
    [
        direct_buffers.RULE,
        finalizer_backlog.RULE,
        mapped_files.RULE,
        reference_backlog.RULE,
        thread_buffers.RULE,
        unended_zlib.RULE,
    ],
    ids=lambda rule: rule.id,
)
def test_classes_without_the_fields_that_are_read_are_no_error(tmp_path: Path, rule: Rule) -> None:
    heap = HeapBuilder()
    objects: list[HeapObject] = [heap.instance(name) for name in rule.classes for _ in range(2_000)]

    assert findings(rule, kept(heap, "Strange", objects), tmp_path) == []
