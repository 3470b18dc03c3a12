"""Heaps for tests, built in Python and written as HPROF 1.0.2 with 8-byte identifiers.

    heap = HeapBuilder()
    cache = heap.klass("com.acme.Cache", fields={"entries": "object"}, statics={"ALL": None})
    cache.statics["ALL"] = heap.array("java.lang.Object[]", [heap.string("a"), heap.data(1 << 20)])
    heap.root(cache, "System Class")
    heap.write("cache.hprof")

Only what tests need: no stack frames without a thread, no constant pools.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

__all__ = ["ArrayObject", "ClassObject", "DataObject", "HeapBuilder", "InstanceObject"]

_TYPES = {
    "object": (2, "Q"),
    "boolean": (4, "?"),
    "char": (5, "H"),
    "float": (6, "f"),
    "double": (7, "d"),
    "byte": (8, "b"),
    "short": (9, "h"),
    "int": (10, "i"),
    "long": (11, "q"),
}
_ROOTS = {
    "Unknown": (0xFF, ""),
    "JNI Global": (0x01, "Q"),
    "JNI Local": (0x02, "II"),
    "Java Local": (0x03, "II"),
    "Native Stack": (0x04, "I"),
    "System Class": (0x05, ""),
    "Thread Block": (0x06, "I"),
    "Busy Monitor": (0x07, ""),
}
_STRING, _LOAD_CLASS, _STACK_FRAME, _STACK_TRACE = 0x01, 0x02, 0x04, 0x05
_HEAP_DUMP_SEGMENT, _HEAP_DUMP_END = 0x1C, 0x2C
_CLASS_DUMP, _INSTANCE, _OBJECT_ARRAY, _PRIMITIVE_ARRAY, _THREAD_ROOT = 0x20, 0x21, 0x22, 0x23, 0x08
_DESCRIPTORS = {
    "boolean": "Z",
    "char": "C",
    "float": "F",
    "double": "D",
    "byte": "B",
    "short": "S",
    "int": "I",
    "long": "J",
}
_FIRST_STRING = 0x1000
_FIRST_CLASS_ADDRESS = 0x6_0000_0000
_FIRST_ADDRESS = 0x7_0000_0000
_CLASS_STEP = 0x200
_HEADER_BYTES = 16
_ARRAY_HEADER_BYTES = 24
_LATIN_1_LAST = 0xFF
_TAKEN_AT_MS = 1_700_000_000_000
_FRAMES_APART = 0x1_0000
_FIRST_LINE = 10

Value: TypeAlias = "HeapObject | bool | int | float | None"


@dataclass(eq=False)
class HeapObject:
    """Anything with an address."""

    address: int


@dataclass(eq=False)
class ClassObject(HeapObject):
    """A class. `fields` are its own, by name and type; `statics` hold references or ints."""

    name: str
    superclass: ClassObject | None
    loader: HeapObject | None
    fields: dict[str, str]
    statics: dict[str, Value]

    def all_fields(self) -> Iterator[tuple[str, str]]:
        """Fields in the order of an instance dump: own first, then the superclass's."""
        yield from self.fields.items()
        if self.superclass is not None:
            yield from self.superclass.all_fields()


@dataclass(eq=False)
class InstanceObject(HeapObject):
    """An instance; missing values are zero or null."""

    klass: ClassObject
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class ArrayObject(HeapObject):
    """An object array."""

    klass: ClassObject
    elements: list[HeapObject | None]


@dataclass(eq=False)
class DataObject(HeapObject):
    """A primitive array."""

    type: str
    content: bytes


