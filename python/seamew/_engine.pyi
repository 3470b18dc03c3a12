"""The native heap engine. Only seamew.engine imports this module.

Rows cross as plain dicts whose keys are the field names of the dataclasses in seamew.model;
bulk data crosses as `Column` buffers or bytes.
"""

from collections.abc import Iterator
from typing import Any, final

__all__ = [
    "CancelledError",
    "CollectionReader",
    "Column",
    "DamagedDumpError",
    "DumpReadError",
    "EngineError",
    "Entries",
    "Heap",
    "IndexUnusableError",
    "MemoryLimitError",
    "NotAHeapDumpError",
    "ObjectNotFoundError",
    "ObjectSet",
    "OqlAnswer",
    "Progress",
    "QueryError",
    "Table",
    "UsageError",
    "__version__",
    "arrow_schema",
    "arrow_stream",
    "check_oql",
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
class UsageError(EngineError): ...

class QueryError(EngineError):
    """A query that cannot be answered; args are (message, hint, None, character from 0)."""

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
class CollectionReader:
    """Reads collections one by one."""

    def kind(self, object_index: int) -> str | None:
        """list, queue, set, map or multimap; None for what is no known collection."""
    def size(self, object_index: int) -> int | None: ...
    def entries(self, object_index: int, limit: int | None = None) -> Entries: ...

@final
class Entries:
    """The entries of one collection."""

    def __len__(self) -> int: ...
    def page(self, offset: int, limit: int) -> list[tuple[int | None, Any, int | None, Any]]:
        """Id and primitive value of the key, id and primitive value of the value."""

@final
class Table:
    """Rows about the objects of a heap, made while they are read. See seamew.heap.HeapTable."""

    def columns(self) -> list[tuple[str, str]]:
        """Names, and what the values are: boolean, integer, float, text, id or address."""
    def estimate(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def scan(self, columns: list[int], rows: dict[str, Any] | None, progress: Progress) -> object:
        """An arrow_array_stream capsule. rows: ids, id_range, class_ids, other_ids (targets of
        references, dominators), positions (in the dominator tree); ranges as (least, most)."""

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
class OqlAnswer:
    """The answer to an OQL query, read from the beginning on."""

    def columns(self) -> list[tuple[str, str]]:
        """Names, and one of boolean, integer, float, text, object, list, any."""
    def known_count(self) -> int | None:
        """How many rows are left, where that is known without computing them."""
    def total(self) -> int | None:
        """How many rows there are without the limit, where that is known."""
    def count(self, progress: Progress) -> int:
        """Counts the rows that are left; then there are none."""
    def next(self, rows: int, progress: Progress) -> list[list[Any]] | None:
        """Some more rows, column by column; None at the end."""
    def notes(self) -> list[str]:
        """What a user should know of the rows read so far."""

@final
class Heap:
    """An opened heap: dump, index, dominator tree."""

    def oql(self, text: str, *, limit: int | None, progress: Progress) -> OqlAnswer: ...
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
    def group_tree(
        self, starts: list[int] | None, by: str, *, depth: int, limit: int, least_bytes: int
    ) -> list[dict[str, Any]]:
        """Groups of what the objects (None: the virtual root) dominate, `depth` levels deep."""
    def group_tree_of(
        self, objects: ObjectSet, by: str, *, depth: int, limit: int, least_bytes: int
    ) -> list[dict[str, Any]]:
        """The same, with the topmost members of the set on the first level."""
    def immediate_dominators(self, objects: ObjectSet, skip: list[str]) -> list[dict[str, Any]]: ...
    def big_drops(self, threshold_bytes: int) -> list[dict[str, Any]]: ...
    def field_sums(self, skip: list[str], progress: Progress) -> list[dict[str, Any]]:
        """What the fields hold that are declared by classes which no pattern in `skip` matches."""
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
    def paths_to_roots(self, object_index: int, excludes: list[str], count: int) -> dict[str, Any]:
        """{"paths": [steps as path_to_root...], "more": bool}: a shortest path from each root that
        leads to the object without passing another root, shortest first."""
    def merged_paths(
        self,
        objects: ObjectSet,
        excludes: list[str],
        *,
        levels: int | None,
        children: int | None,
        least_objects: int,
    ) -> dict[str, Any]:
        """Tree of shortest paths from the roots to all `objects`: MergedPaths, rows of objects."""
    def merged_path_classes(
        self,
        objects: ObjectSet,
        excludes: list[str],
        top: str,
        *,
        levels: int | None,
        children: int | None,
        least_objects: int,
    ) -> dict[str, Any]:
        """The same merged by class, from the top: roots or objects."""
    def references_by_class(
        self, objects: ObjectSet, *, inbound: bool, levels: int | None, children: int | None
    ) -> dict[str, Any]:
        """{"rows": [ClassReferenceRow...], "left_out": int}; `levels` counts the objects too."""
    def retained_set(self, objects: list[int]) -> list[dict[str, Any]]:
        """Exact retained set of the objects together, as histogram rows by class."""
    def retained_bytes_of(self, objects: list[int]) -> tuple[int, int]:
        """Exact (objects, bytes) retained by the objects together."""
    def exact_histogram(self, by: str) -> list[dict[str, Any]]:
        """As `histogram`, with what all objects of a row retain together, exactly."""
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
    def topmost(self, objects: ObjectSet) -> ObjectSet:
        """The members that no other member dominates."""
    def retained_through(self, objects: ObjectSet, fields: list[str]) -> ObjectSet:
        """What only these fields of the objects keep alive."""
    def set_histogram(self, objects: ObjectSet, by: str) -> list[dict[str, Any]]: ...
    def exact_set_histogram(self, objects: ObjectSet, by: str) -> list[dict[str, Any]]: ...
    def find_strings(
        self,
        objects: ObjectSet,
        pattern: str,
        *,
        ignore_case: bool,
        fixed: bool,
        progress: Progress,
    ) -> ObjectSet:
        """Strings, builders, char and byte arrays of the set whose text matches."""
    def texts_of(self, objects: ObjectSet, *, arrays: bool) -> ObjectSet:
        """The strings of the set, with `arrays` its char and byte arrays too."""
    def text_rows(
        self, objects: list[int], characters: int, progress: Progress
    ) -> list[dict[str, Any]]:
        """Object rows whose value is the text, so many characters of it, + {"characters"}."""
    def duplicates(
        self, objects: ObjectSet, kind: str, *, sort: str, limit: int, progress: Progress
    ) -> dict[str, Any]:
        """kind: strings, arrays, objects; sort: lost_bytes, objects. Sums, "classes", "rows"."""
    def array_table(self, objects: ObjectSet, progress: Progress) -> dict[str, Any]:
        """{"classes": rows, "lengths": rows}."""
    def array_fill(
        self, objects: ObjectSet, segments: int, progress: Progress
    ) -> list[dict[str, Any]]: ...
    def constant_arrays(self, objects: ObjectSet, progress: Progress) -> dict[str, Any]: ...
    def unused_room(
        self, objects: ObjectSet, least: int, limit: int, progress: Progress
    ) -> dict[str, Any]: ...
    def arrays_of(self, objects: ObjectSet) -> ObjectSet: ...
    def biggest(self, objects: ObjectSet, *, sort: str, limit: int) -> list[int]:
        """Members by retained_bytes or shallow_bytes, the biggest first."""
    def minimum_retained(self, objects: ObjectSet) -> int: ...
    def group_by(
        self, objects: ObjectSet, path: str | None, *, sort: str, limit: int, progress: Progress
    ) -> dict[str, Any]:
        """sort: objects, shallow_bytes, retained_bytes. {"objects", "total", "rows"}."""
    def find_objects(
        self, objects: ObjectSet, conditions: list[str], progress: Progress
    ) -> ObjectSet: ...
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
    def collection_survey(
        self, questions: list[tuple[dict[str, Any], str, int]], progress: Progress
    ) -> list[tuple[list[dict[str, Any]], tuple[int, list[dict[str, Any]]]]]:
        """questions: as in collections, order, limit. By class, and the total and the rows."""
    def collection_reader(self) -> CollectionReader: ...
    def contents(
        self,
        objects: ObjectSet,
        own: list[dict[str, str]],
        key: str | None,
        page: tuple[int, int],
        progress: Progress,
    ) -> dict[str, Any]: ...
    def threads(self) -> list[dict[str, Any]]: ...
    def inherited_statics(self, object_index: int) -> list[dict[str, Any]]:
        """Static fields of the object's class and those above it, as in object_detail."""
    def array_elements(
        self, object_index: int, offset: int, limit: int
    ) -> list[dict[str, Any] | None]:
        """Object rows of an object array's elements, None for null; empty for other objects."""
    def array_bytes(self, object_index: int, offset: int, limit: int) -> bytes:
        """Elements of a primitive array, big endian; empty for other objects."""
    def text(self, object_index: int, characters: int) -> str | None:
        """Text of a String, builder, char[] or byte[] (as Latin-1), None for other objects."""
    def contents_of(self, objects: list[int]) -> list[dict[str, Any]]:
        """By object {"values": {field: primitive}, "targets": {field: object index}}, without
        null fields; for class objects the statics."""
    def array_targets(self, object_index: int, offset: int, limit: int) -> list[int | None]:
        """Objects in an object array; None: null."""
    def strings(self, objects: list[int], characters: int) -> list[str | None]:
        """Texts of strings, at most so many characters; None: not a string."""
    def thread_locals(self, threads: list[int], progress: Progress) -> list[dict[str, Any]]: ...
    def loaders(self) -> list[dict[str, Any]]: ...
    def field_targets(self, objects: ObjectSet, field: str, progress: Progress) -> ObjectSet:
        """What this field of the objects refers to."""
    def target_classes(
        self, objects: ObjectSet, field: str, progress: Progress
    ) -> list[tuple[str, int]]:
        """Class names of what this field refers to, and for how many of the objects."""
    def referring(
        self, objects: ObjectSet, field: str, target: int, progress: Progress
    ) -> ObjectSet:
        """Those of the objects whose field refers to the target."""
    def referents(
        self, references: ObjectSet, field: str, progress: Progress
    ) -> tuple[int, int, list[ObjectSet]]:
        """(references, cleared ones, [referents, what only the field keeps alive, referents kept
        otherwise, those of them that only other fields of the references keep])."""
    def array_values(self, object_index: int, offset: int, limit: int) -> list[Any]: ...
    def objects_csv(self, start: int, count: int) -> bytes:
        """CSV rows (no header): address as 0x hex, shallow_bytes, retained_bytes, class."""
    def table(self, name: str) -> Table:
        """objects, classes, roots, dominators, references, strings, arrays, collections, fields."""
    def instance_table(self, class_name: str, subclasses: bool) -> Table | None:
        """The instances of the classes of that name; None: there is no such class."""
    def class_name(self, object_index: int) -> str: ...
    def object_sizes(self, object_index: int) -> tuple[int, int]:
        """(shallow, retained) bytes."""
    def object_address(self, object_index: int) -> int: ...
    def object_kind(self, object_index: int) -> str: ...
    def readable_value(self, object_index: int) -> str | None: ...
    def array_length(self, object_index: int) -> int | None: ...
    def field_contents(self, object_index: int) -> list[dict[str, Any]]:
        """Rows: name, declaring_class, type, value, target (an id)."""
    def field_end(self, object_index: int, path: str) -> tuple[Any, int | None] | None:
        """(value, target) at the end of a path of fields; None: null, or there is no such field."""
    def fields_between(self, holder: int, target: int) -> str: ...
    def outbound_slots(self, object_index: int) -> int:
        """Slots for references: elements of an array and its class, or as many as there are."""
    def outbound_page(self, object_index: int, first: int, count: int) -> list[tuple[int, str]]:
        """References out of some slots, with the fields that hold them."""
    def referrers_page(self, object_index: int, offset: int, limit: int) -> list[int]: ...
    def dominated_set(self, object_index: int) -> ObjectSet:
        """What the object immediately dominates."""
    def retained_page(self, object_index: int, offset: int, limit: int) -> list[int]:
        """What the object retains, itself the first."""
    def retained_count(self, object_index: int) -> int: ...
    def column(self, name: str) -> Column:
        """address (u64), class_id (u32), shallow_bytes (u64), retained_bytes (u64),
        dominator (u32, 0xffffffff: the virtual root)."""
    def class_names(self) -> list[str]: ...
    def phase_seconds(self) -> list[tuple[str, float]]: ...

def arrow_stream(columns: list[tuple[str, str]], batches: Iterator[Any]) -> object:
    """Batches (columns of values) as an arrow_array_stream capsule; types as in Table.columns."""

def arrow_schema(columns: list[tuple[str, str]]) -> object:
    """The arrow_schema capsule of such a stream."""

def list_dumps(path: str) -> list[dict[str, Any]]:
    """The heap dumps in a file: index, offset, bytes, at_ms, whole."""

def check_oql(text: str) -> None:
    """Raises QueryError for a text that is no OQL query."""

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
#              ObjectDetail + FieldValue
#  paths.py:   PathStep (path_to_root: + field, root_types), MergedPaths, MergedPathRow, MergedClassRow,
#              ClassReferences, ClassReferenceRow
#  tables.py:  HistogramRow, GroupRow (grouped_children; class_id for by="class", else None), RootRow, ClassRow,
#              ArrayRow, FirstPass (first_pass, Progress.early)
#  threads.py: ThreadRow + StackFrame + LocalVariable (nested dicts and lists)
#  2. excludes: CLASS#FIELD also holds for instances of the class's subclasses
#     (java.lang.ref.Reference#referent covers weak, soft, phantom and finalizer references).
#     path_to_root returns [] when no path is left.
#  3. ObjectRow.kind: instance, object_array, primitive_array, class, thread, class_loader; ObjectRow.value of a
#     class object: the name of the class it stands for; of a thread: its name.
#  4. Root type names as MAT writes them: System Class, JNI Local, JNI Global, Thread Block, Busy Monitor,
#     Java Local, Native Stack, Thread, Finalizable, Unfinalized, Java Stack Frame, Unknown.
#  5. KeyboardInterrupt comes from Python: no native call may hold the GIL for more than about 100 ms.
