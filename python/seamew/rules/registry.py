"""All rules, in the order in which they look."""

from __future__ import annotations

from . import accumulation, bounded, no_op_limit, timer_per_call
from .base import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    accumulation.RULE,
    bounded.RULE,
    no_op_limit.RULE,
    timer_per_call.RULE,
)
