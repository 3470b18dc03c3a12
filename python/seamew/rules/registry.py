"""All rules, in the order in which they look."""

from __future__ import annotations

from . import (
    accumulation,
    cancelled_tasks_kept,
    commons_pool_borrowed,
    deadlock,
    druid_pool_exhausted,
    es_log_publisher,
    executor_per_call,
    futures_never_completed,
    hikari_pool_exhausted,
    httpclient_client_per_call,
    httpclient_pool_exhausted,
    lettuce_commands_queued,
    logback_async_queue_full,
    okhttp_client_per_call,
    okhttp_dispatcher_backlog,
    okhttp_response_leak,
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
    commons_pool_borrowed.RULE,
    deadlock.RULE,
    druid_pool_exhausted.RULE,
    es_log_publisher.RULE,
    executor_per_call.RULE,
    futures_never_completed.RULE,
    hikari_pool_exhausted.RULE,
    httpclient_client_per_call.RULE,
    httpclient_pool_exhausted.RULE,
    lettuce_commands_queued.RULE,
    logback_async_queue_full.RULE,
    okhttp_client_per_call.RULE,
    okhttp_dispatcher_backlog.RULE,
    okhttp_response_leak.RULE,
    same_stack_crowd.RULE,
    scheduled_backlog.RULE,
    starved_scheduler.RULE,
    thread_explosion.RULE,
    timer_per_call.RULE,
    unbounded_work_queue.RULE,
)
