"""How objects are called in sentences."""

from __future__ import annotations

from seamew.model import ObjectRow
from seamew.units import format_address

__all__ = ["object_name"]


def object_name(row: ObjectRow) -> str:
    """An object as people read it: class, address, and the value that tells it apart."""
    address = format_address(row.address)
    if row.kind == "class":
        return f"class {row.value or '?'}"
    if row.kind == "thread":
        return f'thread "{row.value or "?"}" ({row.class_name} @ {address})'
    if row.kind.endswith("_array") and row.length is not None:
        return f"{row.class_name[:-1]}{row.length}] @ {address}"
    return f"{row.class_name} @ {address}"
