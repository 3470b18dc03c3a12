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
from types import TracebackType
from typing import Self

from seamew.errors import AccessRefusedError
from seamew.jvm.discover import JvmProcess

__all__ = ["TargetFolder"]

_CHUNK_BYTES = 1 << 20
_FOLDER = "tmp"
_NO_LINKS = os.O_NOFOLLOW | os.O_CLOEXEC


class TargetFolder:
    """The /tmp of a JVM, as the JVM sees it. Use it in a `with` block."""

    def __init__(self, jvm: JvmProcess) -> None:
        """Raises AccessRefusedError where the folder cannot be opened."""
        self._jvm = jvm
        self._names: list[str] = []
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
        for name in self._names:
            with suppress(OSError):
                os.unlink(name, dir_fd=self._folder)
        os.close(self._folder)

    def reserve(self, ending: str) -> str:
        """A path for the JVM to write to, which nobody can have guessed; removed at the end."""
        name = f"seamew-{self._jvm.status.namespace_pid}-{uuid.uuid4().hex}{ending}"
        self._names.append(name)
        return f"/{_FOLDER}/{name}"

    def create(self, ending: str, data: bytes) -> str:
        """A file for the JVM to read; returns its path, as the JVM sees it."""
        path = self.reserve(ending)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS
        descriptor = os.open(os.path.basename(path), flags, 0o644, dir_fd=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # whatever this user's umask is
            file.write(data)
        return path

    def reserve_beside(self, path: str, ending: str) -> None:
        """Remove at the end what the JVM may put beside a reserved path."""
        self._names.append(os.path.basename(path) + ending)

    def keep(self, path: str) -> None:
        """Leave a reserved file where it is: the JVM goes on writing to it."""
        self._names.remove(os.path.basename(path))

    def has(self, path: str) -> bool:
        """Whether the JVM has written to a reserved path."""
        try:
            os.stat(os.path.basename(path), dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, path: str) -> Iterator[bytes]:
        """The bytes that the JVM has written to a reserved path.

        Raises AccessRefusedError where there is no such file, or something else in its place.
        """
        name = os.path.basename(path)
        flags = os.O_RDONLY | os.O_NONBLOCK | _NO_LINKS
        try:
            descriptor = os.open(name, flags, dir_fd=self._folder)
        except OSError as error:
            raise AccessRefusedError(
                f"the JVM's file cannot be read: {error.strerror}", path=path
            ) from error
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != self._jvm.status.uid:
            os.close(descriptor)
            raise AccessRefusedError("the JVM's file has been replaced by another", path=path)
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
