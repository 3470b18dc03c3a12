"""`path`, `merged-paths` and `refs` on built heaps: what they write, what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seamew.testing import HeapBuilder, InstanceObject

from .conftest import Run


@pytest.fixture(autouse=True)
def sessions(builder: HeapBuilder) -> list[InstanceObject]:
    """Three sessions in a static array, the first in a root's field too; one held weakly only.

    Sessions 1 and 2 refer to each other.
    """
    kind = builder.klass("com.acme.Session", fields={"peer": "object", "id": "int"})
    found = [builder.instance(kind, id=number) for number in range(3)]
    found[1].values["peer"], found[2].values["peer"] = found[2], found[1]
    builder.klass("com.acme.Registry", statics={"ALL": builder.array("com.acme.Session[]", found)})
    holder = builder.klass("com.acme.Holder", fields={"first": "object"})
    builder.root(builder.instance(holder, first=found[0]))
    weak = builder.klass("com.acme.Weak", superclass="java.lang.ref.WeakReference")
    lonely = builder.instance(builder.klass("com.acme.Lonely"))
    builder.root(builder.instance(weak, referent=lonely), "JNI Global")
    return found


def result(seamew: Run, *arguments: str) -> Any:  # noqa: ANN401 (JSON)
    done = seamew(arguments[0], "x", *arguments[1:], "--json")
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)["result"]


def test_paths_from_all_roots_as_data_and_as_a_tree(
    seamew: Run, sessions: list[InstanceObject]
) -> None:
    found = result(seamew, "path", "com.acme.Session#0", "--paths", "5")

    fields = [[step["field"] for step in path] for path in found["paths"]]
    assert sorted(fields) == [["", "ALL", "[0]"], ["", "first"]]
    assert fields[0] == ["", "first"]
    assert not found["more"]
    lines = seamew("path", "x", "com.acme.Session#0", "--paths", "5").out.splitlines()
    address = f"{sessions[0].address:#x}"
    assert lines[0] == f"2 paths to com.acme.Session @ {address}"
    assert lines[1].startswith(f"com.acme.Session @ {address}")
    assert lines[2].startswith("+ .first of com.acme.Holder @ 0x")
    assert lines[2].endswith("[root: JNI Global]")
    assert lines[3].startswith("+ [0] of com.acme.Session[3] @ 0x")
    assert lines[4].startswith("  .ALL of class com.acme.Registry")
    assert len(lines) == 5


def test_fewer_paths_than_there_are(seamew: Run) -> None:
    second = seamew("path", "x", "com.acme.Session[]#0", "--paths", "2").out
    assert "more paths" not in second
    found = result(
        seamew, "path", "com.acme.Session#0", "--paths", "2", "--exclude", "com.acme.Holder"
    )
    assert [[step["field"] for step in path] for path in found["paths"]] == [["", "ALL", "[0]"]]


@pytest.mark.parametrize(
    ("excludes", "fields"),
    [
        (["none"], ["", "referent"]),
        (["soft", "phantom", "finalizer"], ["", "referent"]),
        (["weak"], []),
        (["all"], []),
        (["java.lang.ref.Reference#referent"], []),
        (["com.acme.Weak"], []),
    ],
)
def test_sets_of_excluded_references(seamew: Run, excludes: list[str], fields: list[str]) -> None:
    flags = [part for name in excludes for part in ("--exclude", name)]
    found = result(seamew, "path", "com.acme.Lonely#0", *flags)

    assert [step["field"] for step in found["rows"]] == fields
    assert found["only_through_excluded"] is (not fields)
    if not fields:
        assert "no path from a root is left" in seamew("path", "x", "com.acme.Lonely#0", *flags).out


@pytest.mark.parametrize("count", ["1", "3"])
def test_what_only_weak_references_hold_is_shown_with_a_word(seamew: Run, count: str) -> None:
    done = seamew("path", "x", "com.acme.Lonely#0", "--paths", count)

    assert "com.acme.Weak @ 0x" in done.out
    assert done.out.endswith("only weak, soft, phantom or finalizer references lead to it\n")


def test_an_unknown_class_cannot_be_excluded(seamew: Run) -> None:
    done = seamew("path", "x", "com.acme.Lonely#0", "--exclude", "com.acme.Missing#field")

    assert (done.code, done.out) == (3, "")
    assert "no class is named com.acme.Missing" in done.err
    assert "finalizer" in done.err


def test_merged_paths_by_object(seamew: Run) -> None:
    found = result(seamew, "merged-paths", "com.acme.Session", "com.acme.Lonely")

    assert (found["objects"], found["without_path"], found["longest_path"]) == (4, 1, 3)
    rows = [(row["depth"], row["field"], row["covered_objects"]) for row in found["rows"]]
    assert rows == [
        (0, "", 2),
        (1, "ALL", 2),
        (2, "[1]", 1),
        (2, "[2]", 1),
        (0, "", 1),
        (1, "first", 1),
    ]
    assert [row["parent"] for row in found["rows"]] == [-1, 0, 1, 1, -1, 4]
    assert found["rows"][0]["covered_shallow_bytes"] == 2 * 32
    text = seamew("merged-paths", "x", "com.acme.Session", "com.acme.Lonely").out
    assert text.startswith("Paths to 3 objects\n")
    assert "no path to 1 object: only excluded references lead to them" in text


def test_merged_paths_limits(seamew: Run) -> None:
    arguments = ["merged-paths", "com.acme.Session", "--limit", "1", "--depth", "2"]
    found = result(seamew, *arguments)

    assert [row["depth"] for row in found["rows"]] == [0, 1]
    assert found["left_out"] == 1
    text = seamew("merged-paths", "x", *arguments[1:]).out
    assert "and 1 more row under these" in text
    assert "the longest path has 3 objects" in text
    big = result(seamew, "merged-paths", "com.acme.Session", "--min-share", "50")
    assert [row["covered_objects"] for row in big["rows"]] == [2, 2]


@pytest.mark.parametrize(
    ("group", "classes"),
    [
        (
            "from-roots-by-class",
            [
                (0, "java.lang.Class", 1, 2),
                (1, "com.acme.Session[]", 1, 2),
                (2, "com.acme.Session", 2, 2),
                (0, "com.acme.Holder", 1, 1),
                (1, "com.acme.Session", 1, 1),
            ],
        ),
        (
            "to-roots-by-class",
            [
                (0, "com.acme.Session", 3, 3),
                (1, "com.acme.Session[]", 1, 2),
                (2, "java.lang.Class", 1, 2),
                (1, "com.acme.Holder", 1, 1),
            ],
        ),
    ],
)
def test_merged_paths_by_class(
    seamew: Run, group: str, classes: list[tuple[int, str, int, int]]
) -> None:
    found = result(seamew, "merged-paths", "com.acme.Session", "--group", group)

    keys = ("depth", "label", "objects", "covered_objects")
    assert [tuple(row[key] for key in keys) for row in found["rows"]] == classes


def test_references_by_class(seamew: Run) -> None:
    found = result(
        seamew, "refs", "com.acme.Session", "--in", "--by", "class", "--depth", "2", "--limit", "3"
    )

    keys = ("depth", "label", "objects", "repeated_objects")
    assert [tuple(row[key] for key in keys) for row in found["rows"]] == [
        (0, "com.acme.Session", 3, 0),
        (1, "com.acme.Session", 2, 2),
        (1, "com.acme.Session[]", 1, 0),
        (2, "java.lang.Class", 1, 0),
        (1, "com.acme.Holder", 1, 0),
    ]
    text = seamew("refs", "x", "com.acme.Session", "--by", "class").out
    assert text.startswith("What refers to 3 objects, by class\n")
    assert "com.acme.Session  (above)" in text


def test_references_in_depth_stop_at_cycles(seamew: Run) -> None:
    found = result(seamew, "refs", "com.acme.Session#1", "--out", "--depth", "4")

    rows = [(row["depth"], row["field"], row["repeats"]) for row in found["rows"]]
    assert rows == [
        (0, "<class>", False),
        (0, "peer", False),
        (1, "<class>", False),
        (1, "peer", True),
    ]
    text = seamew("refs", "x", "com.acme.Session#1", "--out", "--depth", "2").out
    assert text.splitlines()[-1].lstrip(" └├─│").startswith(".peer com.acme.Session @ 0x")
    assert "(above)" in text


def test_references_in_depth_are_limited(seamew: Run) -> None:
    found = result(seamew, "refs", "com.acme.Session#1", "--depth", "2", "--limit", "1")

    assert [row["depth"] for row in found["rows"]] == [0, 1]
    assert (found["total"], found["left_out"]) == (2, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["refs", "x", "com.acme.Session"],
        ["refs", "x", "com.acme.Session#0", "com.acme.Session#1"],
        ["refs", "x", "com.acme.Session#0", "--subclasses"],
        ["refs", "x", "com.acme.Session", "--by", "class", "--sort", "shallow"],
        ["refs", "x"],
        ["refs", "x", "com.acme.Session#0", "--depth", "0"],
        ["merged-paths", "x"],
        ["merged-paths", "x", "com.acme.Session", "--group", "sideways"],
        ["merged-paths", "x", "com.acme.Session", "--min-share", "101"],
        ["path", "x", "com.acme.Session#0", "--paths", "0"],
    ],
)
def test_usage_errors(seamew: Run, arguments: list[str]) -> None:
    done = seamew(*arguments)

    assert (done.code, done.out) == (2, "")
    assert "Error:" in done.err


def test_names_from_the_heap_are_escaped(seamew: Run, builder: HeapBuilder) -> None:
    evil = builder.klass("com.acme.\x1b[31mEvil", fields={"a\nb": "object"})
    held = builder.instance(evil)
    builder.root(builder.instance(evil, **{"a\nb": held}))

    for command in (
        ["path", "x", f"{held.address:#x}", "--paths", "3"],
        ["merged-paths", "x", f"{held.address:#x}"],
        ["refs", "x", f"{held.address:#x}", "--depth", "2"],
        ["refs", "x", f"{held.address:#x}", "--by", "class"],
    ):
        for form in ([], ["--csv"]):
            out = seamew(*command, *form).out
            assert "\x1b" not in out
            assert not any(line.startswith("b") for line in out.splitlines())
