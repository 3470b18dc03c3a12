"""hsperfdata files as a JVM of any version and collector might write them."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_PROLOGUE_BYTES = 32
_ENTRY_BYTES = 20
_TEXT_ROOM = 64  # a text that changes has room for longer ones
_UNITS_NONE, _UNITS_STRING, _VARIABLE = 1, 5, 3


def perfdata_bytes(
    values: Mapping[str, int | str],
    *,
    accessible: int = 1,
    big_endian: bool = False,
    room: int = 32 << 10,
    overflow: int = 0,
) -> bytes:
    """A file of `room` bytes at least, as the JVM makes it, with these counters and texts."""
    order = ">" if big_endian else "<"
    entries = b"".join(_entry(order, name, value) for name, value in values.items())
    used = _PROLOGUE_BYTES + len(entries)
    prologue = b"\xca\xfe\xc0\xc0" + bytes([0 if big_endian else 1, 2, 0, accessible])
    counts = struct.pack(order + "iiqii", used, overflow, 0, _PROLOGUE_BYTES, len(values))
    return (prologue + counts + entries).ljust(room, b"\0")


def _entry(order: str, name: str, value: int | str) -> bytes:
    """Name first, padded so that a number lies at a multiple of 8, as in a JVM's file."""
    name_bytes = name.encode() + b"\0"
    data_at = _ENTRY_BYTES + len(name_bytes)
    if isinstance(value, str):
        data = value.encode() + b"\0"
        data += b"\0" * (-len(data) % _TEXT_ROOM)
        kind, vector, units = b"B", len(data), _UNITS_STRING
    else:
        data_at += -data_at % 8
        data = struct.pack(order + "q", value)
        kind, vector, units = b"J", 0, _UNITS_NONE
    length = data_at + len(data)
    length += -length % 8
    head = struct.pack(
        order + "iiiBBBBi", length, _ENTRY_BYTES, vector, kind[0], 0, units, _VARIABLE, data_at
    )
    return (head + name_bytes).ljust(data_at, b"\0") + data.ljust(length - data_at, b"\0")
