"""Bundles of OSGi frameworks: which there are, what they load, and which class loaders leak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from seamew.errors import ObjectNotFoundError
from seamew.model import (
    BundleRow,
    BundleService,
    BundleWire,
    Item,
    LeakingBundle,
    LoaderRow,
    ObjectRow,
)

from .collections import CollectionQuestions
from .frameworks import FoundBundle, Wiring
from .loaders import LoaderQuestions
from .paths import PathQuestions
from .reading import Fields

__all__ = ["BundleQuestions"]

_UNINSTALLED = "UNINSTALLED"
_OLD_CLASSES = {
    "org.eclipse.osgi.framework.internal.core.BundleHost": "Equinox before 3.10",
    "org.apache.felix.framework.ModuleImpl": "Felix before 4",
}
_WIRE_CLASSES = (
    "org.eclipse.osgi.container.ModuleWire",
    "org.apache.felix.framework.wiring.BundleWireImpl",
)
_NAMED_SPACES = {"osgi.wiring.package", "osgi.wiring.bundle", "osgi.wiring.host"}


@dataclass(frozen=True, slots=True)
class _Loader:
    """A class loader that a framework made for a bundle."""

    row: LoaderRow
    wiring: Wiring


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A bundle with what tells its revisions apart."""

    found: FoundBundle
    row: BundleRow


