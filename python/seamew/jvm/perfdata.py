"""A JVM's performance counters: its hsperfdata file, read without disturbing it.

It works also while the JVM hangs or is stopped. Layout (offsets in bytes, in the file's own byte
order): a prologue of 32 bytes (magic CA FE C0 C0, byte order, version, accessible; then used,
overflow, modification time, offset and number of the entries), then the entries: length, offset
of the name, vector length, type ('J': 64-bit integer, 'B': zero-ended text), flags, unit,
variability, offset of the data; offsets count from the entry's own start.
Source: src/hotspot/share/runtime/perfMemory.hpp of OpenJDK.

The JVM writes into the file by a mapping; a read sees each counter as it is at that moment. It is
not mapped here, for a file that somebody cuts would then end this process, not the reading.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError

__all__ = ["PerfData"]

_MAGIC = b"\xca\xfe\xc0\xc0"
_PROLOGUE_BYTES = 32
_OVERFLOW_AT = 12
_ENTRIES_AT = 24
_ENTRY_BYTES = 20
_LITTLE_ENDIAN = 1
_LONG, _BYTE = ord("J"), ord("B")
_MOST_BYTES = 1 << 24  # -XX:PerfDataMemorySize, 32 KB by default


class PerfData:
    """The counters of one JVM by name: integers as the JVM counts them now, or texts.

    Opening costs some 0.6 ms, a reading of a dozen counters some 15 us. Use it in a `with` block,
    or close it. After the JVM has ended the counters stay as they were last.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raises JvmNotFoundError, AccessRefusedError, JvmNotAnsweringError."""
        self.path = path
        self._file = self._open()
        try:
            prologue = os.pread(self._file, _PROLOGUE_BYTES, 0)
            self._order = self._checked_order(prologue)
            self._long = struct.Struct(self._order + "q")
            self._entries = self._end = 0
            self._longs: dict[str, int] = {}
            self._texts: dict[str, tuple[int, int]] = {}
            self.refresh()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing it again does nothing."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def refresh(self) -> None:
        """Look for counters that the JVM has added since; one small read where there are none."""
        offset, count = struct.unpack(self._order + "ii", self._read(_ENTRIES_AT, 8))
        if count != self._entries:
            self._index(offset, count)
            self._entries = count

    @property
    def overflow_bytes(self) -> int:
        """How much room the JVM's file lacks for all counters: those are not to be seen."""
        overflow: int = struct.unpack(self._order + "i", self._read(_OVERFLOW_AT, 4))[0]
        return overflow

    def number(self, name: str) -> int | None:
        """A counter's value now; None: this JVM has no such counter."""
        at = self._longs.get(name)
        if at is None:
            return None
        value: int = self._long.unpack(self._read(at, 8))[0]
        return value

    def text(self, name: str) -> str | None:
        """A text's value now; None: this JVM has no such text."""
        place = self._texts.get(name)
        return None if place is None else _decoded(self._read(*place))

    def values(self) -> Mapping[str, int | str]:
        """All counters and texts as they are at one moment."""
        self.refresh()
        whole = self._whole()
        if len(whole) < self._end:
            raise self._unusable("the file is cut off")
        numbers = {name: self._long.unpack_from(whole, at)[0] for name, at in self._longs.items()}
        texts = {name: _decoded(whole[at : at + size]) for name, (at, size) in self._texts.items()}
        return {**numbers, **texts}

    def _open(self) -> int:
        """Neither waits for a pipe of that name nor opens a device."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise JvmNotFoundError("the JVM has ended", path=str(self.path)) from error
        except PermissionError as error:
            raise AccessRefusedError(
                "the JVM's counters are closed to this user",
                hint="run seamew as root or as the user of the JVM",
                path=str(self.path),
            ) from error
        except OSError as error:
            raise self._unusable(f"the file cannot be opened: {error.strerror}") from error
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise self._unusable("this is no file")
        return file

    def _read(self, at: int, size: int) -> bytes:
        data = os.pread(self._file, size, at)
        if len(data) != size:
            raise self._unusable("the file is cut off")
        return data

    def _whole(self) -> bytes:
        return os.pread(self._file, min(os.fstat(self._file).st_size, _MOST_BYTES), 0)

    def _checked_order(self, prologue: bytes) -> str:
        if len(prologue) < _PROLOGUE_BYTES:
            raise self._unusable("the file is cut off")
        order, major, _, accessible = prologue[4:8]
        if prologue[:4] != _MAGIC or major != 2:  # noqa: PLR2004 (the only version since Java 5)
            raise self._unusable("this is no hsperfdata file of version 2")
        if not accessible:
            raise self._unusable("the JVM is still starting")
        return "<" if order == _LITTLE_ENDIAN else ">"

    def _index(self, offset: int, count: int) -> None:
        entry = struct.Struct(self._order + "iiiBBBBi")
        whole = self._whole()
        for _ in range(count):
            if offset < 0 or offset + _ENTRY_BYTES > len(whole):
                raise self._unusable(f"an entry at byte {offset} lies outside of the file")
            length, name_at, vector, kind, _, _, _, data_at = entry.unpack_from(whole, offset)
            size = vector if kind == _BYTE else self._long.size
            if length < _ENTRY_BYTES or min(name_at, data_at, vector) < 0:
                raise self._unusable(f"the entry at byte {offset} makes no sense")
            end = offset + length
            name_end = whole.find(b"\0", offset + name_at, end)
            if name_end < 0 or max(end, offset + data_at + size) > len(whole):
                raise self._unusable(f"the entry at byte {offset} makes no sense")
            name = whole[offset + name_at : name_end].decode("utf-8", "replace")
            if kind == _LONG and vector == 0:
                self._longs[name] = offset + data_at
            elif kind == _BYTE:
                self._texts[name] = (offset + data_at, vector)
            self._end = max(self._end, end, offset + data_at + size)
            offset = end

    def _unusable(self, what: str) -> JvmNotAnsweringError:
        return JvmNotAnsweringError(what, hint="try again in a second", path=str(self.path))


def _decoded(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")
