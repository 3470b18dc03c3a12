"""Component reports, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter

from seamew.model import ComponentFinding, ComponentReport
from seamew.units import format_bytes, format_counted, format_share

from .answer import Block, Heading, Pairs
from .columns import OBJECT_NAME, OBJECTS, RETAINED, SHALLOW, share_columns_of
from .tables import Column, Kind, Table

__all__ = ["TOP_COMPONENTS", "component_blocks", "component_table"]

_CLASS = Column("label", "class", Kind.NAME)
_DETAILS = (
    Column("what", "what", Kind.NAME, itemgetter(0)),
    Column("objects", "objects", Kind.COUNT, itemgetter(1)),
    Column("bytes", "bytes", Kind.BYTES, itemgetter(2)),
)
_FINDINGS = (
    Column("check", "check", Kind.TEXT),
    Column("is_notable", "notable", Kind.TEXT),
    Column("wasted_bytes", "wasted", Kind.BYTES),
    Column("share", "share", Kind.SHARE),
    Column("verdict", "verdict", Kind.NAME),
)
TOP_COMPONENTS = (
    Column("loader", "class loader", Kind.NAME),
    Column("classes", "classes", Kind.COUNT),
    OBJECTS,
    RETAINED,
)
"""Columns of the biggest components."""


def component_table(report: ComponentReport | None) -> Table:
    """The findings, for CSV."""
    return Table(_FINDINGS, report.findings if report else ())


def component_blocks(report: ComponentReport) -> tuple[Block, ...]:
    """The report for people: what is notable first."""
    share, bar = share_columns_of(report.retained_bytes, "shallow_bytes")
    retained, _ = share_columns_of(report.retained_bytes, "retained_bytes")
    return (
        Heading(f"Component {report.name}"),
        Pairs(_facts(report)),
        Heading("Worth a look"),
        *_findings([finding for finding in report.findings if finding.is_notable]),
        Heading("What takes the room"),
        Table((_CLASS, OBJECTS, SHALLOW, share, bar), report.histogram),
        Heading("Biggest objects"),
        Table((OBJECT_NAME, SHALLOW, RETAINED, retained), report.biggest),
        Heading("Also checked"),
        Pairs(
            [
                (finding.title, _verdict(finding))
                for finding in report.findings
                if not finding.is_notable
            ]
        ),
    )


def _facts(report: ComponentReport) -> list[tuple[str, str]]:
    retained = format_bytes(report.retained_bytes)
    share = report.retained_bytes / report.heap_bytes if report.heap_bytes else 0.0
    objects = format_counted(report.objects, "object")
    classes = format_counted(report.classes, "class/classes")
    kept = format_counted(report.retained_objects, "object")
    return [
        ("named", f"{objects} of {classes}, {format_bytes(report.shallow_bytes)} themselves"),
        ("keep alive", f"{retained} in {kept}, {format_share(share)} of the heap"),
        ("loaded by", ", ".join(report.loaders)),
    ]


def _findings(findings: Sequence[ComponentFinding]) -> Iterator[Block]:
    if not findings:
        yield "Nothing that the checks know of takes much of it."
    for finding in findings:
        yield f"{finding.title}: {_verdict(finding)}"
        if finding.details:
            yield Table(_DETAILS, finding.details)


def _verdict(finding: ComponentFinding) -> str:
    share = "" if finding.share is None else f" ({format_share(finding.share)} of the component)"
    return finding.verdict + share