class BundleQuestions(PathQuestions, CollectionQuestions, LoaderQuestions):
    """Questions about the bundles of Equinox and Felix. See `Heap`.

    They read some dozen objects for each bundle, and all class loaders, as `loaders` does.
    """

    def bundles(self) -> tuple[BundleRow, ...]:
        """All bundles, those that retain most first; none where the heap has no OSGi framework.

        Uninstalled ones that are still in the heap are among them.
        """
        rows = [bundle.row for bundle in self._bundles(self._bundle_loaders()).values()]
        return tuple(sorted(rows, key=lambda row: (-row.retained_bytes, row.bundle_id or 0)))

    def unread_frameworks(self) -> tuple[str, ...]:
        """Frameworks in the heap that are too old for `bundles`."""
        return tuple(name for one, name in _OLD_CLASSES.items() if self._instances(one))

    def leaking_bundles(self, *, paths: int = 25) -> tuple[LeakingBundle, ...]:
        """Class loaders of uninstalled and replaced bundles, those that retain most first.

        The first `paths` of them with a path from a root; each costs what `path` does.
        """
        loaders = self._bundle_loaders()
        bundles = self._bundles(loaders)
        found = (_leak(bundles, loader) for loader in loaders)
        leaks = sorted(
            (leak for leak in found if leak is not None), key=lambda leak: -leak.retained_bytes
        )
        with_paths = [
            replace(leak, path=self.path(leak.loader.object_index)) for leak in leaks[:paths]
        ]
        return (*with_paths, *leaks[paths:])

    def bundle_services(self) -> tuple[BundleService, ...]:
        """The registered services, in the order of their ids."""
        bundles = self._bundles(self._bundle_loaders()).values()
        rows = {bundle.row.object_index: bundle.row for bundle in bundles}
        found = chain(self._services_of_equinox(rows), self._services_of_felix(rows))
        return tuple(sorted(found, key=lambda service: service.service_id or 0))

    def bundle_wires(self, name: int | str) -> tuple[BundleWire, ...]:
        """What a bundle has from others and others from it; `name` is its id or symbolic name.

        Raises ObjectNotFoundError where no bundle is called so.
        """
        bundles = self._bundles(self._bundle_loaders())
        wanted = {
            owner
            for owner, bundle in bundles.items()
            if str(name) in {str(bundle.row.bundle_id), bundle.row.symbolic_name}
        }
        if not wanted:
            message = f"no bundle has the id or the symbolic name {name}"
            raise ObjectNotFoundError(message, hint="seamew bundles DUMP lists all")
        return tuple(self._wires(bundles, wanted))

    def _bundle_loaders(self) -> list[_Loader]:
        rows = self.loaders()
        wirings = self._wirings(self._fields([row.object_index for row in rows]))
        pairs = zip(rows, wirings, strict=True)
        return [_Loader(row, wiring) for row, wiring in pairs if wiring is not None]

    def _bundles(self, loaders: Sequence[_Loader]) -> dict[int, _Bundle]:
        """All bundles by the owners of their revisions."""
        current = {
            loader.wiring.revision.object_index: loader.row
            for loader in loaders
            if loader.wiring.is_valid
        }
        found = [*self._bundles_of_equinox(), *self._bundles_of_felix()]
        addresses = self._addresses([bundle.object_index for bundle in found])
        return {
            bundle.owner: _Bundle(bundle, _row(bundle, address, current))
            for bundle, address in zip(found, addresses, strict=True)
        }

    def _services_of_equinox(self, bundles: Mapping[int, BundleRow]) -> Iterator[BundleService]:
        name = "org.eclipse.osgi.internal.serviceregistry.ServiceRegistrationImpl"
        for index, fields in self._registrations(name):
            if fields.values.get("state") == 0:  # else it is being unregistered
                users = [
                    self._follow(context, "bundle", "module")
                    for context in self._list(fields.target("contextsUsing"))
                ]
                yield BundleService(
                    object_index=index,
                    service_id=fields.values.get("serviceid"),
                    interfaces=self._interfaces(fields.target("clazzes")),
                    class_name=self._class_of(fields.target("service")),
                    bundle=bundles.get(self._follow(fields.target("bundle"), "module") or -1),
                    used_by=_rows(bundles, users),
                )

    def _services_of_felix(self, bundles: Mapping[int, BundleRow]) -> Iterator[BundleService]:
        users = self._users_of_felix()
        for index, fields in self._registrations(
            "org.apache.felix.framework.ServiceRegistrationImpl"
        ):
            service = fields.target("m_svcObj")
            if service is not None:  # else it has been unregistered
                number = self._fields_of(fields.target("m_serviceId"))
                yield BundleService(
                    object_index=index,
                    service_id=number.values.get("value"),
                    interfaces=self._interfaces(fields.target("m_classes")),
                    class_name=self._class_of(service),
                    bundle=bundles.get(fields.target("m_bundle") or -1),
                    used_by=_rows(bundles, users.get(index, [])),
                )

    def _registrations(self, class_name: str) -> Iterator[tuple[int, Fields]]:
        indices = self._instances(class_name)
        return zip(indices, self._fields(indices), strict=True)

    def _users_of_felix(self) -> dict[int, list[int]]:
        """By registration, the bundles that use the service."""
        users: dict[int, list[int]] = {}
        for registry in self._instances("org.apache.felix.framework.ServiceRegistry"):
            in_use = self._fields_of(registry).target("m_inUseMap")
            for bundle, counts in self._entries(in_use):
                if not isinstance(bundle, ObjectRow) or not isinstance(counts, ObjectRow):
                    continue
                for count in self._elements(counts.object_index):
                    registration = self._follow(count, "m_ref", "this$0")
                    if registration is not None:
                        users.setdefault(registration, []).append(bundle.object_index)
        return users

    def _entries(self, index: int | None) -> list[tuple[Item, Item]]:
        """Keys and values of a map; none of what is no known map."""
        try:
            rows = () if index is None else self.contents(index, limit=None).rows
        except ObjectNotFoundError:
            return []
        return [(row.key, row.value) for row in rows]

    def _interfaces(self, array: int | None) -> tuple[str, ...]:
        return tuple(filter(None, self._strings(self._elements(array))))

    def _wires(self, bundles: Mapping[int, _Bundle], wanted: set[int]) -> Iterator[BundleWire]:
        """The valid wires from or to the bundles of these owners."""
        indices = [index for name in _WIRE_CLASSES for index in self._instances(name)]
        wires = self._fields(indices)
        ends = [
            self._revisions([wire.target(*names) for wire in wires])
            for names in (("hostingRequirer", "m_requirer"), ("hostingProvider", "m_provider"))
        ]
        for index, wire, requirer, provider in zip(indices, wires, *ends, strict=True):
            owners = [end and end.owner for end in (requirer, provider)]
            if wanted.isdisjoint(owners) or not self._is_in_force(wire):
                continue
            rows = [bundles[owner].row for owner in owners if owner in bundles]
            if len(rows) == len(owners):
                space, name = self._capability(wire.target("capability", "m_cap"))
                yield BundleWire(index, space, name, *rows)

    def _is_in_force(self, wire: Fields) -> bool:
        """Whether the framework has not disposed of the wire."""
        if "isValid" in wire.values:
            return bool(wire.values["isValid"])
        return self._follow(wire.target("m_requirer"), "m_wiring") is not None

    def _capability(self, index: int | None) -> tuple[str | None, str | None]:
        """The namespace of a capability and, in those that name packages and bundles, the name."""
        fields = self._fields_of(index)
        space = self._string(fields.target("namespace", "m_namespace"))
        attributes = fields.target("attributes", "m_attrs")
        if space not in _NAMED_SPACES or attributes is None:
            return space, None
        return space, self._attribute(attributes, space)

    def _attribute(self, attributes: int, name: str) -> str | None:
        """A text in a map of a capability's attributes; None where the map cannot be read."""
        entries = self._elements(self._fields_of(attributes).target("entries"))
        if entries:  # Felix 4 and 5 have a map of their own
            for entry in self._fields(entries):
                if self._string(entry.target("key")) == name:
                    return self._string(entry.target("value"))
        for key, value in self._entries(attributes):
            if isinstance(key, ObjectRow) and key.value == name and isinstance(value, ObjectRow):
                return value.value
        return None

    def _class_of(self, index: int | None) -> str | None:
        return None if index is None else self._row(index).class_name

    def _addresses(self, indices: list[int]) -> list[int]:
        return [row["address"] for row in self._ask(lambda native: native.object_rows(indices))]


