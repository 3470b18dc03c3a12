"""What a JVM's files cannot tell: some seven short questions to the JVM itself.

They take it 2 to 20 ms in all and stop no thread. A JVM that does not know a question refuses it,
and the others are asked all the same; one that does not answer at all is asked no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from seamew.errors import AccessRefusedError, JvmCommandError, JvmNotAnsweringError

from .command_line import parse_flags
from .heap_info import HeapInfo, parse_heap_info, parse_metaspace
from .status_values import Asked
from .vm_info import ErrorCounts, parse_error_counts

__all__ = ["ask_jvm", "parse_code_cache", "parse_direct_bytes"]

Ask: TypeAlias = Callable[[str], str]

_HEAP, _METASPACE, _CODE = "GC.heap_info", "VM.metaspace basic", "Compiler.codecache"
_FLAGS, _ERRORS, _NATIVE = "VM.flags", "VM.info", "VM.native_memory summary scale=KB"
_BYTES_PER_KILOBYTE = 1024
_CODE_AREA = re.compile(
    r"^(?P<whole>CodeCache|CodeHeap[^:]*): size=(?P<size>\d+)Kb,? used=(?P<used>\d+)Kb",
    re.MULTILINE,
)
_OTHER = re.compile(r"^-\s+Other \(reserved=\d+KB, committed=(\d+)KB", re.MULTILINE)
_TRACKED = "Total: reserved="
_NOT_TRACKED = "direct buffers: it was started without -XX:NativeMemoryTracking=summary"
# Java 8 counts direct buffers under Internal, with much else; the later lines are its own, too.
_SINCE_OTHER = "Module (reserved="


def ask_jvm(ask: Ask) -> Asked:
    """What the JVM says of itself now; `ask` takes a line as jcmd does and gives its answer.

    Raises JvmNotFoundError where it has ended.
    """
    return _Questions(ask).asked()


class _Questions:
    """Questions to one JVM, and what it refused to answer."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._refusals: list[str] = []
        self._is_silent = False

    def asked(self) -> Asked:
        """All answers."""
        heap = self._heap()
        metaspace = heap.metaspace if heap else None
        if heap is not None and metaspace is None:
            metaspace, _ = parse_metaspace(self._answer(_METASPACE) or "")
        code = parse_code_cache(self._answer(_CODE) or "")
        errors = self._errors()
        flags = self._answer(_FLAGS)
        return Asked(
            heap_used_bytes=heap.used_bytes if heap else None,
            heap_committed_bytes=heap.committed_bytes if heap else None,
            metaspace_used_bytes=metaspace.used_bytes if metaspace else None,
            metaspace_committed_bytes=metaspace.committed_bytes if metaspace else None,
            code_cache_used_bytes=code[0] if code else None,
            code_cache_max_bytes=code[1] if code else None,
            direct_buffers_bytes=self._direct_bytes(),
            out_of_memory_errors=errors.out_of_memory_errors if errors else None,
            flags=None if flags is None else parse_flags(flags.split()),
            refusals=tuple(self._refusals),
        )

    def _answer(self, line: str) -> str | None:
        if self._is_silent:
            return None
        try:
            return self._ask(line)
        except JvmCommandError:
            self._refusals.append(f"{line}: this JVM does not know the question")
        except (AccessRefusedError, JvmNotAnsweringError) as error:
            self._is_silent = True
            self._refusals.append(error.message)
        return None

    def _heap(self) -> HeapInfo | None:
        text = self._answer(_HEAP)
        try:
            return None if text is None else parse_heap_info(text)
        except JvmCommandError as error:
            self._refusals.append(error.message)
            return None

    def _errors(self) -> ErrorCounts | None:
        text = self._answer(_ERRORS)
        return None if text is None else parse_error_counts(text)

    def _direct_bytes(self) -> int | None:
        text = self._answer(_NATIVE)
        if text is None:
            return None
        if _TRACKED not in text:
            self._refusals.append(_NOT_TRACKED)
        return parse_direct_bytes(text)


def parse_code_cache(text: str) -> tuple[int, int] | None:
    """Bytes used and reserved for compiled code, by Compiler.codecache (JDK 9 and later)."""
    found = list(_CODE_AREA.finditer(text))
    heaps = [area for area in found if area.group("whole") != "CodeCache"] or found
    if not heaps:
        return None
    used, size = (sum(int(area.group(name)) for area in heaps) for name in ("used", "size"))
    return used * _BYTES_PER_KILOBYTE, size * _BYTES_PER_KILOBYTE


def parse_direct_bytes(text: str) -> int | None:
    """The category Other of VM.native_memory in KB, which the JVM leaves out while it is empty.

    None: memory is not tracked, or by Java 8, which has no such category.
    """
    found = _OTHER.search(text)
    if found:
        return int(found.group(1)) * _BYTES_PER_KILOBYTE
    return 0 if _TRACKED in text and _SINCE_OTHER in text else None
