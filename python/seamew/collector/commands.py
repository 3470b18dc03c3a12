"""The collector's commands, in the order of its help."""

from __future__ import annotations

from . import capture, dump, histogram, jcmd, ps, status, threads

__all__ = ["COMMANDS"]

COMMANDS = (
    ps.COMMAND,
    status.COMMAND,
    threads.COMMAND,
    histogram.COMMAND,
    dump.COMMAND,
    capture.COMMAND,
    jcmd.COMMAND,
)
