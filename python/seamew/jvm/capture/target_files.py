"""Files that a JVM writes for a capture into its own /tmp: fetched, and removed whatever happens.

The folder is held open, so that a file is removed even after the JVM and its mount namespace are
gone. Nothing in it is trusted: no link is followed, and only plain files of the JVM's own user are
read; whoever owns the JVM's file system must not be able to point this user at another file.
"""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from seamew.errors import AccessRefusedError
from seamew.jvm.discover import JvmProcess

__all__ = ["TargetFile", "TargetFolder"]

_CHUNK_BYTES = 1 << 20
_FOLDER = "tmp"
_NO_LINKS = os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class TargetFile:
    """A file in a JVM's /tmp by a name that nobody can have guessed."""

    name: str

    @property
    def path(self) -> str:
        """What to tell the JVM."""
        return f"/{_FOLDER}/{self.name}"


class TargetFolder:
    """The /tmp of a JVM, as the JVM sees it. Use it in a `with` block."""

    def __init__(self, jvm: JvmProcess) -> None:
        """Raises AccessRefusedError where the folder cannot be opened."""
        self._jvm = jvm
        self._files: list[TargetFile] = []
        try:
            root = os.open(jvm.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                flags = os.O_RDONLY | os.O_DIRECTORY | _NO_LINKS
                self._folder = os.open(_FOLDER, flags, dir_fd=root)
            finally:
                os.close(root)
        except OSError as error:
            raise AccessRefusedError(
                f"the JVM's /tmp cannot be opened: {error.strerror}", hint=jvm.as_its_user
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._files:
            with suppress(OSError):
                os.unlink(one.name, dir_fd=self._folder)
        os.close(self._folder)

    def reserve(self, ending: str, beside: TargetFile | None = None) -> TargetFile:
        """A file for the JVM to write, removed at the end; or what it may put `beside` another."""
        number = self._jvm.status.namespace_pid
        stem = f"seamew-{number}-{uuid.uuid4().hex}" if beside is None else beside.name
        self._files.append(TargetFile(stem + ending))
        return self._files[-1]

    def create(self, ending: str, data: bytes) -> TargetFile:
        """A file for the JVM to read."""
        one = self.reserve(ending)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS
        with os.fdopen(os.open(one.name, flags, 0o644, dir_fd=self._folder), "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # whatever this user's umask is
            file.write(data)
        return one

    def keep(self, one: TargetFile) -> None:
        """Leave a reserved file where it is: the JVM goes on writing to it."""
        self._files.remove(one)

    def has(self, one: TargetFile) -> bool:
        """Whether the JVM has written a reserved file."""
        try:
            os.stat(one.name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, one: TargetFile) -> Iterator[bytes]:
        """The bytes that the JVM has written.

        Raises AccessRefusedError where there is no such file, or something else in its place.
        """
        flags = os.O_RDONLY | os.O_NONBLOCK | _NO_LINKS
        try:
            descriptor = os.open(one.name, flags, dir_fd=self._folder)
        except OSError as error:
            raise AccessRefusedError(
                f"the JVM's file cannot be read: {error.strerror}", path=one.path
            ) from error
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != self._jvm.status.uid:
            os.close(descriptor)
            raise AccessRefusedError("the JVM's file has been replaced by another", path=one.path)
        return _parts(descriptor)

    def remove_empty_folder(self, path: str) -> bool:
        """Remove a folder right below /tmp that has nothing in it; false: it stays."""
        parent, _, name = path.rpartition("/")
        if parent != f"/{_FOLDER}":
            return False
        try:
            os.rmdir(name, dir_fd=self._folder)
        except OSError:
            return False
        return True


def _parts(descriptor: int) -> Iterator[bytes]:
    with os.fdopen(descriptor, "rb") as file:
        yield from iter(lambda: file.read(_CHUNK_BYTES), b"")
