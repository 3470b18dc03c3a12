"""The arguments by which commands take a set of objects."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import click

from seamew.heap import Heap, ObjectSet, is_object_name

__all__ = ["Selection", "selects_objects"]

_HELP = {
    "subclasses": "The instances of subclasses too.",
    "class_objects": "The class objects of the patterns too.",
    "loaded": "All instances of what the named class loaders have loaded.",
    "retained": "All objects that those named retain together.",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user named; no names: everything."""

    what: tuple[str, ...]
    subclasses: bool
    class_objects: bool
    loaded: bool
    retained: bool

    def of(self, heap: Heap) -> ObjectSet:
        """The objects named."""
        found = heap.select(
            *self.what,
            subclasses=self.subclasses,
            class_objects=self.class_objects,
            loaded=self.loaded,
        )
        return heap.retained_objects(found) if self.retained and self.what else found

    @property
    def is_empty(self) -> bool:
        """Whether nothing was named, and none of the options given."""
        return not any(getattr(self, field.name) for field in fields(self))

    @property
    def is_one_object(self) -> bool:
        """Whether it is one object's name and nothing more."""
        options = self.subclasses or self.class_objects or self.loaded or self.retained
        return len(self.what) == 1 and is_object_name(self.what[0]) and not options

    @property
    def text(self) -> str:
        """The names, as they were written."""
        return " ".join(self.what)


def selects_objects(
    *, required: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the argument [WHAT]... and its options, as a parameter `selection`.

    To be written below `dump_command`. WHAT are class patterns, 0xADDRESS, @id or Class#n.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **values: Any) -> Any:  # noqa: ANN401 (the command's own)
            own = {field.name: values.pop(field.name) for field in fields(Selection)}
            return function(*args, selection=Selection(**own), **values)

        wrapped: Callable[..., Any] = call
        for name, text in reversed(_HELP.items()):
            wrapped = click.option(f"--{name.replace('_', '-')}", name, is_flag=True, help=text)(
                wrapped
            )
        metavar = "WHAT..." if required else "[WHAT]..."
        return click.argument("what", metavar=metavar, nargs=-1, required=required)(wrapped)

    return decorate
