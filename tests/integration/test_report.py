"""Reports: the overview, a component with known waste, the biggest components, Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.diagnose.components import component_report, top_components
from seamew.heap import Heap, open_heap
from seamew.model import ComponentFinding, ComponentReport
from seamew.testing import HeapBuilder, HeapObject
from support.command import result, seamew

COPIES, TEXT = 30, "the same text every time"
BUFFERS, BUFFER_BYTES = 4, 2000


@pytest.fixture
def wasteful(builder: HeapBuilder, tmp_path: Path) -> Path:
    """A registry of copies, blank buffers and empty lists, apart from a cache of no concern."""
    loader = builder.instance(builder.klass("com.acme.Loader", superclass="java.lang.ClassLoader"))
    builder.root(loader)
    fields = {"elementData": "object", "size": "int"}
    lists = builder.klass("java.util.ArrayList", fields=fields)
    held: list[HeapObject] = [builder.string(TEXT) for _ in range(COPIES)]
    held += [builder.data(BUFFER_BYTES) for _ in range(BUFFERS)]
    held += [
        builder.instance(lists, elementData=builder.array("java.lang.Object[]", [None] * 100))
        for _ in range(3)
    ]
    registry = builder.instance(
        builder.klass("com.acme.Registry", loader=loader, fields={"all": "object"}),
        all=builder.array("java.lang.Object[]", held),
    )
    builder.root(registry)
    other = builder.klass("org.other.Cache", fields={"bytes": "object"})
    builder.root(builder.instance(other, bytes=builder.data(100_000)))
    return builder.write(tmp_path / "wasteful.hprof")


@pytest.fixture
def heap(wasteful: Path) -> Iterator[Heap]:
    with open_heap(wasteful, use_index=False) as opened:
        yield opened


def found(report: ComponentReport, check: str) -> ComponentFinding:
    return next(finding for finding in report.findings if finding.check == check)


def test_a_component_is_what_its_objects_keep_alive(heap: Heap) -> None:
    report = component_report(heap, "com.acme.Registry", "registry")
    whole = heap.row("com.acme.Registry#0")

    assert (report.name, report.objects, report.classes) == ("registry", 1, 1)
    assert report.retained_bytes == whole.retained_bytes
    assert report.heap_bytes == heap.facts.heap_bytes > report.retained_bytes + 100_000
    assert [row.object_index for row in report.biggest] == [whole.object_index]
    assert sum(row.shallow_bytes for row in report.histogram) == report.retained_bytes
    assert report.loaders == (f"com.acme.Loader @ {heap.row('com.acme.Loader#0').address:#x}",)


def test_waste_is_measured(heap: Heap) -> None:
    report = component_report(heap, "com.acme.Registry", "registry")

    copies = found(report, "duplicate-strings")
    string = heap.row("java.lang.String#0")
    text = next(row for row in heap.references_from(string.object_index) if row.field == "value")
    assert copies.wasted_bytes == (COPIES - 1) * (string.shallow_bytes + text.shallow_bytes)
    assert copies.details[0][:2] == (TEXT, COPIES)
    assert copies.is_notable
    assert copies.share == pytest.approx(copies.wasted_bytes / report.retained_bytes)

    blank = found(report, "constant-arrays")
    buffer = next(row for row in heap.rows(list(heap.select("byte[]"))) if row.length == 2000)
    assert blank.wasted_bytes == BUFFERS * buffer.shallow_bytes
    assert blank.is_notable

    empty = found(report, "empty-collections")
    one = heap.row("java.util.ArrayList#0")
    assert (empty.wasted_bytes, empty.details[0][:2]) == (
        3 * one.retained_bytes,
        ("java.util.ArrayList", 3),
    )
    assert found(report, "sparse-arrays").verdict.startswith("3 object arrays")
    assert not found(report, "map-collisions").is_notable
    assert found(report, "weak-references").verdict == "no weak references"


def test_top_components_are_the_loaders_that_hold_most(heap: Heap) -> None:
    named = {component.loader: component for component in top_components(heap, 0.01)}
    ours = next(one for name, one in named.items() if name.startswith("com.acme.Loader"))
    assert ours.report.retained_bytes >= heap.row("com.acme.Registry#0").retained_bytes
    assert ours.retained_bytes < heap.facts.heap_bytes / 2
    assert ours.loader not in {component.loader for component in top_components(heap, 0.5)}


@pytest.mark.parametrize(
    "arguments",
    [
        ["overview"],
        ["top-components", "--min-share", "5%"],
        ["component", "com.acme.*"],
    ],
)
@pytest.mark.parametrize("form", ["", "--json", "--csv", "--markdown"])
def test_reports_come_in_every_form(wasteful: Path, arguments: list[str], form: str) -> None:
    kind, *rest = arguments
    done = seamew("report", kind, wasteful, *rest, *([form] if form else []))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_report_tells_the_waste(wasteful: Path) -> None:
    told = result("report", "component", wasteful, "com.acme.*")
    notable = [one["check"] for one in told["findings"] if one["is_notable"]]
    assert {"duplicate-strings", "constant-arrays"} <= set(notable)
    text = seamew("report", "component", wasteful, "com.acme.*").stdout
    assert text.index("Worth a look") < text.index("Duplicate strings") < text.index("Also checked")
    assert TEXT in text


def test_the_overview_has_what_one_asks_first(wasteful: Path) -> None:
    told = result("report", "overview", wasteful)
    assert set(told) == {"overview", "runtime", "classes", "consumers", "threads"}
    assert told["classes"][0]["label"] == "byte[]"
    assert told["consumers"]["objects"][0]["class"] == "org.other.Cache"


@pytest.mark.parametrize(
    "arguments", [["component"], ["overview", "com.acme.*"], ["nonsense"]], ids=str
)
def test_a_report_needs_the_right_arguments(wasteful: Path, arguments: list[str]) -> None:
    kind, *rest = arguments
    assert seamew("report", kind, wasteful, *rest).returncode == 2


def test_markdown_has_tables_and_no_marks_of_the_dumps(
    builder: HeapBuilder, tmp_path: Path
) -> None:
    builder.root(builder.instance(builder.klass("com.acme.`Evil`|<b>\x1b[2J")))
    dump = builder.write(tmp_path / "evil.hprof")
    lines = seamew("histogram", dump, "--markdown").stdout.splitlines()
    assert lines[0].startswith("| class | objects | shallow |")
    assert set(lines[1]) <= set("|:- ")
    row = next(line for line in lines if "Evil" in line)
    assert "\\`Evil\\`\\|\\<b\\>\\\\x1b\\[2J" in row
    assert "\x1b" not in "".join(lines)


def test_markdown_draws_trees(wasteful: Path) -> None:
    start = "com.acme.Registry#0"
    done = seamew("dominators", wasteful, start, "--depth", "2", "--limit", "1", "--markdown")
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert any(line.startswith(("| └─", "| ├─")) for line in rows)
    assert any("and 36 more" in line for line in rows)
    assert len({line.count(" | ") for line in rows if "\\|" not in line}) == 1
