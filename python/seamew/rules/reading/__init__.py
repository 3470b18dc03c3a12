"""What several rules read: executors, threads' stacks, queues, crowds of one class. No rules."""

from .connection_pools import PoolUse, exhausted, is_exhausted
from .crowds import Crowd, crowd, crowd_found
from .direct_memory import allocated_buffers, capacity_bytes, direct_limit, mapped_buffers
from .elements import first_elements, queue_size, task_class
from .enqueued import enqueued
from .executors import UNBOUNDED, Pool, pool_threads, thread_pools
from .facts import class_fact, object_fact, query_fact, set_fact, thread_fact
from .fields import class_object, flag, number, size, target, text
from .holders import executor_holding, stack_holding
from .judging import by_count, worse
from .matching import matching
from .stacks import WAITS, Wait, application_frame, foreign_frame, is_idle, method_of, waiting_place

__all__ = [
    "UNBOUNDED",
    "WAITS",
    "Crowd",
    "Pool",
    "PoolUse",
    "Wait",
    "allocated_buffers",
    "application_frame",
    "by_count",
    "capacity_bytes",
    "class_fact",
    "class_object",
    "crowd",
    "crowd_found",
    "direct_limit",
    "enqueued",
    "executor_holding",
    "exhausted",
    "first_elements",
    "flag",
    "foreign_frame",
    "is_exhausted",
    "is_idle",
    "mapped_buffers",
    "matching",
    "method_of",
    "number",
    "object_fact",
    "pool_threads",
    "query_fact",
    "queue_size",
    "set_fact",
    "size",
    "stack_holding",
    "target",
    "task_class",
    "text",
    "thread_fact",
    "thread_pools",
    "waiting_place",
    "worse",
]
