"""Bundles of built heaps that have objects of Felix, whole and broken, through the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.errors import ObjectNotFoundError
from seamew.heap import Heap, open_heap
from seamew.testing import HeapBuilder, HeapObject, InstanceObject
from support.command import result, seamew

FELIX = "org.apache.felix.framework."
ACTIVE, UNINSTALLED = 32, 1
FORMS: tuple[list[str], ...] = ([], ["--services"], ["--dependencies", "7"])


@pytest.fixture
def dump(builder: HeapBuilder, tmp_path: Path) -> Path:
    """A shop in its second version, a mail that is uninstalled, and one without a revision."""
    shop = add_bundle(builder, 7, ACTIVE)
    add_loader(builder, add_revision(builder, shop, "com.acme.shop", 2), is_disposed=False)
    old = add_revision(builder, shop, "com.acme.shop", 1, is_current=False)
    leaked = add_loader(builder, old, is_disposed=True)
    builder.root(builder.klass("com.acme.Registry", statics={"KEPT": leaked}), "System Class")
    mail = add_bundle(builder, 8, UNINSTALLED)
    add_loader(builder, add_revision(builder, mail, "com.acme.mail\x1b[31m", 3), is_disposed=True)
    add_bundle(builder, 9, ACTIVE)
    return builder.write(tmp_path / "bundles.hprof")


@pytest.fixture
def heap(dump: Path) -> Iterator[Heap]:
    with open_heap(dump, use_index=False) as opened:
        yield opened


def add_bundle(heap: HeapBuilder, number: int, state: int) -> InstanceObject:
    archive = heap.klass(f"{FELIX}cache.BundleArchive", fields={"m_id": "long"})
    fields = {"m_archive": "object", "m_state": "int", "m_currentRevision": "object"}
    made = heap.instance(heap.klass(f"{FELIX}BundleImpl", fields=fields), m_state=state)
    made.values["m_archive"] = heap.instance(archive, m_id=number)
    heap.root(made)
    return made


def add_revision(
    heap: HeapBuilder, bundle: InstanceObject, name: str, major: int, *, is_current: bool = True
) -> InstanceObject:
    parts = {"major": "int", "minor": "int", "micro": "int"}
    version = heap.instance(heap.klass("org.osgi.framework.Version", fields=parts), major=major)
    fields = {"m_symbolicName": "object", "m_version": "object", "m_bundle": "object"}
    revision = heap.instance(heap.klass(f"{FELIX}BundleRevisionImpl", fields=fields))
    revision.values |= {"m_symbolicName": heap.string(name), "m_version": version}
    revision.values["m_bundle"] = bundle
    if is_current:
        bundle.values["m_currentRevision"] = revision
    return revision


def add_loader(heap: HeapBuilder, revision: InstanceObject, *, is_disposed: bool) -> InstanceObject:
    fields = {"m_revision": "object", "m_isDisposed": "boolean", "m_classLoader": "object"}
    wiring = heap.instance(heap.klass(f"{FELIX}BundleWiringImpl", fields=fields))
    wiring.values |= {"m_revision": revision, "m_isDisposed": is_disposed}
    name = f"{FELIX}BundleWiringImpl$BundleClassLoader"
    heap.klass(name, superclass="java.lang.ClassLoader", fields={"m_wiring": "object"})
    loader = heap.instance(name, m_wiring=wiring)
    heap.root(loader)
    return loader


def test_bundles(heap: Heap) -> None:
    found = {
        row.bundle_id: (row.symbolic_name, row.version, row.state, row.loader is not None)
        for row in heap.bundles()
    }
    assert found == {
        7: ("com.acme.shop", "2.0.0", "ACTIVE", True),
        8: ("com.acme.mail\x1b[31m", "3.0.0", "UNINSTALLED", False),
        9: (None, None, "ACTIVE", False),
    }


def test_leaking_loaders(heap: Heap) -> None:
    leaks = heap.leaking_bundles(paths=1)
    assert {(leak.bundle.bundle_id, leak.version, leak.reason) for leak in leaks} == {
        (7, "1.0.0", "replaced"),
        (8, "3.0.0", "uninstalled"),
    }
    assert [leak.path is None for leak in leaks] == [False, True]


def test_loaders_are_named_after_their_bundles(heap: Heap) -> None:
    names = {row.name for row in heap.loaders()}
    assert {"com.acme.shop 1.0.0", "com.acme.shop 2.0.0"} <= names


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_every_form_answers(dump: Path, form: list[str]) -> None:
    table = seamew("bundles", dump, *form, "--no-index", COLUMNS="100")
    assert (table.returncode, table.stderr) == (0, "")
    assert "\x1b" not in table.stdout
    assert result("bundles", dump, *form, "--no-index")["total"] in {0, 3}
    data = seamew("bundles", dump, *form, "--no-index", "--csv").stdout
    assert all(None not in row for row in csv.DictReader(io.StringIO(data)))


def test_leaks_come_first(dump: Path) -> None:
    done = seamew("bundles", dump, "--no-index", COLUMNS="100")
    assert "Leaking: com.acme.shop 1.0.0 (id 7), replaced by 2.0.0" in done.stdout
    assert done.stdout.index("Leaking") < done.stdout.index("All bundles")


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_a_heap_without_a_framework_is_told(
    builder: HeapBuilder, tmp_path: Path, form: list[str]
) -> None:
    dump = builder.write(tmp_path / "plain.hprof")
    done = seamew("bundles", dump, *form, "--no-index")
    assert done.returncode == 0
    assert "neither Equinox nor Felix" in done.stdout


def test_a_framework_too_old_is_told(builder: HeapBuilder, tmp_path: Path) -> None:
    host: HeapObject = builder.instance(
        builder.klass("org.eclipse.osgi.framework.internal.core.BundleHost")
    )
    builder.root(host)
    done = seamew("bundles", builder.write(tmp_path / "old.hprof"), "--no-index")
    assert done.returncode == 0
    assert "Equinox before 3.10 is in this dump: it is too old to be read." in done.stdout


def test_an_unknown_bundle_is_refused(heap: Heap, dump: Path) -> None:
    with pytest.raises(ObjectNotFoundError):
        heap.bundle_wires("com.acme.nothing")
    assert seamew("bundles", dump, "--dependencies", "x", "--no-index").returncode == 3


def test_options_that_exclude_each_other(dump: Path) -> None:
    done = seamew("bundles", dump, "--services", "--dependencies", "7", "--no-index")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr
