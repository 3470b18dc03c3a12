"""The file that tells a JVM what a SIGQUIT is for: to open its attach socket.

The JVM looks for .attach_pidN in its working directory and, if that has none, in /tmp. It takes a
file of its own user's or, since JDK 9, of root's; at any other it prints a thread dump instead.
Ours stands in /tmp: the socket needs that folder anyway, and the working directory is no place to
rely on, for a JVM that is starting changes it for a moment.
Source: AttachListener::is_init_trigger, src/hotspot/os/posix/attachListener_posix.cpp of OpenJDK.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from seamew.errors import AttachRefusedError
from seamew.jvm.discover import JvmProcess

from .connection import check_alive, open_folder
from .credentials import acting_as
from .readiness import socket_path

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
    name = f".attach_pid{jvm.status.namespace_pid}"
    tmp = socket_path(jvm).parent
    for folder in (jvm.proc / str(jvm.pid) / "cwd", tmp):
        if _is_taken(folder / name, jvm):
            return None
    try:
        return _created(tmp, name, jvm)
    except FileExistsError:
        return None
    except OSError as error:
        check_alive(jvm)
        raise AttachRefusedError(
            f"JVM {jvm.pid} has no /tmp to open its attach socket in: {error.strerror}",
            hint="its /tmp must be writable for its user",
            path=str(tmp),
        ) from error


def _is_taken(path: Path, jvm: JvmProcess) -> bool:
    """Whether another tool's trigger is there; one that it has abandoned is removed."""
    try:
        found = os.lstat(str(path))
    except OSError:
        return False
    if found.st_uid not in {_ROOT_UID, jvm.status.uid}:
        raise AttachRefusedError(
            f"a file of user {found.st_uid} is in the way: JVM {jvm.pid} would take it for a bad"
            " trigger, and print a thread dump to its output",
            hint="remove it",
            path=str(path),
        )
    if time.time() - found.st_mtime < _ABANDONED_SECONDS:
        return True
    with suppress(OSError):  # gone by itself, or root's: the JVM takes it as well
        path.unlink()
    return False


def _created(path: Path, name: str, jvm: JvmProcess) -> Trigger:
    """The file, made as the JVM's user wherever that can be. Raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    folder = open_folder(path)
    try:
        with acting_as(jvm.status.uid, jvm.status.gid):
            handle = os.open(name, flags, _MODE, dir_fd=folder)
        trigger = Trigger(folder, name)
    except BaseException:
        os.close(folder)
        raise
    try:
        if os.fstat(handle).st_uid != jvm.status.uid:
            os.fchown(handle, jvm.status.uid, jvm.status.gid)
    except OSError:
        trigger.remove()
        raise
    finally:
        os.close(handle)
    return trigger
