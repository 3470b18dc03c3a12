"""How bad: by number, where it is not the bytes that hurt."""

from __future__ import annotations

from seamew.model import Severity

__all__ = ["by_count", "worse"]


def by_count(count: int, *, medium: int, high: int) -> Severity:
    """Low below `medium`, high from `high` on."""
    if count >= high:
        return Severity.HIGH
    return Severity.MEDIUM if count >= medium else Severity.LOW


def worse(*severities: Severity) -> Severity:
    """The worst of them."""
    return min(severities, key=lambda severity: severity.rank)
