"""The stand-ins for dataclasses and rich do as the real ones."""

from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

import pytest
from rich.cells import cell_len as rich_cell_len

from seamew.collector import cells
from seamew.collector import dataclass as stand_in


def classes(module: ModuleType) -> dict[str, Any]:
    """The same dataclasses, made by the real module or by its stand-in."""

    @module.dataclass(frozen=True)
    class Base:
        name: str
        size: int = 3
        parts: tuple[int, ...] = ()

    @module.dataclass(frozen=True, kw_only=True)
    class Child(Base):
        size: int = 4
        extra: list[int] = module.field(default_factory=list)
        hidden: int = module.field(default=5, repr=False, compare=False)

    @module.dataclass
    class Counted:
        count: int = 0
        double: int = module.field(init=False, default=0)

        def __post_init__(self) -> None:
            self.double = self.count * 2

    @module.dataclass(frozen=True, order=True)
    class Ordered:
        first: int
        second: str

    class Heir(Base):
        pass

    return {one.__name__: one for one in (Base, Child, Counted, Ordered, Heir)}


REAL, OURS = classes(dataclasses), classes(stand_in)


def tried(build: Any) -> object:  # noqa: ANN401
    """A repr, or the kind of error."""
    try:
        return repr(build()).replace("classes.<locals>.", "")
    except (TypeError, AttributeError) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    "build",
    [
        lambda known, _: known["Base"]("a"),
        lambda known, _: known["Base"]("a", 2, parts=(1,)),
        lambda known, _: known["Base"](),
        lambda known, _: known["Base"]("a", 1, (), 4),
        lambda known, _: known["Base"]("a", name="b"),
        lambda known, _: known["Base"]("a", other=1),
        lambda known, _: known["Base"]("a") == known["Base"]("a"),
        lambda known, _: known["Base"]("a") == known["Heir"]("a"),
        lambda known, _: hash(known["Base"]("a")) == hash(known["Base"]("a")),
        lambda known, _: known["Child"]("a", extra=[1]),
        lambda known, _: known["Child"]("a").extra is known["Child"]("a").extra,
        lambda known, _: known["Child"]("a", hidden=1) == known["Child"]("a", hidden=2),
        lambda known, _: known["Counted"](4),
        lambda known, _: known["Counted"](4, double=3),
        lambda known, _: hash(known["Counted"](4)),
        lambda known, _: sorted([known["Ordered"](2, "a"), known["Ordered"](1, "b")]),
        lambda known, module: module.replace(known["Child"]("a"), size=9),
        lambda known, module: module.replace(known["Counted"](1), count=5),
        lambda known, module: module.asdict(known["Base"]("a", parts=(known["Base"]("b"),))),
        lambda known, module: module.astuple(known["Ordered"](1, "b")),
        lambda known, module: [one.name for one in module.fields(known["Child"])],
        lambda known, module: [one.name for one in module.fields(known["Heir"]("a"))],
        lambda known, module: module.is_dataclass(known["Base"]),
        lambda known, module: module.is_dataclass(known["Base"]("a")),
        lambda _, module: module.is_dataclass(3),
        lambda _, module: module.fields(3),
        lambda known, _: setattr(known["Base"]("a"), "name", "b"),
        lambda known, _: delattr(known["Base"]("a"), "name"),
        lambda known, _: known["Base"].size,
    ],
)
def test_a_dataclass_is_as_the_real_one(build: Any) -> None:  # noqa: ANN401
    ours = tried(lambda: build(OURS, stand_in))
    assert ours == tried(lambda: build(REAL, dataclasses))


@pytest.mark.parametrize(
    "text", ["", "abc", "äöü", "日本語", "한국어", "e\u0301", "│├─", "█▏", "\uff21", "…"]
)
def test_text_is_as_wide_as_rich_says(text: str) -> None:
    assert cells.cell_len(text) == rich_cell_len(text)
