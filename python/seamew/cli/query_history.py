"""Queries asked before, kept for the arrow keys in the state folder, for the user alone."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["HISTORY_VARIABLE", "history_path", "read_history", "write_history"]

HISTORY_VARIABLE = "SEAMEW_QUERY_HISTORY"
"""Names the history file; `off` keeps none: queries may hold names of customers."""

_OFF = frozenset({"", "0", "off", "no"})
_MOST_ENTRIES = 1000


def history_path(environment: Mapping[str, str]) -> Path | None:
    """The file that queries are kept in; None where none is wanted."""
    named = environment.get(HISTORY_VARIABLE)
    if named is not None:
        return None if named.strip().lower() in _OFF else Path(named).expanduser()
    state = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "seamew" / "query_history"


def read_history(path: Path) -> list[str]:
    """The queries of a file, the oldest first; none where it cannot be read."""
    with suppress(OSError):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if line.strip()][-_MOST_ENTRIES:]
    return []


def write_history(path: Path, entries: Sequence[str]) -> None:
    """Replace a file by these queries, readable for the user alone; says nothing if it cannot."""
    kept = "".join(f"{' '.join(entry.split())}\n" for entry in entries[-_MOST_ENTRIES:])
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = path.with_name(f"{path.name}.{os.getpid()}")
        file = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(file, "w", encoding="utf-8", errors="replace") as opened:
            opened.write(kept)
        written.replace(path)
