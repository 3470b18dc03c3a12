"""What SQL can ask of a heap: every table, column and function, described once.

docs/reference/sql.md, `.tables`, `.schema` and completion are made from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "FUNCTIONS",
    "INSTANCE_COLUMNS",
    "SQL_TYPES",
    "TABLES",
    "CatalogColumn",
    "CatalogFunction",
    "CatalogTable",
    "ColumnType",
]

ColumnType: TypeAlias = Literal["boolean", "integer", "float", "text", "id", "address"]
"""What the values of a column are."""

SQL_TYPES: dict[ColumnType, str] = {
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "id": "UINTEGER",
    "address": "UBIGINT",
}
"""The types as DuckDB calls them."""


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A column of a table, or a parameter of a function."""

    name: str
    type: ColumnType
    doc: str

    @property
    def sql_type(self) -> str:
        """The type as DuckDB calls it."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table: a row for each `what`; `cost` says what reading it takes."""

    name: str
    what: str
    columns: tuple[CatalogColumn, ...]
    cost: str = "from the index"


@dataclass(frozen=True, slots=True)
class CatalogFunction:
    """A function of `parameters`. A table function gives `columns`, a scalar one a `result`."""

    name: str
    parameters: str
    doc: str
    columns: tuple[CatalogColumn, ...] = ()
    result: ColumnType | None = None

    @property
    def call(self) -> str:
        """How it is called."""
        return f"{self.name}({self.parameters})"


def _columns(*described: tuple[str, ColumnType, str]) -> tuple[CatalogColumn, ...]:
    return tuple(CatalogColumn(*one) for one in described)


_ID = CatalogColumn("id", "id", "the object's id, as MAT counts them: `@id` elsewhere in Seamew")
_ADDRESS = CatalogColumn("address", "address", "where the object starts")
_CLASS = CatalogColumn("class", "text", "name of its class")
_SHALLOW = CatalogColumn("shallow_bytes", "integer", "bytes of the object itself")
_RETAINED = CatalogColumn("retained_bytes", "integer", "bytes that would be freed with it")
_WALK = "a walk over the dump, about a second a gigabyte, for columns marked ◦; else the index"

INSTANCE_COLUMNS = (_ID, _ADDRESS, _CLASS, _SHALLOW, _RETAINED)
"""The columns that the table of a class begins with, before the fields."""

_OBJECTS = CatalogTable(
    "objects",
    "reachable object",
    (
        _ID,
        _ADDRESS,
        _CLASS,
        *_columns(
            ("class_id", "integer", "`classes.class_id`"),
            (
                "kind",
                "text",
                "instance, object_array, primitive_array, class, thread or class_loader",
            ),
        ),
        _SHALLOW,
        _RETAINED,
        *_columns(("dominator_id", "id", "its immediate dominator; null where only roots hold it")),
    ),
)

_CLASSES = CatalogTable(
    "classes",
    "class, with or without instances",
    _columns(
        ("class_id", "integer", "number of the class; several may have one name"),
        ("name", "text", "its name: `java.lang.String`, `byte[]`, `com.acme.Cache$Entry`"),
        ("id", "id", "the class object; null where it is not reachable"),
        ("superclass_id", "integer", "`class_id` of the class above"),
        ("superclass", "text", "name of the class above"),
        ("loader_id", "id", "`loaders.id`: what loaded it; 0 is the system class loader"),
        ("instances", "integer", "reachable objects of exactly this class"),
        ("instance_bytes", "integer", "shallow bytes of one instance; null for arrays"),
        ("shallow_bytes", "integer", "shallow bytes of the instances"),
        ("retained_bytes", "integer", "what the instances retain, at least"),
    ),
)

_LOADERS = CatalogTable(
    "loaders",
    "class loader",
    _columns(
        ("id", "id", "the loader; 0 is the system class loader"),
        ("address", "address", "where it starts"),
        ("class", "text", "its class"),
        ("name", "text", "what it calls itself, or the first place it loads from"),
        ("parent_id", "id", "the loader it asks first"),
        ("classes", "integer", "classes that it defined"),
        ("instances", "integer", "objects of these classes"),
        ("instances_shallow_bytes", "integer", "their shallow bytes"),
        ("instances_retained_bytes", "integer", "what they retain, at least"),
        ("retained_bytes", "integer", "what the loader itself retains"),
        ("state", "text", "what the loader, or its web application, says of itself"),
    ),
    "milliseconds",
)

