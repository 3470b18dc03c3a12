"""The HTML report: what is in the page, and that it is one safe file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from seamew.diagnose import diagnose_heap
from seamew.errors import MissingLibraryError
from seamew.heap import open_heap
from seamew.report.html import TreeLimits, page, page_data
from seamew.testing import HeapBuilder
from support.command import result, seamew
from support.html_page import data_of, need_front_end, page_of, with_everything

EVIL = "</script><script>alert(1)</script><b>"
CODE_BYTES = 250_000
REPORT_BYTES = 2_000_000


@pytest.fixture
def front_end() -> None:
    need_front_end()


@pytest.fixture
def evil(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Classes, threads and texts that look like HTML, are very long, or are secrets."""
    loader = builder.instance(builder.klass("com.acme.Loader", superclass="java.lang.ClassLoader"))
    builder.root(loader)
    held = [
        builder.instance(builder.klass(f"com.acme.{EVIL}", loader=loader)),
        builder.instance(builder.klass("com.acme." + "Long" * 2_500, loader=loader)),
        builder.string("password=hunter2"),
        builder.string(EVIL),
    ]
    registry = builder.klass("com.acme.Registry", statics={"ALL": None})
    registry.statics["ALL"] = builder.array("java.lang.Object[]", held)
    builder.root(registry, "System Class")
    builder.thread(EVIL, [(f"com.acme.{EVIL}", "run")])
    return builder.write(tmp_path / "evil & <odd>.hprof")


def test_the_tree_is_the_heaps(leak: Path) -> None:
    with open_heap(leak, use_index=False) as heap:
        limits = TreeLimits(rows=30, topmost=4, children=10, levels=3)
        data = page_data(heap, diagnose_heap(heap), limits, show_values=False)
        tree, names = data["tree"], data["names"]
        rows = [heap.row(f"0x{address}") for address in tree["addresses"]]
        more = {row: (objects, size) for row, objects, size in tree["more"]}
        counts = Counter(tree["parents"])

        assert len(rows) == len(set(tree["addresses"])) <= 30
        for number, row in enumerate(rows):
            parent = tree["parents"][number]
            above = heap.object(row.object_index).dominator
            assert parent < number
            assert (above.address if above else None) == (
                rows[parent].address if parent >= 0 else None
            )
            assert tree["retained"][number] == row.retained_bytes
            assert tree["shallow"][number] == row.shallow_bytes
            assert names[tree["classes"][number]] == row.class_name
        for number in (-1, *range(len(rows))):
            index = rows[number].object_index if number >= 0 else None
            left_out, left_bytes = more.get(number, (0, 0))
            assert counts[number] + left_out == heap.dominated_count(index)
            whole = heap.facts.heap_bytes if index is None else rows[number].retained_bytes
            own = 0 if index is None else rows[number].shallow_bytes
            shown = sum(
                size
                for size, parent in zip(tree["retained"], tree["parents"], strict=True)
                if parent == number
            )
            assert shown + left_bytes == whole - own


def test_small_objects_are_summed_up_by_class(leak: Path) -> None:
    with open_heap(leak, use_index=False) as heap:
        data = page_data(heap, diagnose_heap(heap), TreeLimits(children=3), show_values=False)
        held = heap.row(heap.dominators_of("com.acme.Session#0")[1].object_index)
        by_class = heap.dominated_groups(held.object_index, "class")[0]
    groups = dict(data["tree"]["groups"])
    (group,) = groups[data["tree"]["addresses"].index(f"{held.address:x}")]
    number, objects, retained = group
    assert (data["names"][number], objects, retained) == (
        "com.acme.Session",
        40,
        by_class.retained_bytes,
    )


def test_rows_of_the_tree_are_those_that_retain_most(leak: Path) -> None:
    with open_heap(leak, use_index=False) as heap:
        few = page_data(heap, diagnose_heap(heap), TreeLimits(rows=5), show_values=False)
        sizes = sorted(heap.column("retained_bytes").memory, reverse=True)
    assert sorted(few["tree"]["retained"], reverse=True) == sizes[:5]


def test_a_long_chain_does_not_take_all_rows(builder: HeapBuilder, tmp_path: Path) -> None:
    node = builder.klass("com.acme.Node", fields={"next": "object"})
    chain = builder.instance(node)
    for _ in range(500):
        chain = builder.instance(node, next=chain)
    builder.root(chain)
    builder.root(chain)
    with open_heap(builder.write(tmp_path / "chain.hprof"), use_index=False) as heap:
        limits = TreeLimits(rows=1_000, levels=20)
        tree = page_data(heap, diagnose_heap(heap), limits, show_values=False)["tree"]
        first = heap.row(f"0x{chain.address:x}")
    row, levels = tree["addresses"].index(f"{chain.address:x}"), 1
    while row in tree["parents"]:
        row, levels = tree["parents"].index(row), levels + 1
    left_out = first.retained_bytes - levels * first.shallow_bytes
    assert levels == 20
    assert [row, 1, left_out] in [list(more) for more in tree["more"]]


