"""Writing one object's value to a file that only its owner can read."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from seamew.errors import UsageError
from seamew.heap import Heap
from seamew.model import ObjectDetail
from seamew.report.columns import described

__all__ = ["refuse_existing", "value_chunks", "write_private"]

_PAGE_ELEMENTS = 65_536
_LONGEST_TEXT = (1 << 31) - 1


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise UsageError if the file is there and may not be replaced."""
    if path.is_dir():
        message = "is a folder"
        raise UsageError(message, hint="name a file", path=str(path))
    if path.exists() and not path.is_file():
        # Replacing a device or a pipe by a file would take it away from everyone.
        message = "is no ordinary file"
        raise UsageError(message, hint="name another file", path=str(path))
    if not force and os.path.lexists(path):
        message = "the file exists already"
        raise UsageError(message, hint="--force replaces it", path=str(path))


def write_private(path: Path, chunks: Iterable[bytes], *, force: bool) -> int:
    """Write a new file, readable by its owner only; returns its bytes.

    With `force` an old file stays as it was until the new one is whole.
    """
    refuse_existing(path, force=force)
    target = path.with_name(f".{path.name}.{os.getpid()}.part") if force else path
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            written = sum(map(file.write, chunks))
        if force:
            target.replace(path)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    return written


def value_chunks(heap: Heap, detail: ObjectDetail, first: int, count: int) -> Iterator[bytes]:
    """The value of an object: bytes as they are, text as UTF-8, else an element a line.

    Of arrays only `count` elements from `first` on. Raises UsageError for objects without a
    value of that kind.
    """
    index = detail.object_index
    pages = _pages(first, count, _PAGE_ELEMENTS)
    if detail.class_name == "byte[]":
        for start, size in pages:
            yield heap.array_bytes(index, offset=start, limit=size)
    elif detail.class_name == "char[]":
        decoder = getincrementaldecoder("utf-16-be")("replace")
        for start, size in pages:
            yield decoder.decode(heap.array_bytes(index, offset=start, limit=size)).encode()
        yield decoder.decode(b"", final=True).encode()
    elif detail.kind == "primitive_array":
        for start, size in pages:
            values = heap.array_values(index, offset=start, limit=size)
            yield "".join(f"{_value_text(value)}\n" for value in values).encode()
    elif detail.kind == "object_array":
        for start, size in pages:
            rows = heap.array_elements(index, offset=start, limit=size)
            lines = ("null" if row is None else described(row) for row in rows)
            yield "".join(f"{line}\n" for line in lines).encode()
    else:
        text = heap.text(index, limit=_LONGEST_TEXT)
        if text is None:
            message = f"{described(detail)} has no value to save"
            raise UsageError(message, hint="arrays, strings and string builders have one")
        yield text.encode()


def _pages(first: int, count: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(first, first + count, size):
        yield start, min(size, first + count - start)


def _value_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
