"""How Equinox (3.10 and later) and Felix (4 and later) keep their bundles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .reading import Fields, Reading

__all__ = ["FoundBundle", "FrameworkReading", "Revision", "Wiring"]

_MODULES = "org.eclipse.osgi.container.ModuleRevisions"
_FELIX = "org.apache.felix.framework.Felix"
_FELIX_BUNDLES = "org.apache.felix.framework.BundleImpl"
_FELIX_NAME, _SYSTEM_LOCATION = "org.apache.felix.framework", "System Bundle"
_FELIX_STATES = {
    1: "UNINSTALLED",
    2: "INSTALLED",
    4: "RESOLVED",
    8: "STARTING",
    16: "STOPPING",
    32: "ACTIVE",
}
_WIRING_CLASSES = (
    "org.eclipse.osgi.container.ModuleWiring",
    "org.apache.felix.framework.BundleWiringImpl",
)
_NOTHING = Fields({}, {})


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of a bundle: each update makes one.

    `owner` is Equinox's ModuleRevisions or Felix's BundleImpl, of which a bundle has one.
    """

    object_index: int
    symbolic_name: str | None
    version: str | None
    owner: int | None

    @property
    def name(self) -> str | None:
        """Name and version."""
        return " ".join(filter(None, (self.symbolic_name, self.version))) or None


@dataclass(frozen=True, slots=True)
class Wiring:
    """A revision as it was resolved; the framework makes a class loader for each.

    `is_valid`: the framework has not disposed of it.
    """

    revision: Revision
    is_valid: bool


@dataclass(frozen=True, slots=True)
class FoundBundle:
    """A bundle as its framework keeps it.

    `owner` is what its revisions name as theirs, `object_index` the object that services name.
    """

    framework: str
    owner: int
    object_index: int
    current: Revision | None
    bundle_id: int | None
    symbolic_name: str | None
    state: str | None
    location: str | None


class FrameworkReading(Reading):
    """Reads what frameworks know of bundles: many objects at a time, for there may be thousands."""

    def _bundles_of_equinox(self) -> Iterator[FoundBundle]:
        owners = self._instances(_MODULES)
        fields = self._fields(owners)
        currents = self._currents(fields, "uninstalledCurrent", "revisions")
        indices = [one.target("module") for one in fields]
        modules = self._fields_at(indices)
        states = self._fields_at([module.target("state") for module in modules])
        columns = zip(
            owners,
            indices,
            currents,
            self._fields_at([module.target("id") for module in modules]),
            self._texts_at([state.target("name") for state in states]),
            self._texts_at([module.target("location") for module in modules]),
            strict=True,
        )
        for owner, module, current, number, state, location in columns:
            if module is not None:
                name = current.symbolic_name if current else None
                own_id = number.values.get("value")
                yield FoundBundle("Equinox", owner, module, current, own_id, name, state, location)

    def _bundles_of_felix(self) -> Iterator[FoundBundle]:
        frameworks = self._instances(_FELIX)
        owners = [*frameworks, *self._instances(_FELIX_BUNDLES)]
        fields = self._fields(owners)
        currents = self._currents(fields, "m_currentRevision", "m_revisions")
        archives = self._fields_at([one.target("m_archive") for one in fields])
        locations = self._texts_at([archive.target("m_originalLocation") for archive in archives])
        columns = zip(owners, fields, currents, archives, locations, strict=True)
        for owner, own, current, archive, location in columns:
            name = current.symbolic_name if current else None
            own_id = archive.values.get("m_id")
            if owner in frameworks:
                # Felix has no fields for these: its own code and the specification say them.
                name, own_id, location = _FELIX_NAME, 0, _SYSTEM_LOCATION  # noqa: PLW2901
            state = _FELIX_STATES.get(own.values.get("m_state", 0))
            yield FoundBundle("Felix", owner, owner, current, own_id, name, state, location)

    def _currents(self, owners: Sequence[Fields], field: str, others: str) -> list[Revision | None]:
        """The current revisions: that of the field, else the first in the list of all."""
        return self._revisions(
            [
                owner.target(field) or next(iter(self._list(owner.target(others))), None)
                for owner in owners
            ]
        )

    def _wirings(self, loaders: Sequence[Fields]) -> list[Wiring | None]:
        """The wiring that each class loader was made for; None for those of no framework."""
        known = {index for name in _WIRING_CLASSES for index in self._instances(name)}
        if not known:
            return [None] * len(loaders)
        delegates = self._fields_at([loader.target("delegate") for loader in loaders])
        indices = [
            loader.target("m_wiring", "this$0")
            if delegate.target("wiring") is None
            else delegate.target("wiring")
            for loader, delegate in zip(loaders, delegates, strict=True)
        ]
        fields = self._fields_at([index if index in known else None for index in indices])
        revisions = self._revisions([one.target("revision", "m_revision") for one in fields])
        return [
            Wiring(revision, _is_valid(one)) if revision else None
            for revision, one in zip(revisions, fields, strict=True)
        ]

    def _revisions(self, indices: Sequence[int | None]) -> list[Revision | None]:
        """Revisions by the objects that stand for them; None for None."""
        fields = self._fields_at(indices)
        names = self._texts_at([one.target("symbolicName", "m_symbolicName") for one in fields])
        versions = self._versions([one.target("version", "m_version") for one in fields])
        return [
            None
            if index is None
            else Revision(index, name, version, one.target("revisions", "m_bundle"))
            for index, name, version, one in zip(indices, names, versions, fields, strict=True)
        ]

    def _versions(self, indices: Sequence[int | None]) -> list[str | None]:
        fields = self._fields_at(indices)
        qualifiers = self._texts_at([one.target("qualifier") for one in fields])
        return [
            _version(one, qualifier) if one.values else None
            for one, qualifier in zip(fields, qualifiers, strict=True)
        ]

    def _fields_at(self, indices: Sequence[int | None]) -> list[Fields]:
        """The fields of each object; none for None."""
        found = iter(self._fields([index for index in indices if index is not None]))
        return [_NOTHING if index is None else next(found) for index in indices]

    def _texts_at(self, indices: Sequence[int | None]) -> list[str | None]:
        """The text of each string; None for None and for other objects."""
        found = iter(self._strings([index for index in indices if index is not None]))
        return [None if index is None else next(found) for index in indices]

    def _list(self, index: int | None) -> list[int]:
        """The elements of an ArrayList."""
        return self._elements(self._fields_of(index).target("elementData"))


def _is_valid(wiring: Fields) -> bool:
    return bool(wiring.values.get("isValid", not wiring.values.get("m_isDisposed", False)))


def _version(fields: Fields, qualifier: str | None) -> str:
    numbers = [str(fields.values.get(part, 0)) for part in ("major", "minor", "micro")]
    return ".".join([*numbers, *([qualifier] if qualifier else [])])
