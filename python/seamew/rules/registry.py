"""All rules, in the order in which they look."""

from __future__ import annotations

from . import (
    accumulation,
    cancelled_tasks_kept,
    deadlock,
    executor_per_call,
    futures_never_completed,
    same_stack_crowd,
    scheduled_backlog,
    starved_scheduler,
    thread_explosion,
    timer_per_call,
    unbounded_work_queue,
)
from .base import Rule

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    accumulation.RULE,
    cancelled_tasks_kept.RULE,
    deadlock.RULE,
    executor_per_call.RULE,
    futures_never_completed.RULE,
    same_stack_crowd.RULE,
    scheduled_backlog.RULE,
    starved_scheduler.RULE,
    thread_explosion.RULE,
    timer_per_call.RULE,
    unbounded_work_queue.RULE,
)
