"""Stack frames short enough for a terminal; JSON and CSV have them whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from seamew.report.names import fit_class_name
from seamew.report.text import printable
from seamew.units import format_counted

__all__ = ["frame_block", "short_frame", "shown_frame", "simple_frame", "simple_lock"]

_CELLS = 74
_SOURCE = re.compile(r"(?P<method>[^(]+)\((?P<source>[^)]*)\)$")
_SYNCHRONIZER = re.compile(r"\$(?:Nonfair|Fair)?Sync$")
_NO_SOURCE = ("Unknown Source", "")


def short_frame(text: str) -> str:
    """A frame with its line, but no file: com.acme.Store.put:42."""
    found = _SOURCE.match(text)
    if found is None:
        return text
    method, source = found.group("method", "source")
    line = source.rpartition(":")[2] if ":" in source else ""
    if source in _NO_SOURCE:
        return method
    return f"{method}:{line}" if line else f"{method}({source})"


def shown_frame(text: str) -> str:
    """The same, cut to a line of a terminal; the package gives way first."""
    return fit_class_name(printable(short_frame(text)), _CELLS)


def simple_frame(text: str | None) -> str | None:
    """The same without the package: Store.put:42."""
    if text is None:
        return None
    short = short_frame(text)
    head, bracket, rest = short.partition("(")
    return ".".join(head.split(".")[-2:]) + bracket + rest


def simple_lock(class_name: str | None) -> str | None:
    """A lock's class without its package; of a lock of java.util.concurrent its own name."""
    if class_name is None:
        return None
    return _SYNCHRONIZER.sub("", class_name.rpartition(".")[2])


def frame_block(frames: Sequence[str], most: int) -> str:
    """The first frames, one a line, and how many more there are."""
    left = len(frames) - most
    more = [f"  ... {format_counted(left, 'more frame')}"] if left > 0 else []
    lines = [f"  {shown_frame(frame)}" for frame in frames[:most]]
    return "\n".join([*lines, *more])
