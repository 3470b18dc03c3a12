"""M11: much that nothing refers to: pressure on the collector, no leak."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_LEAST_SHARE = 0.4
_LEAST_BYTES = 64 << 20


def _find(heap: Examination) -> Iterator[Finding]:
    facts = heap.facts
    if facts.keep_unreachable or facts.unreachable_bytes < _LEAST_BYTES:
        return
    share = facts.unreachable_bytes / (facts.unreachable_bytes + facts.heap_bytes)
    if share < _LEAST_SHARE:
        return
    values: dict[str, str | Text] = {
        "size": format_bytes(facts.unreachable_bytes),
        "share": format_share(share),
        "count": format_count(facts.unreachable_objects),
    }
    found = Found(
        title=Text(
            "{size} in the dump are garbage ({share}): pressure on the collector, no leak",
            "转储中有 {size} 是垃圾（{share}）：给垃圾收集器带来压力，但不是泄漏",
            **values,
        ),
        summary=Text(
            "{count} objects are unreachable: the next full collection frees them. The heap is full"
            " because much is allocated, not because something is kept.",
            "{count} 个对象不可达：下一次完全回收即可释放。堆之所以满是因为分配多，"
            "而不是有东西被一直持有。",
            **values,
        ),
        evidence=(
            heap.evidence(
                Text("{count} unreachable objects", "{count} 个不可达对象", **values),
                "info",
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=Severity.INFO,
        element_class=None,
        instances=facts.unreachable_objects,
        retained_bytes=0,
    )
    yield finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Profile allocations (JFR: jdk.ObjectAllocationSample) rather than the heap, and look at the"
    " size of the young generation.",
    "应分析对象分配（JFR 的 jdk.ObjectAllocationSample）而不是堆，并检查年轻代的大小。",
)
_DOUBT = Text(
    "A dump without a full collection before it always has garbage.",
    "若转储前没有做完全回收，其中总会有垃圾。",
)

RULE = Rule(
    id="garbage-pressure",
    catalogue=("M11",),
    topic=Topic.MEMORY,
    title=Text("Much garbage", "大量垃圾"),
    find=_find,
    page=Page(
        finds=Text(
            "Dumps of which 40 % or more, and 64 MB at least, is unreachable.",
            "不可达部分占 40% 以上且不少于 64 MB 的转储。",
        ),
        why=Text(
            "It looks like a full heap in a monitoring graph, and is none after a collection.",
            "在监控图上看似堆已满，回收后就不是了。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
    ),
)
