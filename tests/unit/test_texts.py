"""Each text that is said in two languages is whole in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from seamew.wording import Language, Text, joined

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACE = re.compile(r"\{\w*\}")
# A small word that is no part of a name in code, as java.util or Outer$Inner are.
WORD = re.compile(r"(?<![\w.#$/-])[a-z]{3,}(?![\w.#$(/-])")
SAME_IN_BOTH = re.compile(r"(?:\w*[A-Z]\w*|\W|\d)*")
"""Marks, numbers and names."""


def of_wording(root: Path) -> list[Path]:
    """The modules that say something in two languages."""
    modules = [
        path
        for path in (root / "python/seamew").rglob("*.py")
        if re.search(r"^from seamew\.wording import .*\bText\b", path.read_text(), re.MULTILINE)
    ]
    assert len(modules) > 10
    return modules


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Text"
        ):
            yield node


def pairs(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """What is said: as the arguments of a Text, or as a pair of texts in a table of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node in set(calls(tree)):
            parts = node.args
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            parts = node.elts
            if not any(CHINESE.search(text) for text in map(constant, parts)):
                continue
        else:
            continue
        if len(parts) == 2 and all(isinstance(part, ast.Constant) for part in parts):
            yield node.lineno, constant(parts[0]), constant(parts[1])


def constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def places(template: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(template) if name is not None})


def complaint(english: str, chinese: str) -> str:
    if CHINESE.search(english):
        return "Chinese in the English text"
    if places(english) != places(chinese):
        return "other places to fill in"
    if not CHINESE.search(chinese) and not SAME_IN_BOTH.fullmatch(PLACE.sub("", chinese)):
        return "no Chinese text"
    return ""


def test_all_texts_are_whole_in_both_languages(root: Path) -> None:
    found = []
    for path in of_wording(root):
        for line, english, chinese in pairs(ast.parse(path.read_text(encoding="utf-8"))):
            wrong = complaint(english, chinese)
            if wrong:
                found.append(f"{path.relative_to(root)}:{line}: {wrong}: {english!r}, {chinese!r}")
    assert found == []


def plain_values(value: ast.expr) -> Iterator[str]:
    """The texts that stand in the code as a value, or as a part or an alternative of it."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from plain_values(part)
        case ast.IfExp(body=first, orelse=other) | ast.BinOp(left=first, right=other):
            yield from plain_values(first)
            yield from plain_values(other)
        case ast.Call(func=ast.Name(id="format_counted"), args=arguments):
            for part in arguments:
                yield from plain_values(part)


def test_no_words_of_one_language_are_filled_in(root: Path) -> None:
    found = []
    for path in of_wording(root):
        for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            assert call.keywords is not None
            words = [
                word
                for keyword in call.keywords
                for text in plain_values(keyword.value)
                for word in WORD.findall(text)
            ]
            if words:
                found.append(f"{path.relative_to(root)}:{call.lineno}: {words}")
    assert found == []


def test_texts_are_written_where_they_are_said(root: Path) -> None:
    """Neither formatted beforehand nor of one language only."""
    found = []
    for path in of_wording(root):
        for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            starred = any(isinstance(one, ast.Starred) for one in call.args)
            if any(isinstance(one, ast.JoinedStr) for one in call.args):
                found.append(f"{path.relative_to(root)}:{call.lineno}: formatted beforehand")
            if not starred and len(call.args) != 2:
                found.append(f"{path.relative_to(root)}:{call.lineno}: one language")
    assert found == []


def test_all_places_are_filled(root: Path) -> None:
    found = []
    for path in of_wording(root):
        for call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            given = {keyword.arg for keyword in call.keywords}
            wanted = set(places(constant(call.args[0])))
            is_known = isinstance(call.args[0], ast.Constant) and None not in given
            if is_known and given != wanted:
                found.append(f"{path.relative_to(root)}:{call.lineno}: {given ^ wanted}")
    assert found == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("{count} threads", "{count} threads"),
        ("{count} threads", "{number} 个线程"),
        ("{count} threads", "个线程"),
        ("线程", "线程"),
    ],
)
def test_what_is_not_whole_is_found(english: str, chinese: str) -> None:
    assert complaint(english, chinese)


def test_a_text_fills_in_texts_and_is_changed_in_all_of_them() -> None:
    inner = Text("{n} cats", "{n} 只猫", n=3)
    text = Text("{what} of {who}", "{who} 的{what}", what=inner, who="tom")
    loud = text.with_values(str.upper)

    assert text.in_language(Language.CHINESE) == "tom 的3 只猫"
    assert str(loud) == "3 cats of TOM"
    assert str(text) == "3 cats of tom"
    assert str(joined([inner, "dogs"])) == "3 cats, dogs"
