"""Which Seamew this is. The collector has a file of its own in place of this one."""

from __future__ import annotations

from importlib.metadata import version

__all__ = ["VERSION"]

VERSION = version("seamew")
