"""A suspect in plain English: a title, a few sentences, evidence with numbers, and doubt."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.model import (
    AccumulationPoint,
    GroupRow,
    ObjectRow,
    Owner,
    PathStep,
    SuspectKind,
    ThreadRow,
)
from seamew.units import format_address, format_bytes, format_count, format_counted, format_share

__all__ = ["Subject", "doubts", "evidence", "explain", "object_name", "title"]

_SIGNIFICANT_FRAME_SHARE = 0.10
_SHOWN_CLASSES = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is known of a suspect when it is put into words."""

    kind: SuspectKind
    object: ObjectRow | None
    group: GroupRow | None
    heap_bytes: int
    retained_bytes: int
    owner: Owner | None
    point: AccumulationPoint | None
    element_class: str | None
    path: tuple[PathStep, ...]
    dominated: tuple[GroupRow, ...]
    held_fields: tuple[tuple[str, ObjectRow], ...]
    thread: ThreadRow | None
    chain_length: int
    captured: tuple[str, ...]
    weakly_held: bool
    sampled: int


def object_name(row: ObjectRow) -> str:
    """An object as people read it: class, address, and the value that tells it apart."""
    address = format_address(row.address)
    if row.kind == "class":
        return f"class {row.value or '?'}"
    if row.kind == "thread":
        return f'thread "{row.value or "?"}" ({row.class_name} @ {address})'
    if row.kind.endswith("_array") and row.length is not None:
        return f"{row.class_name[:-1]}{row.length}] @ {address}"
    return f"{row.class_name} @ {address}"


def title(subject: Subject) -> str:
    """What leaks, in one line."""
    size = f"{format_bytes(subject.retained_bytes)}, {_share(subject, subject.retained_bytes)}"
    what = _entries(subject) or _subject_name(subject)
    if subject.owner is not None and subject.owner.kind in {"static", "instance", "thread_local"}:
        return f"{subject.owner.name} holds {what} ({size})"
    if subject.owner is not None:
        return f"a local variable in {subject.owner.name} holds {what} ({size})"
    return f"{_subject_name(subject)} ({size})"


def explain(subject: Subject) -> str:
    """Two or three sentences: what keeps the memory, who owns it, where it gathers."""
    sentences = [_keeping(subject), _owning(subject), _gathering(subject)]
    return " ".join(sentence for sentence in sentences if sentence)


def _share(subject: Subject, count: int) -> str:
    return f"{format_share(count / subject.heap_bytes)} of the heap"


def _subject_name(subject: Subject) -> str:
    if subject.object is not None:
        return object_name(subject.object)
    if subject.group is None:
        return "?"
    return f"{format_counted(subject.group.objects, 'instance')} of {subject.group.label}"


def _entries(subject: Subject) -> str:
    point = subject.point
    count = point.entries if point else None
    if not subject.element_class:
        return ""
    if point is None and subject.group is not None and subject.group.label == subject.element_class:
        count = subject.group.objects
    if count is None or count <= 1:
        return f"objects of {subject.element_class}"
    return f"{format_counted(count, 'entry/entries')}, mostly {subject.element_class}"


def _keeping(subject: Subject) -> str:
    size = f"{format_bytes(subject.retained_bytes)} ({_share(subject, subject.retained_bytes)})"
    name = _subject_name(subject)
    match subject.kind:
        case SuspectKind.THREAD:
            return f"The {name} keeps {size} alive through its local variables and thread-locals."
        case SuspectKind.CLASS_LOADER:
            return f"The class loader {name} keeps {size} alive through the classes it loaded."
        case SuspectKind.CLASS:
            return f"Static fields of {name} keep {size} alive."
        case SuspectKind.GROUP:
            return f"{name} together keep {size} alive; each alone is below the threshold."
        case SuspectKind.INSTANCE:
            return f"One instance, {name}, keeps {size} alive."


def _owning(subject: Subject) -> str:
    owner = subject.owner
    if owner is None:
        return ""
    spread = subject.group is not None and subject.point is None
    first = "The biggest one is held by" if spread else "The owner is"
    match owner.kind:
        case "static":
            return f"{first} the static field {owner.name}."
        case "thread_local":
            return f"{first} the thread-local in {owner.name}."
        case "local":
            return f"{first} a local variable in {owner.name}."
        case _:
            return f"{first} the field {owner.name} of {object_name(owner.object)}."


def _gathering(subject: Subject) -> str:
    if subject.chain_length:
        return (
            f"It is a chain of more than {format_count(subject.chain_length)} objects, each held"
            f" by the one before{_mostly(subject)}."
        )
    point = subject.point
    if point is None:
        return "There is no single object where the memory gathers."
    return (
        f"The memory gathers in {object_name(point.object)}, which retains"
        f" {format_bytes(point.retained_bytes)} ({_share(subject, point.retained_bytes)})"
        f"{_mostly(subject)}."
    )


def _mostly(subject: Subject) -> str:
    entries = _entries(subject)
    return f": {entries}" if entries else ""


def evidence(subject: Subject) -> tuple[str, ...]:
    """Facts behind the finding, each with its numbers."""
    found: list[str] = []
    point = subject.point
    if point is not None and point.entries and point.entries > 1:
        mean = format_bytes(point.retained_bytes // point.entries)
        found.append(f"{format_count(point.entries)} entries, {mean} each on average")
    if subject.captured:
        found.append(f"a {subject.element_class} captures {', '.join(subject.captured)}")
    found += [
        f"{field} holds {object_name(row)}: {format_bytes(row.retained_bytes)}"
        for field, row in subject.held_fields
    ]
    found += [
        f"{format_count(group.objects)} x {group.label}: {format_bytes(group.retained_bytes)}"
        for group in subject.dominated[:_SHOWN_CLASSES]
    ]
    return (*found, *_frames(subject))


def _frames(subject: Subject) -> list[str]:
    """Stack frames with a local variable that retains a tenth of the suspect."""
    if subject.thread is None:
        return []
    least = _SIGNIFICANT_FRAME_SHARE * subject.retained_bytes
    found: list[str] = []
    for frame in subject.thread.frames:
        biggest = max(frame.locals, key=lambda local: local.retained_bytes, default=None)
        if biggest is not None and biggest.retained_bytes > least:
            held = f"{biggest.class_name} @ {format_address(biggest.address)}"
            place = frame.text.removeprefix("at ")
            found.append(f"the frame {place} holds {held}: {format_bytes(biggest.retained_bytes)}")
    return found


def doubts(subject: Subject) -> tuple[str, ...]:
    """What could make the finding wrong, or not a leak at all."""
    found = [
        "One dump shows size, not growth: a cache meant to be this big looks the same.",
    ]
    if subject.weakly_held:
        found.append(
            "Only weak or soft references lead to it: the collector may free it when it must."
        )
    if subject.point is None and not subject.chain_length:
        found.append("No accumulation point was found, so the owner may be one of several.")
    if subject.group is not None and subject.group.label == "java.lang.Class":
        found.append(
            "These are classes with their static fields: in a small heap they weigh this much"
            " without any leak."
        )
    if subject.group is not None and subject.sampled < subject.group.objects:
        found.append(
            f"The paths of {format_count(subject.sampled)} of"
            f" {format_count(subject.group.objects)} members were followed, chosen by a fixed seed."
        )
    return tuple(found)
