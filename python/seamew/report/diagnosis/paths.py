"""A path from a root, one step a line."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import object_name
from seamew.model import PathStep
from seamew.units import format_bytes, format_count
from seamew.wording import Language, Text

__all__ = ["path_lines"]

_SHOWN_STEPS = 24


def path_lines(
    path: tuple[PathStep, ...], *, indent: str = "", language: Language = Language.ENGLISH
) -> Iterator[str]:
    """A path from a root, one step a line; the middle of a very long one is left out."""
    half = _SHOWN_STEPS // 2
    for number, step in enumerate(path):
        if len(path) > _SHOWN_STEPS and half <= number < len(path) - half:
            if number == half:
                left_out = len(path) - 2 * half + sum(step.skipped_steps for step in path)
                more = Text(
                    "... {count} more steps ...",
                    "... 还有 {count} 步 ...",
                    count=format_count(left_out),
                )
                yield f"{indent}{more.in_language(language)}"
            continue
        field = f"{_field_text(step.field)} -> " if step.field else ""
        roots = "" if number else _roots(step, language)
        yield f"{indent}{field}{object_name(step)}  {format_bytes(step.retained_bytes)}{roots}"


def _roots(step: PathStep, language: Language) -> str:
    if not step.root_types:
        return ""
    root = Text("  [root: {types}]", "  [根：{types}]", types=", ".join(step.root_types))
    return root.in_language(language)


def _field_text(field: str) -> str:
    return field if field.startswith(("[", "<")) else f".{field}"
