"""Texts out of a dump as a page holds them."""

from __future__ import annotations

import json

import pytest

from seamew.report.html.data import as_json
from seamew.report.html.names import Names, shortened, shown_value

EVIL = "</script><img src=x onerror=alert(1)>&amp;\u2028\u202e"


def test_long_names_keep_both_ends() -> None:
    name = "com.acme." + "x" * 10_000 + ".Tail"
    short = shortened(name)
    assert len(short) == 400
    assert short.startswith("com.acme.xxx")
    assert short.endswith("xxx.Tail")
    assert "…" in short


def test_what_hides_or_reorders_other_text_is_escaped() -> None:
    assert shortened("a\u202eb\x00c") == "a\\u202eb\\x00c"


@pytest.mark.parametrize("text", [EVIL, "<!--", "]]>", "<!--seamew:data-->"])
def test_json_in_the_page_ends_nothing_and_begins_nothing(text: str) -> None:
    written = as_json({"name": text})
    assert not set(written) & set("<>&")
    assert json.loads(written) == {"name": text}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a plain text", "a plain text"),
        ("password=hunter2", "password=***"),
        ("x" * 70 + " token=abcdefghijklmnop and more of it", "x" * 70 + " token=***…"),
        ("y" * 200, "y" * 80 + "…"),
        ("\x00" * 100, None),
        (None, None),
    ],
)
def test_values_are_masked_and_short(value: str | None, shown: str | None) -> None:
    assert shown_value(value, show_values=False) == shown


def test_values_are_shown_when_asked_for() -> None:
    assert shown_value("password=hunter2", show_values=True) == "password=hunter2"


def test_a_name_has_one_number() -> None:
    names = Names()
    assert [names.number(name) for name in ("a", "b", "a")] == [0, 1, 0]
    assert names.optional(None) == -1
    assert names.all() == ["a", "b"]
