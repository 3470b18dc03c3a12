"""The main job: all rules asked, their answers merged and ranked, and what they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TypeAlias

from seamew.errors import DumpReadError
from seamew.heap import Heap
from seamew.holding import object_name
from seamew.model import (
    Consumers,
    Diagnosis,
    Finding,
    Healthy,
    HeapFacts,
    RulesUsed,
    WasteRow,
)
from seamew.rules import RULES, Examination, Rule
from seamew.suspects import SuspectSettings
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text, joined

from .merging import merge_findings
from .secrets import without_secrets
from .threads import thread_holdings

__all__ = ["RuleListener", "biggest_consumers", "diagnose_heap"]

RuleListener: TypeAlias = Callable[[str, float], None]
"""Is told the id of each rule that has looked, and how many seconds it took."""

_SHOWN_BIGGEST = 3


@dataclass(slots=True)
class _Answers:
    """What the rules have said so far."""

    findings: list[Finding] = field(default_factory=list)
    healthy: list[Healthy] = field(default_factory=list)
    waste: list[WasteRow] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    not_applicable: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def diagnose_heap(
    heap: Heap,
    settings: SuspectSettings | None = None,
    *,
    consumers: int | None = 10,
    rules: Sequence[Rule] = RULES,
    show_values: bool = False,
    on_rule: RuleListener | None = None,
) -> Diagnosis:
    """What leaks, who holds it, and how sure that is.

    `consumers` is the number of biggest retainers of each sort that are listed (None: all). What
    looks like a key, a token or a password is masked in all texts unless `show_values`. What
    several rules ask counts for the first of them in what `on_rule` is told.
    """
    examined = Examination(heap, settings)
    answers = _ask(examined, rules, on_rule)
    general = [rule.id for rule in rules if rule.general]
    merged = merge_findings(heap, answers.findings, answers.healthy, general)
    findings = [_in_part(one) for one in merged] if heap.facts.read_in_part else merged
    biggest = biggest_consumers(heap, consumers)
    diagnosis = Diagnosis(
        verdict=_verdict(findings, biggest, heap.facts),
        overview=heap.facts,
        consumers=biggest,
        findings=tuple(findings),
        healthy=tuple(answers.healthy),
        waste=tuple(sorted(answers.waste, key=lambda row: (-row.wasted_bytes, row.kind))),
        suspects=examined.suspects,
        rules=RulesUsed(
            tuple(answers.looked), tuple(answers.not_applicable), tuple(answers.failed)
        ),
        not_analysed=tuple(_not_analysed(heap.facts, answers)),
        threads=thread_holdings(heap, consumers),
    )
    return diagnosis if show_values else without_secrets(heap, diagnosis)


def _in_part(finding: Finding) -> Finding:
    """A finding about a dump that could not be read to its end."""
    doubt = Text(
        "Part of the dump could not be read: there may be more of it, and other owners.",
        "转储有一部分无法读取：实际数量可能更多，也可能另有持有者。",
    )
    return replace(finding, doubts=(*finding.doubts, doubt))


def biggest_consumers(heap: Heap, limit: int | None) -> Consumers:
    """The biggest topmost dominators, alone and by class, loader and package (None: all)."""
    return Consumers(
        objects=heap.dominated(limit=heap.dominated_count() if limit is None else limit),
        classes=heap.dominated_groups(by="class")[:limit],
        loaders=heap.dominated_groups(by="loader")[:limit],
        packages=heap.dominated_groups(by="package")[:limit],
    )


def _ask(examined: Examination, rules: Iterable[Rule], on_rule: RuleListener | None) -> _Answers:
    """Ask each rule. One that meets what cannot be read says so; the others go on."""
    answers = _Answers()
    for rule in rules:
        started = perf_counter()
        try:
            if not rule.applies_to(examined):
                answers.not_applicable.append(rule.id)
                continue
            for answer in rule.find(examined):
                _keep(answers, answer)
            answers.looked.append(rule.id)
        except DumpReadError as error:
            answers.failed.append((rule.id, str(error)))
        if on_rule is not None:
            on_rule(rule.id, perf_counter() - started)
    return answers


def _keep(answers: _Answers, answer: Finding | Healthy | WasteRow) -> None:
    match answer:
        case Finding():
            answers.findings.append(answer)
        case Healthy():
            answers.healthy.append(answer)
        case WasteRow():
            answers.waste.append(answer)


def _verdict(findings: Sequence[Finding], biggest: Consumers, facts: HeapFacts) -> Text:
    if len(findings) == 1:
        return Text("1 finding: {title}.", "1 项发现：{title}。", title=findings[0].title)
    if findings:
        return Text(
            "{count} findings; the worst: {title}.",
            "{count} 项发现；最严重的是：{title}。",
            count=len(findings),
            title=findings[0].title,
        )
    three = [
        f"{object_name(row)} ({format_bytes(row.retained_bytes)},"
        f" {format_share(row.retained_bytes / facts.heap_bytes)})"
        for row in biggest.objects[:_SHOWN_BIGGEST]
    ]
    return Text(
        "Nothing found that looks like a leak in {size}. The biggest: {biggest}.",
        "在 {size} 的堆中没有发现像泄漏的东西。最大的是：{biggest}。",
        size=format_bytes(facts.heap_bytes),
        biggest=joined(three) if three else Text("none, the heap is empty", "无，堆是空的"),
    )


def _not_analysed(facts: HeapFacts, answers: _Answers) -> Iterable[Text]:
    """What the answer leaves out."""
    if facts.read_in_part:
        yield Text(
            "the part of the dump that could not be read (see the warnings)",
            "转储中无法读取的部分（见警告）",
        )
    for rule, reason in answers.failed:
        yield Text(
            "what the rule {rule} looks at: {reason}",
            "规则 {rule} 所检查的内容：{reason}",
            rule=rule,
            reason=reason,
        )
    if facts.unreachable_objects and not facts.keep_unreachable:
        yield Text(
            "{count} unreachable objects ({size}): garbage at the time of the dump",
            "{count} 个不可达对象（{size}）：转储时的垃圾",
            count=format_count(facts.unreachable_objects),
            size=format_bytes(facts.unreachable_bytes),
        )
    yield Text("growth: one dump shows one moment", "增长：单个转储只显示一个时刻")
    yield Text(
        "native memory that no object in the heap tells of: malloc, thread stacks, JIT code",
        "堆中没有对象反映的本机内存：malloc、线程栈、JIT 代码",
    )