_ROOTS = CatalogTable(
    "roots",
    "object that is a GC root, and kind of root",
    (
        _ID,
        _CLASS,
        _SHALLOW,
        _RETAINED,
        *_columns(
            ("type", "text", "System Class, JNI Global, Thread, Busy Monitor ..."),
            ("records", "integer", "how many records of the dump say so"),
        ),
    ),
)

_THREADS = CatalogTable(
    "threads",
    "thread",
    _columns(
        ("id", "id", "the thread object"),
        ("address", "address", "where it starts"),
        ("class", "text", "its class"),
        ("name", "text", "its name"),
        ("java_thread_id", "integer", "what `Thread.getId` says"),
        ("thread_group", "text", "name of its thread group"),
        ("state", "text", "RUNNABLE, BLOCKED, WAITING ..., as `Thread.getState` says"),
        ("is_daemon", "boolean", "whether it is a daemon"),
        ("is_virtual", "boolean", "whether it is a virtual thread"),
        ("is_alive", "boolean", "started, and not ended"),
        ("priority", "integer", "its priority"),
        ("context_class_loader", "text", "its context class loader"),
        ("shallow_bytes", "integer", "bytes of the thread object"),
        ("retained_bytes", "integer", "what would be freed with it, its locals included"),
        ("max_local_retained_bytes", "integer", "the most that one of its locals retains"),
        ("frames", "integer", "frames on its stack"),
        ("carrier_id", "id", "the thread that runs it, for a mounted virtual thread"),
        ("blocker_id", "id", "what it is parked for"),
    ),
    "milliseconds",
)

_FRAMES = CatalogTable(
    "frames",
    "stack frame",
    _columns(
        ("thread_id", "id", "`threads.id`"),
        ("thread", "text", "the thread's name"),
        ("depth", "integer", "0 for the top frame"),
        ("frame", "text", "the frame as a Java stack trace has it"),
        ("locals", "integer", "objects that the frame holds"),
    ),
    "milliseconds",
)

_LOCALS = CatalogTable(
    "locals",
    "object that a stack frame holds",
    _columns(
        ("thread_id", "id", "`threads.id`"),
        ("thread", "text", "the thread's name"),
        ("depth", "integer", "the frame: 0 for the top one"),
        ("frame", "text", "the frame as a Java stack trace has it"),
        ("id", "id", "the object"),
        ("class", "text", "name of its class"),
        ("value", "text", "its readable value"),
        ("root_type", "text", "Java Local, JNI Local or Native Stack"),
        ("shallow_bytes", "integer", "bytes of the object itself"),
        ("retained_bytes", "integer", "bytes that would be freed with it"),
    ),
    "milliseconds",
)

_STRINGS = CatalogTable(
    "strings",
    "java.lang.String",
    (
        _ID,
        _ADDRESS,
        _SHALLOW,
        _RETAINED,
        *_columns(
            ("text", "text", "◦ its text, at most a million characters of it"),
            ("length", "integer", "◦ its length in UTF-16 units, as Java counts"),
        ),
    ),
    "two walks over the dump for columns marked ◦; else from the index",
)

_ARRAYS = CatalogTable(
    "arrays",
    "array",
    (
        _ID,
        _ADDRESS,
        _CLASS,
        _SHALLOW,
        _RETAINED,
        *_columns(
            ("length", "integer", "◦ number of elements"),
            ("element_type", "text", "◦ Object, int, byte ..."),
        ),
    ),
    _WALK,
)

_COLLECTIONS = CatalogTable(
    "collections",
    "known collection: list, queue, set or map",
    (
        _ID,
        _ADDRESS,
        _CLASS,
        _SHALLOW,
        _RETAINED,
        *_columns(
            ("kind", "text", "list, queue, set, map or multimap"),
            ("size", "integer", "number of entries; null where it cannot be read"),
            ("capacity", "integer", "places in the backing array"),
            ("fill_ratio", "float", "size by capacity"),
            ("collision_ratio", "float", "share of a hash table's entries in a taken bucket"),
            ("wasted_bytes", "integer", "bytes of places that nothing is in"),
        ),
    ),
    "a walk over the dump, about a second a gigabyte",
)

