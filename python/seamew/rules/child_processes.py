"""T16: child processes that never end."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import by_count, crowd_found, matching, query_fact

__all__ = ["RULE"]

_PROCESSES = ("java.lang.ProcessImpl", "java.lang.UNIXProcess")  # JDK 9 and later; JDK 8
_SUSPICIOUS_PROCESSES = 10
_MANY_PROCESSES = 30
_CROWD_OF_PROCESSES = 200


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name in _PROCESSES:
        running = matching(heap, heap.all_of(class_name), "hasExited=false")
        if len(running) < _SUSPICIOUS_PROCESSES:
            continue
        count = format_count(len(running))
        reapers = sum((row.name or "").startswith("process reaper") for row in heap.threads)
        counted = Text(
            "{count} x {name} with hasExited = false; {reapers} threads `process reaper`",
            "{count} 个 hasExited = false 的 {name}；{reapers} 个 `process reaper` 线程",
            count=count,
            name=class_name,
            reapers=format_count(reapers),
        )
        query = f"SELECT count(*) FROM {class_name} p WHERE p.hasExited = false"
        found = crowd_found(
            heap,
            running,
            title=Text("{count} child processes run", "{count} 个子进程在运行", count=count),
            summary=Text(
                "{count} processes started by this JVM have not ended. Each holds three pipes and"
                " a thread that waits for its end.",
                "由本 JVM 启动的 {count} 个进程没有结束。每个都占用三个管道和一个等待其结束的线"
                "程。",
                count=count,
            ),
            evidence=(query_fact(heap, counted, query),),
            advice=_ADVICE,
            doubt=_DOUBT,
            severity=by_count(len(running), medium=_MANY_PROCESSES, high=_CROWD_OF_PROCESSES),
        )
        yield finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Read the output of each process to its end (redirectErrorStream(true), or"
    " redirectOutput(DISCARD)), wait with a limit: if (!process.waitFor(30, SECONDS))"
    " process.destroyForcibly(), and close its three streams.",
    "读完每个进程的输出（redirectErrorStream(true) 或 redirectOutput(DISCARD)），等待时设上限：if"
    " (!process.waitFor(30, SECONDS)) process.destroyForcibly()，并关闭其三个流。",
)
_DOUBT = Text(
    "A program that runs so many workers on purpose: `ps --ppid PID` shows what they are and since"
    " when they run.",
    "程序可能有意运行这么多工作进程：`ps --ppid PID` 可以看出它们是什么、运行了多久。",
)

RULE = Rule(
    id="child-processes",
    catalogue=("T16",),
    topic=Topic.THREADS,
    title=Text("Child processes that do not end", "未结束的子进程"),
    classes=_PROCESSES,
    find=_find,
    page=Page(
        finds=Text(
            "Ten or more Process objects whose process has not ended.",
            "十个以上其进程尚未结束的 Process 对象。",
        ),
        why=Text(
            "A process whose output nobody reads stops when the pipe (64 KB) is full, and never"
            " ends; its pipes and its reaper thread stay with it.",
            "输出无人读取的进程会在管道（64 KB）写满后停住，永远不会结束；其管道和 reaper 线程也会"
            "一直存在。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Fewer than ten processes; those that have ended and are only referred to.",
            "少于十个进程；已经结束、只是仍被引用的进程。",
        ),
        example='Process process = new ProcessBuilder("ffmpeg", ...).start();',
        fixed='Process process = new ProcessBuilder("ffmpeg", ...)\n'
        "    .redirectErrorStream(true).redirectOutput(DISCARD).start();",
        references=("java.base/unix/classes/java/lang/ProcessImpl.java (hasExited)",),
    ),
)
