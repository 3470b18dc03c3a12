"""D10: Inflaters and Deflaters that were not ended, with zlib's memory outside the heap."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, matching, query_fact

__all__ = ["RULE"]

_NATIVE_BYTES = {"java.util.zip.Inflater": 40 << 10, "java.util.zip.Deflater": 256 << 10}
"""What zlib takes for each with windows and memory levels as the JDK asks for (zlib.h)."""

_SUSPICIOUS_STREAMS = 100
_MANY_STREAMS = 300
_CROWD_OF_STREAMS = 3_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name, each in _NATIVE_BYTES.items():
        every = heap.all_of(class_name)
        opened = matching(heap, every, "zsRef.address!=0") if len(every) else every
        if len(opened) < _SUSPICIOUS_STREAMS:
            continue
        count, size = format_count(len(opened)), format_bytes(each * len(opened))
        found = crowd_found(
            heap,
            opened,
            title=Text(
                "{count} x {name} not ended: some {size} outside the heap",
                "{count} 个 {name} 未结束：堆外约 {size}",
                count=count,
                name=class_name,
                size=size,
            ),
            summary=_SUMMARY,
            evidence=(
                query_fact(
                    heap,
                    Text(
                        "{count} of {every} are open; zlib takes some {each} for one",
                        "{every} 个中有 {count} 个未结束；zlib 每个约占 {each}",
                        count=count,
                        every=format_count(len(every)),
                        each=format_bytes(each),
                    ),
                    f"SELECT count(*) FROM {class_name} z WHERE z.zsRef.address != 0",
                ),
            ),
            advice=_ADVICE,
            doubt=_DOUBT,
            severity=by_count(len(opened), medium=_MANY_STREAMS, high=_CROWD_OF_STREAMS),
        )
        yield finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "Each has tens to hundreds of kilobytes of zlib's that end() frees. On the heap it is a small"
    " object, so that nothing makes the collector hurry.",
    "每个都占有数十至数百 KB 的 zlib 内存，由 end() 释放。它在堆上只是个小对象，不会促使收集器尽快"
    "回收。",
)
_ADVICE = Text(
    "Call end() in a finally block (GZIPInputStream, InflaterInputStream: close() does it for the"
    " Inflater they made, not for one that was passed to them); keep a bounded pool, and reset().",
    "在 finally 块中调用 end()（GZIPInputStream、InflaterInputStream 的 close() 只结束它们自己创建"
    "的 Inflater，不结束传入的）；或使用有上限的池并 reset()。",
)
_DOUBT = Text(
    "A connection with compression has one of each while it is open: compare with the number of"
    " connections.",
    "启用压缩的连接在打开期间各有一个：请与连接数比较。",
)

RULE = Rule(
    id="unended-zlib",
    catalogue=("D10",),
    topic=Topic.NATIVE,
    title=Text("Inflaters and Deflaters not ended", "未结束的 Inflater 和 Deflater"),
    classes=tuple(_NATIVE_BYTES),
    find=_find,
    page=Page(
        finds=Text(
            "100 or more Inflaters or Deflaters whose zlib stream is open.",
            "zlib 流处于打开状态的 Inflater 或 Deflater 有 100 个以上。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Servers with thousands of compressed connections that are in use.",
            "有数千个正在使用的压缩连接的服务器。",
        ),
        example="codecs.put(peer, new Inflater());",
        fixed="Inflater inflater = new Inflater();\n"
        "try { inflate(inflater, message); } finally { inflater.end(); }",
        references=("java.base/java/util/zip/Inflater.java (zsRef)", "zlib.h (memory footprint)"),
    ),
)
