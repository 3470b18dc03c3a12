"""Whether a JVM will let this user attach: read-only, nothing is sent and nothing is written.

Reads the state noted when the JVM was found, one directory entry of its /tmp and, while it has no
attach socket yet, its counters or its command line: under a millisecond.
"""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import (
    AccessRefusedError,
    AttachRefusedError,
    JvmNotAnsweringError,
    JvmNotFoundError,
    SeamewError,
)
from seamew.jvm.command_line import parse_flags, read_options
from seamew.jvm.discover import HOTSPOT, JvmProcess
from seamew.jvm.perfdata import PerfData

__all__ = [
    "Obstacle",
    "access_obstacle",
    "attach_obstacle",
    "find_obstacle",
    "has_socket",
    "signal_obstacle",
    "socket_path",
]

_DISABLE = "DisableAttachMechanism"
_CAPABILITIES = "sun.rt.jvmCapabilities"
_CANNOT_ATTACH = "0"
_STOPPED = frozenset("tT")
_ENDED = frozenset("ZX")
_ROOT_UID = 0
_UNMAPPED_UID = 65534


@dataclass(frozen=True)
class Obstacle:
    """Why attaching will not work: `reason` completes the sentence "JVM 4711 ...".

    `error` is what attaching raises for it.
    """

    reason: str
    hint: str
    error: type[SeamewError] = AttachRefusedError


def attach_obstacle(jvm: JvmProcess) -> str | None:
    """Why attaching to the JVM will not work, as the end of a sentence; None: it should."""
    obstacle = find_obstacle(jvm)
    return obstacle.reason if obstacle else None


def find_obstacle(jvm: JvmProcess) -> Obstacle | None:
    """The first thing that keeps this user from attaching, or None.

    The JVM's state and its user are those of `jvm.status`.
    """
    obstacle = access_obstacle(jvm)
    return obstacle if obstacle or has_socket(jvm) else signal_obstacle(jvm)


def access_obstacle(jvm: JvmProcess) -> Obstacle | None:
    """What keeps this user from connecting, whether or not there is a socket."""
    return next(filter(None, (check(jvm) for check in _ACCESS)), None)


def signal_obstacle(jvm: JvmProcess) -> Obstacle | None:
    """What makes it harmful to ask the JVM for a socket, by SIGQUIT."""
    return next(filter(None, (check(jvm) for check in _SIGNAL)), None)


def socket_path(jvm: JvmProcess) -> Path:
    """Where the JVM's attach socket is, once it has one: in /tmp, whatever java.io.tmpdir says."""
    return jvm.root / "tmp" / f".java_pid{jvm.status.namespace_pid}"


def has_socket(jvm: JvmProcess) -> bool:
    """Whether there is a socket at that place; raises PermissionError where it is closed."""
    try:
        return stat.S_ISSOCK(socket_path(jvm).stat().st_mode)
    except PermissionError:
        raise
    except OSError:
        return False


def _other_vm(jvm: JvmProcess) -> Obstacle | None:
    if jvm.vm == HOTSPOT:
        return None
    return Obstacle(
        f"is an {jvm.vm} JVM: only HotSpot ones can be attached to",
        f"what needs no answer still works: seamew status {jvm.pid}",
    )


def _ended(jvm: JvmProcess) -> Obstacle | None:
    if jvm.status.state not in _ENDED:
        return None
    return Obstacle("has ended", "`seamew ps` lists the JVMs of this host", JvmNotFoundError)


def _other_user(jvm: JvmProcess) -> Obstacle | None:
    uid = jvm.status.uid
    if os.geteuid() in {_ROOT_UID, uid}:
        return None
    if uid == _UNMAPPED_UID:
        return Obstacle(
            "belongs to a user whom this user namespace does not know, or to nobody",
            "run it as root on the host",
        )
    return Obstacle(f"belongs to user {uid}", jvm.as_its_user)


def _stopped(jvm: JvmProcess) -> Obstacle | None:
    if jvm.status.state not in _STOPPED:
        return None
    return Obstacle(
        "is stopped (SIGSTOP or a debugger)",
        f"let it go on with: kill -CONT {jvm.pid}",
        JvmNotAnsweringError,
    )


def _closed(jvm: JvmProcess) -> Obstacle | None:
    try:
        has_socket(jvm)
    except PermissionError:
        return Obstacle("has a file system that is closed to this user", jvm.as_its_user)
    return None


def _deaf(jvm: JvmProcess) -> Obstacle | None:
    """SIGQUIT would end a JVM that does not catch it, as one that is still starting."""
    if jvm.status.catches(signal.SIGQUIT):
        return None
    return Obstacle(
        "does not catch SIGQUIT: it is still starting, or was started with -Xrs",
        "try again in a second; nothing was sent, for the signal would end it",
        JvmNotAnsweringError,
    )


def _disabled(jvm: JvmProcess) -> Obstacle | None:
    """Such a JVM would answer SIGQUIT by a thread dump on its stdout."""
    if not _says_disabled(jvm):
        return None
    return Obstacle(
        f"was started with -XX:+{_DISABLE}",
        f"what needs no answer still works: seamew status {jvm.pid}",
    )


_ACCESS: tuple[Callable[[JvmProcess], Obstacle | None], ...] = (
    _other_vm,
    _ended,
    _other_user,
    _stopped,
    _closed,
)
_SIGNAL: tuple[Callable[[JvmProcess], Obstacle | None], ...] = (_deaf, _disabled)


def _says_disabled(jvm: JvmProcess) -> bool:
    """By its counters, which know all options, or by those that it was started with.

    The counters may be an earlier JVM's of the same number.
    """
    if (_capabilities(jvm) or "").startswith(_CANNOT_ATTACH):
        return True
    return parse_flags(read_options(jvm)).get(_DISABLE) == "true"


def _capabilities(jvm: JvmProcess) -> str | None:
    path = jvm.perfdata_path
    if path is None:
        return None
    try:
        with PerfData(path) as counters:
            return counters.text(_CAPABILITIES)
    except (JvmNotFoundError, JvmNotAnsweringError, AccessRefusedError):
        return None
