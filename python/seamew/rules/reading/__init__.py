"""What several rules read: executors, threads' stacks, queues, crowds of one class. No rules."""

from .arrays import ArraySample, number_arrays
from .connection_pools import PoolUse, exhausted, is_exhausted
from .crowds import Crowd, crowd, crowd_found
from .direct_memory import allocated_buffers, capacity_bytes, direct_limit, mapped_buffers
from .elements import first_elements, queue_size, task_class
from .enqueued import enqueued
from .executors import UNBOUNDED, Pool, pool_threads, thread_pools
from .facts import class_fact, object_fact, query_fact, set_fact, thread_fact
from .fields import class_object, flag, number, size, target, text
from .holders import executor_holding, stack_holding
from .idle_collections import class_said, collection_classes
from .judging import by_count, worse
from .matching import matching
from .stacks import WAITS, Wait, application_frame, foreign_frame, is_idle, method_of, waiting_place
from .waste import (
    SPARSE_FILL,
    Waste,
    by_holders,
    by_sample,
    evenly,
    is_worth_a_look,
    is_worth_a_walk,
    waste_answers,
)

__all__ = [
    "SPARSE_FILL",
    "UNBOUNDED",
    "WAITS",
    "ArraySample",
    "Crowd",
    "Pool",
    "PoolUse",
    "Wait",
    "Waste",
    "allocated_buffers",
    "application_frame",
    "by_count",
    "by_holders",
    "by_sample",
    "capacity_bytes",
    "class_fact",
    "class_object",
    "class_said",
    "collection_classes",
    "crowd",
    "crowd_found",
    "direct_limit",
    "enqueued",
    "evenly",
    "executor_holding",
    "exhausted",
    "first_elements",
    "flag",
    "foreign_frame",
    "is_exhausted",
    "is_idle",
    "is_worth_a_look",
    "is_worth_a_walk",
    "mapped_buffers",
    "matching",
    "method_of",
    "number",
    "number_arrays",
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
    "waste_answers",
    "worse",
]
