"""D7: files that stay mapped because their buffers are kept."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, capacity_bytes, crowd_found, mapped_buffers, query_fact

__all__ = ["RULE"]

_BUFFER = "java.nio.DirectByteBuffer"
_SUSPICIOUS_FILES = 100
_MANY_FILES = 300
_NEARLY_ALL_MAPS = 30_000  # vm.max_map_count is 65,530 by default


def _find(heap: Examination) -> Iterator[Finding]:
    mapped = mapped_buffers(heap)
    if len(mapped) < _SUSPICIOUS_FILES:
        return
    count, size = format_count(len(mapped)), format_bytes(capacity_bytes(heap, mapped))
    found = crowd_found(
        heap,
        mapped,
        title=Text(
            "{count} mapped files ({size})", "{count} 个映射文件（{size}）", count=count, size=size
        ),
        summary=_SUMMARY,
        evidence=(
            query_fact(
                heap,
                Text(
                    "{count} buffers with a file descriptor map {size}",
                    "{count} 个带文件描述符的缓冲区映射了 {size}",
                    count=count,
                    size=size,
                ),
                f"SELECT count(*), sum(b.capacity) FROM {_BUFFER} b"
                " WHERE b.fd != null AND b.att = null",
            ),
        ),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(mapped), medium=_MANY_FILES, high=_NEARLY_ALL_MAPS),
    )
    yield finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A mapping lives as long as its buffer: closing the file changes nothing. Deleted files keep"
    " their disk space, and the operating system allows 65,530 maps by default.",
    "映射与其缓冲区同寿：关闭文件不起作用。已删除的文件仍占磁盘空间，操作系统默认最多允许 65,530 个"
    "映射。",
)
_ADVICE = Text(
    "Take out the buffers of files that are no longer asked for, so that they can be collected;"
    " from JDK 22 on map with FileChannel.map(mode, offset, size, arena) and close the arena.",
    "移除不再访问的文件的缓冲区，使其可被回收；从 JDK 22 起可用 "
    "FileChannel.map(mode, offset, size, arena) 映射并关闭 arena。",
)
_DOUBT = Text(
    "Lucene, Kafka, RocksDB and other stores map many files on purpose: `ls /proc/PID/map_files |"
    " wc -l` over a day shows whether they grow.",
    "Lucene、Kafka、RocksDB 等存储会有意映射许多文件：用 `ls /proc/PID/map_files | wc -l` "
    "观察一天即可看出是否增长。",
)

RULE = Rule(
    id="mapped-files",
    catalogue=("D7",),
    topic=Topic.NATIVE,
    title=Text("Mapped files that are kept", "一直保持的映射文件"),
    classes=(_BUFFER,),
    find=_find,
    page=Page(
        finds=Text(
            "100 or more direct buffers that map a file, views of them left out.",
            "100 个以上映射文件的直接缓冲区，不含其视图。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Stores and search engines inside the process.", "进程内的存储和搜索引擎。"
        ),
        example="segments.put(day, channel.map(READ_ONLY, 0, channel.size()));",
        fixed="segments.remove(day.minusDays(7)); // the buffer is collected, the file unmapped",
        references=("java.base/java/nio/MappedByteBuffer.java (fd)",),
    ),
)