def _row(found: FoundBundle, address: int, loaders: Mapping[int, LoaderRow]) -> BundleRow:
    current = found.current
    loader = loaders.get(current.object_index) if current else None
    return BundleRow(
        object_index=found.object_index,
        address=address,
        framework=found.framework,
        bundle_id=found.bundle_id,
        symbolic_name=found.symbolic_name,
        version=current.version if current else None,
        state=found.state,
        location=found.location,
        loader=loader,
        retained_bytes=_retained_bytes(loader) if loader else 0,
    )


def _rows(bundles: Mapping[int, BundleRow], indices: Sequence[int | None]) -> tuple[BundleRow, ...]:
    return tuple(bundles[index] for index in indices if index is not None and index in bundles)


def _retained_bytes(loader: LoaderRow) -> int:
    """What a loader and its objects retain at least: one may be part of what the other retains."""
    return max(loader.retained_bytes, loader.objects_retained_bytes)


def _leak(bundles: Mapping[int, _Bundle], loader: _Loader) -> LeakingBundle | None:
    """The loader as a leak, unless its bundle has use for it."""
    revision, is_valid = loader.wiring.revision, loader.wiring.is_valid
    bundle = bundles.get(-1 if revision.owner is None else revision.owner)
    if bundle is None:
        return None
    current = bundle.found.current
    is_current = current is not None and current.object_index == revision.object_index
    is_uninstalled = bundle.row.state == _UNINSTALLED
    if is_current and is_valid and not is_uninstalled:
        return None
    return LeakingBundle(
        bundle=bundle.row,
        version=revision.version,
        reason="uninstalled" if is_uninstalled else "replaced",
        waits_for_refresh=is_valid,
        loader=loader.row,
        retained_bytes=_retained_bytes(loader.row),
        path=None,
    )
