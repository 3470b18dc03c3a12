"""What a JVM says after a heap dump: it reports success whatever happened, but for the text.

Source: src/hotspot/share/services/heapDumper.cpp of OpenJDK.
"""

from __future__ import annotations

import re

from seamew.errors import JvmCommandError, NoRoomError

__all__ = ["DumpNotCreatedError", "check_answer"]

_CREATED = re.compile(r"Heap dump file created(?: \[(?P<bytes>\d+) bytes)?")
_NOT_CREATED = re.compile(r"Unable to create .*: (?P<why>[^:\n]+)$", re.MULTILINE)
_INCOMPLETE = re.compile(r"Dump file is incomplete: (?P<why>.+)$", re.MULTILINE)
# JDK 8 says the system's words and nothing more; these come before the first byte.
_BEFORE_THE_FIRST_BYTE = (
    "File exists",
    "Is a directory",
    "No such file or directory",
    "Not a directory",
    "Permission denied",
    "Read-only file system",
)
_NO_ROOM = ("No space left on device", "Disk quota exceeded", "File too large")
_ROOM_HINT = "make room, or let the JVM compress it (--gz), or send it past the disk (--stream)"


class DumpNotCreatedError(JvmCommandError):
    """The JVM could not make the file; nothing was written and nothing stood still."""


def check_answer(pid: int, text: str) -> int | None:
    """The bytes that the JVM says it has written; None: it does not say how many.

    Raises DumpNotCreatedError, NoRoomError or JvmCommandError where the dump is not whole.
    """
    created = _CREATED.search(text)
    if created is not None:
        return int(created["bytes"]) if created["bytes"] else None
    said = (text.strip().splitlines() or ["nothing"])[-1].strip()
    refused = _NOT_CREATED.search(text)
    if refused is not None or said in _BEFORE_THE_FIRST_BYTE:
        why = said if refused is None else refused["why"].strip()
        raise DumpNotCreatedError(f"JVM {pid} could not make the file: {why}")
    incomplete = _INCOMPLETE.search(text)
    why = said if incomplete is None else incomplete["why"].strip()
    if why in _NO_ROOM:
        message = f"JVM {pid} could not write the dump to its end: {why}"
        raise NoRoomError(message, hint=_ROOM_HINT)
    if incomplete is not None:
        raise JvmCommandError(f"JVM {pid} could not write the dump to its end: {why}")
    raise JvmCommandError(f"JVM {pid} took no dump, but says: {said}")
