"""Threads that are alike: by state, by pool, by stack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from seamew.thread_pools import pools

from .model import JavaThread, ThreadDump

__all__ = [
    "GROUPINGS",
    "ThreadGroup",
    "own_frame",
    "stack_of",
    "state_of",
    "summed",
    "thread_groups",
    "threads_in_state",
]

GROUPINGS = ("pool", "state", "stack")
"""What threads can be grouped by."""

_JDK = ("java.", "javax.", "jdk.", "sun.", "com.sun.")
_LAMBDA = "$$Lambda"
_DIGITS = 6
_EXAMPLES = 5
_CARRIES = "CARRIER"
_OF_THE_JVM = "JVM"
_UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class ThreadGroup:
    """Threads that are alike. `states` counts them by state; `cpu_seconds` is their sum.

    `frames` is the stack of a group by stack; `pools` counts its threads by pool; `examples` are
    the names of a few.
    """

    label: str
    threads: int
    states: dict[str, int]
    pools: dict[str, int]
    cpu_seconds: float | None
    frames: tuple[str, ...]
    examples: tuple[str, ...]


def thread_groups(dump: ThreadDump, by: str) -> tuple[ThreadGroup, ...]:
    """The threads of a dump by `pool`, `state` or `stack`, most threads first.

    By stack, threads without a stack are left out; by state, the states have their details.
    """
    pool_of = pools(thread.name for thread in dump.threads)
    keys: dict[str, Callable[[JavaThread], object]] = {
        "pool": lambda thread: pool_of[thread.name],
        "state": state_of,
        "stack": stack_of,
    }
    key = keys[by]
    members: dict[object, list[JavaThread]] = defaultdict(list)
    for thread in dump.threads:
        members[key(thread)].append(thread)
    if by == "stack":
        members.pop((), None)
    groups = [_group(by, name, ones, pool_of) for name, ones in members.items()]
    return tuple(sorted(groups, key=lambda group: (-group.threads, group.label)))


def state_of(thread: JavaThread) -> str:
    """The state, or why there is none."""
    if thread.state is not None:
        return thread.state
    if thread.carries is not None:
        return _CARRIES
    return _OF_THE_JVM if thread.number is None and thread.jvm_id is not None else _UNKNOWN


def threads_in_state(dump: ThreadDump, state: str) -> tuple[JavaThread, ...]:
    """The threads in a state, in any case of letters and with any of its details."""
    return tuple(thread for thread in dump.threads if state_of(thread) == state.upper())


def stack_of(thread: JavaThread) -> tuple[str, ...]:
    """The frames, of a virtual thread that is carried before those of its carrier."""
    return tuple(frame.text for frame in (*thread.mounted_frames, *thread.frames))


def own_frame(frames: Sequence[str]) -> str | None:
    """The topmost frame that is not the JDK's, or the topmost at all."""
    own = (text for text in frames if not text.startswith(_JDK) and _LAMBDA not in text)
    return next(own, frames[0] if frames else None)


def summed(seconds: Iterable[float | None]) -> float | None:
    """The sum of what is known, to the microsecond; None: nothing is."""
    known = [one for one in seconds if one is not None]
    return round(sum(known), _DIGITS) if known else None


def _group(
    by: str, name: object, members: Sequence[JavaThread], pool_of: dict[str, str]
) -> ThreadGroup:
    detailed = by == "state"
    states = Counter(_detailed(thread) if detailed else state_of(thread) for thread in members)
    frames = stack_of(members[0]) if by == "stack" else ()
    return ThreadGroup(
        label=frames[0] if frames else str(name),
        threads=len(members),
        states=dict(states.most_common()),
        pools=dict(Counter(pool_of[thread.name] for thread in members).most_common()),
        cpu_seconds=summed(thread.cpu_seconds for thread in members),
        frames=frames,
        examples=tuple(thread.name for thread in members[:_EXAMPLES]),
    )


def _detailed(thread: JavaThread) -> str:
    state = state_of(thread)
    return f"{state} ({thread.state_detail})" if thread.state_detail else state
