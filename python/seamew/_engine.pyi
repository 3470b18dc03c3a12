"""The native heap engine. Only seamew.engine imports this module.

Rows cross as plain dicts whose keys are the field names of the dataclasses in seamew.model;
bulk data crosses as `Column` buffers or bytes.
"""

from typing import Any, final

__all__ = [
    "CancelledError",
    "Column",
    "DamagedDumpError",
    "DumpReadError",
    "EngineError",
    "Heap",
    "IndexUnusableError",
    "MemoryLimitError",
    "NotAHeapDumpError",
    "ObjectNotFoundError",
    "ObjectSet",
    "Progress",
    "__version__",
    "first_pass",
    "list_dumps",
    "memory_plan",
    "open_heap",
]

__version__: str

class EngineError(Exception):
    """Base of the native errors; args are (message, hint, path, offset)."""

class NotAHeapDumpError(EngineError): ...
class DamagedDumpError(EngineError): ...
class ObjectNotFoundError(EngineError): ...
class IndexUnusableError(EngineError): ...
class MemoryLimitError(EngineError): ...
class CancelledError(EngineError): ...
class DumpReadError(EngineError): ...

@final
class Progress:
    """Counters of one long operation; polled from another thread."""

    def __init__(self) -> None: ...
    def cancel(self) -> None:
        """Ask the operation to stop; it does within a block's time."""
    def snapshot(self) -> dict[str, Any]:
        """{"phase": str, "phase_index": int, "phase_count": int, "done": int, "total": int}"""
    def early(self) -> dict[str, Any] | None:
        """After the first pass: {"histogram": [HistogramRow...], "arrays": [ArrayRow...],
        "object_count": int, "heap_bytes": int}, else None."""

@final
class Column:
    """A read-only column: buffer protocol, and Arrow's C stream."""

    name: str
    format: str
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class ObjectSet:
    """A set of objects of one heap; a bitmap."""

    def __len__(self) -> int: ...
    def shallow_bytes(self) -> int: ...
    def ids(self, offset: int, limit: int) -> list[int]: ...
    def union(self, other: ObjectSet) -> ObjectSet: ...
    def intersection(self, other: ObjectSet) -> ObjectSet: ...
    def difference(self, other: ObjectSet) -> ObjectSet: ...

@final
class Heap:
    """An opened heap: dump, index, dominator tree."""

    def facts(self) -> dict[str, Any]: ...
    def warnings(self) -> list[dict[str, Any]]: ...
    def histogram(self, by: str) -> list[dict[str, Any]]:
        """by: class, superclass, loader, package. Rows: label, class_id (or None), loader,
        objects, shallow_bytes, retained_bytes (minimum retained)."""
    def unreachable_histogram(self) -> list[dict[str, Any]]: ...
    def roots(self) -> list[dict[str, Any]]:
        """Rows: type, objects (distinct objects with this root type), shallow_bytes,
        retained_bytes."""
    def root_objects(self, root_type: str, offset: int, limit: int) -> list[dict[str, Any]]: ...
    def resolve(self, text: str) -> int:
        """Object index of 0xADDRESS, @id or Class#n (the n-th instance in address order, from 0)."""
    def object_rows(self, objects: list[int]) -> list[dict[str, Any]]: ...
    def object_detail(self, object_index: int) -> dict[str, Any]: ...
    def children(self, object_index: int | None, offset: int, limit: int) -> list[dict[str, Any]]:
        """Objects immediately dominated, biggest retained first; None: by the virtual root."""
    def children_count(self, object_index: int | None) -> int: ...
    def grouped_children(self, object_index: int | None, by: str) -> list[dict[str, Any]]:
        """Children grouped by class, loader or package: label, objects, shallow_bytes, retained_bytes."""
    def sample_children(
        self,
        object_index: int | None,
        class_id: int,
        excluded: list[int],
        limit: int,
        seed: int,
    ) -> list[int]:
        """A seeded sample, without replacement and in ascending order, of the immediately
        dominated objects of one class; all of them where there are at most `limit`."""
    def dominators_of(self, object_index: int) -> list[dict[str, Any]]:
        """Chain of dominators from the object up to the topmost."""
    def dominates(self, above: int, below: int) -> bool:
        """Whether `below` is `above` or would be freed with it."""
    def inbound(self, object_index: int, offset: int, limit: int) -> list[dict[str, Any]]: ...
    def inbound_count(self, object_index: int) -> int: ...
    def outbound(self, object_index: int, offset: int, limit: int) -> list[dict[str, Any]]: ...
    def outbound_count(self, object_index: int) -> int: ...
    def path_to_root(self, object_index: int, excludes: list[str]) -> list[dict[str, Any]]:
        """Shortest path, the root first. `excludes` are CLASS#FIELD or CLASS (all its fields).
        Steps: object row + {"field": str (through which the previous step holds it)}."""
    def merged_paths(self, objects: list[int], excludes: list[str]) -> list[dict[str, Any]]:
        """Tree of shortest paths from the roots to all `objects`, as rows in preorder:
        object row + {"depth", "parent" (row number or -1), "covered_objects",
        "covered_retained_bytes"}; children by covered_objects."""
    def retained_set(self, objects: list[int]) -> list[dict[str, Any]]:
        """Exact retained set of the objects together, as histogram rows by class."""
    def retained_bytes_of(self, objects: list[int]) -> tuple[int, int]:
        """Exact (objects, bytes) retained by the objects together."""
    def exact_retained(self, by: str, labels: list[str]) -> list[tuple[int, int]]:
        """Exact (objects, bytes) retained by all instances of each label: class, loader, package."""
    def instances(self, class_name: str, offset: int, limit: int) -> list[int]:
        """Object indices of a class in address order."""
    def find_classes(self, pattern: str) -> list[dict[str, Any]]: ...
    def select(
        self,
        patterns: list[str],
        objects: list[int],
        *,
        subclasses: bool,
        class_objects: bool,
        loaded: bool,
    ) -> ObjectSet: ...
    def all_objects(self) -> ObjectSet: ...
    def retained_objects(self, objects: ObjectSet, cut: list[str]) -> ObjectSet:
        """What only the objects keep alive, those included. `cut` are references (CLASS#FIELD)
        that keep nothing alive."""
    def retained_through(self, objects: ObjectSet, fields: list[str]) -> ObjectSet:
        """What only these fields of the objects keep alive."""
    def set_histogram(self, objects: ObjectSet, by: str) -> list[dict[str, Any]]: ...
    def collections(
        self, objects: ObjectSet | None, question: dict[str, Any], progress: Progress
    ) -> tuple[int, list[dict[str, Any]]]:
        """Objects asked for that are no known collections, and the collections by class.
        question: own (shapes as dicts of strings), least_size, most_size, most_fill."""
    def collection_sizes(
        self, objects: ObjectSet | None, question: dict[str, Any], progress: Progress
    ) -> tuple[int, list[dict[str, Any]]]: ...
    def collection_fill(
        self, objects: ObjectSet | None, question: dict[str, Any], segments: int, progress: Progress
    ) -> tuple[int, list[dict[str, Any]]]: ...
    def collection_collisions(
        self, objects: ObjectSet | None, question: dict[str, Any], segments: int, progress: Progress
    ) -> tuple[int, list[dict[str, Any]]]: ...
    def collection_objects(
        self,
        objects: ObjectSet | None,
        question: dict[str, Any],
        order: str,
        page: tuple[int, int],
        progress: Progress,
    ) -> tuple[int, tuple[int, list[dict[str, Any]]]]:
        """order: size, shallow, retained, wasted; page: offset and limit. The total, and the rows."""
    def contents(
        self,
        objects: ObjectSet,
        own: list[dict[str, str]],
        key: str | None,
        page: tuple[int, int],
        progress: Progress,
    ) -> dict[str, Any]: ...
    def threads(self) -> list[dict[str, Any]]: ...
    def array_values(self, object_index: int, offset: int, limit: int) -> list[Any]: ...
    def objects_csv(self, start: int, count: int) -> bytes:
        """CSV rows (no header): address as 0x hex, shallow_bytes, retained_bytes, class."""
    def column(self, name: str) -> Column:
        """address (u64), class_id (u32), shallow_bytes (u64), retained_bytes (u64),
        dominator (u32, 0xffffffff: the virtual root)."""
    def class_names(self) -> list[str]: ...
    def phase_seconds(self) -> list[tuple[str, float]]: ...

