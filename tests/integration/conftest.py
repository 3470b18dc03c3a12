"""Dumps for the real engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.testing import HeapBuilder


@pytest.fixture
def leak(builder: HeapBuilder, tmp_path: Path) -> Path:
    """A registry with forty sessions, in an application's class loader."""
    loader = builder.instance(builder.klass("com.acme.Loader", superclass="java.lang.ClassLoader"))
    builder.root(loader)
    kind = builder.klass("com.acme.Session", loader=loader, fields={"data": "object", "id": "int"})
    held = [builder.instance(kind, data=builder.data(1000), id=number) for number in range(40)]
    array = builder.array("com.acme.Session[]", held)
    registry = builder.klass("com.acme.Registry", statics={"ALL": array})
    builder.root(registry, "System Class")
    builder.thread("main", [("com.acme.Registry", "run")])
    builder.root(builder.string("held by a local"), "Java Local", 1, 0)
    fields = {"elementData": "object", "size": "int"}
    names = builder.array("java.lang.Object[]", [builder.string("a name"), None, None])
    listed = builder.instance(
        builder.klass("java.util.ArrayList", fields=fields), elementData=names, size=1
    )
    builder.root(listed)
    builder.instance(kind, data=builder.data(64))  # garbage
    return builder.write(tmp_path / "leak.hprof")