class HeapBuilder:
    """Collects classes, objects and roots, and writes them as a heap dump.

    Objects lie densely in address order as in a heap without compressed references (headers of
    16 bytes, references of 8); class objects lie apart, below.
    """

    def __init__(self) -> None:
        self.objects: list[HeapObject] = []
        self.roots: list[tuple[HeapObject, str, tuple[int, ...]]] = []
        self.threads: list[tuple[HeapObject, list[tuple[str, str]]]] = []
        self._classes: dict[str, ClassObject] = {}
        self._next_class = _FIRST_CLASS_ADDRESS
        self._next = _FIRST_ADDRESS
        self.klass("java.lang.Object", superclass=None)
        self.klass("java.lang.Class")
        self.klass("java.lang.ClassLoader")
        self.klass("java.lang.String", fields={"value": "object", "coder": "byte"})
        self.klass("java.lang.Thread", fields={"name": "object", "threadStatus": "int"})
        self.klass("java.lang.ref.Reference", fields={"referent": "object", "next": "object"})
        self.klass("java.lang.ref.WeakReference", superclass="java.lang.ref.Reference")
        for name in _TYPES:
            if name != "object":
                self.klass(f"{name}[]")

    def klass(
        self,
        name: str,
        *,
        superclass: str | None = "java.lang.Object",
        loader: HeapObject | None = None,
        fields: Mapping[str, str] | None = None,
        statics: Mapping[str, Value] | None = None,
    ) -> ClassObject:
        """The class of that name; made with these properties if there is none yet.

        Without a loader it is one of the system's, and a root.
        """
        if name not in self._classes:
            above = self.klass(superclass) if superclass else None
            made = ClassObject(
                self._next_class, name, above, loader, dict(fields or {}), dict(statics or {})
            )
            self._next_class += _CLASS_STEP
            self._classes[name] = made
            self.objects.append(made)
        return self._classes[name]

    def instance(self, klass: ClassObject | str, **values: Value) -> InstanceObject:
        """An instance with these field values."""
        owner = self.klass(klass) if isinstance(klass, str) else klass
        size = sum(_width(type_name) for _, type_name in owner.all_fields())
        made = InstanceObject(self._address(_HEADER_BYTES + size), owner, values)
        self.objects.append(made)
        return made

    def array(self, name: str, elements: Iterable[HeapObject | None]) -> ArrayObject:
        """An object array; `name` is the array's class, `java.lang.Object[]`."""
        listed = list(elements)
        address = self._address(_ARRAY_HEADER_BYTES + 8 * len(listed))
        made = ArrayObject(address, self.klass(name), listed)
        self.objects.append(made)
        return made

    def data(self, length: int, type_name: str = "byte") -> DataObject:
        """A primitive array of zeros."""
        return self._data(bytes(length * _width(type_name)), type_name)

    def byte_array(self, content: bytes) -> DataObject:
        """A byte[] with this content."""
        return self._data(content, "byte")

    def string(self, text: str) -> InstanceObject:
        """A string as JDK 9 and later have it: Latin-1 or UTF-16 bytes."""
        latin = all(ord(character) <= _LATIN_1_LAST for character in text)
        content = self._data(text.encode("latin-1" if latin else "utf-16-le"), "byte")
        return self.instance("java.lang.String", value=content, coder=0 if latin else 1)

    def thread(
        self, name: str, frames: Iterable[tuple[str, str]] = (), klass: str = "java.lang.Thread"
    ) -> InstanceObject:
        """A running thread, which is a root, with (class, method) frames, the innermost first."""
        made = self.instance(klass, name=self.string(name), threadStatus=5)
        self.threads.append((made, list(frames)))
        return made

    def root(self, target: HeapObject, kind: str = "JNI Global", *numbers: int) -> None:
        """Make an object a root.

        A Java Local takes the thread's number (from 1, in order of `thread` calls) and a frame's.
        """
        self.roots.append((target, kind, numbers))

    def content(self) -> bytes:
        """The dump."""
        return b"".join(_Writer(self).records())

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the dump; returns its path."""
        target = Path(path)
        target.write_bytes(self.content())
        return target

    def _data(self, content: bytes, type_name: str) -> DataObject:
        made = DataObject(self._address(_ARRAY_HEADER_BYTES + len(content)), type_name, content)
        self.objects.append(made)
        return made

    def _address(self, size: int) -> int:
        address = self._next
        self._next += -(-size // 8) * 8
        return address


class _Writer:
    """The records of one dump."""

    def __init__(self, heap: HeapBuilder) -> None:
        self._heap = heap
        self._strings: dict[str, int] = {}
        self._classes = [one for one in heap.objects if isinstance(one, ClassObject)]
        self._serials = {one.address: number for number, one in enumerate(self._classes, 1)}

    def records(self) -> Iterator[bytes]:
        """Header, names, classes, stacks, heap: the order in which HotSpot writes them."""
        body = [*self._load_classes(), *self._stacks()]
        heap = b"".join([*self._class_dumps(), *self._object_dumps(), *self._root_records()])
        yield b"JAVA PROFILE 1.0.2\0" + struct.pack(">IQ", 8, _TAKEN_AT_MS)
        for text, number in self._strings.items():
            yield _record(_STRING, struct.pack(">Q", number) + text.encode())
        yield from body
        yield _record(_HEAP_DUMP_SEGMENT, heap)
        yield _record(_HEAP_DUMP_END, b"")

    def _string(self, text: str) -> int:
        return self._strings.setdefault(text, _FIRST_STRING + len(self._strings))

    def _load_classes(self) -> Iterator[bytes]:
        for one in self._classes:
            name = self._string(_binary_name(one.name))
            serial = self._serials[one.address]
            yield _record(_LOAD_CLASS, struct.pack(">IQIQ", serial, one.address, 0, name))

    def _stacks(self) -> Iterator[bytes]:
        serials = {one.name: self._serials[one.address] for one in self._classes}
        yield _record(_STACK_TRACE, struct.pack(">III", 1, 0, 0))
        for number, (_, frames) in enumerate(self._heap.threads, 1):
            first = number * _FRAMES_APART
            for depth, (class_name, method) in enumerate(frames):
                source = self._string(class_name.split("$")[0].rpartition(".")[2] + ".java")
                texts = (self._string(method), self._string("()V"), source)
                serial = serials.get(class_name, 0)
                line = _FIRST_LINE + depth
                yield _record(
                    _STACK_FRAME, struct.pack(">QQQQIi", first + depth, *texts, serial, line)
                )
            ids = struct.pack(f">{len(frames)}Q", *range(first, first + len(frames)))
            yield _record(_STACK_TRACE, struct.pack(">III", 1 + number, number, len(frames)) + ids)

    def _class_dumps(self) -> Iterator[bytes]:
        for one in self._classes:
            above = one.superclass.address if one.superclass else 0
            loader = one.loader.address if one.loader else 0
            size = sum(_width(type_name) for _, type_name in one.all_fields())
            yield struct.pack(
                ">BQIQQQQQQI", _CLASS_DUMP, one.address, 0, above, loader, 0, 0, 0, 0, size
            )
            yield struct.pack(">HH", 0, len(one.statics))
            for name, value in one.statics.items():
                type_name = "int" if isinstance(value, int) else "object"
                code, _ = _TYPES[type_name]
                yield struct.pack(">QB", self._string(name), code) + _packed(type_name, value)
            yield struct.pack(">H", len(one.fields))
            for name, type_name in one.fields.items():
                yield struct.pack(">QB", self._string(name), _TYPES[type_name][0])

    def _object_dumps(self) -> Iterator[bytes]:
        for one in self._heap.objects:
            if isinstance(one, InstanceObject):
                content = b"".join(
                    _packed(type_name, one.values.get(name))
                    for name, type_name in one.klass.all_fields()
                )
                head = (_INSTANCE, one.address, 0, one.klass.address, len(content))
                yield struct.pack(">BQIQI", *head) + content
            elif isinstance(one, ArrayObject):
                head = (_OBJECT_ARRAY, one.address, 0, len(one.elements), one.klass.address)
                yield struct.pack(">BQIIQ", *head)
                yield b"".join(_packed("object", element) for element in one.elements)
            elif isinstance(one, DataObject):
                code = _TYPES[one.type][0]
                length = len(one.content) // _width(one.type)
                yield struct.pack(">BQIIB", _PRIMITIVE_ARRAY, one.address, 0, length, code)
                yield one.content

    def _root_records(self) -> Iterator[bytes]:
        for one in self._classes:
            if one.loader is None:
                yield struct.pack(">BQ", _ROOTS["System Class"][0], one.address)
        for number, (thread, _) in enumerate(self._heap.threads, 1):
            yield struct.pack(">BQII", _THREAD_ROOT, thread.address, number, 1 + number)
        for target, kind, numbers in self._heap.roots:
            tag, layout = _ROOTS[kind]
            filled = (*numbers, *(0,) * (len(layout) - len(numbers)))
            yield struct.pack(f">BQ{layout}", tag, target.address, *filled)


def _record(tag: int, content: bytes) -> bytes:
    return struct.pack(">BII", tag, 0, len(content)) + content


def _width(type_name: str) -> int:
    return struct.calcsize(">" + _TYPES[type_name][1])


def _packed(type_name: str, value: Value) -> bytes:
    plain = value.address if isinstance(value, HeapObject) else value or 0
    return struct.pack(">" + _TYPES[type_name][1], plain)


def _binary_name(name: str) -> str:
    """java.lang.Object[] as HPROF has it: [Ljava/lang/Object; and int[] as [I."""
    dimensions, element = name.count("[]"), name.replace("[]", "")
    if not dimensions:
        return name.replace(".", "/")
    code = _DESCRIPTORS.get(element) or f"L{element.replace('.', '/')};"
    return "[" * dimensions + code
