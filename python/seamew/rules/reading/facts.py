"""Evidence with the command that shows it again."""

from __future__ import annotations

from seamew.heap import ObjectSet
from seamew.model import Evidence, ThreadRow
from seamew.rules.examination import Examination
from seamew.units import format_bytes, format_count
from seamew.wording import Text

__all__ = ["class_fact", "object_fact", "query_fact", "set_fact", "thread_fact"]


def class_fact(heap: Examination, class_name: str, count: int | None = None) -> Evidence:
    """How many instances a class (and those below it) has."""
    known = heap.count(class_name) if count is None else count
    said = Text("{count} x {name}", "{count} 个 {name}", count=format_count(known), name=class_name)
    return heap.evidence(said, "histogram", class_name)


def set_fact(heap: Examination, class_name: str, objects: ObjectSet) -> Evidence:
    """The same with what the objects retain."""
    said = Text(
        "{count} x {name} retain {size}",
        "{count} 个 {name} 共保持 {size}",
        count=format_count(len(objects)),
        name=class_name,
        size=format_bytes(heap.retained_bytes(objects)),
    )
    return heap.evidence(said, "histogram", class_name)


def object_fact(heap: Examination, said: Text, index: int) -> Evidence:
    """A fact that the fields of one object show."""
    return heap.evidence(said, "object", f"{heap.heap.address(index):#x}")


def query_fact(heap: Examination, said: Text, query: str) -> Evidence:
    """A fact that an OQL query shows."""
    return heap.evidence(said, "query", query)


def thread_fact(heap: Examination, said: Text, thread: ThreadRow) -> Evidence:
    """A fact that the stack of one thread shows."""
    return heap.evidence(said, "threads", "--thread", f"{thread.address:#x}")
