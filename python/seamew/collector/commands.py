"""The collector's commands, in the order of its help."""

from __future__ import annotations

from . import capture, jcmd

__all__ = ["COMMANDS"]

COMMANDS = (capture.COMMAND, jcmd.COMMAND)
