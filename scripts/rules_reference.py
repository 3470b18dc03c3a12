"""Writes the pages about the rules of diagnose from the rules: rules_reference.py LANG FILE."""

from __future__ import annotations

import sys
from pathlib import Path

from seamew.report.answer import Answer, Block, Heading
from seamew.report.diagnosis.labels import TOPIC
from seamew.report.markdown import markdown_lines
from seamew.report.rules import rule_page, rules_table
from seamew.report.tables import Table
from seamew.rules import RULES
from seamew.wording import Language, Text

__all__ = ["reference"]

_TITLE = Text("Rules", "规则")
_HEAD = Text(
    "What `seamew diagnose` knows of leaks, as `seamew rules` tells it."
    " Written by `scripts/fix` from the rules; a test keeps it in step.",
    "`seamew diagnose` 所了解的泄漏，与 `seamew rules --lang zh` 的内容相同。"
    "由 `scripts/fix` 根据规则生成；有测试保证同步。",
)


def reference(language: Language) -> str:
    """The page."""
    rules = sorted(RULES, key=lambda rule: (rule.topic, rule.id))
    blocks: list[Block] = [rules_table(rules, language)]
    for topic in dict.fromkeys(rule.topic for rule in rules):
        blocks.append(Heading(TOPIC[topic].in_language(language).capitalize()))
        for rule in rules:
            if rule.topic is topic:
                blocks += rule_page(rule, language)
    answer = Answer(result=None, table=Table((), ()), blocks=tuple(blocks))
    head = f"# {_TITLE.in_language(language)}\n\n{_HEAD.in_language(language)}\n\n"
    return head + "\n".join(line.rstrip() for line in markdown_lines(answer)) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(reference(Language(sys.argv[1])), encoding="utf-8")
