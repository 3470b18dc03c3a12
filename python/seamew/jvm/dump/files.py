"""The files of a dump: the one that the JVM writes, and those that it becomes.

Nothing is overwritten, a file gets its name only when it is whole, and only its owner may read it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from seamew.errors import DamagedDumpError, NoRoomError, SeamewError, UsageError

from .check import DumpCheck, check_dump
from .folders import Folder

__all__ = ["PART_SUFFIX", "Part", "check_whole", "copy", "give_name", "new_file"]

PART_SUFFIX = ".part"
_CHUNK_BYTES = 1 << 20
_PRIVATE = 0o600
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class Part:
    """The file that the JVM writes; JDK 22 and later write segments NAME.p0 ... beside it."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder = folder
        self.name = name
        self.path = folder.path / name
        self.jvm_path = f"{folder.jvm_path}/{name}"
        self.is_shared = folder.is_shared

    @property
    def written_bytes(self) -> int:
        """What is there now, segments included."""
        return sum(self._bytes(name) or 0 for name in [self.name, *self.segments()])

    def segments(self) -> list[str]:
        """The names of the segments that are there."""
        names: list[str] = []
        while self._bytes(f"{self.name}.p{len(names)}") is not None:
            names.append(f"{self.name}.p{len(names)}")
        return names

    def open(self, name: str) -> BinaryIO:
        """The file or a segment to read; a symbolic link in its place is not followed."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(name, flags, dir_fd=self._folder.descriptor), "rb")

    def own(self) -> None:
        """Make the file this user's, and readable by nobody else."""
        with self.open(self.name) as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_nlink != 1:
                raise SeamewError("there is something else in its place", path=str(self.path))
            if state.st_uid != os.geteuid():
                os.fchown(file.fileno(), os.geteuid(), os.getegid())
            os.fchmod(file.fileno(), _PRIVATE)

    def remove(self) -> None:
        """Remove what is there."""
        self.remove_segments()
        with suppress(FileNotFoundError):
            os.unlink(self.name, dir_fd=self._folder.descriptor)

    def remove_segments(self) -> None:
        """Remove the segments and leave the file."""
        for name in self.segments():
            os.unlink(name, dir_fd=self._folder.descriptor)

    def give_name(self, target: Path) -> bool:
        """Move it to its final name; returns False where that is in another file system."""
        return give_name(self.name, target, self._folder.descriptor)

    def _bytes(self, name: str) -> int | None:
        try:
            return os.stat(name, dir_fd=self._folder.descriptor, follow_symlinks=False).st_size
        except OSError:
            return None


def give_name(name: str, target: Path, folder: int | None = None) -> bool:
    """Move a file of a folder to a name that is free, or raise UsageError.

    Returns False where the name is in another file system.
    """
    try:
        os.link(name, str(target), src_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        if error.errno not in _NO_LINKS:
            raise
        # A file system without hard links can't rule out that a file appears just now.
        if os.path.lexists(str(target)):
            raise _exists(target) from error
        os.rename(name, str(target), src_dir_fd=folder)
        return True
    os.unlink(name, dir_fd=folder)
    return True


@contextmanager
def new_file(path: Path, *, kept_after: tuple[type[BaseException], ...] = ()) -> Iterator[BinaryIO]:
    """A new file to write and read, which gets its name when the block ends well.

    Before it is PATH.part; that is removed if the block fails, but for the errors in `kept_after`.
    Raises UsageError where there is a file of the name, NoRoomError where the disk is full.
    """
    part = path.with_name(path.name + PART_SUFFIX)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(str(part), flags, _PRIVATE)
    except FileExistsError as error:
        raise _exists(part) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        give_name(str(part), path)
    except BaseException as error:
        if not isinstance(error, kept_after):
            with suppress(OSError):
                part.unlink()
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise NoRoomError(f"there is no room left: {error.strerror}", path=str(path)) from error
        raise


def copy(source: BinaryIO, target: BinaryIO, goes_on: Callable[[int], bool]) -> None:
    """Copy to the end; `goes_on` is told the bytes copied so far and says whether to go on."""
    done = 0
    while True:
        data = source.read(_CHUNK_BYTES)
        target.write(data)
        done += len(data)
        if not data or not goes_on(done):
            return


def check_whole(file: BinaryIO, path: Path) -> DumpCheck:
    """The check of a dump from its beginning; raises DamagedDumpError where it is not whole."""
    file.flush()
    file.seek(0)
    check = check_dump(file)
    if check.problem:
        raise DamagedDumpError(
            f"the dump is not whole: {check.problem}", path=str(path), offset=check.problem_offset
        )
    return check


def _exists(path: Path) -> UsageError:
    return UsageError("the file exists already, and nothing is overwritten", path=str(path))
