"""Thread dumps in files: which form a file has, and its dumps one after the other."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from seamew.errors import NotAThreadDumpError, TargetNotFoundError

from .dump_files import is_plain_start, json_dump, plain_dumps
from .hotspot import printed_dumps
from .javacore import is_javacore_line, javacore_dumps
from .lines import decode_line, is_cut_off, open_binary, text_lines, utf_16_of
from .model import ThreadDump

__all__ = ["looks_like_text", "read_thread_dumps", "thread_dumps_of_text"]

_START_BYTES = 4096
_START_LINES = 16
_JSON = re.compile(r'\s*\{\s*"threadDump"\s*:')
_HEAP_DUMP = b"JAVA PROFILE"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.03
_FORMS = "jstack, jcmd Thread.print, kill -3, Thread.dump_to_file and javacores are understood"


def read_thread_dumps(path: str | Path) -> Iterator[ThreadDump]:
    """The thread dumps of a file, in order: a jstack or jcmd file, a log, JSON, also gzipped.

    Each is given out when the next begins, so that a log of any size needs no more memory than
    two dumps. Damage is stated in `losses`. Raises NotAThreadDumpError where there is none,
    TargetNotFoundError where there is no such file.
    """
    last: ThreadDump | None = None
    try:
        file = open_binary(Path(path))
    except FileNotFoundError as error:
        raise TargetNotFoundError("there is no such file", path=str(path)) from error
    with file:
        for dump in _dumps(file, _peek(file)):
            if last is not None:
                yield last
            last = replace(dump, source=str(path))
        broken = is_cut_off(file)
    if last is None:
        message = "there is no thread dump in the file"
        raise NotAThreadDumpError(message, hint=_FORMS, path=str(path))
    if broken:
        last = replace(last, losses=(*last.losses, "the gzip file is broken or cut off"))
    yield last


def thread_dumps_of_text(text: str) -> Iterator[ThreadDump]:
    """The dumps of a JVM's own answer to Thread.print."""
    return printed_dumps(text.split("\n"))


def looks_like_text(path: str | Path) -> bool:
    """Whether a file, unpacked if it is gzipped, begins like text: a heap dump does not.

    False for what is no ordinary file. Reads four kilobytes.
    """
    name = Path(path)
    if not name.is_file():
        return False
    with open_binary(name) as file:
        start = _peek(file)
    if start.startswith(_HEAP_DUMP):
        return False
    controls = len(_CONTROL.findall(start))
    return utf_16_of(start) is not None or controls <= len(start) * _MOST_CONTROLS


def _peek(file: io.BufferedReader) -> bytes:
    """The first bytes of a file, which stay to be read. Its buffer is bigger than they are."""
    return file.peek(_START_BYTES)[:_START_BYTES]


def _dumps(file: io.BufferedReader, start: bytes) -> Iterable[ThreadDump]:
    wide = utf_16_of(start)
    text = start.decode(wide or "utf-8", "replace").lstrip("\ufeff")
    if _JSON.match(text):
        whole = io.TextIOWrapper(file, wide or "utf-8-sig", errors="replace")
        dump = json_dump(whole)
        whole.detach()  # else it would close the file, whose owner we are not
        return [dump]
    first = [decode_line(line.encode()) for line in text.split("\n")[:_START_LINES]]
    lines = text_lines(file, start)
    if any(map(is_javacore_line, first)):
        return javacore_dumps(lines)
    if any(is_plain_start(first[number : number + 3]) for number in range(len(first))):
        return plain_dumps(lines)
    return printed_dumps(lines)
