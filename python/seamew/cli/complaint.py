"""An error as people read it: what, where, and what to do."""

from __future__ import annotations

from seamew.errors import SeamewError
from seamew.report.text import printable

__all__ = ["complaint"]


def complaint(error: SeamewError) -> str:
    """One line for the error and one for its hint; texts of a JVM in it are made safe."""
    offset = "" if error.offset is None else f"at byte {error.offset:,}"
    where = [text for text in (error.path, offset) if text]
    prefix = f"{', '.join(where)}: " if where else ""
    lines = [f"error: {printable(prefix + error.message)}"]
    if error.hint:
        lines.append(f"hint: {printable(error.hint)}")
    return "\n".join(lines)
