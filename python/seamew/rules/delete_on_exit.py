"""F17: names of files that are to be deleted when the process ends."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_object, held_fact, target, worse

__all__ = ["RULE"]

_HOOK = "java.io.DeleteOnExitHook"
_SUSPICIOUS, _MANY, _VERY_MANY = 1_000, 10_000, 1_000_000


def _find(heap: Examination) -> Iterator[Finding]:
    files = target(heap, class_object(heap, _HOOK), "files")
    count = 0 if files is None else heap.heap.collection_size(files) or 0
    if files is None or count < _SUSPICIOUS:
        return
    retained_bytes = heap.heap.sizes(files)[1]
    found = Found(
        title=Text(
            "{count} files are to be deleted at the exit, {size}",
            "{count} 个文件等待退出时删除，{size}",
            count=format_count(count),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(held_fact(heap, f"{_HOOK}#files", count, files),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY)
        ),
        at=files,
        element_class="java.lang.String",
        instances=count,
        retained_bytes=retained_bytes,
    )
    yield finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "File.deleteOnExit() adds the path to a set that is worked off when the JVM ends and never"
    " before: not when the file is deleted, and not when nobody knows it any more. A service does"
    " not end.",
    "File.deleteOnExit() 把路径加入一个集合，只有在 JVM 结束时才处理：删除文件时不会移除，无人再用"
    "时"
    "也不会。而服务不会结束。",
)
_ADVICE = Text(
    "Delete the file as soon as it is done with: try {{ ... }} finally {{"
    " Files.deleteIfExists(path);"
    " }}; where it must go with a stream, StandardOpenOption.DELETE_ON_CLOSE. Look for it in"
    " libraries"
    " as well (commons-fileupload, FileItem, temporary files of reports).",
    "用完立即删除文件：try {{ ... }} finally {{ Files.deleteIfExists(path); }}；需随流删除时用"
    " StandardOpenOption.DELETE_ON_CLOSE。也要检查所用的库（commons-fileupload、FileItem、报表临时"
    "文"
    "件）。",
)
_DOUBT = Text(
    "Nothing takes a path out of this set, so the number only grows: the question is how fast.",
    "没有任何操作会从该集合中移除路径，因此数量只增不减：问题只在于有多快。",
)

RULE = Rule(
    id="delete-on-exit",
    catalogue=("F17",),
    topic=Topic.MEMORY,
    title=Text("Files to be deleted at the exit", "等待退出时删除的文件"),
    find=_find,
    page=Page(
        finds=Text(
            "1,000 paths or more in java.io.DeleteOnExitHook.",
            "java.io.DeleteOnExitHook 中有 1,000 个以上路径。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Short-lived tools with many temporary files.",
            "使用大量临时文件的短命工具。",
        ),
        example='File file = File.createTempFile("upload", null);\nfile.deleteOnExit();',
        fixed="try { use(path); } finally { Files.deleteIfExists(path); }",
        references=("java.base/java/io/DeleteOnExitHook.java (files)",),
    ),
)
