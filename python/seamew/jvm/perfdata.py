"""A JVM's performance counters: its hsperfdata file, mapped and read without disturbing it.

It works also while the JVM hangs or is stopped. Layout (offsets in bytes, in the file's own byte
order): a prologue of 32 bytes (magic CA FE C0 C0, byte order, version, accessible; then used,
overflow, modification time, offset and number of the entries), then the entries: length, offset
of the name, vector length, type ('J': 64-bit integer, 'B': zero-ended text), flags, unit,
variability, offset of the data; offsets count from the entry's own start.
Source: src/hotspot/share/runtime/perfMemory.hpp of OpenJDK.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError

__all__ = ["PerfData"]

_MAGIC = b"\xca\xfe\xc0\xc0"
_PROLOGUE = struct.Struct("4sBBBB")
_COUNTS_AT = 24
_ENTRY_BYTES = 20
_LITTLE_ENDIAN = 1
_LONG, _BYTE = ord("J"), ord("B")


class PerfData:
    """The counters of one JVM by name: integers as the JVM counts them now, or texts.

    A reading of a dozen counters costs some 20 us. Use it in a `with` block, or close it.
    """

    def __init__(self, path: Path) -> None:
        """Map the file. Raises JvmNotFoundError, AccessRefusedError, JvmNotAnsweringError."""
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise JvmNotFoundError("the JVM has ended", path=str(path)) from error
        except PermissionError as error:
            raise AccessRefusedError(
                "the JVM's counters are closed to this user",
                hint="run seamew as root or as the user of the JVM",
                path=str(path),
            ) from error
        except (OSError, ValueError) as error:
            raise self._unusable("the file is empty or unreadable") from error
        self._read_prologue()
        self._entries = 0
        self._longs: dict[str, int] = {}
        self._texts: dict[str, tuple[int, int]] = {}
        self.refresh()

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
        """Unmap the file."""
        self._map.close()

    def refresh(self) -> None:
        """Look for counters that the JVM has added since; costs nothing where there are none."""
        offset, count = struct.unpack_from(self._order + "ii", self._map, _COUNTS_AT)
        if count != self._entries:
            self._index(offset, count)
            self._entries = count

    def number(self, name: str) -> int | None:
        """A counter's value now; None: this JVM has no such counter."""
        at = self._longs.get(name)
        if at is None:
            return None
        value: int = self._long.unpack_from(self._map, at)[0]
        return value

    def text(self, name: str) -> str | None:
        """A text's value now; None: this JVM has no such text."""
        place = self._texts.get(name)
        if place is None:
            return None
        at, length = place
        return self._map[at : at + length].split(b"\0", 1)[0].decode("utf-8", "replace")

    def values(self) -> Mapping[str, int | str]:
        """All counters and texts as they are now."""
        self.refresh()
        numbers = {
            name: self._long.unpack_from(self._map, at)[0] for name, at in self._longs.items()
        }
        return {**numbers, **{name: self.text(name) or "" for name in self._texts}}

    def _read_prologue(self) -> None:
        if len(self._map) < _PROLOGUE.size + _COUNTS_AT:
            raise self._unusable("the file is cut off")
        magic, order, major, _, accessible = _PROLOGUE.unpack_from(self._map, 0)
        if magic != _MAGIC or major != 2:  # noqa: PLR2004 (the only version since Java 5)
            raise self._unusable("this is no hsperfdata file of version 2")
        if not accessible:
            raise self._unusable("the JVM is still starting")
        self._order = "<" if order == _LITTLE_ENDIAN else ">"
        self._long = struct.Struct(self._order + "q")

    def _index(self, offset: int, count: int) -> None:
        entry = struct.Struct(self._order + "iiiBBBBi")
        for _ in range(count):
            if offset < 0 or offset + _ENTRY_BYTES > len(self._map):
                raise self._unusable(f"an entry at byte {offset} lies outside of the file")
            length, name_at, vector, kind, _, _, _, data_at = entry.unpack_from(self._map, offset)
            end = offset + length
            name_end = self._map.find(b"\0", offset + name_at, end)
            data_end = offset + data_at + (vector if vector else self._long.size)
            if length < _ENTRY_BYTES or name_end < 0 or data_end > len(self._map):
                raise self._unusable(f"the entry at byte {offset} makes no sense")
            name = self._map[offset + name_at : name_end].decode("utf-8", "replace")
            if kind == _LONG and vector == 0:
                self._longs[name] = offset + data_at
            elif kind == _BYTE:
                self._texts[name] = (offset + data_at, vector)
            offset = end

    def _unusable(self, what: str) -> JvmNotAnsweringError:
        return JvmNotAnsweringError(what, hint="try again in a second", path=str(self.path))
