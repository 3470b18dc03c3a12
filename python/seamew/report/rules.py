"""The rules of `seamew diagnose`: as a list, and as pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from seamew.rules import Rule
from seamew.wording import Language, Text

from .answer import Answer, Block, Heading, Pairs, Verbatim
from .diagnosis.labels import TOPIC
from .tables import Column, Kind, Table

__all__ = ["rule_page", "rules_answer", "rules_table"]


def rules_answer(
    rules: Sequence[Rule], language: Language = Language.ENGLISH, *, pages: bool = False
) -> Answer:
    """All rules given in a table, or with `pages` all about each."""
    blocks: tuple[Block, ...] = ()
    if pages:
        blocks = tuple(block for rule in rules for block in rule_page(rule, language))
    return Answer(
        result={"total": len(rules), "rows": [_row(rule) for rule in rules]},
        table=rules_table(rules, language),
        blocks=blocks,
        language=language,
    )


def rules_table(rules: Sequence[Rule], language: Language) -> Table:
    """The rules with their topics and their marks in the catalogue of leak rules."""

    def said(text: Text) -> str:
        return text.in_language(language)

    columns = (
        Column("id", said(Text("rule", "规则")), Kind.TEXT),
        Column("topic", said(Text("topic", "主题")), Kind.TEXT, lambda row: said(TOPIC[row.topic])),
        Column(
            "catalogue",
            said(Text("mark", "目录编号")),
            Kind.TEXT,
            lambda row: " ".join(row.catalogue),
        ),
        Column("title", said(Text("finds", "查找")), Kind.NAME, lambda row: said(row.title)),
    )
    return Table(columns, rules)


def rule_page(rule: Rule, language: Language) -> Iterator[Block]:
    """All that people read about a rule."""

    def said(text: Text) -> str:
        return text.in_language(language)

    page = rule.page
    yield Heading(rule.id, level=3)
    yield said(rule.title)
    yield Pairs(
        [
            (said(Text("topic", "主题")), said(TOPIC[rule.topic])),
            (said(Text("mark", "目录编号")), " ".join(rule.catalogue)),
            (said(Text("looks at", "检查对象")), ", ".join(rule.classes)),
            (said(Text("finds", "查找")), said(page.finds)),
            (said(Text("why", "原因")), said(page.why)),
            (said(Text("fix", "修复")), said(page.fix)),
            (said(Text("false alarms", "误报")), said(page.false_alarms)),
            (said(Text("references", "参考")), "; ".join(page.references)),
        ],
        indent="  ",
    )
    for title, code in (
        (Text("Leaks", "会泄漏"), page.example),
        (Text("Fixed", "已修复"), page.fixed),
    ):
        if code.strip():
            yield Heading(said(title), level=4)
            yield Verbatim([f"  {line}" for line in code.strip("\n").splitlines()])


def _row(rule: Rule) -> dict[str, Any]:
    page = rule.page
    return {
        "id": rule.id,
        "topic": rule.topic,
        "catalogue": rule.catalogue,
        "title": rule.title,
        "classes": rule.classes,
        "is_general": rule.general,
        "page": page,
    }
