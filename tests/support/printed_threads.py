"""Thread dumps as HotSpot prints them, version by version, made from the values that are meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seamew.jvm.threads.model import JavaThread, LockLine, StackFrame

MODULE = "java.base@17.0.15"


@dataclass(frozen=True)
class Style:
    """What differs between the versions."""

    major: int
    has_times: bool = True
    has_modules: bool = True
    is_decimal: bool = False

    @property
    def has_list(self) -> bool:
        """Whether the threads are listed before they are printed."""
        return self.major > 8

    def known(self, thread: JavaThread) -> JavaThread:
        """The thread as far as this version tells."""
        if self.has_times:
            return thread
        facts = {**vars(thread), "cpu_seconds": None, "elapsed_seconds": None}
        return JavaThread(**facts)


STYLES = (
    Style(8, has_times=False, has_modules=False),
    Style(11),
    Style(17),
    Style(21, is_decimal=True),
    Style(25, is_decimal=True),
)


def printed(threads: Iterable[JavaThread], style: Style) -> str:
    """A whole dump."""
    shown = list(threads)
    lines = [
        "2026-11-23 17:35:03",
        f"Full thread dump OpenJDK 64-Bit Server VM ({style.major}.0.1 mixed mode):",
        "",
    ]
    if style.has_list:
        lines += ["Threads class SMR info:"]
        lines += [
            f"_java_thread_list=0x00007fa658003860, length={len(shown)}, elements={{",
            "}",
            "",
        ]
    for thread in shown:
        lines += thread_lines(thread, style)
    references = "refs: 7, weak refs: 1" if style.major > 8 else "references: 7"
    return "\n".join([*lines, f"JNI global {references}", "", ""])


def thread_lines(thread: JavaThread, style: Style) -> Iterator[str]:
    """A thread with the empty line behind it."""
    yield from _header(thread, style).split("\n")
    detail = f" ({thread.state_detail})" if thread.state_detail else ""
    yield f"   java.lang.Thread.State: {thread.state}{detail}"
    for frame in thread.frames:
        yield f"\tat {_frame(frame, style)}"
        yield from (f"\t- {_lock(lock)}" for lock in frame.locks)
    yield from ("", "   Locked ownable synchronizers:")
    owned = [f"<{lock.lock_id}> (a {lock.class_name})" for lock in thread.owned_synchronizers]
    yield from (f"\t- {one}" for one in owned or ["None"])
    yield ""


def _header(thread: JavaThread, style: Style) -> str:
    words = [f'"{thread.name}" #{thread.number}']
    if style.is_decimal:
        words.append(f"[{thread.native_id}]")
    if thread.is_daemon:
        words.append("daemon")
    words += [f"prio={thread.priority}", "os_prio=0"]
    if style.has_times:
        assert thread.cpu_seconds is not None
        words += [
            f"cpu={thread.cpu_seconds * 1000:.2f}ms",
            f"elapsed={thread.elapsed_seconds:.2f}s",
        ]
    native = str(thread.native_id) if style.is_decimal else f"{thread.native_id:#x}"
    gap = " " if style.major == 8 else "  "
    words += [
        f"tid={thread.jvm_id}",
        f"nid={native}",
        f"{thread.activity}{gap}[0x00007fa6db31d000]",
    ]
    return " ".join(words)


def _frame(frame: StackFrame, style: Style) -> str:
    method, bracket, source = frame.text.partition("(")
    in_java = style.has_modules and method.startswith("java.")
    return f"{method}{bracket}{MODULE + '/' if in_java else ''}{source}"


def _lock(lock: LockLine) -> str:
    gap = "  " if lock.action == "parking to wait for" else " "
    identity = lock.lock_id or "no object reference available"
    kind = f" (a {lock.class_name})" if lock.class_name else ""
    return f"{lock.action}{gap}<{identity}>{kind}"
