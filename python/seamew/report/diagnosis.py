"""A diagnosis, for people."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.diagnose import object_name
from seamew.model import Diagnosis, PathStep, Suspect
from seamew.units import format_bytes, format_share

from .answer import Answer, Block, Heading, Pairs
from .columns import OBJECT_NAME, OBJECTS, RETAINED, SHALLOW, share_columns
from .overview import overview
from .tables import Column, Kind, Table

__all__ = ["diagnosis_answer", "path_lines"]

_LABEL = Column("label", "class", Kind.NAME)
_SHOWN_STEPS = 24


def diagnosis_answer(diagnosis: Diagnosis) -> Answer:
    """Overview, biggest retainers, then each suspect with evidence, doubt and path."""
    return Answer(
        result=diagnosis,
        table=Table(_SUSPECT_COLUMNS, diagnosis.suspects),
        blocks=tuple(_blocks(diagnosis)),
        findings=len(diagnosis.suspects),
    )


_SUSPECT_COLUMNS = (
    Column("kind", "kind", Kind.TEXT, lambda suspect: suspect.kind.value),
    Column("class", "class", Kind.NAME, lambda suspect: suspect.class_name),
    OBJECTS,
    RETAINED,
    Column("share", "%", Kind.SHARE),
    Column("owner_field", "owner field", Kind.NAME),
    Column("element_class", "elements", Kind.NAME),
    Column("title", "title", Kind.NAME),
)


def _blocks(diagnosis: Diagnosis) -> Iterator[Block]:
    heap_bytes = diagnosis.overview.heap_bytes
    yield Heading(diagnosis.verdict)
    yield Heading("Overview")
    yield overview(diagnosis.overview)
    yield Heading("Biggest retainers")
    share = share_columns(heap_bytes)
    yield Table((OBJECT_NAME, SHALLOW, RETAINED, *share), diagnosis.consumers.objects)
    yield Heading("Biggest by class of the topmost retainers")
    yield Table((_LABEL, OBJECTS, RETAINED, *share), diagnosis.consumers.classes)
    for number, suspect in enumerate(diagnosis.suspects, 1):
        yield Heading(f"Suspect {number}: {suspect.title}")
        yield from _suspect(suspect)
    yield Heading("Not part of this answer")
    yield "\n".join(f"- {line}" for line in diagnosis.not_analysed)


def _suspect(suspect: Suspect) -> Iterator[Block]:
    yield suspect.explanation
    facts = [
        ("owner", suspect.owner_field or (suspect.owner.name if suspect.owner else "")),
        ("gathers in", _point(suspect)),
        ("elements", suspect.element_class or ""),
        *(("evidence", line) for line in suspect.evidence),
        *(("doubt", line) for line in suspect.doubt),
    ]
    yield Pairs(facts, indent="  ")
    if suspect.path:
        yield "\n".join(["  path from the root", *path_lines(suspect.path, indent="    ")])


def _point(suspect: Suspect) -> str:
    point = suspect.accumulation_point
    if point is None:
        return ""
    size = f"{format_bytes(point.retained_bytes)}, {format_share(point.share)}"
    return f"{object_name(point.object)} ({size})"


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
