"""Paths to an object as a tree, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from seamew.holding import object_name
from seamew.model import PathStep
from seamew.units import format_bytes

from .text import printable

__all__ = ["dotted", "path_tree_lines"]

_LONGEST_RUN = 24


@dataclass
class _Node:
    """A step with the steps that hold it.

    `through` is its field that holds what stands above it, `skipped_steps` what lies between.
    """

    step: PathStep
    through: str = ""
    skipped_steps: int = 0
    holders: dict[int, _Node] = field(default_factory=dict)


def path_tree_lines(paths: Sequence[tuple[PathStep, ...]]) -> Iterator[str]:
    """Paths to one object as a tree: the object on top, under each object those that hold it.

    A single holder stands right below what it holds; where there are several, each begins with
    a `+` one step further in.
    """
    top: _Node | None = None
    for path in paths:
        *holders, last = path
        top = top or _Node(last)
        _add(top, holders[::-1], last)
    return _lines(top, "", "") if top else iter(())


def _add(top: _Node, holders: Sequence[PathStep], held: PathStep) -> None:
    node = top
    if not holders:
        node.step = held  # a root itself: this step says of which types
    for step in holders:
        child = node.holders.get(step.object_index)
        if child is None:
            through = "" if held.skipped_steps else held.field
            child = _Node(step, through, held.skipped_steps)
            node.holders[step.object_index] = child
        elif step.root_types:
            child.step = step
        node, held = child, step


def _lines(node: _Node, first: str, indent: str) -> Iterator[str]:
    """A node behind `first`, all that holds it behind `indent`; long runs without their middle."""
    run = [node]
    while len(run[-1].holders) == 1:
        run.extend(run[-1].holders.values())
    half = _LONGEST_RUN // 2
    for number, one in enumerate(run):
        if len(run) <= _LONGEST_RUN or not half <= number < len(run) - half:
            yield from _line(one, indent if number else first, indent)
        elif number == half:
            left_out = len(run) - 2 * half + sum(one.skipped_steps for one in run)
            yield f"{indent}... {left_out:,} more steps ..."
    for holder in run[-1].holders.values():
        yield from _lines(holder, f"{indent}+ ", f"{indent}  ")


def _line(node: _Node, first: str, indent: str) -> Iterator[str]:
    step = node.step
    if node.skipped_steps:
        yield f"{indent}... {node.skipped_steps:,} more steps ..."
    through = f"{dotted(node.through)} of " if node.through else ""
    roots = f"  [root: {', '.join(step.root_types)}]" if step.root_types else ""
    name = printable(f"{through}{object_name(step)}")  # a line break must not begin a line
    yield f"{first}{name}  {format_bytes(step.retained_bytes)}{roots}"


def dotted(name: str) -> str:
    """A field's name with a dot before it; an index or what is no field as it is."""
    return name if name.startswith(("[", "<")) else f".{name}"
