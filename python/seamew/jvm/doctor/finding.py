"""What a check has found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["FAIL", "OK", "WARN", "Finding", "worst"]

OK, WARN, FAIL = "ok", "warn", "fail"
"""All is well; it works, but not as well as it could; it does not work."""

_BY_WEIGHT = (OK, WARN, FAIL)


@dataclass(frozen=True)
class Finding:
    """What `check` has found: a verdict, what it is seen by, and what to type ("": nothing)."""

    check: str
    verdict: str
    evidence: str
    remedy: str = ""


def worst(findings: Iterable[Finding]) -> str:
    """The worst of the verdicts; OK where there are none."""
    return max((one.verdict for one in findings), key=_BY_WEIGHT.index, default=OK)
