"""Class loaders: what they loaded, which applications are stopped, which classes are double."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from seamew import engine
from seamew.model import (
    HistogramRow,
    LoaderRow,
    ObjectRow,
    RepeatedClassRow,
    RepeatedLoaderRow,
)

from .asking import ObjectName
from .frameworks import FrameworkReading
from .overview import OverviewQuestions
from .reading import Fields

__all__ = ["LoaderQuestions"]

_NAME_FIELDS = ("contextName", "_name", "name")
_JETTY_STATES = {-1: "FAILED", 0: "STOPPED", 1: "STARTING", 2: "STARTED", 3: "STOPPING"}
_STATE_CLASSES = (
    "org.apache.catalina.LifecycleState",
    "org.eclipse.jetty.util.component.AbstractLifeCycle$State",
)
_STOPPED = {"STOPPING_PREP", "STOPPING", "STOPPED", "DESTROYING", "DESTROYED"}


class LoaderQuestions(OverviewQuestions, FrameworkReading):
    """Questions about class loaders. See `Heap`."""

    def loaders(self) -> tuple[LoaderRow, ...]:
        """All class loaders, by address; the system loader is the first."""
        found = self._ask_long(lambda native: native.loaders())
        rows = engine.rows(LoaderRow, found)
        fields = self._fields([row.object_index for row in rows])
        described = [self._described(row, own) for row, own in zip(rows, fields, strict=True)]
        wirings = self._wirings(fields)
        return tuple(
            replace(row, name=wiring.revision.name) if wiring else row
            for row, wiring in zip(described, wirings, strict=True)
        )

    def loader_classes(self, name: ObjectName) -> tuple[HistogramRow, ...]:
        """The classes that a loader defined, with their instances; as in the histogram."""
        index = self.resolve(name)
        labels = {self._label(row) for row in self.loaders() if row.object_index == index}
        return tuple(row for row in self.histogram() if row.loader in labels)

    def duplicate_classes(self) -> tuple[RepeatedClassRow, ...]:
        """Names that two classes or more have, most loaders and classes first; no arrays."""
        groups: dict[str, list[HistogramRow]] = defaultdict(list)
        for row in self.histogram():
            if not row.label.endswith("[]"):
                groups[row.label].append(row)
        retained = {self._label(row): row.retained_bytes for row in self.loaders()}
        rows = [
            _duplicate(name, members, retained)
            for name, members in groups.items()
            if len(members) > 1
        ]
        return tuple(
            sorted(rows, key=lambda row: (-row.loaders, -row.classes, -row.loaders_retained_bytes))
        )

    def repeated_loaders(self) -> tuple[RepeatedLoaderRow, ...]:
        """Loaders of one class and name that are there more than once, biggest first."""
        groups: dict[tuple[str, str], list[LoaderRow]] = defaultdict(list)
        for row in self.loaders():
            if row.name is not None:
                groups[row.class_name, row.name].append(row)
        rows = [
            RepeatedLoaderRow(*key, len(members), sum(row.retained_bytes for row in members))
            for key, members in groups.items()
            if len(members) > 1
        ]
        return tuple(sorted(rows, key=lambda row: -row.retained_bytes))

    @staticmethod
    def _label(row: LoaderRow) -> str:
        return row.class_name if not row.address else f"{row.class_name} @ {row.address:#x}"

    def _described(self, row: LoaderRow, fields: Fields) -> LoaderRow:
        if not row.address:
            return row
        name = self._string(fields.target(*_NAME_FIELDS)) or self._first_place(fields)
        state = self._state(fields)
        return replace(row, name=name, state=state, is_stopped=state in _STOPPED)

    def _first_place(self, fields: Fields) -> str | None:
        """The first URL of an URLClassLoader."""
        urls = self._elements(self._follow(fields.target("ucp"), "path", "elementData"))
        if not urls:
            return None
        url = self._fields_of(urls[0])
        parts = [self._string(url.target(part)) or "" for part in ("protocol", "host", "file")]
        host = f"//{parts[1]}" if parts[1] else ""
        return f"{parts[0]}:{host}{parts[2]}".lstrip(":") or None

    def _state(self, fields: Fields) -> str | None:
        """What Tomcat's loader, or the web application of Jetty's, says of itself."""
        if "contextName" in fields.targets and "started" in fields.values:
            return "STARTED" if fields.values["started"] else "STOPPED"
        application = self._fields_of(fields.target("_context"))
        if "_state" in application.values:
            return _JETTY_STATES.get(application.values["_state"])
        state = fields.target("state") or application.target("_state")
        if state is None or self._row(state).class_name not in _STATE_CLASSES:
            return None
        return self._string(self._follow(state, "name"))

    def _row(self, index: int) -> ObjectRow:
        (row,) = engine.rows(ObjectRow, self._ask(lambda native: native.object_rows([index])))
        return row


def _duplicate(
    name: str, members: Sequence[HistogramRow], retained: Mapping[str, int]
) -> RepeatedClassRow:
    loaders = dict.fromkeys(row.loader or "<unknown>" for row in members)
    return RepeatedClassRow(
        class_name=name,
        classes=len(members),
        loaders=len(loaders),
        objects=sum(row.objects for row in members),
        shallow_bytes=sum(row.shallow_bytes for row in members),
        retained_bytes=sum(row.retained_bytes or 0 for row in members),
        loaders_retained_bytes=sum(retained.get(loader, 0) for loader in loaders),
        loader_names=tuple(loaders),
    )
