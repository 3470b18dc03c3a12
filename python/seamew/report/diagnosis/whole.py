"""All that a diagnosis says, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import Diagnosis, Finding, Healthy, ThreadHolding
from seamew.report.answer import Block, Heading, Pairs
from seamew.report.columns import OBJECT_NAME, OBJECTS, RETAINED, SHALLOW, described, share_columns
from seamew.report.overview import overview
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_bytes
from seamew.wording import Language, Text

from .finding import finding_blocks
from .labels import CONFIDENCE, SEVERITY, titled

__all__ = ["finding_columns", "whole_blocks"]

_SHOWN_WASTE = 25
_LABEL = Column("label", "class", Kind.NAME)


def finding_columns(language: Language) -> tuple[Column, ...]:
    """The findings as a table: for CSV, and above the findings themselves."""
    return (
        Column("severity", "severity", Kind.TEXT, lambda one: one.severity.value),
        Column("confidence", "confidence", Kind.TEXT, lambda one: one.confidence.value),
        Column("rule", "rule", Kind.TEXT),
        RETAINED,
        Column("share", "%", Kind.SHARE),
        Column("owner", "owner", Kind.NAME),
        Column("element_class", "elements", Kind.NAME),
        Column("instances", "instances", Kind.COUNT),
        Column("title", "title", Kind.NAME, lambda one: one.title.in_language(language)),
        Column("id", "id", Kind.NAME),
    )


def whole_blocks(
    diagnosis: Diagnosis, shown: Sequence[tuple[int, Finding]], language: Language
) -> Iterator[Block]:
    """Verdict, findings, overview, biggest retainers, threads, healthy, waste, what looked."""

    def said(text: Text) -> str:
        return text.in_language(language)

    yield Heading(said(diagnosis.verdict))
    if len(shown) > 1:
        yield Table(_list_columns(language), shown)
    for number, finding in shown:
        yield from finding_blocks(number, finding, language)
    yield Heading(said(Text("Overview", "概览")))
    yield overview(diagnosis.overview, language)
    yield from _retainers(diagnosis, language)
    if diagnosis.threads:
        yield Heading(said(Text("Threads that keep most alive", "保持存活内存最多的线程")))
        yield Table(_thread_columns(language), diagnosis.threads)
    if diagnosis.healthy:
        yield Heading(said(Text("Looks like a leak, and is none", "看似泄漏，其实不是")))
        yield Pairs([_healthy(one, language) for one in diagnosis.healthy], indent="  ")
    if diagnosis.waste:
        yield Heading(said(Text("Waste", "浪费")))
        yield _waste(diagnosis, language)
    yield Heading(said(Text("Rules", "规则")))
    yield Pairs([(said(name), said(text)) for name, text in _rules(diagnosis)], indent="  ")
    yield Heading(said(Text("Not part of this answer", "本结论不包括")))
    yield "\n".join(f"- {said(line)}" for line in diagnosis.not_analysed)


def _list_columns(language: Language) -> tuple[Column, ...]:
    """Of rows (number, finding)."""

    def said(text: Text) -> str:
        return text.in_language(language)

    return (
        Column("number", "", Kind.COUNT, lambda row: row[0]),
        Column(
            "severity",
            said(Text("severity", "严重程度")),
            Kind.TEXT,
            lambda row: said(SEVERITY[row[1].severity]),
        ),
        Column(
            "confidence",
            said(Text("confidence", "把握")),
            Kind.TEXT,
            lambda row: said(CONFIDENCE[row[1].confidence]),
        ),
        Column(
            "retained_bytes",
            said(Text("retained", "保留大小")),
            Kind.BYTES,
            lambda row: row[1].retained_bytes or None,
        ),
        Column("share", "%", Kind.SHARE, lambda row: row[1].share or None),
        Column("id", said(Text("id", "编号")), Kind.NAME, lambda row: row[1].id),
    )


def _retainers(diagnosis: Diagnosis, language: Language) -> Iterator[Block]:
    def said(text: Text) -> str:
        return text.in_language(language)

    shallow = titled(SHALLOW, said(Text("shallow", "浅大小")))
    retained = titled(RETAINED, said(Text("retained", "保留大小")))
    objects = titled(OBJECTS, said(Text("objects", "对象数")))
    name = titled(OBJECT_NAME, said(Text("object", "对象")))
    label = titled(_LABEL, said(Text("class", "类")))
    share = share_columns(diagnosis.overview.heap_bytes)
    yield Heading(said(Text("Biggest retainers", "保留内存最多的对象")))
    yield Table((name, shallow, retained, *share), diagnosis.consumers.objects)
    yield Heading(said(Text("Biggest by class of the topmost retainers", "最上层保留者按类汇总")))
    yield Table((label, objects, retained, *share), diagnosis.consumers.classes)


def _thread_columns(language: Language) -> tuple[Column, ...]:
    def said(text: Text) -> str:
        return text.in_language(language)

    return (
        Column("name", said(Text("thread", "线程")), Kind.NAME),
        Column("thread_state", said(Text("state", "状态")), Kind.TEXT),
        titled(RETAINED, said(Text("retained", "保留大小"))),
        Column("share", "%", Kind.SHARE),
        Column("frame", said(Text("frame that holds most", "持有最多的栈帧")), Kind.NAME),
        Column("local", said(Text("its local variable", "其局部变量")), Kind.NAME, _local),
    )


def _local(row: ThreadHolding) -> str | None:
    if row.local is None:
        return None
    return f"{row.local.class_name}, {format_bytes(row.local.retained_bytes)}"


def _healthy(one: Healthy, language: Language) -> tuple[str, str]:
    what = one.owner or described(one.object)
    because = Text("{what}: {because}", "{what}：{because}", what=what, because=one.because)
    return one.rule, because.in_language(language)


def _waste(diagnosis: Diagnosis, language: Language) -> Table:
    def said(text: Text) -> str:
        return text.in_language(language)

    columns = (
        Column("kind", said(Text("waste", "浪费")), Kind.TEXT),
        Column("wasted_bytes", said(Text("bytes", "字节")), Kind.BYTES),
        Column("instances", said(Text("objects", "对象数")), Kind.COUNT),
        Column("class", said(Text("class", "类")), Kind.NAME, lambda row: row.class_name),
        Column("owner", said(Text("held by", "持有者")), Kind.NAME),
    )
    left = len(diagnosis.waste) - _SHOWN_WASTE
    note = Text("and {count} more", "另有 {count} 项", count=left) if left > 0 else Text("", "")
    return Table(columns, diagnosis.waste[:_SHOWN_WASTE], said(note))


def _rules(diagnosis: Diagnosis) -> Iterator[tuple[Text, Text]]:
    used = diagnosis.rules
    lists = (
        (Text("looked", "已检查"), used.looked),
        (Text("nothing to look at", "没有可检查的内容"), used.not_applicable),
        (Text("could not read", "无法读取"), tuple(rule for rule, _ in used.failed)),
    )
    for name, rules in lists:
        if rules:
            yield (
                name,
                Text(
                    "{count}: {rules}",
                    "{count} 条：{rules}",
                    count=len(rules),
                    rules=", ".join(rules),
                ),
            )
