"""A heap dump by whichever method."""

from __future__ import annotations

from typing import BinaryIO

from seamew.errors import UsageError

from .estimate import STREAM
from .order import DumpOrder
from .stream import take_stream
from .taking import HeapDump, take_file

__all__ = ["dump_heap"]


def dump_heap(order: DumpOrder, output: BinaryIO | None = None) -> HeapDump:
    """Take the dump; a stream may go to an open `output` in place of a file.

    Raises what `take_file` raises.
    """
    if (output is None) == (order.wish.target is None):
        raise UsageError("a dump goes to a file, or by STREAM to an output")
    if order.wish.method == STREAM:
        return take_stream(order, output)
    return take_file(order)
