"""N15: directory streams and zip files that are not closed."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Evidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, groups_of, matching, set_fact

__all__ = ["RULE"]

_DIRECTORY = "sun.nio.fs.UnixDirectoryStream"
_ZIP = "java.util.zip.ZipFile"
_NAMES = ("name", "filePath")  # JDK 24 and before; JDK 25
_SUSPICIOUS_STREAMS = 20
_MANY_STREAMS = 100
_CROWD_OF_STREAMS = 500


def _find(heap: Examination) -> Iterator[Finding]:
    directories = matching(heap, heap.all_of(_DIRECTORY), "isClosed=false")
    if len(directories) >= _SUSPICIOUS_STREAMS:
        yield _finding(heap, _DIRECTORY, directories)
    zips = matching(heap, heap.all_of(_ZIP), "closeRequested=false")
    if len(zips) >= _SUSPICIOUS_STREAMS:
        yield from _repeated(heap, zips)


def _repeated(heap: Examination, zips: ObjectSet) -> Iterator[Finding]:
    """One file that is open many times: a class path has each of its jars open once."""
    field = next((one for one in _NAMES if groups_of(heap, zips, one)), _NAMES[0])
    name, count = next(iter(groups_of(heap, zips, field).items()), ("", 0))
    if count < _SUSPICIOUS_STREAMS:
        return
    said = Text(
        "{count} of them are {name}",
        "其中 {count} 个是 {name}",
        count=format_count(count),
        name=name,
    )
    fact = heap.evidence(said, "group-by", _ZIP, "--subclasses", "--field", field)
    yield _finding(heap, _ZIP, matching(heap, zips, f"{field}={name}"), fact)


def _finding(heap: Examination, class_name: str, streams: ObjectSet, *more: Evidence) -> Finding:
    count = format_count(len(streams))
    found = crowd_found(
        heap,
        streams,
        title=Text(
            "{count} open {name} objects",
            "{count} 个打开的 {name}",
            count=count,
            name=class_name.rpartition(".")[2],
        ),
        summary=Text(
            "{count} x {name} are not closed; each takes a file descriptor and native memory until"
            " it is.",
            "有 {count} 个 {name} 没有关闭；每个在关闭之前都占用一个文件描述符和本机内存。",
            count=count,
            name=class_name,
        ),
        evidence=(set_fact(heap, class_name, streams), *more),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(streams), medium=_MANY_STREAMS, high=_CROWD_OF_STREAMS),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Close them with try-with-resources: try (Stream<Path> files = Files.list(folder)) {{ ... }},"
    " also for Files.walk, Files.find, newDirectoryStream, ZipFile and JarFile.",
    "用 try-with-resources 关闭：try (Stream<Path> files = Files.list(folder)) {{ ... }}，Files."
    "walk、Files.find、newDirectoryStream、ZipFile 和 JarFile 也一样。",
)
_DOUBT = Text(
    "A job that reads many archives at once holds them for a while: see whether the number grows.",
    "同时读取许多压缩包的任务会暂时持有它们：请看数量是否增长。",
)

RULE = Rule(
    id="unclosed-directories",
    catalogue=("N15",),
    topic=Topic.CONNECTIONS,
    title=Text("Directories and archives not closed", "未关闭的目录流和压缩包"),
    classes=(_DIRECTORY, _ZIP),
    find=_find,
    page=Page(
        finds=Text(
            "20 or more open directory streams, or 20 or more open ZipFile objects of one file.",
            "20 个以上打开的目录流，或同一文件的 20 个以上打开的 ZipFile。",
        ),
        why=Text(
            "Files.list and Files.walk return a stream that must be closed, which a terminal"
            " operation does not do.",
            "Files.list 和 Files.walk 返回的流必须关闭，终端操作并不会关闭它。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "The jars of a class path: each is open once.",
            "类路径中的 jar：每个只打开一次。",
        ),
        example="long files = Files.list(folder).count();",
        fixed="try (Stream<Path> files = Files.list(folder)) { return files.count(); }",
        references=("java.base/unix/classes/sun/nio/fs/UnixDirectoryStream.java",),
    ),
)
