"""Bundles of OSGi frameworks, their class loaders, services and wires. All sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .paths import PathStep
from .runtime import LoaderRow

__all__ = ["BundleRow", "BundleService", "BundleWire", "LeakingBundle"]


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle of a framework, Equinox or Felix.

    `object_index` is the object that stands for it there. `state` is the framework's word: ACTIVE,
    RESOLVED, UNINSTALLED and so on. `loader` is the class loader of what is current of the bundle:
    None for fragments, for bundles that have loaded nothing yet, and for the framework itself.
    Loader and objects together retain at least `retained_bytes`.
    """

    object_index: int
    address: int
    framework: str
    bundle_id: int | None
    symbolic_name: str | None
    version: str | None
    state: str | None
    location: str | None
    loader: LoaderRow | None
    retained_bytes: int


@dataclass(frozen=True, slots=True)
class LeakingBundle:
    """A class loader that its bundle has no use for, and that is still there.

    `reason` is uninstalled or replaced (the bundle was updated or refreshed); `version` is the one
    that the loader was made for. With `waits_for_refresh` the framework itself keeps it, as it must
    until the bundles that use it are refreshed. `path` leads to it from a root: empty where only
    weak or soft references hold it, None where it was not looked for.
    """

    bundle: BundleRow
    version: str | None
    reason: str
    waits_for_refresh: bool
    loader: LoaderRow
    retained_bytes: int
    path: tuple[PathStep, ...] | None


@dataclass(frozen=True, slots=True)
class BundleService:
    """A registered service: the names it goes by, who registered it, and who uses it."""

    object_index: int
    service_id: int | None
    interfaces: tuple[str, ...]
    class_name: str | None
    bundle: BundleRow | None
    used_by: tuple[BundleRow, ...]


@dataclass(frozen=True, slots=True)
class BundleWire:
    """What a bundle has from another.

    `namespace` is that of OSGi: osgi.wiring.package for an imported package, osgi.wiring.bundle for
    a required bundle, osgi.wiring.host for a fragment's host. `name` is that of the package or
    bundle, None for other namespaces.
    """

    object_index: int
    namespace: str | None
    name: str | None
    requirer: BundleRow
    provider: BundleRow
