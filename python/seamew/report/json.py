"""The one JSON envelope: {"schema": "seamew/1", "command": ..., "result": ..., "warnings": [...]}.

Field names are those of the values, but `class_name` is written as `class`; addresses are
text, `0x7c0001234`, since JSON readers lose digits of big numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from seamew.units import format_address
from seamew.wording import Language, Text

__all__ = ["SCHEMA", "envelope", "plain"]

SCHEMA = "seamew/1"


def envelope(
    command: str,
    result: object,
    warnings: Iterable[object] = (),
    language: Language = Language.ENGLISH,
) -> str:
    """The answer of a command as one line of JSON per top-level entry; texts in one language."""
    whole = {
        "schema": SCHEMA,
        "command": command,
        "result": plain(result, language),
        "warnings": plain(tuple(warnings)),
    }
    return json.dumps(whole, indent=2)


def plain(value: object, language: Language = Language.ENGLISH) -> Any:  # noqa: ANN401 (any JSON)
    """A value made of dicts, lists and scalars."""
    if isinstance(value, Text):
        return value.in_language(language)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _key(field.name): _value(field.name, getattr(value, field.name), language)
            for field in fields(value)
        }
    if isinstance(value, dict):
        return {str(key): _value(str(key), item, language) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, language) for item in value]
    return value.value if isinstance(value, Enum) else value


def _key(name: str) -> str:
    return "class" if name == "class_name" else name


def _value(name: str, value: object, language: Language) -> Any:  # noqa: ANN401
    if name == "address" and isinstance(value, int):
        return format_address(value)
    return plain(value, language)
