"""The HTML report in a real browser: both languages and themes, keyboard, paper, narrow windows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seamew.heap import open_heap
from seamew.report.html import TreeLimits
from seamew.testing import HeapBuilder
from seamew.units import format_bytes, format_share
from support.chromium import Opened, chromium
from support.html_page import need_front_end, page_of, with_everything

pytestmark = pytest.mark.slow

EVIL = "<img src=x onerror=document.title='owned'>"
TREE = "#tree-grid"
HISTOGRAM = "#histogram-grid"
ACTIVE = f"{TREE} .line.active"
SECTIONS = [
    "overview",
    "findings",
    "tree",
    "histogram",
    "threads",
    "waste",
    "properties",
    "reproduce",
    "limits",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    need_front_end()
    with chromium() as running:
        yield running


@pytest.fixture
def report(browser: Any, leak: Path, tmp_path: Path) -> Callable[..., Opened]:  # noqa: ANN401
    """Opens the report of the leaking registry."""
    file = tmp_path / "report.html"
    file.write_text(page_of(leak, limits=TreeLimits(children=10)), encoding="utf-8")

    def open_it(**context: Any) -> Opened:  # noqa: ANN401 (Playwright's)
        opened = Opened(browser, file, **context)
        opened.page.wait_for_selector("#limits")
        return opened

    return open_it


def test_it_opens_without_complaint_and_loads_nothing(report: Callable[..., Opened]) -> None:
    opened = report()
    assert opened.complaints == []
    assert all(address.startswith("file:") for address in opened.requests)
    assert len(opened.requests) == 1
    ids = opened.page.eval_on_selector_all("main > section", "found => found.map(one => one.id)")
    assert ids == SECTIONS
    assert opened.text(".verdict").count("com.acme.Registry#ALL") == 1


def test_numbers_are_those_of_the_terminal(report: Callable[..., Opened], leak: Path) -> None:
    opened = report()
    with open_heap(leak, use_index=False) as heap:
        biggest = heap.dominated(limit=1)[0].retained_bytes
        share = biggest / heap.facts.heap_bytes
        classes = len(heap.histogram())
    cells = opened.texts(f"{TREE} .line >> nth=0 >> .right")
    assert cells[1:] == [format_bytes(biggest), format_share(share)]
    assert opened.attribute(HISTOGRAM, "aria-rowcount") == str(classes + 1)


def test_language_and_theme_switch_and_are_remembered(report: Callable[..., Opened]) -> None:
    opened = report(color_scheme="light")
    page = opened.page
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert opened.text("#tree-title") == "Dominator tree"
    page.get_by_role("button", name="中文").click()
    page.get_by_role("button", name="深色").click()
    assert opened.text("#tree-title") == "支配树"
    assert opened.attribute("html", "lang") == "zh-Hans"
    assert page.title().endswith("堆分析报告 - Seamew")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert opened.text("#histogram-title") == "类直方图"
    assert opened.attribute("html", "data-theme") == "dark"


def test_the_browsers_own_wishes_come_first(report: Callable[..., Opened]) -> None:
    opened = report(locale="zh-CN", color_scheme="dark")
    assert opened.text("#overview-title") == "概览"
    assert opened.attribute("html", "data-theme") == "dark"


def test_the_tree_goes_by_keys(report: Callable[..., Opened]) -> None:
    opened = report()
    page = opened.page
    page.get_by_role("button", name="Close all").click()
    page.focus(TREE)
    assert opened.attribute(ACTIVE, "aria-expanded") == "false"
    assert opened.attribute(ACTIVE, "aria-level") == "1"
    page.keyboard.press("ArrowRight")
    assert opened.attribute(ACTIVE, "aria-expanded") == "true"
    page.keyboard.press("ArrowRight")
    assert opened.attribute(ACTIVE, "aria-level") == "2"
    assert opened.attribute(TREE, "aria-activedescendant") == opened.attribute(ACTIVE, "id")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    assert "more, not in this report" in opened.text(f"{TREE} .line:has(.more)")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert opened.attribute(ACTIVE, "aria-expanded") == "false"
    assert opened.texts(".selected >> nth=0")[0].count("seamew path") == 1


def test_links_lead_into_the_tree(report: Callable[..., Opened]) -> None:
    opened = report()
    opened.page.get_by_role("button", name="Close all").click()
    opened.page.locator(".path .node.last a").click()
    assert opened.page.evaluate("document.activeElement.id") == "tree-grid"
    assert "com.acme.Session[40]" in opened.text(ACTIVE)


def test_the_histogram_sorts_and_filters(report: Callable[..., Opened]) -> None:
    opened = report()
    page = opened.page
    names = f"{HISTOGRAM} .line .first"
    by_objects = page.locator(f"{HISTOGRAM} [role=columnheader]", has_text="Objects")
    page.get_by_role("button", name="Class", exact=True).click()
    shown = opened.texts(names)
    assert shown == sorted(shown)
    by_objects.get_by_role("button").click()
    assert by_objects.get_attribute("aria-sort") == "descending"
    page.get_by_label("Filter classes").fill("acme*sess")
    assert opened.texts(names) == ["com.acme.Session", "com.acme.Session[]"]
    page.get_by_label("Filter classes").fill("no such class")
    assert opened.texts(names) == []
    assert "Nothing matches" in opened.text("#histogram")


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_window(
    report: Callable[..., Opened], width: int, language: str
) -> None:
    opened = report(viewport={"width": width, "height": 800}, locale=language)
    assert not opened.is_wider_than_the_window()


def test_all_that_a_diagnosis_may_say_is_shown(
    browser: Any,  # noqa: ANN401
    leak: Path,
    tmp_path: Path,
) -> None:
    file = tmp_path / "everything.html"
    file.write_text(page_of(leak, with_everything), encoding="utf-8")
    opened = Opened(browser, file, locale="zh-CN")
    opened.page.wait_for_selector("#limits")

    assert opened.complaints == []
    assert "四十个会话" in opened.text(".evidence")
    assert "seamew histogram leak.hprof com.acme.Session" in opened.text(".evidence")
    owners = opened.page.get_by_role("table", name="全部持有者").locator("tbody tr")
    assert [row.split("\t")[1:] for row in owners.all_inner_texts()] == [
        ["0", ""],
        ["10", "1.00 KB"],
        ["20", "2.00 KB"],
    ]
    assert "other-rule" in opened.text(".pairs")
    assert "受 maximumSize 限制" in opened.text(".healthy")
    assert "com.acme.Names#all" in opened.text("#waste")
    assert "4.00 KB" in opened.text("#waste")
    opened.page.get_by_text("未能读取所需数据的规则：1").click()
    assert "some-rule: read error" in opened.text("#limits")


def test_the_first_key_offers_the_content(report: Callable[..., Opened]) -> None:
    opened = report()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "content"


def test_paper_shows_lines_and_no_buttons(report: Callable[..., Opened]) -> None:
    opened = report(color_scheme="dark")
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".tree-grid.printed .line").first.is_visible()
    assert not opened.page.locator("nav").is_visible()
    assert not opened.page.get_by_role("button", name="Close all").is_visible()
    colour = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(255, 255, 255)"


def test_without_script_there_is_a_summary(report: Callable[..., Opened], browser: Any) -> None:  # noqa: ANN401
    file = Path(report().page.url.removeprefix("file://"))
    opened = Opened(browser, file, java_script_enabled=False)
    assert "com.acme.Registry" in opened.text("body")
    assert opened.page.locator("table").count() == 2


def test_what_looks_like_markup_is_text(
    browser: Any,  # noqa: ANN401
    builder: HeapBuilder,
    tmp_path: Path,
) -> None:
    held = [builder.instance(builder.klass(f"com.acme.{EVIL}")), builder.string(EVIL)]
    builder.root(builder.array("java.lang.Object[]", held))
    builder.thread(EVIL, [(f"com.acme.{EVIL}", "run")])
    file = tmp_path / "evil.html"
    file.write_text(page_of(builder.write(tmp_path / f"{EVIL[:9]}.hprof")), encoding="utf-8")

    opened = Opened(browser, file)
    opened.page.wait_for_selector("#limits")

    assert opened.complaints == []
    assert "owned" not in opened.page.title()
    assert opened.page.locator("img").count() == 0
    assert EVIL in opened.text("#threads")


def test_broken_data_is_said(report: Callable[..., Opened], browser: Any, tmp_path: Path) -> None:  # noqa: ANN401
    whole = Path(report().page.url.removeprefix("file://")).read_text(encoding="utf-8")
    start = whole.index('id="seamew-data">') + len('id="seamew-data">')
    broken = tmp_path / "broken.html"
    broken.write_text(whole[:start] + json.dumps("x") + whole[start + 40 :], encoding="utf-8")
    opened = Opened(browser, broken)
    opened.page.wait_for_selector(".broken")
    assert "--no-compress" in opened.text(".broken")


def test_of_fifty_thousand_rows_a_few_are_in_the_page(
    browser: Any,  # noqa: ANN401
    builder: HeapBuilder,
    tmp_path: Path,
) -> None:
    kind = builder.klass("com.acme.Session")
    for _ in range(50_100):
        builder.root(builder.instance(kind))
    limits = TreeLimits(rows=50_000, topmost=50_000)
    file = tmp_path / "many.html"
    file.write_text(page_of(builder.write(tmp_path / "many.hprof"), limits=limits))

    opened = Opened(browser, file)
    opened.page.wait_for_selector("#limits")
    assert opened.attribute(TREE, "aria-rowcount") == "50002"
    assert opened.page.locator(f"{TREE} .line").count() < 40
    opened.page.focus(TREE)
    opened.page.keyboard.press("End")
    opened.page.wait_for_selector(f"{TREE} .line.active .more")
    assert opened.page.locator(f"{TREE} .line").count() < 40
