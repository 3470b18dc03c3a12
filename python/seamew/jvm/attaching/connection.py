"""Connecting to a JVM's attach socket, where it has one.

The socket is reached through a handle on the JVM's /tmp, opened as who this process is: as the
JVM's user, whom the JVM wants to see, it might not be let through /proc/PID/root. It also keeps
the address short, whatever the folder: that of a socket has at most 107 bytes.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from pathlib import Path

from seamew.errors import AttachRefusedError, JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm.discover import JvmProcess

from .credentials import acting_as
from .readiness import socket_path

__all__ = ["check_alive", "connect", "open_folder"]

_RETRY_SECONDS = 0.02
_PEER = struct.Struct("3i")
_UNSEEN_PID = 0


def check_alive(jvm: JvmProcess, doing: str = "") -> None:
    """Raise JvmNotFoundError if the JVM has ended, also if its number is another's by now."""
    if not jvm.is_alive():
        raise JvmNotFoundError(
            f"JVM {jvm.pid} has ended{doing}", hint="`seamew ps` lists the JVMs of this host"
        )


def open_folder(path: Path) -> int:
    """A directory's descriptor, good for paths below it and for nothing else. Raises OSError."""
    return os.open(str(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


def connect(jvm: JvmProcess, deadline: float) -> socket.socket | None:
    """A connection to the JVM's attach listener; None: there is none, or nobody listens.

    Raises AttachRefusedError, JvmNotAnsweringError (too many wait already) or JvmNotFoundError.
    """
    path = socket_path(jvm)
    try:
        folder = open_folder(path.parent)
    except OSError as error:
        check_alive(jvm)
        raise AttachRefusedError(
            f"the /tmp of JVM {jvm.pid} cannot be opened: {error.strerror}", hint=jvm.as_its_user
        ) from error
    try:
        connection = _connected(jvm, f"/proc/self/fd/{folder}/{path.name}", deadline)
    finally:
        os.close(folder)
    if connection is not None:
        _check_peer(jvm, connection)
    return connection


def _connected(jvm: JvmProcess, address: str, deadline: float) -> socket.socket | None:
    while True:
        try:
            with acting_as(jvm.status.uid, jvm.status.gid):
                return _try(address)
        except PermissionError:
            # Not the socket of the JVM's user. Is anybody behind it?
            return _try_as_oneself(jvm, address)
        except BlockingIOError as error:
            _check_deadline(jvm, deadline, error)
            time.sleep(_RETRY_SECONDS)


def _try(address: str) -> socket.socket | None:
    """None: no such socket, or nobody listens. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(0)
        connection.connect(address)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _try_as_oneself(jvm: JvmProcess, address: str) -> socket.socket | None:
    try:
        return _try(address)
    except PermissionError as error:
        try:
            owner = Path(address).stat().st_uid
        except FileNotFoundError:
            return None
        if owner == jvm.status.uid:
            message = f"the attach socket of JVM {jvm.pid} is not open to this user"
            raise AttachRefusedError(message, hint=jvm.as_its_user) from error
        raise AttachRefusedError(
            f"a socket of user {owner} is in the place of that of JVM {jvm.pid}",
            hint="if no other container uses it, remove it",
            path=str(socket_path(jvm)),
        ) from error


def _check_deadline(jvm: JvmProcess, deadline: float, error: BlockingIOError) -> None:
    """A listener's queue is short: six requests, also given up ones, wait for it to look."""
    check_alive(jvm)
    if time.monotonic() > deadline:
        raise JvmNotAnsweringError(
            f"JVM {jvm.pid} takes no connection: earlier requests wait for it already",
            hint=f"it may be stuck; what needs no answer still works: seamew status {jvm.pid}",
        ) from error


def _check_peer(jvm: JvmProcess, connection: socket.socket) -> None:
    """Two containers that share a /tmp have their sockets in the same place."""
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    pid, _, _ = _PEER.unpack(peer)
    if pid not in {_UNSEEN_PID, jvm.pid}:
        connection.close()
        raise AttachRefusedError(
            f"the attach socket in the /tmp of JVM {jvm.pid} is that of process {pid}",
            hint="give each container a /tmp of its own",
        )
