"""Folders that a dump can go to or through, and what room there is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, UsageError
from seamew.jvm.attaching.protocol import fits_version_1
from seamew.jvm.discover import JvmProcess
from seamew.jvm.procfs import PROC

from .files import PART_SUFFIX
from .folders import Folder, file_system_of, open_folder, shares_files

__all__ = ["NO", "PERHAPS", "YES", "Limits", "Need", "Room", "RoomFinder"]

NO, PERHAPS, YES = range(3)
"""Whether there is room: for less than is expected, for that, or for the most there may be."""

_MEMORY_FILE_SYSTEMS = frozenset({"tmpfs", "ramfs"})
_USUAL_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 (a private folder is made there)


@dataclass(frozen=True)
class Need:
    """How many bytes will be written."""

    expected_bytes: int
    most_bytes: int


@dataclass(frozen=True)
class Room:
    """A folder that a dump needs room in; `jvm_path` None: only this process writes there.

    `is_memory`: files there take memory, which the container of the JVM is charged for. What is
    free counts such a limit too.
    """

    path: str
    jvm_path: str | None
    file_system: str | None
    is_memory: bool
    free_bytes: int
    expected_bytes: int
    most_bytes: int

    @property
    def fit(self) -> int:
        """YES, PERHAPS or NO. Of memory nothing is risked: too much of it would end the JVM."""
        if self.free_bytes >= self.most_bytes:
            return YES
        return PERHAPS if self.free_bytes >= self.expected_bytes and not self.is_memory else NO


@dataclass(frozen=True)
class Limits:
    """How big a file of the JVM may get, and how much memory more it may take; None: no limit."""

    file_bytes: int | None
    memory_bytes: int | None


class RoomFinder:
    """Looks for room for the dumps of one JVM.

    `wanted` are folders that its operators have set up for dumps, as the JVM sees them.
    """

    def __init__(self, jvm: JvmProcess, wanted: tuple[str, ...], limits: Limits) -> None:
        self._jvm = jvm
        self._wanted = wanted
        self._limits = limits
        self._shares_files = shares_files(jvm)

    def beside(self, path: Path, need: Need) -> Room | None:
        """The folder of a file, if the JVM can write there and be told so."""
        if not self._shares_files or not _can_be_sent(str(path)):
            return None
        try:
            with open_folder(self._jvm, str(path.parent)) as folder:
                return self._room(folder, need) if folder.is_writable else None
        except OSError:
            return None

    def elsewhere(self, need: Need) -> Room:
        """The folder with the best room that the JVM may write to."""
        found = list(self._writable([*self._wanted, *_USUAL_FOLDERS], need))
        if not found:
            raise AccessRefusedError(
                f"the user of JVM {self._jvm.pid} may not write to the target's folder,"
                f" nor to {', '.join(_USUAL_FOLDERS)}",
                hint="--via names a folder where it may, as the JVM sees it",
            )
        return max(found, key=lambda room: (room.fit, not room.is_memory))

    def at(self, jvm_path: str, need: Need) -> Room:
        """A folder that the user has named."""
        try:
            with open_folder(self._jvm, jvm_path) as folder:
                return self._room(folder, need)
        except OSError as error:
            message = f"the JVM has no such folder: {error.strerror}"
            raise UsageError(message, path=jvm_path) from error

    def here(self, folder: Path, need: Need, other: Room) -> Room | None:
        """A folder where only this process writes; None: what is in `other` is just moved there."""
        device = folder.stat().st_dev
        if self._shares_files and device == Path(other.path).stat().st_dev:
            return None
        state = os.statvfs(str(folder))
        return Room(
            path=str(folder),
            jvm_path=None,
            file_system=file_system_of(device, os.getpid(), PROC),
            is_memory=False,
            free_bytes=state.f_bavail * state.f_frsize,
            expected_bytes=need.expected_bytes,
            most_bytes=need.most_bytes,
        )

    def _writable(self, folders: list[str], need: Need) -> Iterator[Room]:
        for path in folders:
            try:
                with open_folder(self._jvm, path) as folder:
                    if folder.is_writable:
                        yield self._room(folder, need)
            except OSError:
                continue

    def _room(self, folder: Folder, need: Need) -> Room:
        is_memory = folder.file_system in _MEMORY_FILE_SYSTEMS
        limits = [self._limits.file_bytes, self._limits.memory_bytes if is_memory else None]
        free = min([folder.free_bytes, *(limit for limit in limits if limit is not None)])
        return Room(
            path=str(folder.path),
            jvm_path=folder.jvm_path,
            file_system=folder.file_system,
            is_memory=is_memory,
            free_bytes=free,
            expected_bytes=need.expected_bytes,
            most_bytes=need.most_bytes,
        )


def _can_be_sent(path: str) -> bool:
    """Whether every JVM can be told of the file that it shall write."""
    return fits_version_1([path + PART_SUFFIX])
