"""F13: soft references that fill the heap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import crowd, field_targets, target

__all__ = ["RULE"]

_SOFT = "java.lang.ref.SoftReference"
_MUCH_SHARE, _VERY_MUCH_SHARE = 0.20, 0.50
_LEAST_BYTES = 8 << 20
_LOOKED_AT = 20_000
_BIGGEST = 50


def _find(heap: Examination) -> Iterator[Finding]:
    references = heap.all_of(_SOFT)
    # What lies under the referents is at least what only soft references keep: a cheap first look.
    under = heap.retained_bytes(field_targets(heap, references, "referent"))
    if not _is_much(heap, under):
        return
    kept = sum(row.shallow_bytes for row in heap.heap.reference_statistics("soft").only)
    if _is_much(heap, kept):
        yield _finding(heap, kept, _biggest(heap, references.page(limit=_LOOKED_AT)))


def _is_much(heap: Examination, size: int) -> bool:
    return size >= _LEAST_BYTES and heap.share(size) >= _MUCH_SHARE


def _biggest(heap: Examination, references: Sequence[int]) -> list[int]:
    """The soft references whose referents retain most."""

    def retained(reference: int) -> int:
        referent = target(heap, reference, "referent")
        return 0 if referent is None else heap.heap.sizes(referent)[1]

    return sorted(references, key=lambda one: (-retained(one), one))[:_BIGGEST]


def _finding(heap: Examination, kept: int, biggest: Sequence[int]) -> Finding:
    owners = crowd(heap, biggest)
    referent = target(heap, owners.example, "referent")
    count = heap.count(_SOFT)
    only = Text(
        "{count} soft references; what only they keep alive takes {size}, {share} of the heap",
        "{count} 个软引用；仅由它们保持存活的内容占 {size}，为堆的 {share}",
        count=format_count(count),
        size=format_bytes(kept),
        share=format_share(heap.share(kept)),
    )
    found = Found(
        title=Text(
            "Soft references keep {size}, {share} of the heap",
            "软引用保持 {size}，占堆的 {share}",
            size=format_bytes(kept),
            share=format_share(heap.share(kept)),
        ),
        summary=_SUMMARY,
        evidence=(heap.evidence(only, "references", "soft"),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=Severity.HIGH if heap.share(kept) >= _VERY_MUCH_SHARE else Severity.MEDIUM,
        at=owners.example,
        owners=owners.owners,
        element_class=None if referent is None else heap.heap.class_name(referent),
        instances=count,
        retained_bytes=kept,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "The JVM clears soft references only when the heap is nearly full. A cache built on them grows"
    " until then by design; the collector then works at the brink, with long pauses, and clears"
    " much at once.",
    "JVM 只在堆将满时才清除软引用。基于软引用的缓存按其设计会一直增长到那时；收集器随后在极限边缘"
    "工作，停顿很长，并一次清除大量内容。",
)
_ADVICE = Text(
    "Use a cache with a bound in entries or bytes in place of soft references:"
    " Caffeine.newBuilder().maximumWeight(64 << 20).weigher(...). Until then"
    " -XX:SoftRefLRUPolicyMSPerMB=100 clears unused ones after a tenth of the usual time.",
    "用按条目数或字节数限界的缓存代替软引用：Caffeine.newBuilder().maximumWeight(64 << 20)"
    ".weigher(...)。在此之前，-XX:SoftRefLRUPolicyMSPerMB=100 可使未用的软引用在通常时间的十分之一"
    "后"
    "被清除。",
)
_DOUBT = Text(
    "It does not end in an OutOfMemoryError: all of this is freed before one is thrown. Long full"
    " collections in the GC log confirm that it hurts.",
    "它不会导致 OutOfMemoryError：抛出之前这些都会被释放。GC 日志中漫长的 Full GC 可证实其危害。",
)

RULE = Rule(
    id="soft-cache",
    catalogue=("F13",),
    topic=Topic.MEMORY,
    title=Text("Soft references fill the heap", "软引用占满堆"),
    classes=(_SOFT,),
    find=_find,
    page=Page(
        finds=Text(
            "Heaps of which 20 % or more is kept alive by soft references alone.",
            "20 % 以上仅由软引用保持存活的堆。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Small soft caches of the JDK and of libraries (reflection data, buffers).",
            "JDK 和库中的小型软引用缓存（反射数据、缓冲区）。",
        ),
        example="Map<String, SoftReference<Tile>> tiles = new HashMap<>();",
        fixed="Cache<String, Tile> tiles = Caffeine.newBuilder().maximumSize(500).build();",
        references=("java.base/java/lang/ref/SoftReference.java", "-XX:SoftRefLRUPolicyMSPerMB"),
    ),
)
