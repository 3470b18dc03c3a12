"""N13, as far as a heap dump shows it: open files by who holds them."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.heap import ObjectSet
from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, matching, set_fact

__all__ = ["RULE"]

_CLASSES = (
    "java.io.FileInputStream",
    "java.io.FileOutputStream",
    "java.io.RandomAccessFile",
    "sun.nio.ch.FileChannelImpl",
)
_FIRST_FILE = 3  # 0, 1 and 2 are standard input, output and error
_SUSPICIOUS_FILES = 100
_MANY_FILES = 300
_CROWD_OF_FILES = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    # Each jar that is open has one in its ZipFile$Source: the class path is no leak.
    archives = heap.heap.field_targets(heap.all_of("java.util.zip.ZipFile$Source"), "zfile")
    for class_name in _CLASSES:
        found = heap.all_of(class_name)
        if len(found) < _SUSPICIOUS_FILES:
            continue
        opened = matching(heap, found, f"fd.fd>={_FIRST_FILE}") - archives
        if class_name == "sun.nio.ch.FileChannelImpl":
            # A channel of a stream has that stream as its parent, which counts already.
            opened = matching(heap, opened, "parent=null")
        if len(opened) >= _SUSPICIOUS_FILES:
            yield _finding(heap, class_name, opened)


def _finding(heap: Examination, class_name: str, files: ObjectSet) -> Finding:
    count = format_count(len(files))
    found = crowd_found(
        heap,
        files,
        title=Text("{count} open files", "{count} 个打开的文件", count=count),
        summary=Text(
            "{count} x {name} have a file descriptor that is not closed. A process may have 1,024"
            " by default (`ulimit -n`).",
            "{count} 个 {name} 的文件描述符没有关闭。进程默认最多可有 1,024 个（`ulimit -n`）。",
            count=count,
            name=class_name,
        ),
        evidence=(set_fact(heap, class_name, files),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=by_count(len(files), medium=_MANY_FILES, high=_CROWD_OF_FILES),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Close each stream with try-with-resources; where files stay open on purpose, keep no more"
    " than a bounded number (an LRU of open files).",
    "用 try-with-resources 关闭每个流；若有意保持文件打开，请限制数量（打开文件的 LRU）。",
)
_DOUBT = Text(
    "Databases and search engines inside the process keep many files open on purpose: `ls -l"
    " /proc/PID/fd` shows which.",
    "进程内的数据库和搜索引擎会有意打开许多文件：`ls -l /proc/PID/fd` 可以看出是哪些。",
)

RULE = Rule(
    id="open-files",
    catalogue=("N13",),
    topic=Topic.CONNECTIONS,
    title=Text("Many open files", "大量打开的文件"),
    classes=_CLASSES,
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "100 or more streams, RandomAccessFiles or file channels of one class that are open.",
            "同一类的流、RandomAccessFile 或文件通道有 100 个以上处于打开状态。",
        ),
        why=Text(
            "A stream that is not closed keeps its descriptor as long as anything refers to it;"
            " the process fails with `Too many open files`.",
            "未关闭的流只要还被引用就一直占用描述符；进程会因 `Too many open files` 而失败。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Jars of the class path, and files of an embedded database.",
            "类路径中的 jar，以及嵌入式数据库的文件。",
        ),
        example="tails.add(new FileInputStream(file));",
        fixed="try (InputStream input = new FileInputStream(file)) { ... }",
        references=("java.base/java/io/FileDescriptor.java (fd)",),
    ),
)
