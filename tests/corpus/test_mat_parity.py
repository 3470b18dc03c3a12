"""Every object of the reference dumps against Eclipse MAT's answers, and what must agree with them.

The dumps are not part of the repository: they lie in ../shared/corpus, and without it the tests
are skipped. SEAMEW_CORPUS names another folder of the same form. MAT's queries are compared one
by one in `test_mat_queries`, `test_mat_objects` and `test_mat_facts`.
"""

from __future__ import annotations

import csv

from seamew.heap import Heap
from seamew.heap.reference_statistics import REFERENCE_KINDS
from support.mat_answers import MatAnswers


def test_every_object(opened: Heap, mat: MatAnswers) -> None:
    wanted = {
        one.address: (one.shallow_bytes, one.retained_bytes, one.class_name) for one in mat.objects
    }
    text = b"".join(opened.objects_csv()).decode()
    found = {
        int(address, 16): (int(shallow), int(retained), name)
        for address, shallow, retained, name in csv.reader(text.splitlines())
    }
    wrong = {
        f"{address:#x}": (wanted.get(address), found.get(address))
        for address in wanted.keys() | found.keys()
        if wanted.get(address) != found.get(address)
    }
    assert not wrong, f"{len(wrong)} of {len(wanted)}: {dict(list(wrong.items())[:20])}"


def test_system_properties_are_readable(opened: Heap) -> None:
    properties = {row.name: row.value for row in opened.properties() if row.source == "system"}
    # Of some old dumps the value is in a shared archive that was not dumped.
    assert "java.version" in properties
    assert properties["java.vm.version"]
    assert properties["os.name"]


def test_finalizers_are_those_in_the_histogram(opened: Heap) -> None:
    objects = {row.label: row.objects for row in opened.histogram()}
    found = opened.finalizers()
    assert found.finalizable == objects.get("java.lang.ref.Finalizer", 0)
    assert found.waiting <= found.finalizable
    assert [row.name for row in found.threads] == ["Finalizer"]


def test_references_are_those_in_the_histogram(opened: Heap) -> None:
    objects = {row.label: row.objects for row in opened.histogram("superclass")}
    for kind, name in REFERENCE_KINDS.items():
        found = opened.reference_statistics(kind)
        assert found.references == objects[name]
        referents, kept = (
            sum(row.objects for row in rows) for rows in (found.referents, found.kept)
        )
        assert kept <= referents <= found.references - found.cleared
