"""M1: one place where memory gathers, by its size."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import Holding
from seamew.model import Confidence, Finding, Suspect, Topic
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]


def _find(heap: Examination) -> Iterator[Finding]:
    for suspect in heap.suspects:
        yield _finding(heap, suspect)


def _finding(heap: Examination, suspect: Suspect) -> Finding:
    point = suspect.accumulation_point
    gathers_in = point.object if point is not None else suspect.object
    entries = point.entries if point is not None and point.entries else suspect.objects
    found = Found(
        title=suspect.title,
        summary=suspect.explanation,
        evidence=tuple(heap.evidence(text) for text in suspect.evidence),
        advice=_ADVICE,
        doubts=suspect.doubt,
        confidence=Confidence.LIKELY if suspect.owner is not None else Confidence.POSSIBLE,
        at=None if gathers_in is None else gathers_in.object_index,
        holding=Holding(suspect.owner, suspect.path),
        element_class=suspect.element_class,
        instances=entries,
        retained_bytes=suspect.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = (
    Text(
        "Bound it, let entries expire, or remove each one where the life of what it stands for"
        " ends: on the answer, on the timeout and on the error alike.",
        "为其设置上限、让条目过期，或在条目所代表的对象生命周期结束处移除：无论是应答、超时还是"
        "出错。",
    ),
)

RULE = Rule(
    id="accumulation",
    catalogue=("M1",),
    topic=Topic.MEMORY,
    title=Text("Memory gathers in one place", "内存聚集在一处"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "An object, or a group of objects of one class, that keeps a big part of the heap.",
            "使堆的很大一部分保持存活的一个对象，或同一个类的一组对象。",
        ),
        why=Text(
            "What is added and never removed grows without end.",
            "只添加而从不移除的东西会无限增长。",
        ),
        fix=_ADVICE[0],
        false_alarms=Text(
            "A cache that is meant to be this big, and a big job that is under way.",
            "本就设计得这么大的缓存，以及正在进行的大任务。",
        ),
    ),
)
