"""What a component (a package, a class loader's classes) takes, and what it wastes."""

from __future__ import annotations

from dataclasses import dataclass

from .objects import ObjectRow
from .tables import HistogramRow

__all__ = ["ComponentFinding", "ComponentReport", "TopComponent"]


@dataclass(frozen=True, slots=True)
class ComponentFinding:
    """What one check found in a component.

    `wasted_bytes` is what the component would be smaller by at most, None where the check measures
    no bytes; `share` that of the component. `is_notable` says whether it is worth a look.
    `details` are the rows behind it: text, objects, bytes.
    """

    check: str
    title: str
    verdict: str
    wasted_bytes: int | None
    share: float | None
    is_notable: bool
    details: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ComponentReport:
    """A component: the objects named, and all that they keep alive.

    The retained objects are those that would go with the component when weak, soft, phantom and
    finalizer references keep nothing alive. All checks look at these.
    """

    name: str
    objects: int
    shallow_bytes: int
    retained_objects: int
    retained_bytes: int
    heap_bytes: int
    classes: int
    loaders: tuple[str, ...]
    histogram: tuple[HistogramRow, ...]
    biggest: tuple[ObjectRow, ...]
    findings: tuple[ComponentFinding, ...]


@dataclass(frozen=True, slots=True)
class TopComponent:
    """A class loader whose classes' objects retain much of the heap."""

    loader: str
    loader_index: int
    classes: int
    objects: int
    retained_bytes: int
    report: ComponentReport
