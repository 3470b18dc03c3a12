"""One finding: in a few lines, and in full."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from seamew.model import Evidence, Finding
from seamew.report.answer import Answer, Block, Heading, Pairs, Verbatim, text_lines
from seamew.report.tables import Table
from seamew.report.words import same
from seamew.rules import Rule
from seamew.units import format_address, format_bytes, format_count, format_share
from seamew.wording import Language, Text, joined

from .labels import CONFIDENCE, KIND_OF_OWNER, SEVERITY
from .paths import path_lines

__all__ = ["explained", "finding_blocks", "finding_text", "headline", "weight"]

_SHOWN_OWNERS = 5


def headline(number: int, finding: Finding) -> Text:
    """Number, severity and confidence in words, title."""
    return Text(
        "{number}  {severity}, {confidence}  {title}",
        "{number}  {severity}，{confidence}  {title}",
        number=number,
        severity=SEVERITY[finding.severity],
        confidence=CONFIDENCE[finding.confidence],
        title=finding.title,
    )


def weight(finding: Finding) -> Text | None:
    """How many of what, how big one is, and what all retain; None where nothing is counted."""
    parts: list[Text] = []
    if finding.element_class:
        parts.append(
            Text(
                "{count} x {element}",
                "{count} 个 {element}",
                count=format_count(finding.instances),
                element=finding.element_class,
            )
        )
    if finding.retained_bytes:
        if finding.instances > 1:
            mean = format_bytes(finding.retained_bytes // finding.instances)
            parts.append(Text("{mean} each", "平均每个 {mean}", mean=mean))
        parts.append(
            Text(
                "{size}, {share} of the heap",
                "共 {size}，占堆的 {share}",
                size=format_bytes(finding.retained_bytes),
                share=format_share(finding.share),
            )
        )
    return joined(parts, ", ", "，") if parts else None


def finding_blocks(
    number: int, finding: Finding, language: Language, *, dump: str | None = None
) -> Iterator[Block]:
    """All about one finding; of a `dump` with the commands that show each fact again."""

    def said(text: Text) -> str:
        return text.in_language(language)

    yield Heading(said(headline(number, finding)), level=3, alarm=finding.severity.rank)
    yield said(finding.summary)
    facts = [*_facts(finding), *_said_often(finding, with_evidence=dump is None)]
    yield Pairs([(said(name), said(text)) for name, text in facts], indent="  ")
    if dump is not None and finding.evidence:
        yield Heading(said(Text("Evidence", "证据")), level=4, spaced=False)
        yield Verbatim(
            [f"  {line}" for line in _evidence_lines(finding.evidence, language)], wrapped=True
        )
    if finding.path:
        yield Heading(said(Text("Path from the root", "从根出发的路径")), level=4, spaced=False)
        yield Verbatim(list(path_lines(finding.path, indent="  ", language=language)), wrapped=True)
    commands = [] if dump is None else [f"  $ {one}" for one in _commands(finding, dump)]
    if commands:
        yield Heading(said(Text("See for yourself", "自行查看")), level=4, spaced=False)
        yield Verbatim(commands)


def _commands(finding: Finding, dump: str) -> Iterator[str]:
    """What shows the path, what lies under its end, and how many elements there are."""
    end = finding.object or (finding.path[-1] if finding.path else None)
    if end is not None:
        address = format_address(end.address)
        yield shlex.join(["seamew", "path", dump, address])
        yield shlex.join(["seamew", "dominators", dump, address, "--depth", "2"])
    if finding.element_class is not None:
        # Names of lambda classes end in a number that is of no use to people, and so left out.
        rest = "*" if "$$Lambda" in finding.element_class else ""
        yield shlex.join(["seamew", "histogram", dump, finding.element_class + rest])


def finding_text(number: int, finding: Finding, language: Language = Language.ENGLISH) -> str:
    """A finding in full, as plain text with safe characters only."""
    blocks = tuple(finding_blocks(number, finding, language))
    answer = Answer(result=finding, table=Table((), ()), blocks=blocks)
    return "\n".join(text_lines(answer, None, colour=False))


def _facts(finding: Finding) -> Iterator[tuple[Text, Text]]:
    counted = weight(finding)
    if counted is not None:
        yield Text("what", "内容"), counted
    if finding.owner:
        yield Text("owner", "持有者"), _owner(finding)
    if len(finding.owners) > 1:
        yield Text("owners", "所有持有者"), _owners(finding)
    if finding.also:
        yield Text("found by", "发现规则"), same(", ".join((finding.rule, *finding.also)))
    yield Text("id", "编号"), same(finding.id)


def _owner(finding: Finding) -> Text:
    kind = KIND_OF_OWNER.get(finding.owner_kind or "")
    owner = finding.owner or ""
    if kind is None:
        return same(owner)
    return Text("{owner} ({kind})", "{owner}（{kind}）", owner=owner, kind=kind)


def _owners(finding: Finding) -> Text:
    shown = [
        Text(
            "{count} by {name}",
            "{name} {count} 个",
            count=format_count(one.instances),
            name=one.name,
        )
        for one in finding.owners[:_SHOWN_OWNERS]
    ]
    left = len(finding.owners) - len(shown)
    if left:
        shown.append(Text("{count} more", "另有 {count} 个", count=format_count(left)))
    return joined(shown, "; ", "；")


def _said_often(finding: Finding, *, with_evidence: bool) -> Iterator[tuple[Text, Text]]:
    if with_evidence:
        yield from ((Text("evidence", "证据"), one.text) for one in finding.evidence)
    yield from ((Text("advice", "建议"), one) for one in finding.advice)
    yield from ((Text("doubt", "疑点"), one) for one in finding.doubts)


def _evidence_lines(evidence: tuple[Evidence, ...], language: Language) -> Iterator[str]:
    for one in evidence:
        yield f"- {one.text.in_language(language)}"
        if one.command:
            yield f"    $ {one.command}"


def explained(rule: Rule, language: Language) -> Iterator[Block]:
    """What is known of the rule behind a finding."""

    def said(text: Text) -> str:
        return text.in_language(language)

    page = rule.page
    yield Heading(said(Text("The rule: {title}", "规则：{title}", title=rule.title)), level=3)
    yield said(page.why)
    yield Pairs(
        [
            (said(Text("finds", "查找")), said(page.finds)),
            (said(Text("false alarms", "误报")), said(page.false_alarms)),
            (said(Text("more", "更多")), f"seamew rules {rule.id}"),
        ],
        indent="  ",
    )
