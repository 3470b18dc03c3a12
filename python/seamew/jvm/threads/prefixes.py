"""What logs write before each line of a thread dump: times, streams, levels, or JSON around it."""

from __future__ import annotations

import json
import re

__all__ = ["LinePrefix", "unwrapped"]

_WRAPPED = '{"'
_MESSAGE_KEYS = ("log", "message", "msg", "MESSAGE")
_DIGITS = re.compile(r"\d+")


class LinePrefix:
    """What stands before a known first line; digits in it may change from line to line.

    Lines without it stay as they are: some loggers write it once for a whole message.
    """

    def __init__(self, text: str) -> None:
        bare = text.rstrip()
        blanks = text[len(bare) :]
        pattern = _DIGITS.sub(r"\\d+", re.escape(bare)) + (f"(?:{blanks}|$)" if blanks else "")
        self._pattern = re.compile(pattern) if bare else None
        self._blanks = "" if bare else blanks

    def strip(self, line: str) -> str:
        """The line without the prefix."""
        if self._pattern is None:
            return line[len(self._blanks) :] if line.startswith(self._blanks) else line
        found = self._pattern.match(line)
        return line[found.end() :] if found else line


def unwrapped(line: str) -> list[str]:
    """The lines of a message that a container or a logger wrote as JSON; others as they are."""
    if not line.startswith(_WRAPPED):
        return [line]
    try:
        record = json.loads(line)
    except ValueError:
        return [line]
    found = (record.get(key) for key in _MESSAGE_KEYS)
    message = next((text for text in found if isinstance(text, str)), None)
    return [line] if message is None else message.rstrip("\r\n").splitlines() or [""]
