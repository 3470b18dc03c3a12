"""A diagnosis, for people."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import object_name
from seamew.model import Diagnosis, Finding, PathStep
from seamew.units import format_bytes
from seamew.wording import Language, Text

from .answer import Answer, Block, Heading, Pairs
from .columns import OBJECT_NAME, OBJECTS, RETAINED, SHALLOW, share_columns
from .overview import overview
from .tables import Column, Kind, Table

__all__ = ["diagnosis_answer", "path_lines"]

_LABEL = Column("label", "class", Kind.NAME)
_SHOWN_STEPS = 24


def diagnosis_answer(diagnosis: Diagnosis, language: Language = Language.ENGLISH) -> Answer:
    """Verdict, overview, biggest retainers, then each finding with evidence and path."""
    return Answer(
        result=diagnosis,
        table=Table(_finding_columns(language), diagnosis.findings),
        blocks=tuple(_blocks(diagnosis, language)),
        findings=len(diagnosis.findings),
        language=language,
    )


def _finding_columns(language: Language) -> tuple[Column, ...]:
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
    )


def _blocks(diagnosis: Diagnosis, language: Language) -> Iterator[Block]:
    def said(text: Text) -> str:
        return text.in_language(language)

    heap_bytes = diagnosis.overview.heap_bytes
    yield Heading(said(diagnosis.verdict))
    yield Heading(said(Text("Overview", "概览")))
    yield overview(diagnosis.overview)
    yield Heading(said(Text("Biggest retainers", "保留内存最多的对象")))
    share = share_columns(heap_bytes)
    yield Table((OBJECT_NAME, SHALLOW, RETAINED, *share), diagnosis.consumers.objects)
    yield Heading(said(Text("Biggest by class of the topmost retainers", "按类")))
    yield Table((_LABEL, OBJECTS, RETAINED, *share), diagnosis.consumers.classes)
    for number, finding in enumerate(diagnosis.findings, 1):
        yield Heading(
            said(Text("Finding {n}: {title}", "发现 {n}：{title}", n=number, title=finding.title))
        )
        yield from _finding(finding, language)
    yield Heading(said(Text("Not part of this answer", "本结论不包括")))
    yield "\n".join(f"- {said(line)}" for line in diagnosis.not_analysed)


def _finding(finding: Finding, language: Language) -> Iterator[Block]:
    def said(text: Text) -> str:
        return text.in_language(language)

    yield said(finding.summary)
    facts = [
        ("severity", f"{finding.severity.value}, {finding.confidence.value}"),
        ("rule", ", ".join((finding.rule, *finding.also))),
        ("owner", finding.owner or ""),
        ("elements", finding.element_class or ""),
        *(("evidence", said(one.text)) for one in finding.evidence),
        *(("advice", said(line)) for line in finding.advice),
        *(("doubt", said(line)) for line in finding.doubts),
    ]
    yield Pairs(facts, indent="  ")
    if finding.path:
        head = said(Text("path from the root", "从根出发的路径"))
        yield "\n".join([f"  {head}", *path_lines(finding.path, indent="    ")])


def path_lines(path: tuple[PathStep, ...], *, indent: str = "") -> Iterator[str]:
    """A path from a root, one step a line; the middle of a very long one is left out."""
    half = _SHOWN_STEPS // 2
    for number, step in enumerate(path):
        if len(path) > _SHOWN_STEPS and half <= number < len(path) - half:
            if number == half:
                left_out = len(path) - 2 * half + sum(step.skipped_steps for step in path)
                yield f"{indent}... {left_out:,} more steps ..."
            continue
        roots = f"  [root: {', '.join(step.root_types)}]" if step.root_types and not number else ""
        field = f"{_field_text(step.field)} -> " if step.field else ""
        yield f"{indent}{field}{object_name(step)}  {format_bytes(step.retained_bytes)}{roots}"


def _field_text(field: str) -> str:
    return field if field.startswith(("[", "<")) else f".{field}"
