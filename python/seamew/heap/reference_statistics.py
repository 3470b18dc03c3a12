"""What soft, weak, phantom and other references refer to, and what else keeps it alive."""

from __future__ import annotations

from seamew import engine
from seamew.errors import ObjectNotFoundError
from seamew.model import HistogramRow, LeakedReferent, ObjectRow, ReferenceStatistics

from .object_set import ObjectSet, What
from .paths import PathQuestions

__all__ = ["REFERENCE_KINDS", "ReferenceStatisticsQuestions"]

REFERENCE_KINDS = {
    "soft": "java.lang.ref.SoftReference",
    "weak": "java.lang.ref.WeakReference",
    "phantom": "java.lang.ref.PhantomReference",
    "finalizer": "java.lang.ref.FinalReference",
}
"""Short names of the JDK's kinds of references."""

_EXAMPLES = 3


class ReferenceStatisticsQuestions(PathQuestions):
    """Questions about what references refer to. See `Heap`."""

    def reference_statistics(self, *what: What, field: str = "referent") -> ReferenceStatistics:
        """What these objects refer to by a field, and what only that keeps alive.

        `what` are soft, weak, phantom or finalizer, class patterns (subclasses come with them),
        objects or sets. Raises ObjectNotFoundError where they have no such field. Walks the heap
        twice, about 60 ns an object, and once for each of at most three examples.
        """
        names = [REFERENCE_KINDS.get(one, one) if isinstance(one, str) else one for one in what]
        references = self.select(*names, subclasses=True)
        count, cleared, sets = self._ask_reading(
            lambda native, told: native.referents(references.native, field, told)
        )
        if not count and len(references):
            message = f"{' '.join(map(str, what))} has no reference field named {field}"
            raise ObjectNotFoundError(message, hint="`seamew object DUMP CLASS#0` lists the fields")
        referents, only, kept, by_references = (ObjectSet(one) for one in sets)
        return ReferenceStatistics(
            classes=tuple(str(name) for name in names),
            field=field,
            references=count,
            cleared=cleared,
            referents=self.set_histogram(referents),
            only=self.set_histogram(only),
            kept=self.set_histogram(kept),
            kept_by_references=self._histogram_unless_empty(by_references),
            examples=tuple(self._leaked(index) for index in by_references.page(limit=_EXAMPLES)),
        )

    def _histogram_unless_empty(self, members: ObjectSet) -> tuple[HistogramRow, ...]:
        return self.set_histogram(members) if len(members) else ()

    def _leaked(self, index: int) -> LeakedReferent:
        (row,) = engine.rows(ObjectRow, self._ask(lambda native: native.object_rows([index])))
        return LeakedReferent(row, self.path(index))
