"""The worst findings, on one screen of a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.model import Diagnosis, Finding, HeapFacts
from seamew.report.answer import Block, Heading, Verbatim
from seamew.report.overview import taken_at
from seamew.report.text import cell_width, pad
from seamew.report.words import counted, same
from seamew.report.wrapping import fitted_lines
from seamew.units import format_bytes
from seamew.wording import Language, Text, joined

from .finding import headline, weight

__all__ = ["Room", "screen_blocks"]

_FINDINGS_WITHOUT_SCREEN = 5
_VERDICT_LINES = 3
_TITLE_LINES = 2
_ROOMY_LINES = 36
_ROOMY_ADVICE_LINES = 2
_PROMPT_LINES = 1
_INDENT = "   "
_ADVICE = Text("advice", "建议")


@dataclass(frozen=True, slots=True)
class Room:
    """The terminal: columns and lines; None: no terminal, and so no limit."""

    width: int | None = None
    height: int | None = None

    @property
    def is_roomy(self) -> bool:
        """Whether empty lines may stand between findings."""
        return self.height is None or self.height >= _ROOMY_LINES


def screen_blocks(
    diagnosis: Diagnosis, shown: Sequence[tuple[int, Finding]], language: Language, room: Room
) -> Iterator[Block]:
    """Verdict, a line about the heap, as many findings as fit, and what to type next."""
    verdict = fitted_lines(diagnosis.verdict.in_language(language), room.width, _VERDICT_LINES)
    facts = fitted_lines(_facts(diagnosis.overview).in_language(language), room.width, 1)
    most = len(shown) if room.height is not None else _FINDINGS_WITHOUT_SCREEN
    # Once without and once with a line on those left out, which takes room itself.
    foot = _foot(diagnosis, shown, 0, language)
    taken = len(verdict) + len(facts) + len(foot) + 2 + _PROMPT_LINES
    parts = [_finding(number, one, language, room) for number, one in shown[:most]]
    parts = _fitting(parts, room, taken)
    foot = _foot(diagnosis, shown, len(shown) - len(parts), language)

    yield from (Heading(line, spaced=False) for line in verdict)
    yield Verbatim(facts)
    for number, part in enumerate(parts):
        is_apart = room.is_roomy or not number
        for line in part.head:
            yield Heading(line, 3, spaced=is_apart and line is part.head[0], alarm=part.alarm)
        yield Verbatim(part.lines)
    yield Verbatim(["", *(line for text in foot for line in fitted_lines(text, room.width, 2))])


@dataclass(frozen=True, slots=True)
class _Part:
    """A finding on the screen."""

    head: list[str]
    lines: list[str]
    alarm: int


def _fitting(parts: list[_Part], room: Room, taken: int) -> list[_Part]:
    """As many as there is room for; the worst in any case."""
    if room.height is None:
        return parts
    kept: list[_Part] = []
    for part in parts:
        taken += len(part.head) + len(part.lines) + (1 if room.is_roomy else 0)
        if kept and taken > room.height:
            break
        kept.append(part)
    return kept


def _finding(number: int, finding: Finding, language: Language, room: Room) -> _Part:
    head = fitted_lines(
        headline(number, finding).in_language(language), room.width, _TITLE_LINES, "", _INDENT
    )
    pairs = [
        (Text("what", "内容"), weight(finding)),
        (Text("owner", "持有者"), finding.owner),
        (_ADVICE, finding.advice[0] if finding.advice else None),
        (Text("id", "编号"), finding.id),
    ]
    shown = [
        (name.in_language(language), text.in_language(language) if isinstance(text, Text) else text)
        for name, text in pairs
        if text
    ]
    advice = _ADVICE.in_language(language)
    column = max(cell_width(name) for name, _ in shown)
    lines = []
    for name, text in shown:
        before = f"{_INDENT}{pad(name, column)}  "
        most = _ROOMY_ADVICE_LINES if room.is_roomy and name == advice else 1
        lines += fitted_lines(text, room.width, most, before, " " * cell_width(before))
    return _Part(head, lines, finding.severity.rank)


def _facts(facts: HeapFacts) -> Text:
    parts = [
        Text(
            "{size} in {objects}, {threads}",
            "{size}，{objects}，{threads}",
            size=format_bytes(facts.heap_bytes),
            objects=counted(facts.object_count, "object", "个对象"),
            threads=counted(facts.thread_count, "thread", "个线程"),
        )
    ]
    version = facts.jvm.get("java.version")
    if version:
        parts.append(same(f"Java {version}"))
    if facts.at_ms:
        parts.append(same(taken_at(facts.at_ms)))
    return joined(parts, "; ", "；")


def _foot(
    diagnosis: Diagnosis, shown: Sequence[tuple[int, Finding]], left: int, language: Language
) -> list[str]:
    return [text.in_language(language) for text in _foot_texts(diagnosis, shown, left)]


def _foot_texts(
    diagnosis: Diagnosis, shown: Sequence[tuple[int, Finding]], left: int
) -> Iterator[Text]:
    if diagnosis.findings and not shown:
        yield Text(
            "None of the findings is of the severity and the rule that were asked for.",
            "没有符合所要求的严重程度和规则的发现。",
        )
    elif not shown:
        looked = diagnosis.rules.looked
        yield Text(
            "Looked with {rules}, {other} more had nothing to look at: {looked}",
            "已用 {rules}检查，另有 {other} 条没有可检查的内容：{looked}",
            rules=counted(len(looked), "rule", "条规则"),
            looked=", ".join(looked),
            other=len(diagnosis.rules.not_applicable),
        )
    next_one = Text(
        "Next: seamew diagnose {dump} --explain {number} (one in full), --all (everything)",
        "下一步：seamew diagnose {dump} --explain {number}（详解一项），--all（全部）",
        dump=shlex.quote(diagnosis.overview.path),
        number=shown[0][0] if shown else "",
    )
    everything = Text(
        "Next: seamew diagnose {dump} --all (everything that was looked at)",
        "下一步：seamew diagnose {dump} --all（检查过的全部内容）",
        dump=shlex.quote(diagnosis.overview.path),
    )
    following = next_one if shown else everything
    if not left:
        yield following
        return
    yield Text(
        "And {more}. {following}",
        "另有 {more}。{following}",
        more=counted(left, "more finding", "项发现"),
        following=following,
    )
