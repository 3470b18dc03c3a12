"""Finalizers, cleaners, and the memory outside the heap that direct buffers own."""

from __future__ import annotations

from collections import defaultdict

from seamew import engine
from seamew.model import (
    CleanerRow,
    DirectBufferRow,
    DirectBuffers,
    FinalizerOverview,
    ObjectRow,
    ReferenceRow,
    ThreadRow,
)

from .object_set import ObjectSet
from .reading import Fields, Reading
from .references import ReferenceQuestions
from .sets import SetQuestions
from .threads import ThreadQuestions

__all__ = ["FinalizerQuestions"]

_FINALIZER = "java.lang.ref.Finalizer"
_FINALIZER_THREADS = {"Finalizer", "Secondary finalizer"}
_ACTION_FIELDS = ("thunk", "action")
_MOST_BUFFERS = 100_000
_MOST_HOLDERS = 1000
_MOST_STEPS = 10
_REFERRERS = 20


class FinalizerQuestions(ReferenceQuestions, SetQuestions, ThreadQuestions, Reading):
    """Questions about what is cleaned up when objects go. See `Heap`."""

    def finalizers(self) -> FinalizerOverview:
        """Objects with finalizers, those in the queue, cleaners and direct buffers.

        Costs a read of the dump for each kind, and a walk of the heap if objects wait.
        """
        finalizers = self.of_class(_FINALIZER)
        finalizable = self.field_targets(finalizers, "referent")
        enqueued = self._enqueued(finalizers)
        waiting = self.field_targets(enqueued, "referent")
        retained = self.retained_objects(waiting).shallow_bytes if len(waiting) else 0
        threads = tuple(row for row in self.threads() if _is_finalizer_thread(row))
        indices = [row.object_index for row in threads]
        return FinalizerOverview(
            finalizable=len(finalizable),
            finalizable_by_class=self.set_histogram(finalizable),
            waiting=len(waiting),
            waiting_by_class=self.set_histogram(waiting),
            waiting_retained_bytes=retained,
            processing=self._processing(threads, enqueued),
            threads=threads,
            thread_locals=self.thread_locals(indices) if indices else (),
            cleaners=self._cleaners(),
            direct_buffers=self.direct_buffers(),
        )

    def finalizer_queue(self) -> ObjectSet:
        """The objects whose finalizers wait to be run."""
        return self.field_targets(self._enqueued(self.of_class(_FINALIZER)), "referent")

    def _enqueued(self, finalizers: ObjectSet) -> ObjectSet:
        """The finalizers in the queue: such a reference names no queue but this placeholder."""
        placeholder = self._statics("java.lang.ref.ReferenceQueue").target("ENQUEUED")
        if placeholder is None:
            return self.no_objects()
        return ObjectSet(
            self._ask_reading(
                lambda native, told: native.referring(finalizers.native, "queue", placeholder, told)
            )
        )

    def _processing(
        self, threads: tuple[ThreadRow, ...], enqueued: ObjectSet
    ) -> tuple[ObjectRow, ...]:
        """The objects whose finalizers are in a local of a finalizer thread, and in no queue."""
        held = {
            local.object_index
            for row in threads
            for frame in row.frames
            for local in frame.locals
            if local.class_name == _FINALIZER
        }
        taken = sorted(self.select(*held) - enqueued) if held else []
        found = [fields.target("referent") for fields in self._fields(taken)]
        objects = [index for index in found if index is not None]
        return engine.rows(ObjectRow, self._ask(lambda native: native.object_rows(objects)))

    def _cleaners(self) -> tuple[CleanerRow, ...]:
        """Phantom references that call themselves cleaners, by the class of their action."""
        phantoms = self.set_histogram(self.of_class("java.lang.ref.PhantomReference"))
        rows: list[CleanerRow] = []
        for kind in phantoms:
            if "Clean" in kind.label and kind.class_id is not None:
                rows += self._cleaners_of(kind.label, kind.objects, kind.shallow_bytes)
        return tuple(sorted(rows, key=lambda row: -row.cleaners))

    def _cleaners_of(self, class_name: str, objects: int, shallow_bytes: int) -> list[CleanerRow]:
        members = self.select(class_name)
        actions = [one for field in _ACTION_FIELDS for one in self._target_classes(members, field)]
        each = shallow_bytes // objects
        rows = [CleanerRow(class_name, name, count, count * each) for name, count in actions]
        rest = objects - sum(count for _, count in actions)
        if rest:
            rows.append(CleanerRow(class_name, "(none)", rest, rest * each))
        return rows

    def _target_classes(self, members: ObjectSet, field: str) -> list[tuple[str, int]]:
        return self._ask_reading(
            lambda native, told: native.target_classes(members.native, field, told)
        )

    def direct_buffers(self) -> DirectBuffers:
        """The direct buffers that own memory outside the heap, and what holds them.

        Looks at a hundred thousand buffers at most, and for holders of the thousand biggest.
        """
        every = self.of_class("java.nio.DirectByteBuffer")
        indices = every.page(limit=_MOST_BUFFERS)
        read = zip(indices, self._fields(indices), strict=True)
        owners = [(index, fields) for index, fields in read if not _is_view(fields)]
        owners.sort(key=lambda owner: -_capacity(owner[1]))
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, (index, fields) in enumerate(owners):
            holder = self._holder(index) if number < _MOST_HOLDERS else "(not looked at)"
            groups[_kind(fields), holder].append(_capacity(fields))
        rows = [
            DirectBufferRow(kind, holder, len(sizes), sum(sizes))
            for (kind, holder), sizes in groups.items()
        ]
        bits = self._statics("java.nio.Bits")
        return DirectBuffers(
            buffers=len(owners),
            capacity_bytes=sum(_capacity(fields) for _, fields in owners),
            views=len(indices) - len(owners),
            rows=tuple(sorted(rows, key=lambda row: -row.capacity_bytes)),
            reserved_bytes=self._count(bits, "RESERVED_MEMORY", "reservedMemory"),
            limit_bytes=self._count(bits, "MAX_MEMORY", "maxMemory"),
            unread_buffers=len(every) - len(indices),
            holders_seen=min(len(owners), _MOST_HOLDERS),
        )

    def _count(self, statics: Fields, *names: str) -> int | None:
        """A static number, or one in an AtomicLong."""
        for name in names:
            if name in statics.values:
                return int(statics.values[name])
        count = self._fields_of(statics.target(*names)).values.get("value")
        return None if count is None else int(count)

    def _holder(self, index: int) -> str:
        """`Class#field` of what holds an object, past arrays and collections of the JDK."""
        seen = {index}
        for _ in range(_MOST_STEPS):
            referrers = self.references_to(index, limit=_REFERRERS)
            holders = [row for row in referrers if _holds(row) and row.object_index not in seen]
            if not holders:
                return "(nothing but references or roots)"
            first = holders[0]
            if not _is_container(first):
                return _held_by(first)
            index = first.object_index
            seen.add(index)
        return _held_by(first)


def _is_finalizer_thread(row: ThreadRow) -> bool:
    return row.name in _FINALIZER_THREADS and row.class_name.startswith("java.lang.")


def _is_view(fields: Fields) -> bool:
    """Whether a buffer shares the memory of another one, or of a memory segment."""
    return fields.target("att", "viewedBuffer", "segment") is not None


def _capacity(fields: Fields) -> int:
    return max(0, int(fields.values.get("capacity", 0)))


def _kind(fields: Fields) -> str:
    if "fd" in fields.targets:
        return "mapped"
    return "allocated" if "cleaner" in fields.targets else "foreign"


def _holds(row: ReferenceRow) -> bool:
    return row.field != "referent" and not row.class_name.startswith("java.nio.Direct")


def _is_container(row: ReferenceRow) -> bool:
    return row.class_name.endswith("[]") or row.class_name.startswith("java.util.")


def _held_by(row: ReferenceRow) -> str:
    if row.field.startswith("<"):
        return f"{row.field} of {row.value or row.class_name}"
    owner = row.value if row.kind == "class" else row.class_name
    return f"{owner}#{row.field}"
