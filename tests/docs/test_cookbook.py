"""The cookbook: every query gives the rows it should, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import seamew
from seamew.heap import Heap

from .cookbook_answers import ANSWERS
from .cookbook_heap import write_cookbook_heap

pytest.importorskip("duckdb")

PAGE = Path(__file__).parent.parent.parent / "docs/how-to/cookbook.md"
_SECTION = re.compile(r"^### (?P<title>[^\n]+)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(?P<language>oql|sql)\n(?P<query>.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    title: str
    queries: dict[str, str]


def recipes() -> list[Recipe]:
    found = []
    for section in _SECTION.finditer(PAGE.read_text(encoding="utf-8")):
        blocks = _BLOCK.finditer(section["body"])
        found.append(Recipe(section["title"], {one["language"]: one["query"] for one in blocks}))
    return found


@pytest.fixture(scope="module")
def heap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heap]:
    path = write_cookbook_heap(tmp_path_factory.mktemp("cookbook") / "acme.hprof")
    with seamew.open(path, use_index=False) as opened:
        yield opened


def in_order(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def test_there_are_enough_recipes_and_most_in_both_languages() -> None:
    assert len(recipes()) >= 25
    assert all("sql" in one.queries for one in recipes())
    assert sum("oql" in one.queries for one in recipes()) >= 25
    assert [one.title for one in recipes()] == list(ANSWERS)


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.title)
def test_sql_gives_the_rows(heap: Heap, recipe: Recipe) -> None:
    assert in_order(heap.sql(recipe.queries["sql"])) == ANSWERS[recipe.title]


@pytest.mark.parametrize(
    "recipe", [one for one in recipes() if "oql" in one.queries], ids=lambda recipe: recipe.title
)
def test_oql_gives_the_same(heap: Heap, recipe: Recipe) -> None:
    assert in_order(heap.oql(recipe.queries["oql"])) == ANSWERS[recipe.title]
