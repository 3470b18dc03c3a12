"""A dump with millions of small objects, written in a moment."""

from __future__ import annotations

import struct
from array import array
from pathlib import Path

from seamew.testing import HeapBuilder

_RECORD_BYTES = 25
_FIRST = 0x1000_0000
_STEP = 16
_SEGMENT, _END, _INSTANCE, _OBJECT_ARRAY, _GLOBAL_ROOT = 0x1C, 0x2C, 0x21, 0x22, 0x01


def write_big_dump(path: Path, objects: int) -> Path:
    """`objects` instances without fields, all held by one array, which is a root."""
    builder = HeapBuilder()
    small = builder.klass("com.acme.Small")
    holder = builder.klass("com.acme.Small[]")
    head = builder.content()
    end = struct.pack(">BII", _END, 0, 0)
    ids = array("I", range(_FIRST, _FIRST + _STEP * objects, _STEP))
    ids.byteswap()
    columns = [ids.tobytes()[number::4] for number in range(4)]
    records = bytearray(struct.pack(">BQIQI", _INSTANCE, 0, 0, small.address, 0) * objects)
    elements = bytearray(8 * objects)
    for number, column in enumerate(columns):
        records[5 + number :: _RECORD_BYTES] = column
        elements[4 + number :: 8] = column
    list_address = _FIRST + _STEP * objects
    array_head = struct.pack(">BQIIQ", _OBJECT_ARRAY, list_address, 0, objects, holder.address)
    root = struct.pack(">BQQ", _GLOBAL_ROOT, list_address, 0)
    with path.open("wb") as file:
        file.write(head.removesuffix(end))
        for content in (records, array_head + elements + root):
            file.write(struct.pack(">BII", _SEGMENT, 0, len(content)))
            file.write(content)
        file.write(end)
    return path
