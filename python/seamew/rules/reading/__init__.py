"""What several rules read: executors, threads' stacks, queues, crowds of one class. No rules."""

from .arrays import ArraySample, number_arrays
from .caches import (
    class_of_most,
    first_entries,
    held_fact,
    is_much,
    is_of_strings,
    kept_in_bounds,
    key_class,
    some_values,
    value_class,
)
from .connection_pools import PoolUse, exhausted, is_exhausted
from .crowds import Crowd, crowd, crowd_found
from .direct_memory import allocated_buffers, capacity_bytes, direct_limit, mapped_buffers
from .elements import first_elements, queue_size, task_class
from .enqueued import enqueued
from .executors import UNBOUNDED, Pool, pool_threads, thread_pools
from .facts import class_fact, object_fact, query_fact, set_fact, thread_fact
from .fields import class_object, flag, number, size, target, text
from .grouping import field_targets, groups_of, groups_text
from .holders import executor_holding, stack_holding
from .idle_collections import class_said, empty_collections, sparse_collections
from .judging import by_count, worse
from .matching import matching
from .netty import CHUNK, NettyPool, netty_pool
from .sip import SIP_STACK, SipTransactions, sip_transactions
from .stacks import WAITS, Wait, application_frame, foreign_frame, is_idle, method_of, waiting_place
from .thread_locals import ThreadValue, thread_values
from .waste import (
    SPARSE_FILL,
    Waste,
    by_holders,
    by_sample,
    evenly,
    is_worth_a_look,
    waste_answers,
)

__all__ = [
    "CHUNK",
    "SIP_STACK",
    "SPARSE_FILL",
    "UNBOUNDED",
    "WAITS",
    "ArraySample",
    "Crowd",
    "NettyPool",
    "Pool",
    "PoolUse",
    "SipTransactions",
    "ThreadValue",
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
    "class_of_most",
    "class_said",
    "crowd",
    "crowd_found",
    "direct_limit",
    "empty_collections",
    "enqueued",
    "evenly",
    "executor_holding",
    "exhausted",
    "field_targets",
    "first_elements",
    "first_entries",
    "flag",
    "foreign_frame",
    "groups_of",
    "groups_text",
    "held_fact",
    "is_exhausted",
    "is_idle",
    "is_much",
    "is_of_strings",
    "is_worth_a_look",
    "kept_in_bounds",
    "key_class",
    "mapped_buffers",
    "matching",
    "method_of",
    "netty_pool",
    "number",
    "number_arrays",
    "object_fact",
    "pool_threads",
    "query_fact",
    "queue_size",
    "set_fact",
    "sip_transactions",
    "size",
    "some_values",
    "sparse_collections",
    "stack_holding",
    "target",
    "task_class",
    "text",
    "thread_fact",
    "thread_pools",
    "thread_values",
    "value_class",
    "waiting_place",
    "waste_answers",
    "worse",
]
