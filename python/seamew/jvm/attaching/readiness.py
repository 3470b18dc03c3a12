"""Whether a JVM will let this user attach: read-only, nothing is sent and nothing is written.

Reads the state noted when the JVM was found, one directory entry of its /tmp and, while it has no
attach socket yet, its counters or its command line: under a millisecond.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import time
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
from seamew.jvm.file_system import path_from_here
from seamew.jvm.identity import find_java_version, open_counters, uptime_seconds
from seamew.jvm.perfdata import PerfData
from seamew.jvm.procfs import seconds_since_boot
from seamew.jvm.tasks import read_thread_names

__all__ = [
    "Obstacle",
    "access_obstacle",
    "attach_obstacle",
    "find_obstacle",
    "has_own_socket",
    "has_socket",
    "signal_obstacle",
    "socket_path",
]

_TMP = "/tmp"  # noqa: S108 (fixed in HotSpot)
_DISABLE = "DisableAttachMechanism"
_CAPABILITIES = "sun.rt.jvmCapabilities"
_CANNOT_ATTACH = "0"
_STOPPED = frozenset("tT")
_ENDED = frozenset("ZX")
_ROOT_UID = 0
_UNMAPPED_UID = 65534
_STARTING_SECONDS = 10.0
_CLOCK_SECONDS = 1.0
_LAST_AT_START = "Service Thread"
_LISTENER = "Attach Listener"
_OLD_JAVA_8 = re.compile(r"1\.8\.0(?:_(?P<update>\d+))?(?:\D|$)")
_REOPENS_SINCE_UPDATE = 322


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
    return obstacle if obstacle or has_own_socket(jvm) else signal_obstacle(jvm)


def access_obstacle(jvm: JvmProcess) -> Obstacle | None:
    """What keeps this user from connecting, whether or not there is a socket."""
    return next(filter(None, (check(jvm) for check in _ACCESS)), None)


def signal_obstacle(jvm: JvmProcess) -> Obstacle | None:
    """What makes it harmful to ask the JVM for a socket, by SIGQUIT."""
    obstacle = _deaf(jvm) or _starting(jvm)
    if obstacle is not None:
        return obstacle
    counters = _counters(jvm)
    try:
        return _disabled(jvm, counters) or _lost_socket(jvm, counters)
    finally:
        if counters is not None:
            counters.close()


def socket_path(jvm: JvmProcess) -> Path:
    """Where the JVM's attach socket is, once it has one: in /tmp, whatever java.io.tmpdir says."""
    return path_from_here(jvm, _TMP) / f".java_pid{jvm.status.namespace_pid}"


def has_socket(jvm: JvmProcess) -> bool:
    """Whether there is a socket at that place; raises PermissionError where it is closed."""
    try:
        return stat.S_ISSOCK(socket_path(jvm).stat().st_mode)
    except PermissionError:
        raise
    except OSError:
        return False


def has_own_socket(jvm: JvmProcess) -> bool:
    """Whether there is one that is younger than the JVM: others may have left theirs behind.

    Raises PermissionError where it is closed.
    """
    if not has_socket(jvm):
        return False
    age = uptime_seconds(jvm.start_ticks, seconds_since_boot(jvm.proc))
    try:
        made = socket_path(jvm).stat().st_mtime
    except FileNotFoundError:
        return False
    return age is None or made > time.time() - age - _CLOCK_SECONDS


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


def _starting(jvm: JvmProcess) -> Obstacle | None:
    """Early in its start a JVM may catch SIGQUIT, and delete the socket that comes of it.

    It is past that once it has its service thread. Not all builds of Java 8 name their threads.
    """
    age = uptime_seconds(jvm.start_ticks, seconds_since_boot(jvm.proc))
    if age is None or age > _STARTING_SECONDS:
        return None
    if _LAST_AT_START in read_thread_names(jvm.pid, jvm.proc):
        return None
    return Obstacle("is still starting", "try again in a second", JvmNotAnsweringError)


def _disabled(jvm: JvmProcess, counters: PerfData | None) -> Obstacle | None:
    """Such a JVM would answer SIGQUIT by a thread dump on its stdout.

    The counters know all options, but may be an earlier JVM's of the same number.
    """
    capabilities = counters.text(_CAPABILITIES) if counters else None
    by_counters = (capabilities or "").startswith(_CANNOT_ATTACH)
    if not by_counters and parse_flags(read_options(jvm)).get(_DISABLE) != "true":
        return None
    return Obstacle(
        f"was started with -XX:+{_DISABLE}",
        f"what needs no answer still works: seamew status {jvm.pid}",
    )


def _lost_socket(jvm: JvmProcess, counters: PerfData | None) -> Obstacle | None:
    """Java 8 before update 322 opens its socket once and prints a thread dump when asked again.

    Source: JDK-8225690.
    """
    found = _OLD_JAVA_8.match(find_java_version(jvm, counters) or "")
    if found is None or int(found.group("update") or 0) >= _REOPENS_SINCE_UPDATE:
        return None
    if _LISTENER not in read_thread_names(jvm.pid, jvm.proc):
        return None
    return Obstacle(
        "has lost its attach socket, deleted from its /tmp; a Java 8 as old opens no other",
        f"only a restart helps; what needs no answer still works: seamew status {jvm.pid}",
    )


_ACCESS: tuple[Callable[[JvmProcess], Obstacle | None], ...] = (
    _other_vm,
    _ended,
    _other_user,
    _stopped,
    _closed,
)


def _counters(jvm: JvmProcess) -> PerfData | None:
    try:
        return open_counters(jvm)
    except (JvmNotFoundError, JvmNotAnsweringError, AccessRefusedError):
        return None
