"""Bytes, counts, shares and durations: as text for people, and back.

Bytes use powers of 1024 and the short names that JVM flags use: 1500MB, 1.5G, 512k.
"""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = [
    "format_address",
    "format_bytes",
    "format_count",
    "format_counted",
    "format_duration",
    "format_pause",
    "format_share",
    "parse_bytes",
]

_BYTES_PER_UNIT = 1024
_BYTE_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_BYTES_TEXT = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[kmgtp]?)(?:i?b)?", re.IGNORECASE
)
_UNIT_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_SECONDS_PER_MINUTE = 60
_MILLISECONDS_PER_SECOND = 1000
_SMALLEST_SHARE = 0.001


def format_bytes(count: int) -> str:
    """Three telling digits and a unit: 512 B, 1.50 KB, 34.2 MB, 121 GB."""
    if abs(count) < _BYTES_PER_UNIT:
        return f"{count} B"
    value = float(count)
    for unit in _BYTE_UNITS:
        if abs(value) < _BYTES_PER_UNIT or unit == _BYTE_UNITS[-1]:
            break
        value /= _BYTES_PER_UNIT
    digits = 3 - len(str(int(abs(value))))
    return f"{value:.{max(digits, 0)}f} {unit}"


def format_count(count: int) -> str:
    """Thousands parted by commas: 1,234,567."""
    return f"{count:,}"


def format_counted(count: int, noun: str) -> str:
    """A count and its noun: 1 thread, 2 threads; another plural comes after a slash."""
    singular, _, plural = noun.partition("/")
    return f"{format_count(count)} {singular if count == 1 else plural or singular + 's'}"


def format_share(share: float) -> str:
    """A percentage with one decimal; a share too small to show is `<0.1%`, never 0."""
    return "<0.1%" if 0 < share < _SMALLEST_SHARE else f"{share:.1%}"


def format_duration(seconds: float) -> str:
    """0.35 s, 12 s, 3 min 05 s, 2 h 10 min."""
    if seconds < 1:
        return f"{seconds:.2f} s"
    if seconds < _SECONDS_PER_MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _SECONDS_PER_MINUTE)
    hours, minutes = divmod(minutes, _SECONDS_PER_MINUTE)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def format_pause(seconds: float) -> str:
    """As format_duration, but in milliseconds below a second: 3 ms, 870 ms, 1.4 s."""
    milliseconds = round(seconds * _MILLISECONDS_PER_SECOND)
    if milliseconds >= _MILLISECONDS_PER_SECOND:
        return format_duration(seconds)
    return f"{milliseconds} ms" if milliseconds or not seconds else "<1 ms"


def format_address(address: int) -> str:
    """An object's address as the dump knows it: 0x7c0001234."""
    return f"{address:#x}"


def parse_bytes(text: str) -> int:
    """Bytes of `1500MB`, `1.5G`, `512k` or `4096`; raises ValueError for anything else."""
    found = _BYTES_TEXT.fullmatch(text.strip())
    if found is None:
        message = f"{text!r} is no amount of memory: write 1500MB, 1.5G or a number of bytes"
        raise ValueError(message)
    power = _UNIT_POWERS[found["unit"].lower()]
    return int(Fraction(found["number"]) * _BYTES_PER_UNIT**power)
