"""All rules, in the order in which they look."""

from __future__ import annotations

from . import (
    accumulation,
    bounded,
    clone_farm,
    closure_capture,
    companion_drift,
    garbage,
    heavy_elements,
    no_op_limit,
    oom_thread,
    outlived_entries,
    timer_per_call,
)
from .base import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    oom_thread.RULE,
    garbage.RULE,
    bounded.RULE,
    outlived_entries.RULE,
    companion_drift.RULE,
    no_op_limit.RULE,
    heavy_elements.RULE,
    clone_farm.RULE,
    closure_capture.RULE,
    accumulation.RULE,
    timer_per_call.RULE,
)
