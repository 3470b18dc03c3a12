"""Heaps that are cut, empty, nameless, redacted, huge in classes, or full of ill will."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from seamew.testing import DataObject, HeapBuilder
from support.in_process import Command
from support.leaks import held_by_a_static

FORMS = ((), ("--all",), ("--all", "--lang", "zh"), ("--json",), ("--markdown",), ("--csv",))
EVIL = "com.acme.</script><img src=x onerror=alert(1)>\x1b[31m\x07\u202eevil|`*_\r\n"


def all_forms(run: Command, dump: Path, code: int = 0) -> dict[str, str]:
    """What each form says; JUnit XML too."""
    junit = dump.with_suffix(".xml")
    said = {}
    for form in FORMS:
        done = run("diagnose", dump, "--no-index", "--junit", junit, *form)
        assert done.code == code, done.err
        assert "Traceback" not in done.err
        said[" ".join(form)] = done.out
    said["junit"] = junit.read_text(encoding="utf-8")
    ET.fromstring(said["junit"])  # noqa: S314 (our own)
    return said


def test_a_cut_dump(two_leaks: Path, run: Command) -> None:
    content = two_leaks.read_bytes()
    cut = two_leaks.with_name("cut.hprof")
    cut.write_bytes(content[: len(content) * 9 // 10])
    said = all_forms(run, cut, code=5)
    done = run("diagnose", cut, "--no-index", "--json")
    assert done.result["findings"]
    for finding in done.result["findings"]:
        assert "Part of the dump could not be read" in finding["doubts"][-1]
    assert "could not be read" in said["--all"]
    assert "部分无法读取" in said["--all --lang zh"]


def test_one_object(run: Command, tmp_path: Path) -> None:
    builder = HeapBuilder()
    builder.root(builder.instance("java.lang.Object"))
    all_forms(run, builder.write(tmp_path / "one.hprof"))


def test_no_object_is_reachable(run: Command, tmp_path: Path) -> None:
    builder = HeapBuilder()
    builder.instance("java.lang.Object")
    all_forms(run, builder.write(tmp_path / "none.hprof"))


def test_no_threads_and_no_names(builder: HeapBuilder, run: Command, tmp_path: Path) -> None:
    held_by_a_static(builder, "com.acme.Item")
    thread = builder.thread("x")
    thread.values["name"] = None
    builder.root(builder.data(10_000), "Java Local", 1, 0xFFFF_FFFF)
    assert (
        "com.acme.Owner#ALL" in all_forms(run, builder.write(tmp_path / "nameless.hprof"))["--all"]
    )


def test_zeroed_content(builder: HeapBuilder, run: Command, tmp_path: Path) -> None:
    """As redaction leaves it: strings and arrays of zeros."""
    held_by_a_static(builder, "com.acme.Item")
    builder.thread("a thread")
    builder.root(builder.string("a text"))
    for one in builder.objects:
        if isinstance(one, DataObject):
            one.content = bytes(len(one.content))
    said = all_forms(run, builder.write(tmp_path / "zeroed.hprof"))
    assert "\x00" not in "".join(said.values())


def test_ill_will_in_names(builder: HeapBuilder, run: Command, tmp_path: Path) -> None:
    held_by_a_static(builder, EVIL, f"{EVIL}$Owner#ALL")
    builder.thread(f"thread {EVIL}")
    said = all_forms(run, builder.write(tmp_path / "evil.hprof"))
    for form, text in said.items():
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", text), form
    assert not re.search(r"(?<!\\)<img", re.sub(r"(?m)^ {4}.*", "", said["--markdown"]))
    assert "<img" not in said["junit"]


def test_names_of_ten_thousand_characters(
    builder: HeapBuilder, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_by_a_static(builder, "com.acme." + "Long" * 2_500)
    dump = builder.write(tmp_path / "long.hprof")
    all_forms(run, dump)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    shown = run("diagnose", dump, "--no-index").out.splitlines()
    assert max(map(len, shown)) <= 80
    assert len(shown) < 24
    assert "com.acme.Owner#ALL" in "\n".join(shown)


def test_sixty_thousand_classes(run: Command, tmp_path: Path) -> None:
    builder = HeapBuilder()
    held_by_a_static(builder, "com.acme.Item")
    for number in range(60_000):
        builder.klass(f"com.acme.generated.Proxy{number}")
    dump = builder.write(tmp_path / "many.hprof")
    done = run("diagnose", dump, "--no-index", "--json")
    assert done.code == 0
    assert "com.acme.Owner#ALL" in {one["owner"] for one in done.result["findings"]}
