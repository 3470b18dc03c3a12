"""`seamew object`: fields by class, slices of arrays, hexdumps, saved values."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from seamew.testing import HeapBuilder, InstanceObject

from .conftest import Run


@pytest.fixture(autouse=True)
def instance(builder: HeapBuilder) -> InstanceObject:
    """An instance of a class below another, both with statics; an array; strings."""
    builder.klass("com.acme.Base", fields={"id": "int"}, statics={"COUNT": 7})
    names = builder.array("java.lang.String[]", [builder.string("a"), None, builder.string("c")])
    text = builder.string("x" * 300 + "\x1b[31m 文字")
    kind = builder.klass(
        "com.acme.Derived",
        superclass="com.acme.Base",
        fields={"names": "object", "text": "object"},
        statics={"ALL": names},
    )
    made = builder.instance(kind, names=names, text=text, id=42)
    builder.root(made)
    builder.root(builder.data(100))
    return made


def result(seamew: Run, *arguments: str) -> Any:  # noqa: ANN401
    done = seamew("object", "x", *arguments, "--json")
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)["result"]


def lines(seamew: Run, *arguments: str) -> list[str]:
    done = seamew("object", "x", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def test_fields_stand_under_the_class_that_declares_them(seamew: Run) -> None:
    shown = lines(seamew, "com.acme.Derived#0")
    headings = [line for line in shown if line.startswith("Fields of")]
    assert headings == ["Fields of com.acme.Derived", "Fields of com.acme.Base"]
    assert shown.index(headings[1]) < next(
        number for number, line in enumerate(shown) if line.split() == ["id", "int", "42"]
    )


def test_statics_of_the_hierarchy_only_if_asked(seamew: Run) -> None:
    assert result(seamew, "com.acme.Derived#0")["statics"] == []
    found = result(seamew, "com.acme.Derived#0", "--statics")["statics"]
    assert [(one["declaring_class"], one["name"]) for one in found] == [
        ("com.acme.Derived", "ALL"),
        ("com.acme.Base", "COUNT"),
    ]
    shown = lines(seamew, "com.acme.Derived#0", "--statics")
    assert "Static fields of com.acme.Base" in shown


def test_a_class_object_tells_of_its_instances(seamew: Run) -> None:
    shown = lines(seamew, f"{0x6_0000_0000:#x}")
    assert "class java.lang.Object" in shown[0]
    found = result(seamew, "java.lang.Class#0")
    assert found["instance_count"] is not None


def test_the_limit_counts_the_fields_of_all_classes(seamew: Run) -> None:
    shown = lines(seamew, "com.acme.Derived#0", "--statics", "--limit", "4")
    assert shown[-1] == "and 1 more fields (--limit 0 shows all)"


def test_slices_of_an_object_array(seamew: Run) -> None:
    found = result(seamew, "java.lang.String[]#0", "--from", "1", "--count", "5")
    assert found["first_element"] == 1
    assert [one and one["value"] for one in found["elements"]] == [None, "c"]
    shown = lines(seamew, "java.lang.String[]#0", "--from", "1", "--count", "1")
    assert shown[-3:] == [
        "index  value",
        "    1  null",
        "elements 1 to 1 of 3 (--from and --count show more)",
    ]
    assert lines(seamew, "java.lang.String[]#0", "--from", "9")[-1] == (
        "no element from 9 on: the array has 3"
    )


def test_a_slice_as_csv(seamew: Run) -> None:
    done = seamew("object", "x", "java.lang.String[]#0", "--csv", "--count", "2")
    rows = done.out.splitlines()
    assert rows[0] == "index,address,class,value"
    assert rows[1].startswith("0,0x7")
    assert rows[1].endswith(",java.lang.String,a")
    assert rows[2] == "1,,,"


def test_hexdump(seamew: Run, builder: HeapBuilder) -> None:
    text = builder.string("Hello, \x00\x1b world, and more")
    builder.root(text)
    address = f"{text.values['value'].address:#x}"  # type: ignore[union-attr]
    shown = lines(seamew, address, "--hex", "--from", "3", "--count", "20")
    assert shown[-3:] == [
        "00000003  6c 6f 2c 20 00 1b 20 77  6f 72 6c 64 2c 20 61 6e  |lo, .. world, an|",
        "00000013  64 20 6d 6f                                       |d mo|",
        "elements 3 to 22 of 25 (--from and --count show more)",
    ]
    assert result(seamew, address, "--hex", "--count", "2")["hex"] == "4865"


def test_a_hexdump_needs_a_primitive_array(seamew: Run) -> None:
    for name in ("java.lang.String[]#0", "com.acme.Derived#0"):
        done = seamew("object", "x", name, "--hex")
        assert (done.code, done.out) == (2, "")
        assert "--hex shows primitive arrays only" in done.err


@pytest.mark.parametrize(
    ("name", "options", "content"),
    [
        ("java.lang.String#2", [], ("x" * 300 + "\x1b[31m 文字").encode()),
        ("java.lang.String[]#0", [], None),
        ("byte[]#0", [], b"a"),
        ("byte[]#0", ["--from", "5"], b""),
    ],
)
def test_values_are_saved_for_their_owner_only(
    seamew: Run, tmp_path: Path, name: str, options: list[str], content: bytes | None
) -> None:
    target = tmp_path / "value"
    found = result(seamew, name, "--save", str(target), *options)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert found["saved"] == {"path": str(target), "bytes": target.stat().st_size}
    if content is not None:
        assert target.read_bytes() == content
    else:
        saved = target.read_text(encoding="utf-8").splitlines()
        assert [line.rpartition(" ")[2] for line in saved] == ['"a"', "null", '"c"']


def test_a_file_is_replaced_by_force_only(seamew: Run, tmp_path: Path) -> None:
    target = tmp_path / "value"
    target.write_text("old")
    target.chmod(0o644)
    refused = seamew("object", "x", "byte[]#0", "--save", str(target))
    assert (refused.code, refused.out) == (2, "")
    assert "exists already" in refused.err
    assert "--force" in refused.err
    assert target.read_text() == "old"
    assert seamew("object", "x", "byte[]#0", "--save", str(target), "--force").code == 0
    assert target.read_bytes() == b"a"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_is_never_written_through(seamew: Run, tmp_path: Path) -> None:
    other = tmp_path / "other"
    link = tmp_path / "link"
    link.symlink_to(other)
    assert seamew("object", "x", "byte[]#0", "--save", str(link)).code == 2
    assert not other.exists()
    assert seamew("object", "x", "byte[]#0", "--save", str(link), "--force").code == 0
    assert not other.exists()
    assert link.read_bytes() == b"a"


def test_what_has_no_value_leaves_no_file(seamew: Run, tmp_path: Path) -> None:
    target = tmp_path / "value"
    for force in ([], ["--force"]):
        done = seamew("object", "x", "com.acme.Derived#0", "--save", str(target), *force)
        assert (done.code, done.out) == (2, "")
        assert "has no value to save" in done.err
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_ordinary_file_is_never_replaced(seamew: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = seamew("object", "x", "byte[]#0", "--save", str(pipe), "--force")
    assert done.code == 2
    assert "is no ordinary file" in done.err
    assert pipe.is_fifo()
