"""Writes the JSON Schema of `seamew diagnose --json` from the model: json_schema.py FILE."""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from seamew.model import Diagnosis, DumpWarning
from seamew.report.json import SCHEMA
from seamew.wording import Text

__all__ = ["schema"]

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def schema() -> str:
    """The schema, as JSON."""
    definitions: dict[str, Any] = {}
    diagnosis = _of(Diagnosis, definitions)
    warning = _of(DumpWarning, definitions)
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}:diagnose",
        "title": "What `seamew diagnose --json` writes",
        "description": "New fields may appear at any time; those that are here stay.",
        "type": "object",
        "required": ["schema", "command", "result", "warnings"],
        "properties": {
            "schema": {"const": SCHEMA},
            "command": {"const": "diagnose"},
            "result": diagnosis,
            "warnings": {"type": "array", "items": warning},
        },
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(whole, indent=2) + "\n"


def _of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 (any type)
    """The schema of a type; those of dataclasses are kept in `definitions`."""
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if kind is Text:
        return {"type": "string"}
    if get_origin(kind) is UnionType:
        return _any_of([_of(one, definitions) for one in get_args(kind)])
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), definitions)
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _of(get_args(kind)[1], definitions)}
    if is_dataclass(kind):
        return _reference(kind, definitions)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    raise TypeError(kind)


def _any_of(kinds: list[dict[str, Any]]) -> dict[str, Any]:
    if all(list(one) == ["type"] for one in kinds):
        return {"type": [one["type"] for one in kinds]}
    return {"anyOf": kinds}


def _tuple(kinds: tuple[Any, ...], definitions: dict[str, Any]) -> dict[str, Any]:
    if kinds[-1] is Ellipsis:
        return {"type": "array", "items": _of(kinds[0], definitions)}
    items = [_of(one, definitions) for one in kinds]
    return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}


def _reference(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # it may contain itself
        hints = get_type_hints(kind)
        properties = {
            "class" if one.name == "class_name" else one.name: (
                {"type": "string", "pattern": "^0x[0-9a-f]+$"}
                if one.name == "address"
                else _of(hints[one.name], definitions)
            )
            for one in fields(kind)
        }
        definitions[name] = {
            "description": " ".join((inspect.getdoc(kind) or "").split()),
            "type": "object",
            "required": list(properties),
            "properties": properties,
        }
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema(), encoding="utf-8")
