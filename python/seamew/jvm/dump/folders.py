"""Folders as a JVM sees them, which may be in another file system than this process's.

A container's root is reached through /proc/PID/root. Its symbolic links are followed here by hand,
since the kernel would look for an absolute one in this process's root. A folder is kept open, so
that what is in it can be had even after the JVM and its container have ended.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotFoundError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.procfs import PROC, check_alive, proc_text

__all__ = ["Folder", "PrivateFolder", "file_system_of", "open_folder", "shares_files"]

_MOST_LINKS = 40
_ROOT_UID = 0
_EXECUTE, _WRITE_AND_EXECUTE = 1, 3
_PRIVATE = 0o700
_PRIVATE_FILE = 0o600


class Folder:
    """An open folder; `path` is how this process reaches it, `jvm_path` how the JVM does.

    `is_shared`: both paths are the same. `is_writable` foretells whether the JVM's user may make
    files there, by the permission bits: the JVM has the last word.
    """

    def __init__(self, descriptor: int, jvm: JvmProcess, jvm_path: str, *, writable: bool) -> None:
        self.descriptor = descriptor
        self.jvm_path = jvm_path
        self.is_shared = shares_files(jvm)
        self.path = Path(jvm_path) if self.is_shared else jvm.root / jvm_path.lstrip("/")
        self.is_writable = writable and not os.fstatvfs(descriptor).f_flag & os.ST_RDONLY
        self._jvm = jvm

    @property
    def free_bytes(self) -> int:
        """What users other than root may still write there."""
        state = os.fstatvfs(self.descriptor)
        return state.f_bavail * state.f_frsize

    @property
    def device(self) -> int:
        """The number of the file system."""
        return os.fstat(self.descriptor).st_dev

    @property
    def file_system(self) -> str | None:
        """Its kind: ext4, overlay, tmpfs; None: it can't be told."""
        return file_system_of(self.device, self._jvm.pid, self._jvm.proc)

    @contextmanager
    def private_folder(self) -> Iterator[PrivateFolder]:
        """A folder within, for the JVM's user alone; taken away afterwards if it is empty."""
        name = f"seamew-{os.getpid()}-{os.urandom(3).hex()}"
        os.mkdir(name, _PRIVATE, dir_fd=self.descriptor)
        folder = None
        try:
            descriptor = os.open(name, _FLAGS, dir_fd=self.descriptor)
            try:
                if self._jvm.status.uid != os.geteuid():
                    os.chown(descriptor, self._jvm.status.uid, self._jvm.status.gid)
                folder = PrivateFolder(descriptor, self._jvm, self, name)
                yield folder
            finally:
                os.close(descriptor)
        finally:
            with suppress(OSError):
                os.rmdir(name if folder is None else folder.name, dir_fd=self.descriptor)


class PrivateFolder(Folder):
    """A folder that was made for one dump."""

    def __init__(self, descriptor: int, jvm: JvmProcess, outer: Folder, name: str) -> None:
        super().__init__(descriptor, jvm, f"{outer.jvm_path}/{name}", writable=True)
        self.name = name
        self._outer = outer

    def withdraw(self) -> None:
        """Let the JVM find it no more: what it has opened stays open, what it opens now fails.

        It would wait for ever to open a FIFO that nobody reads.
        """
        gone = f"{self.name}-gone"
        outer = self._outer.descriptor
        os.rename(self.name, gone, src_dir_fd=outer, dst_dir_fd=outer)
        self.name = gone

    def make_fifo(self, name: str) -> None:
        """A FIFO that the JVM's user may open."""
        os.mkfifo(name, _PRIVATE_FILE, dir_fd=self.descriptor)
        if self._jvm.status.uid != os.geteuid():
            os.chown(
                name,
                self._jvm.status.uid,
                self._jvm.status.gid,
                dir_fd=self.descriptor,
                follow_symlinks=False,
            )


_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def shares_files(jvm: JvmProcess) -> bool:
    """Whether a path means the same to the JVM and to this process.

    Raises AccessRefusedError where the JVM's file system is closed to this user.
    """
    own, its = PROC / "self", jvm.proc / str(jvm.pid)
    try:
        same_mounts = os.readlink(str(own / "ns/mnt")) == os.readlink(str(its / "ns/mnt"))
        return same_mounts and (own / "root").samefile(its / "root")
    except PermissionError as error:
        raise AccessRefusedError(
            f"the file system of JVM {jvm.pid} is closed to this user", hint=jvm.as_its_user
        ) from error
    except OSError as error:
        check_alive(jvm.pid, jvm.proc)
        raise JvmNotFoundError(f"JVM {jvm.pid} is ending") from error


def file_system_of(device: int, pid: int, proc: Path = PROC) -> str | None:
    """The kind of the file system of a device number, as a process has it mounted."""
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in (proc_text(pid, "mountinfo", proc) or "").splitlines():
        before, _, after = line.partition(" - ")
        if before.split(" ")[2] == number:
            return after.split(" ")[0]
    return None


@contextmanager
def open_folder(jvm: JvmProcess, jvm_path: str) -> Iterator[Folder]:
    """A folder by the absolute path that the JVM would use. Raises OSError where there is none."""
    walk = _Walk(jvm)
    try:
        walk.go(jvm_path)
        writable = walk.may_enter and walk.may(_WRITE_AND_EXECUTE)
        yield Folder(walk.descriptors[-1], jvm, jvm_path, writable=writable)
    finally:
        for descriptor in walk.descriptors:
            os.close(descriptor)


class _Walk:
    """From a JVM's root down, part by part; the folders passed stay open, for the way back."""

    def __init__(self, jvm: JvmProcess) -> None:
        self._uid = jvm.status.uid
        self._gids = {jvm.status.gid, *jvm.status.groups}
        self.descriptors = [os.open(str(jvm.root), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)]
        self.may_enter = True

    def go(self, path: str) -> None:
        """Go to an absolute path."""
        todo = path.split("/")
        links = 0
        while todo:
            part = todo.pop(0)
            if part == "..":
                self._leave(len(self.descriptors) - 1)
            elif part not in {"", "."}:
                target = self._enter(part)
                if target is not None:
                    links += 1
                    if links > _MOST_LINKS:
                        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
                    if target.startswith("/"):
                        self._leave(1)
                    todo[:0] = target.split("/")

    def may(self, wanted: int) -> bool:
        """Whether the JVM's user has these rights (1 to enter, 2 to write) to the folder."""
        state = os.fstat(self.descriptors[-1])
        if self._uid == _ROOT_UID:
            return True
        shift = 6 if state.st_uid == self._uid else 3 if state.st_gid in self._gids else 0
        return state.st_mode >> shift & wanted == wanted

    def _enter(self, part: str) -> str | None:
        """Enter a folder; what it leads to instead, where it is a symbolic link."""
        here = self.descriptors[-1]
        self.may_enter = self.may_enter and self.may(_EXECUTE)
        descriptor = os.open(part, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            self.descriptors.append(descriptor)
            return None
        os.close(descriptor)
        if not stat.S_ISLNK(mode):
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), part)
        return os.readlink(part, dir_fd=here)

    def _leave(self, kept: int) -> None:
        """Go back up; the root has nothing above it."""
        for descriptor in self.descriptors[max(kept, 1) :]:
            os.close(descriptor)
        del self.descriptors[max(kept, 1) :]