_REFERENCES = CatalogTable(
    "references",
    "pair of objects of which one refers to the other, by one field or several",
    _columns(
        ("source_id", "id", "the object that refers"),
        ("target_id", "id", "the object referred to; an object's class is left out"),
        ("source_class", "text", "class of the object that refers"),
        ("target_class", "text", "class of the object referred to"),
        ("field", "text", "◦ the fields or elements that do; some ten microseconds a row"),
    ),
)

_FIELDS = CatalogTable(
    "fields",
    "field of an instance, and static field of a class object",
    (
        _ID,
        _CLASS,
        *_columns(
            ("field", "text", "name of the field"),
            ("type", "text", "Object, int, boolean ..."),
            ("declaring_class", "text", "the class that declares it"),
            ("value", "text", "a primitive value as text; null for references"),
            ("target_id", "id", "the object referred to; null for null"),
        ),
    ),
    "a walk over the dump, about a second a gigabyte and 10 million fields",
)

_DOMINATORS = CatalogTable(
    "dominators",
    "object in the dominator tree, in preorder",
    (
        _ID,
        *_columns(("dominator_id", "id", "its immediate dominator; null at the top")),
        _RETAINED,
        *_columns(
            ("retained_objects", "integer", "objects that would be freed with it, itself too"),
            ("position", "integer", "place in preorder; what it retains follows"),
            ("depth", "integer", "dominators above it"),
        ),
    ),
)

TABLES: tuple[CatalogTable, ...] = (
    _OBJECTS,
    _CLASSES,
    _LOADERS,
    _ROOTS,
    _THREADS,
    _FRAMES,
    _LOCALS,
    _STRINGS,
    _ARRAYS,
    _COLLECTIONS,
    _REFERENCES,
    _FIELDS,
    _DOMINATORS,
)
"""The tables, in the order in which they are described."""

_REFERENCE_COLUMNS = _columns(
    ("id", "id", "the object at the other end"),
    ("field", "text", "the field, `[12]` in an array, or `<class>` and the like"),
)
_ID_COLUMN = _columns(("id", "id", "an object"))

FUNCTIONS: tuple[CatalogFunction, ...] = (
    CatalogFunction(
        "outbounds", "id", "what the object refers to, its class too", _REFERENCE_COLUMNS
    ),
    CatalogFunction("inbounds", "id", "what refers to the object", _REFERENCE_COLUMNS),
    CatalogFunction(
        "path_to_root",
        "id",
        "a shortest path from a GC root to the object, without weak references",
        _columns(
            ("step", "integer", "0 for the root"),
            ("id", "id", "the object on the way"),
            ("class", "text", "its class"),
            ("field", "text", "the field by which the step before holds it"),
            ("retained_bytes", "integer", "what it retains"),
        ),
    ),
    CatalogFunction(
        "dominated", "id", "what the object immediately dominates, biggest first", _ID_COLUMN
    ),
    CatalogFunction(
        "retained_set",
        "ids",
        "all that would be freed with an object, or with all objects of a list: "
        "`retained_set(7)`, `retained_set([7, 9])`, "
        "`retained_set((SELECT list(id) FROM ...))`",
        _ID_COLUMN,
    ),
    CatalogFunction(
        "entries",
        "id",
        "what a known collection holds; `key` and `value` are readable values",
        _columns(
            ("key_id", "id", "the key of a map, where it is an object"),
            ("key", "text", "what it says"),
            ("value_id", "id", "the value of a map, or the element"),
            ("value", "text", "what it says"),
        ),
    ),
    CatalogFunction(
        "to_string",
        "id",
        "the readable value of an object: a string's text (256 characters), a thread's name, a "
        "box's number, a class's name",
        result="text",
    ),
    CatalogFunction("class_of", "id", "name of the object's class", result="text"),
    CatalogFunction(
        "retained", "id", "bytes that would be freed with the object", result="integer"
    ),
    CatalogFunction(
        "field",
        "id, 'path'",
        "what a path of fields leads to, `'owner.name'`, as text: a primitive value, or the "
        "readable value of an object; null where a null is on the way, or there is no such field",
        result="text",
    ),
    CatalogFunction(
        "field_id",
        "id, 'path'",
        "the object that a path of fields leads to",
        result="id",
    ),
)
"""The functions, those that give tables first."""
