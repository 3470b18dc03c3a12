"""W5: arrays so big that G1 gives them regions of their own."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import Waste, by_sample, direct_limit, is_worth_a_look, waste_answers

__all__ = ["RULE"]

_REGIONS = 2_048
_SMALLEST_REGION, _BIGGEST_REGION = 1 << 20, 32 << 20
_FEWEST_ARRAYS = 20
_MOST_LOOKED_AT = 2_000
_SAMPLE = 100


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    region = _region_bytes(heap)
    big = {
        row.object_index: row.shallow_bytes
        for row in heap.heap.rows(
            heap.heap.biggest(heap.heap.arrays_of(), sort="shallow_bytes", limit=_MOST_LOOKED_AT)
        )
        if row.shallow_bytes >= region // 2
    }
    if len(big) < _FEWEST_ARRAYS:
        return
    lost = {index: -size % region for index, size in big.items()}
    biggest = max(big, key=lambda one: (big[one], -one))
    waste = Waste(
        kind=RULE.id,
        what=Text(
            "the ends of G1 regions behind {count} humongous arrays",
            "{count} 个巨型数组之后的 G1 区域尾部",
            count=format_count(len(big)),
        ),
        class_name=heap.heap.class_name(biggest),
        instances=len(big),
        wasted_bytes=sum(lost.values()),
        by_field=by_sample(heap, list(lost.items())[:_SAMPLE]),
        example=biggest,
        evidence=(
            heap.evidence(
                Text(
                    "{count} arrays of {least} or more, {size} together; regions of {region}",
                    "{count} 个 {least} 以上的数组，共 {size}；区域大小为 {region}",
                    count=format_count(len(big)),
                    least=format_bytes(region // 2),
                    size=format_bytes(sum(big.values())),
                    region=format_bytes(region),
                ),
                "arrays",
                "--by",
                "length",
            ),
        ),
    )
    if is_worth_a_look(heap, sum(big.values())):
        yield from waste_answers(heap, waste, _ADVICE, _DOUBT)


def _region_bytes(heap: Examination) -> int:
    """G1's default: a 2,048th of the greatest heap, a power of two from 1 to 32 MB.

    The limit of direct memory is that of the heap, unless it is set apart; else twice what is in
    use stands for it.
    """
    most = direct_limit(heap) or 2 * heap.facts.heap_bytes
    size = _SMALLEST_REGION
    while size < _BIGGEST_REGION and size * 2 * _REGIONS <= most:
        size *= 2
    return size


_ADVICE = Text(
    "Work in chunks below half a region (read and write streams in place of whole files as byte[]),"
    " or make the regions bigger: -XX:G1HeapRegionSize.",
    "以小于半个区域的块处理数据（用流读写，而不是把整个文件读成 byte[]），或调大区域："
    "-XX:G1HeapRegionSize。",
)
_DOUBT = Text(
    "Only G1 has regions, and a dump does not tell the collector: `jcmd PID VM.flags` does. The"
    " size of the regions is its default for the memory limit seen here.",
    "只有 G1 有区域，而转储不说明使用的收集器：请看 `jcmd PID VM.flags`。"
    "区域大小按此处所见内存上限的默认值推算。",
)

RULE = Rule(
    id="humongous-arrays",
    catalogue=("W5",),
    topic=Topic.WASTE,
    title=Text("Humongous arrays", "巨型数组"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "20 or more arrays of half a G1 region or more, and what is lost at the end of their"
            " last regions.",
            "20 个以上不小于半个 G1 区域的数组，以及其最后一个区域尾部浪费的空间。",
        ),
        why=Text(
            "G1 gives such an array whole regions: nothing else may use the rest of the last one,"
            " and a heap with room enough fails to find regions side by side.",
            "G1 为这样的数组分配整块区域：最后一个区域的剩余部分不能另作他用，而且即使总空间足够，"
            "也可能找不到相邻的区域。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Other collectors than G1, and other sizes of regions than the default.",
            "使用 G1 以外的收集器，或非默认的区域大小。",
        ),
        example="byte[] file = Files.readAllBytes(path); // 600 KB each",
        fixed="try (InputStream input = Files.newInputStream(path)) { input.transferTo(output); }",
        references=("JEP 248", "JEP 423"),
    ),
)
