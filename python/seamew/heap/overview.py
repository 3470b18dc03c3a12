"""Questions about the whole heap: facts, histograms, roots, classes."""

from __future__ import annotations

from collections.abc import Sequence

from seamew import engine
from seamew.model import ClassRow, DumpWarning, HistogramRow, ObjectRow, RootRow

from .asking import Asking

__all__ = ["OverviewQuestions"]


class OverviewQuestions(Asking):
    """Questions about the whole heap: facts, histograms, roots, classes. See `Heap`."""

    @property
    def warnings(self) -> tuple[DumpWarning, ...]:
        """What was odd or lost in the dump."""
        return engine.rows(DumpWarning, self._ask(lambda native: native.warnings()))

    def histogram(self, by: str = "class") -> tuple[HistogramRow, ...]:
        """Objects grouped by class, superclass, loader or package; minimum retained sizes."""
        return engine.rows(HistogramRow, self._ask_long(lambda native: native.histogram(by)))

    def unreachable_histogram(self) -> tuple[HistogramRow, ...]:
        """The objects that no root reaches, by class; garbage at the time of the dump."""
        found = self._ask_long(lambda native: native.unreachable_histogram())
        return engine.rows(HistogramRow, found)

    def exact_retained(self, by: str, labels: Sequence[str]) -> list[tuple[int, int]]:
        """(objects, bytes) that all instances of each label retain together. Costs a walk each."""
        return self._ask_long(lambda native: native.exact_retained(by, list(labels)))

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
