"""Heap dumps of running JVMs: what they will cost, taking them, checking them."""

from .check import DumpCheck, check_dump
from .costs import GO, REFUSE, TIGHT, USE_GZ, USE_STREAM, DumpPreflight, preflight
from .dump import dump_heap
from .estimate import GZ, RAW, STREAM, DumpEstimate, HeapState
from .naming import default_name
from .order import DumpOrder, Watcher
from .rooms import Room
from .taking import HeapDump
from .wish import DumpWish

__all__ = [
    "GO",
    "GZ",
    "RAW",
    "REFUSE",
    "STREAM",
    "TIGHT",
    "USE_GZ",
    "USE_STREAM",
    "DumpCheck",
    "DumpEstimate",
    "DumpOrder",
    "DumpPreflight",
    "DumpWish",
    "HeapDump",
    "HeapState",
    "Room",
    "Watcher",
    "check_dump",
    "default_name",
    "dump_heap",
    "preflight",
]
