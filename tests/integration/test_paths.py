"""Paths and references on a real dump, as a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.testing import HeapBuilder
from support.command import result, seamew


def test_merged_paths_lead_to_all_sessions(leak: Path) -> None:
    found = result("merged-paths", leak, "com.acme.Session")
    counts = [row["covered_objects"] for row in found["rows"]]
    assert counts == [40, 40, *[1] * 40]
    assert [row["field"] for row in found["rows"][:4]] == ["", "ALL", "[0]", "[1]"]
    assert found["rows"][0]["root_types"] == ["System Class"]
    assert found["rows"][0]["covered_shallow_bytes"] == found["shallow_bytes"]
    assert (found["without_path"], found["longest_path"]) == (0, 3)


@pytest.mark.parametrize(
    ("group", "classes"),
    [
        ("from-roots-by-class", ["java.lang.Class", "com.acme.Session[]", "com.acme.Session"]),
        ("to-roots-by-class", ["com.acme.Session", "com.acme.Session[]", "java.lang.Class"]),
    ],
)
def test_merged_paths_by_class(leak: Path, group: str, classes: list[str]) -> None:
    found = result("merged-paths", leak, "com.acme.Session", "--group", group)
    assert [row["label"] for row in found["rows"]] == classes
    assert {row["covered_objects"] for row in found["rows"]} == {40}


def test_a_set_that_nothing_is_left_to_hold(leak: Path) -> None:
    arguments = ("merged-paths", leak, "com.acme.Session", "--exclude", "com.acme.Registry#ALL")
    found = result(*arguments)
    assert (found["without_path"], found["rows"]) == (40, [])
    assert "no path to 40 objects" in seamew(*arguments).stdout


def test_paths_from_several_roots(builder: HeapBuilder, tmp_path: Path) -> None:
    kind = builder.klass("com.acme.Node", fields={"next": "object"})
    held = builder.instance(kind)
    builder.root(builder.instance(kind, next=held), "JNI Global")
    builder.root(builder.instance(kind, next=builder.instance(kind, next=held)))
    builder.root(held, "Busy Monitor")
    dump = builder.write(tmp_path / "nodes.hprof")
    found = result("path", dump, f"{held.address:#x}", "--paths", "5")
    assert [len(path) for path in found["paths"]] == [1, 2, 3]
    assert found["paths"][0][0]["root_types"] == ["Busy Monitor"]
    assert result("path", dump, f"{held.address:#x}", "--paths", "2")["more"] is True
    lines = seamew("path", dump, f"{held.address:#x}", "--paths", "2").stdout.splitlines()
    assert lines[-1] == "and more paths from other roots (--paths N shows N)"


def test_references_by_class_and_in_depth(leak: Path) -> None:
    by_class = result("refs", leak, "com.acme.Session", "--by", "class", "--depth", "2")
    keys = ("depth", "label", "objects")
    assert [tuple(row[key] for key in keys) for row in by_class["rows"]] == [
        (0, "com.acme.Session", 40),
        (1, "com.acme.Session[]", 1),
        (2, "java.lang.Class", 1),
    ]
    out = result("refs", leak, "com.acme.Session", "--by", "class", "--out")
    found = {row["label"]: row["objects"] for row in out["rows"] if row["depth"] == 1}
    assert found == {"byte[]": 40, "java.lang.Class": 1}
    deep = result("refs", leak, "com.acme.Session#7", "--depth", "2")
    assert [(row["depth"], row["field"]) for row in deep["rows"]] == [(0, "[7]"), (1, "ALL")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["merged-paths", "com.acme.Sesion"], "near names: com.acme.Session"),
        (["merged-paths", "com.acme.Session#40"], "40 objects"),
        (["path", "com.acme.Session#0", "--exclude", "com.acme.Nothing"], "no class is named"),
        (["path", "com.acme.Session#0", "--exclude", "com.acme.Session#nothing"], "no field"),
        (["refs", "com.acme.Nothing", "--by", "class"], "no class is named"),
    ],
)
def test_what_does_not_exist(leak: Path, arguments: list[str], words: str) -> None:
    done = seamew(arguments[0], leak, *arguments[1:])
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
