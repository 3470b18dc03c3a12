"""Each rule has what people read about it, in both languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from seamew.rules import RULES, Rule
from seamew.wording import Language, Text

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_described_in_both_languages(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    page = rule.page
    for text in (rule.title, page.finds, page.why, page.fix, page.false_alarms):
        assert_complete(text)


def assert_complete(text: Text) -> None:
    english, chinese = text.templates
    assert text.in_language(Language.ENGLISH)
    assert CHINESE.search(chinese), chinese
    assert not CHINESE.search(english), english
    assert places(english) == places(chinese)


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_ids_are_given_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
