"""The file that tells a JVM what a SIGQUIT is for: to open its attach socket.

The JVM looks for .attach_pidN in its working directory, and in /tmp if that has none. It takes a
file of its own user's or, since JDK 9, of root's; at any other it prints a thread dump instead.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from seamew.errors import AttachRefusedError
from seamew.jvm.discover import JvmProcess

from .connection import check_alive, open_folder

__all__ = ["Trigger", "create_trigger"]

_MODE = 0o600
_ROOT_UID = 0
_ABANDONED_SECONDS = 15.0  # other tools give up after ten


class Trigger:
    """A trigger file in place. Its directory is held open: it may outlive the JVM's /proc."""

    def __init__(self, folder: int, name: str) -> None:
        self._folder = folder
        self._name = name

    def remove(self) -> None:
        """Take the file away."""
        try:
            os.unlink(self._name, dir_fd=self._folder)
        except OSError:
            pass  # another tool has removed it as its own, or the whole directory is gone
        finally:
            os.close(self._folder)


def create_trigger(jvm: JvmProcess) -> Trigger | None:
    """Put the file in place; None: another tool's is there, which is attaching right now.

    Raises AttachRefusedError where there is no place for one, or something else in its place.
    """
    refusals = []
    for path in (jvm.proc / str(jvm.pid) / "cwd", jvm.root / "tmp"):
        try:
            return _create_in(path, jvm)
        except OSError as error:
            refusals.append(f"{path}: {error.strerror}")
    check_alive(jvm)
    raise AttachRefusedError(
        f"no trigger file can be made for JVM {jvm.pid}: {'; '.join(refusals)}",
        hint="its working directory or its /tmp must be writable for its user or root",
    )


def _create_in(path: Path, jvm: JvmProcess) -> Trigger | None:
    name = f".attach_pid{jvm.status.namespace_pid}"
    folder = open_folder(path)
    try:
        if _create(folder, name, jvm) or _is_abandoned(folder, name, jvm):
            return Trigger(folder, name)
    except BaseException:
        os.close(folder)
        raise
    os.close(folder)
    return None


def _create(folder: int, name: str, jvm: JvmProcess) -> bool:
    """Whether the file was made, for the JVM's user; not where there is one."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(name, flags, _MODE, dir_fd=folder)
    except FileExistsError:
        return False
    try:
        if jvm.status.uid != os.geteuid():
            os.fchown(handle, jvm.status.uid, jvm.status.gid)
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise
    finally:
        os.close(handle)
    return True


def _is_abandoned(folder: int, name: str, jvm: JvmProcess) -> bool:
    """Whether the file that is there is good for the JVM, and nobody's any more."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if found.st_uid not in {_ROOT_UID, jvm.status.uid}:
        raise AttachRefusedError(
            f"a trigger file of user {found.st_uid} is in the way: JVM {jvm.pid} would print a"
            " thread dump to its output",
            hint=f"remove {name} from its working directory and its /tmp",
        )
    return time.time() - found.st_mtime > _ABANDONED_SECONDS
