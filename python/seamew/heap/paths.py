"""Questions about paths from the roots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

from seamew import engine
from seamew.errors import ObjectNotFoundError, UsageError
from seamew.model import MergedClassRow, MergedPathRow, MergedPaths, PathsFromRoots, PathStep

from .asking import ObjectName
from .exclusions import EXCLUSIONS, WEAK_REFERENCES, named_references
from .object_set import ObjectSet, What
from .sets import SetQuestions

__all__ = ["PathQuestions"]

Row = TypeVar("Row")

_TOPS = {"from-roots-by-class": "roots", "to-roots-by-class": "objects"}


class PathQuestions(SetQuestions):
    """Questions about paths from the roots. See `Heap`.

    `excludes` are references that paths do not take: weak, soft, phantom, finalizer, all, none
    (see `seamew.heap.EXCLUSIONS`), CLASS#FIELD, or CLASS for all its fields.
    """

    def path(
        self, name: ObjectName, *, excludes: Sequence[str] = WEAK_REFERENCES
    ) -> tuple[PathStep, ...]:
        """A shortest path from a root to the object, the root first; empty if none is left."""
        index, left_out = self.resolve(name), self._excludes(excludes)
        found = self._ask_long(lambda native: native.path_to_root(index, left_out))
        return engine.rows(PathStep, found)

    def paths(
        self, name: ObjectName, *, excludes: Sequence[str] = WEAK_REFERENCES, count: int = 30
    ) -> PathsFromRoots:
        """Paths to the object, at most `count`, shortest first.

        One for each root from which the object can be reached without passing another root: a
        shortest such path. Paths share the steps next to the object. A search back from the
        object; at worst it passes the whole heap, at 100 ns an object.
        """
        index, left_out = self.resolve(name), self._excludes(excludes)
        found = self._ask_long(lambda native: native.paths_to_roots(index, left_out, count))
        paths = tuple(engine.rows(PathStep, path) for path in found["paths"])
        return PathsFromRoots(paths=paths, more=found["more"])

    @overload
    def merged_paths(
        self,
        what: What | Sequence[What],
        *,
        excludes: Sequence[str] = ...,
        grouping: Literal["from-roots"] = ...,
        levels: int | None = ...,
        children: int | None = ...,
        least_objects: int = ...,
    ) -> MergedPaths[MergedPathRow]: ...

    @overload
    def merged_paths(
        self,
        what: What | Sequence[What],
        *,
        excludes: Sequence[str] = ...,
        grouping: Literal["from-roots-by-class", "to-roots-by-class"],
        levels: int | None = ...,
        children: int | None = ...,
        least_objects: int = ...,
    ) -> MergedPaths[MergedClassRow]: ...

    def merged_paths(
        self,
        what: What | Sequence[What],
        *,
        excludes: Sequence[str] = WEAK_REFERENCES,
        grouping: str = "from-roots",
        levels: int | None = None,
        children: int | None = 100,
        least_objects: int = 0,
    ) -> MergedPaths[Any]:
        """Shortest paths from the roots to all these objects, merged into a tree, in preorder.

        `grouping` from-roots gives a tree of objects below the roots, from-roots-by-class the
        same by class, to-roots-by-class one that starts with the classes of the objects asked
        about. At most `levels` levels (None: all; with long paths to-roots-by-class needs a
        limit) and `children` nodes under each node, each covering `least_objects` or more.
        Costs what leads to the objects: some 200 ns an object, and up to 16 bytes an object of
        the heap.
        """
        members, left_out = self._all_members(what).native, self._excludes(excludes)
        limits: dict[str, Any] = {
            "levels": levels,
            "children": children,
            "least_objects": least_objects,
        }
        if grouping == "from-roots":
            found = self._ask_long(lambda native: native.merged_paths(members, left_out, **limits))
            return _merged(MergedPathRow, found)
        if grouping not in _TOPS:
            message = f"grouping is from-roots, {' or '.join(_TOPS)}, not {grouping}"
            raise UsageError(message)
        top = _TOPS[grouping]
        found = self._ask_long(
            lambda native: native.merged_path_classes(members, left_out, top, **limits)
        )
        return _merged(MergedClassRow, found)

    def _all_members(self, what: What | Sequence[What]) -> ObjectSet:
        if isinstance(what, int | str | ObjectSet):
            return self.as_set(what)
        return self.select(*what) if what else self.no_objects()

    def _excludes(self, names: Sequence[str]) -> list[str]:
        """The references to leave out. Raises ObjectNotFoundError for an unknown class."""
        ready = {reference for references in EXCLUSIONS.values() for reference in references}
        found = named_references(names)
        for class_name in (name.partition("#")[0] for name in found if name not in ready):
            if not self._has_class(class_name):
                message = f"no class is named {class_name}"
                hint = f"exclude {', '.join(EXCLUSIONS)}, or a class of the heap as CLASS#FIELD"
                raise ObjectNotFoundError(message, hint=hint)
        return list(found)

    def _has_class(self, name: str) -> bool:
        return bool(self._ask(lambda native: native.find_classes(name)))


def _merged(kind: type[Row], found: Mapping[str, Any]) -> MergedPaths[Row]:
    return MergedPaths(**{**found, "rows": engine.rows(kind, found["rows"])})
