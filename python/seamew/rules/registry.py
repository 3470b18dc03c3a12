"""All rules, in the order in which they look."""

from __future__ import annotations

from . import accumulation, timer_per_call
from .base import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    accumulation.RULE,
    timer_per_call.RULE,
)
