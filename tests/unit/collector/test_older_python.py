"""Modern source text is rewritten so that Python 3.6 reads it, and means the same."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from support.scripts import script

older_python = script("older_python")

MODERN = '''\
"""Äußerst modern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

Rule: TypeAlias = Callable[[int], str] | None
limit: int = 3
later: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Größe:
    """A size."""

    ü: str = "ü"; bytes: int  # two fields on a line
    parts: list[int] = field(default_factory=list)

    def doubled(self, factor: float = 2.0, *rest: int, exact: bool = False, **more: Any) -> float:
        total: float = self.bytes * factor
        unit: str
        unit = "ä" if self.ü.strip().isascii() else "ö"
        return total if unit else 0


class Pair(NamedTuple):
    left: int
    right: int = 4


def kind(value: object) -> str:  # a comment that goes
    if isinstance(value, int | str | (list if limit else tuple)):
        return "plain"
    text = """a text

    # that stays"""
    assert text.count("\\n") == 2

    return ", ".join(f"{a}{b}" for a, b in zip("ab", "cd", strict=True))
'''


def run(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__}  # dataclasses look their module up
    exec(compile(source, "example", "exec"), names)  # noqa: S102 (the source above)
    return names


def test_old_python_reads_it_and_it_means_the_same() -> None:
    text = older_python.rewritten(MODERN, "example.py")
    ast.parse(text, feature_version=(3, 6))
    old, new = run(text), run(MODERN)

    assert "comment" not in text
    assert "A size." not in text
    assert text.count("\n\n") == 1
    for names in (old, new):
        assert names["Größe"](bytes=3).doubled(3.0) == 9.0
        assert names["Größe"](bytes=3) == names["Größe"](bytes=3, parts=[])
        assert names["Pair"](1) == (1, 4)
        values: tuple[object, ...] = (1, "a", [], {})
        assert [names["kind"](value) for value in values] == ["plain"] * 3 + ["ac, bd"]
        assert names["limit"] == 3
    assert old["Rule"] is None
    assert older_python.rewritten(text, "example.py") == text


@pytest.mark.parametrize("text", ["", "abc", "\x7f", "\x80", "aé"])
def test_isascii_is_spelled_out(text: str) -> None:
    source = "def check(text):\n    return text.lower().isascii()\n"
    assert run(older_python.rewritten(source, "x.py"))["check"](text) == text.isascii()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("if (n := 1):\n    pass\n", ":="),
        ("def f(a, /):\n    pass\n", "positional-only"),
        ("match 1:\n    case 1:\n        pass\n", "attern matching"),
        ("with (open('a') as a, open('b') as b):\n    pass\n", "arenthesized context"),
        ("Names = dict[str, int]\n", "dict[...]"),
        ("'a'.removeprefix('b')\n", "removeprefix"),
        ("from functools import cached_property\n", "cached_property"),
        ("import functools\nx = functools.cache(len)\n", "functools.cache"),
        ("from shlex import join\n", "shlex.join"),
        ("import subprocess\nsubprocess.run([], capture_output=True)\n", "capture_output"),
        ("def f():\n    return *a, 1\n", "brackets"),
        ("def f():\n    yield *a, 1\n", "brackets"),
        ("import rich.cells\n", "rich.cells"),
        ("if TYPE_CHECKING:\n    import x\n", "TYPE_CHECKING"),
        ("def f():\n    x = [list[int]]\n", "list[...]"),
        ("try:\n    pass\nexcept* ValueError:\n    pass\n", ""),
    ],
)
def test_what_cannot_be_rewritten_is_refused_with_its_place(source: str, reason: str) -> None:
    with pytest.raises(older_python.NotForOldPythonError) as caught:
        older_python.rewritten(source, "some/file.py")
    assert str(caught.value).startswith("some/file.py:")
    assert reason in str(caught.value)


def test_names_of_ones_own_are_not_mistaken_for_newer_ones() -> None:
    source = "from os import readlink\nimport os\nos.readlink('x')\n"
    source += "def f():\n    return (*a, 1)\n'a'.join([])\n"
    assert older_python.rewritten(source, "x.py") == source