def test_data_and_front_end_agree_on_the_names(leak: Path, root: Path) -> None:
    model = (root / "web/src/model.ts").read_text(encoding="utf-8")
    with open_heap(leak, use_index=False) as heap:
        diagnosis = with_everything(diagnose_heap(heap))
        data = page_data(heap, diagnosis, TreeLimits(), show_values=False)
    finding = data["findings"][0]
    parts = {
        "Report": data,
        "Facts": data["facts"],
        "Runtime": data["runtime"],
        "Finding": finding,
        "OwnerCount": finding["owners"][0],
        "Evidence": finding["evidence"][0],
        "Healthy": data["healthy"][0],
        "WasteRow": data["waste"][0],
        "HeapObject": finding["object"],
        "Tree": data["tree"],
        "Histogram": data["histogram"],
        "Threads": data["threads"],
        "Thread": data["threads"]["rows"][0],
        "ThreadPool": data["threads"]["pools"][0],
        "Group": data["consumers"]["classes"][0],
    }
    for name, part in parts.items():
        body = re.search(rf"export interface {name} {{\n(.*?)\n}}", model, re.DOTALL)
        assert body, name
        assert re.findall(r"^  readonly (\w+):", body[1], re.MULTILINE) == list(part), name


@pytest.mark.usefixtures("front_end")
def test_nothing_out_of_a_dump_becomes_markup(evil: Path) -> None:
    for compress in (True, False):
        made = page_of(evil, compress=compress)
        assert "alert(1)</script>" not in made
        assert "<b>" not in made
        assert "<title>evil &amp; &lt;odd&gt;.hprof - Seamew</title>" in made
        data = data_of(made)
        assert f"com.acme.{EVIL.replace('/', '.')}" in data["names"]
        assert EVIL in data["tree"]["values"]
        assert max(map(len, data["names"])) <= 400


@pytest.mark.usefixtures("front_end")
def test_secrets_are_masked_unless_asked_for(evil: Path) -> None:
    assert "hunter2" not in str(data_of(page_of(evil)))
    assert "hunter2" in str(data_of(page_of(evil, show_values=True)))


@pytest.mark.usefixtures("front_end")
def test_the_same_dump_gives_the_same_bytes(leak: Path) -> None:
    assert page_of(leak) == page_of(leak)


@pytest.mark.usefixtures("front_end")
def test_packed_and_plain_data_are_the_same(leak: Path) -> None:
    assert data_of(page_of(leak)) == data_of(page_of(leak, compress=False))


@pytest.mark.usefixtures("front_end")
def test_the_page_loads_nothing() -> None:
    template = page.page_template()
    assert not re.findall(r"""(?:src|href|action|srcset)\s*=\s*["']?(?:https?:|//)""", template)
    assert not re.findall(r"@import|url\(|@font-face|importScripts|\bfetch\(", template)
    addresses = set(re.findall(r"https?://[\w./-]+", template))
    # Names of XML vocabularies; nothing is there to be loaded.
    assert {address.partition("//")[2].partition("/")[0] for address in addresses} <= {"www.w3.org"}


@pytest.mark.usefixtures("front_end")
def test_the_page_runs_its_own_script_and_no_other(leak: Path) -> None:
    made = page_of(leak)
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', made)
    assert found
    policy = dict(part.split(" ", 1) for part in found[1].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    for directive, tag in (("script-src", "script"), ("style-src", "style")):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", made, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"


@pytest.mark.usefixtures("front_end")
def test_without_script_the_page_says_the_main_thing(leak: Path) -> None:
    made = page_of(leak)
    with open_heap(leak, use_index=False) as heap:
        diagnosis = diagnose_heap(heap)
    summary = made.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "com.acme.Registry" in summary
    assert str(diagnosis.verdict).split(":")[0] in summary
    assert summary.count("<table>") == 2


@pytest.mark.usefixtures("front_end")
def test_the_code_is_small() -> None:
    assert len(page.page_template().encode()) < CODE_BYTES


@pytest.mark.usefixtures("front_end")
def test_fifty_thousand_rows_are_under_two_megabytes(builder: HeapBuilder, tmp_path: Path) -> None:
    kinds = [builder.klass(f"com.acme.shop.Kind{number}") for number in range(1_000)]
    for number in range(51_000):
        if number % 5:
            builder.root(builder.instance(kinds[number % 1_000]))
        else:
            builder.root(builder.data(number * 37 % 4_099))
    dump = builder.write(tmp_path / "many.hprof")

    made = page_of(dump, limits=TreeLimits(rows=50_000, topmost=50_000))

    data = data_of(made)
    assert len(data["tree"]["parents"]) == 50_000
    assert len(data["histogram"]["names"]) >= 1_000
    assert len(made.encode()) < REPORT_BYTES


@pytest.mark.usefixtures("front_end")
def test_the_command_writes_a_file_for_its_owner_alone(leak: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    command = ("diagnose", leak, "--no-index", "--html", report)

    done = seamew(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(data_of(report.read_text())["verdict"]["en"])[:20])
    assert f"{report}: " in done.stderr
    assert report.stat().st_mode & 0o777 == 0o600

    written = report.read_bytes()
    again = seamew(*command)
    assert (again.returncode, report.read_bytes()) == (2, written)
    assert "--force" in again.stderr

    report.write_text("old")
    assert seamew(*command, "--force", "--quiet").stderr == ""
    assert report.read_bytes() == written
    assert result(*command, "--force")["verdict"]


def test_options_of_the_page_need_the_page(leak: Path) -> None:
    for option in ("--force", "--no-compress"):
        done = seamew("diagnose", leak, "--no-index", option)
        assert done.returncode == 2
        assert "--html" in done.stderr


def test_a_checkout_without_front_end_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page.page_template.cache_clear()
    monkeypatch.setattr(page, "files", lambda _: tmp_path)
    with pytest.raises(MissingLibraryError) as caught:
        page.page_template()
    assert "scripts/setup" in caught.value.hint
