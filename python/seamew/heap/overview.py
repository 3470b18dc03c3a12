"""Questions about the whole heap: facts, histograms, roots, classes."""

from __future__ import annotations

from typing import Self

from seamew import engine
from seamew.model import (
    ClassRow,
    DumpWarning,
    HistogramDifference,
    HistogramRow,
    ObjectRow,
    RootRow,
)

from .asking import Asking
from .differences import histogram_difference

__all__ = ["OverviewQuestions"]


class OverviewQuestions(Asking):
    """Questions about the whole heap: facts, histograms, roots, classes. See `Heap`."""

    @property
    def warnings(self) -> tuple[DumpWarning, ...]:
        """What was odd or lost in the dump."""
        return engine.rows(DumpWarning, self._ask(lambda native: native.warnings()))

    def histogram(self, by: str = "class", *, exact: bool = False) -> tuple[HistogramRow, ...]:
        """Objects grouped by class, superclass, loader or package, with retained sizes.

        Those are the least that the objects of a row retain (each byte counted once), or with
        `exact` what they retain together; that costs some 50 ns an object of the heap.
        """
        return engine.rows(
            HistogramRow,
            self._ask_long(
                lambda native: native.exact_histogram(by) if exact else native.histogram(by)
            ),
        )

    def histogram_difference(
        self, before: Self, by: str = "class", *, exact: bool = False
    ) -> tuple[HistogramDifference, ...]:
        """What each label has here and by how much it has grown since `before`, another dump.

        Rows are matched by label, so classes of one name from several loaders count together.
        What has grown most (in shallow bytes) comes first; labels without change are left out.
        """
        return histogram_difference(
            before.histogram(by, exact=exact), self.histogram(by, exact=exact)
        )

    def unreachable_histogram(self) -> tuple[HistogramRow, ...]:
        """The objects that no root reaches, by class; garbage at the time of the dump."""
        found = self._ask_long(lambda native: native.unreachable_histogram())
        return engine.rows(HistogramRow, found)

    def roots(self) -> tuple[RootRow, ...]:
        """The garbage-collection roots by type."""
        return engine.rows(RootRow, self._ask_long(lambda native: native.roots()))

    def root_objects(
        self, root_type: str, *, offset: int = 0, limit: int = 100
    ) -> tuple[ObjectRow, ...]:
        """The objects that are roots of one type."""
        found = self._ask(lambda native: native.root_objects(root_type, offset, limit))
        return engine.rows(ObjectRow, found)

    def find_classes(self, pattern: str) -> tuple[ClassRow, ...]:
        """The classes of that name; `*` in the pattern stands for any text."""
        return engine.rows(ClassRow, self._ask(lambda native: native.find_classes(pattern)))

    def class_names(self) -> list[str]:
        """Class names by class id."""
        return self._ask(lambda native: native.class_names())

    def phase_seconds(self) -> list[tuple[str, float]]:
        """How long each phase of opening took."""
        return self._ask(lambda native: native.phase_seconds())