def list_dumps(path: str) -> list[dict[str, Any]]:
    """The heap dumps in a file: index, offset, bytes, at_ms, whole."""

def first_pass(path: str, dump_index: int, size_model: str, progress: Progress) -> dict[str, Any]:
    """Histogram of every object, dead or alive, by one pass; no index. As Progress.early."""

def memory_plan(path: str, memory_bytes: int | None) -> dict[str, Any]:
    """What opening will need: objects (estimate), private_bytes, disk_bytes, tier, limit_bytes."""

def open_heap(
    path: str,
    *,
    progress: Progress,
    dump_index: int | None = None,
    index_directory: str | None = None,
    use_index: bool = True,
    keep_unreachable: bool = False,
    size_model: str = "gap",
    memory_bytes: int | None = None,
    threads: int = 0,
    strict: bool = False,
) -> Heap:
    """Opens a dump: reads its index, or builds it (and writes it unless use_index is False).
    index_directory None: beside the dump, else the user's cache folder."""

# WANTED (from the Python side; python/seamew/model/*.py holds the exact keys and their docstrings):
#  dump.py:    HeapFacts (facts), DumpWarning (warnings; `partial` -> exit code 5), DumpEntry, MemoryPlan
#  objects.py: ObjectRow (object_rows, children, dominators_of, root_objects), ReferenceRow (inbound, outbound),
#              PathStep (path_to_root: + field, root_types), MergedPathRow, ObjectDetail + FieldValue
#  tables.py:  HistogramRow, GroupRow (grouped_children; class_id for by="class", else None), RootRow, ClassRow,
#              ArrayRow, FirstPass (first_pass, Progress.early)
#  threads.py: ThreadRow + StackFrame + LocalVariable (nested dicts and lists)
#  2. excludes: CLASS#FIELD also holds for instances of the class's subclasses
#     (java.lang.ref.Reference#referent covers weak, soft, phantom and finalizer references).
#     path_to_root and merged_paths return [] when no path is left.
#  3. ObjectRow.kind: instance, object_array, primitive_array, class, thread, class_loader; ObjectRow.value of a
#     class object: the name of the class it stands for; of a thread: its name.
#  4. Root type names as MAT writes them: System Class, JNI Local, JNI Global, Thread Block, Busy Monitor,
#     Java Local, Native Stack, Thread, Finalizable, Unfinalized, Java Stack Frame, Unknown.
#  5. KeyboardInterrupt comes from Python: no native call may hold the GIL for more than about 100 ms.
