"""What several rules read: executors, threads' stacks, queues, crowds of one class. No rules."""

from .caches import (
    class_of_most,
    first_entries,
    held_fact,
    is_much,
    is_of_strings,
    kept_in_bounds,
    key_class,
    value_class,
)
from .connection_pools import PoolUse, exhausted, is_exhausted
from .crowds import Crowd, crowd, crowd_found
from .elements import first_elements, queue_size, task_class
from .executors import UNBOUNDED, Pool, pool_threads, thread_pools
from .facts import class_fact, object_fact, query_fact, set_fact, thread_fact
from .fields import class_object, flag, number, size, target, text
from .grouping import field_targets, groups_of, groups_text
from .holders import executor_holding, stack_holding
from .judging import by_count, worse
from .matching import matching
from .sip import SIP_STACK, SipTransactions, sip_transactions
from .stacks import WAITS, Wait, application_frame, foreign_frame, is_idle, method_of, waiting_place
from .thread_locals import ThreadValue, thread_values

__all__ = [
    "SIP_STACK",
    "UNBOUNDED",
    "WAITS",
    "Crowd",
    "Pool",
    "PoolUse",
    "SipTransactions",
    "ThreadValue",
    "Wait",
    "application_frame",
    "by_count",
    "class_fact",
    "class_object",
    "class_of_most",
    "crowd",
    "crowd_found",
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
    "kept_in_bounds",
    "key_class",
    "matching",
    "method_of",
    "number",
    "object_fact",
    "pool_threads",
    "query_fact",
    "queue_size",
    "set_fact",
    "sip_transactions",
    "size",
    "stack_holding",
    "target",
    "task_class",
    "text",
    "thread_fact",
    "thread_pools",
    "thread_values",
    "value_class",
    "waiting_place",
    "worse",
]
