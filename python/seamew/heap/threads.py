"""Questions about threads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property

from seamew import engine
from seamew.errors import ObjectNotFoundError
from seamew.model import (
    HeldLocal,
    ObjectRow,
    ThreadDetail,
    ThreadGroupRow,
    ThreadLocalKeyRow,
    ThreadLocalRow,
    ThreadRow,
)
from seamew.thread_pools import pools

from .asking import Asking, ObjectName
from .sets import is_object_name

__all__ = ["GROUPINGS", "ThreadQuestions"]

GROUPINGS = ("pool", "state", "stack", "loader")
"""What threads can be grouped by."""

_TOP_FRAMES = 8
_BIGGEST_LOCALS = 10
_SIGNIFICANT_OF_THREAD = 10
_SIGNIFICANT_OF_HEAP = 1000
_SHOWN_NAMES = 5


class ThreadQuestions(Asking):
    """Questions about threads. See `Heap`."""

    def threads(self) -> tuple[ThreadRow, ...]:
        """The threads with their stacks, locals and what these retain."""
        return self._threads

    @cached_property
    def _threads(self) -> tuple[ThreadRow, ...]:
        return engine.thread_rows(self._ask_long(lambda native: native.threads()))

    def thread(self, name: ObjectName) -> ThreadDetail:
        """A thread by its own name, or as an object; raises ObjectNotFoundError for others."""
        row = self._thread_named(name)
        held = sorted(_held_locals(row), key=lambda held: -held.local.retained_bytes)
        ends = [row.carrier_index, row.blocker_index]
        known = [index for index in ends if index is not None]
        found = self._ask(lambda native: native.object_rows(known))
        objects = dict(zip(known, engine.rows(ObjectRow, found), strict=True))
        least = max(
            row.retained_bytes // _SIGNIFICANT_OF_THREAD,
            self.facts.heap_bytes // _SIGNIFICANT_OF_HEAP,
        )
        significant = {one.depth for one in held if one.local.retained_bytes >= least}
        distinct = {one.local.object_index: one for one in reversed(held)}
        biggest = sorted(distinct.values(), key=lambda held: -held.local.retained_bytes)
        return ThreadDetail(
            thread=row,
            carrier=objects.get(row.carrier_index) if row.carrier_index is not None else None,
            blocker=objects.get(row.blocker_index) if row.blocker_index is not None else None,
            biggest_locals=tuple(biggest[:_BIGGEST_LOCALS]),
            significant_frames=tuple(sorted(significant)),
            thread_locals=self.thread_locals([row.object_index]),
        )

    def _thread_named(self, name: ObjectName) -> ThreadRow:
        named = [row for row in self._threads if row.name == name]
        if not named and (isinstance(name, int) or is_object_name(name)):
            index = self.resolve(name)
            named = [row for row in self._threads if row.object_index == index]
        if len(named) == 1:
            return named[0]
        if named:
            addresses = ", ".join(f"{row.address:#x}" for row in named[:_SHOWN_NAMES])
            message = f"{len(named)} threads are named {name}"
            raise ObjectNotFoundError(message, hint=f"name one by its address: {addresses}")
        every = [row.name for row in self._threads if row.name]
        names = [one for one in every if str(name).lower() in one.lower()] or every
        message = f"no thread is named {name}"
        raise ObjectNotFoundError(message, hint=f"there are {', '.join(names[:_SHOWN_NAMES])}")

    def held_locals(self, names: Sequence[ObjectName] = ()) -> tuple[HeldLocal, ...]:
        """Each local of each frame, of some threads or of all, what retains most first.

        Leaves out the thread itself, which its own frames hold too.
        """
        rows = [self._thread_named(name) for name in names] or self._threads
        held = [one for row in rows for one in _held_locals(row)]
        return tuple(sorted(held, key=lambda one: -one.local.retained_bytes))

    def thread_groups(self, by: str = "pool") -> tuple[ThreadGroupRow, ...]:
        """Threads by `pool` (names that differ in a number), `state`, `stack` or context `loader`.

        Biggest sum of retained sizes first; by stack and state most threads first.
        """
        label = self._labels(by)
        groups: dict[str, list[ThreadRow]] = defaultdict(list)
        for row in self._threads:
            groups[label(row)].append(row)
        rows = [_group(name, members, by) for name, members in groups.items()]
        if by in {"stack", "state"}:
            return tuple(sorted(rows, key=lambda row: (-row.threads, -row.retained_bytes)))
        return tuple(sorted(rows, key=lambda row: (-row.retained_bytes, -row.threads)))

    def _labels(self, by: str) -> Callable[[ThreadRow], str]:
        if by == "pool":
            names = pools(row.name or "" for row in self._threads)
            return lambda row: names[row.name or ""] or "(no name)"
        kinds: dict[str, Callable[[ThreadRow], str]] = {
            "state": lambda row: row.thread_state or "(unknown)",
            "stack": lambda row: "\n".join(frame.text for frame in row.frames),
            "loader": lambda row: row.context_class_loader or "(none)",
        }
        return kinds[by]

    def thread_locals(self, names: Sequence[ObjectName] = ()) -> tuple[ThreadLocalRow, ...]:
        """The thread-local variables of some threads, or of all; what retains most first."""
        rows = [self._thread_named(name) for name in names] or self._threads
        threads = [row.object_index for row in rows]
        found = self._ask_reading(lambda native, told: native.thread_locals(threads, told))
        return engine.thread_local_rows(found)

    def thread_local_keys(self, names: Sequence[ObjectName] = ()) -> tuple[ThreadLocalKeyRow, ...]:
        """The same by ThreadLocal, over the threads; the biggest sum of retained sizes first."""
        groups: dict[int | None, list[ThreadLocalRow]] = defaultdict(list)
        for row in self.thread_locals(names):
            groups[row.key.object_index if row.key else None].append(row)
        rows = (_key_row(members) for members in groups.values())
        return tuple(sorted(rows, key=lambda row: (-row.retained_bytes, row.key_name)))


def _held_locals(row: ThreadRow) -> list[HeldLocal]:
    return [
        HeldLocal(row.object_index, row.name, depth, frame.text.removeprefix("at "), local)
        for depth, frame in enumerate(row.frames)
        for local in frame.locals
        if local.object_index != row.object_index
    ]


def _group(label: str, members: Sequence[ThreadRow], by: str) -> ThreadGroupRow:
    first = members[0]
    frames = tuple(frame.text.removeprefix("at ") for frame in first.frames[:_TOP_FRAMES])
    return ThreadGroupRow(
        label=(frames[0] if frames else "(no stack)") if by == "stack" else label,
        threads=len(members),
        retained_bytes=sum(row.retained_bytes for row in members),
        states=dict(Counter(row.thread_state or "(unknown)" for row in members).most_common()),
        frames=frames,
        example_index=first.object_index,
    )


def _key_row(members: Sequence[ThreadLocalRow]) -> ThreadLocalKeyRow:
    first = members[0]
    classes = list(dict.fromkeys(row.value.class_name for row in members if row.value))
    more = f" +{len(classes) - 1}" if len(classes) > 1 else ""
    return ThreadLocalKeyRow(
        key_name=first.key_name,
        key_class=first.key.class_name if first.key else None,
        threads=len({row.thread_index for row in members}),
        entries=len(members),
        retained_bytes=sum(row.retained_bytes for row in members),
        value_class=classes[0] + more if classes else None,
    )
