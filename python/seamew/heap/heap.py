"""An opened heap: typed questions to the native engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from seamew import engine
from seamew.errors import ClosedHeapError
from seamew.model import (
    ClassRow,
    DumpWarning,
    GroupRow,
    HeapFacts,
    HistogramRow,
    MergedPathRow,
    ObjectDetail,
    ObjectRow,
    PathStep,
    ReferenceRow,
    RootRow,
    ThreadRow,
)

from .columns import Column

__all__ = ["WEAK_REFERENCES", "Heap", "ObjectName"]

ObjectName: TypeAlias = int | str
"""An object index, or `0xADDRESS`, `@id`, `Class#n`."""

WEAK_REFERENCES = (
    "java.lang.ref.Reference#referent",
    "java.lang.ref.Finalizer#unfinalized",
    "java.lang.Runtime#<unfinalized>",
)
"""References that keep nothing alive for long; paths leave them out."""

Result = TypeVar("Result")

_CSV_CHUNK_OBJECTS = 65_536


class Heap:
    """An opened heap dump. Use it in a `with` block, or call `close`.

    Objects are named by their index (an int, in address order), by `0xADDRESS`, `@id` or
    `Class#n`. All sizes are bytes. Methods raise ObjectNotFoundError for unknown objects and
    ClosedHeapError after `close`. Rows come in pages of `limit` from `offset`.
    """

    def __init__(self, native: engine.NativeHeap) -> None:
        self._native: engine.NativeHeap | None = native

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and its memory. Columns taken before stay valid."""
        self._native = None

    def _ask(self, question: Callable[[engine.NativeHeap], Result]) -> Result:
        """A short native call."""
        native = self._opened()
        return engine.call(lambda: question(native))

    def _ask_long(self, question: Callable[[engine.NativeHeap], Result]) -> Result:
        """A native call that may take seconds, in a thread so that Ctrl-C works."""
        native = self._opened()
        return engine.call_interruptibly(lambda: question(native))

    def _opened(self) -> engine.NativeHeap:
        if self._native is None:
            message = "the heap is closed"
            raise ClosedHeapError(message, hint="open the dump again")
        return self._native

    # ---- the whole ---------------------------------------------------------------------------

    @cached_property
    def facts(self) -> HeapFacts:
        """The overview: sizes, counts, format, object layout, JVM."""
        return HeapFacts(**self._ask(lambda native: native.facts()))

    @property
    def warnings(self) -> tuple[DumpWarning, ...]:
        """What was odd or lost in the dump."""
        return engine.rows(DumpWarning, self._ask(lambda native: native.warnings()))

    def histogram(self, by: str = "class") -> tuple[HistogramRow, ...]:
        """Objects grouped by class, superclass, loader or package; minimum retained sizes."""
        return engine.rows(HistogramRow, self._ask_long(lambda native: native.histogram(by)))

    def unreachable_histogram(self) -> tuple[HistogramRow, ...]:
        """The objects that no root reaches, by class; garbage at the time of the dump."""
        found = self._ask_long(lambda native: native.unreachable_histogram())
        return engine.rows(HistogramRow, found)

    def exact_retained(self, by: str, labels: Sequence[str]) -> list[tuple[int, int]]:
        """(objects, bytes) that all instances of each label retain together. Costs a walk each."""
        return self._ask_long(lambda native: native.exact_retained(by, list(labels)))

    def roots(self) -> tuple[RootRow, ...]:
        """The garbage-collection roots by type."""
        return engine.rows(RootRow, self._ask_long(lambda native: native.roots()))

    def root_objects(
        self, root_type: str, *, offset: int = 0, limit: int = 100
    ) -> tuple[ObjectRow, ...]:
        """The objects that are roots of one type."""
        found = self._ask(lambda native: native.root_objects(root_type, offset, limit))
        return engine.rows(ObjectRow, found)

    def threads(self) -> tuple[ThreadRow, ...]:
        """The threads with their stacks, locals and what these retain."""
        return self._threads

    @cached_property
    def _threads(self) -> tuple[ThreadRow, ...]:
        return engine.thread_rows(self._ask_long(lambda native: native.threads()))

    # ---- objects and classes -----------------------------------------------------------------

    def resolve(self, name: ObjectName) -> int:
        """The index of a named object."""
        if isinstance(name, int):
            return name
        return self._ask(lambda native: native.resolve(name))

    def rows(self, names: Sequence[ObjectName]) -> tuple[ObjectRow, ...]:
        """The named objects."""
        indices = [self.resolve(name) for name in names]
        return engine.rows(ObjectRow, self._ask(lambda native: native.object_rows(indices)))

    def row(self, name: ObjectName) -> ObjectRow:
        """One object."""
        return self.rows([name])[0]

    def object(self, name: ObjectName) -> ObjectDetail:
        """An object with its fields and their values."""
        index = self.resolve(name)
        return engine.detail(self._ask(lambda native: native.object_detail(index)))

    def instances(self, class_name: str, *, offset: int = 0, limit: int = 100) -> list[int]:
        """The indices of a class's instances, in address order."""
        return self._ask(lambda native: native.instances(class_name, offset, limit))

    def find_classes(self, pattern: str) -> tuple[ClassRow, ...]:
        """The classes of that name; `*` in the pattern stands for any text."""
        return engine.rows(ClassRow, self._ask(lambda native: native.find_classes(pattern)))

    def array_values(self, name: ObjectName, *, offset: int = 0, limit: int = 100) -> list[Any]:
        """Elements of a primitive array: numbers, booleans or characters."""
        index = self.resolve(name)
        return self._ask(lambda native: native.array_values(index, offset, limit))

    # ---- dominators --------------------------------------------------------------------------

    def dominated(
        self, name: ObjectName | None = None, *, offset: int = 0, limit: int = 100
    ) -> tuple[ObjectRow, ...]:
        """The objects that this one immediately dominates, biggest first. None: the topmost."""
        index = self._optional(name)
        found = self._ask(lambda native: native.children(index, offset, limit))
        return engine.rows(ObjectRow, found)

    def dominated_count(self, name: ObjectName | None = None) -> int:
        """How many objects this one immediately dominates."""
        index = self._optional(name)
        return self._ask(lambda native: native.children_count(index))

    def dominated_groups(
        self, name: ObjectName | None = None, by: str = "class"
    ) -> tuple[GroupRow, ...]:
        """The immediately dominated objects by class, loader or package, biggest first."""
        index = self._optional(name)
        found = self._ask_long(lambda native: native.grouped_children(index, by))
        return engine.rows(GroupRow, found)

    def sample_dominated(
        self,
        name: ObjectName | None,
        class_id: int,
        *,
        excluded: Sequence[int] = (),
        limit: int = 10_000,
        seed: int = 0,
    ) -> list[int]:
        """At most `limit` immediately dominated objects of a class: a sample fixed by `seed`."""
        index = self._optional(name)
        return self._ask_long(
            lambda native: native.sample_children(index, class_id, list(excluded), limit, seed)
        )

    def dominators_of(self, name: ObjectName) -> tuple[ObjectRow, ...]:
        """The chain of dominators from the object up to the topmost."""
        index = self.resolve(name)
        return engine.rows(ObjectRow, self._ask(lambda native: native.dominators_of(index)))

    def dominates(self, above: int, below: int) -> bool:
        """Whether `below` is the object `above` or would be freed with it."""
        return self._ask(lambda native: native.dominates(above, below))

    def retained_set(self, names: Sequence[ObjectName]) -> tuple[HistogramRow, ...]:
        """What would be freed with all these objects, by class. Costs a walk of the heap."""
        indices = [self.resolve(name) for name in names]
        return engine.rows(
            HistogramRow, self._ask_long(lambda native: native.retained_set(indices))
        )

    def retained_bytes_of(self, names: Sequence[ObjectName]) -> tuple[int, int]:
        """(objects, bytes) that would be freed with all these objects."""
        indices = [self.resolve(name) for name in names]
        return self._ask_long(lambda native: native.retained_bytes_of(indices))

    def _optional(self, name: ObjectName | None) -> int | None:
        return None if name is None else self.resolve(name)

    # ---- references --------------------------------------------------------------------------

    def references_from(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> tuple[ReferenceRow, ...]:
        """The objects that this one refers to, with the fields."""
        index = self.resolve(name)
        found = self._ask(lambda native: native.outbound(index, offset, limit))
        return engine.rows(ReferenceRow, found)

    def references_to(
        self, name: ObjectName, *, offset: int = 0, limit: int = 100
    ) -> tuple[ReferenceRow, ...]:
        """The objects that refer to this one, with the fields."""
        index = self.resolve(name)
        found = self._ask(lambda native: native.inbound(index, offset, limit))
        return engine.rows(ReferenceRow, found)

    def reference_counts(self, name: ObjectName) -> tuple[int, int]:
        """How many references enter and leave the object."""
        index = self.resolve(name)
        return self._ask(lambda native: (native.inbound_count(index), native.outbound_count(index)))

    def path(
        self, name: ObjectName, *, excludes: Sequence[str] = WEAK_REFERENCES
    ) -> tuple[PathStep, ...]:
        """A shortest path from a root to the object, the root first; empty if none is left.

        `excludes` are references to ignore, as CLASS#FIELD or CLASS (then all its fields).
        """
        index = self.resolve(name)
        found = self._ask_long(lambda native: native.path_to_root(index, list(excludes)))
        return engine.rows(PathStep, found)

    def merged_paths(
        self, names: Sequence[ObjectName], *, excludes: Sequence[str] = WEAK_REFERENCES
    ) -> tuple[MergedPathRow, ...]:
        """The tree of shortest paths from the roots to all these objects, in preorder."""
        indices = [self.resolve(name) for name in names]
        found = self._ask_long(lambda native: native.merged_paths(indices, list(excludes)))
        return engine.rows(MergedPathRow, found)

    # ---- bulk --------------------------------------------------------------------------------

    def column(self, name: str) -> Column:
        """address, class_id, shallow_bytes, retained_bytes or dominator, one value per object."""
        return Column(self._ask(lambda native: native.column(name)))

    def class_names(self) -> list[str]:
        """Class names by class id."""
        return self._ask(lambda native: native.class_names())

    def objects_csv(self) -> Iterator[bytes]:
        """All objects in address order as CSV rows without a header, in chunks.

        Columns: address (0x hex), shallow_bytes, retained_bytes, class.
        """
        for start in range(0, self.facts.object_count, _CSV_CHUNK_OBJECTS):
            yield self.objects_csv_chunk(start, _CSV_CHUNK_OBJECTS)

    def objects_csv_chunk(self, start: int, count: int) -> bytes:
        """CSV rows of `count` objects from an index on."""
        return self._ask(lambda native: native.objects_csv(start, count))

    def phase_seconds(self) -> list[tuple[str, float]]:
        """How long each phase of opening took."""
        return self._ask(lambda native: native.phase_seconds())
