"""Making a JVM open its attach socket, without ever harming it.

A JVM creates /tmp/.java_pidN when it gets SIGQUIT and finds a trigger file; without one it prints
a thread dump to its stdout, and so does one that has the socket already. SIGQUIT ends a process
that does not catch it, as a JVM that is still starting does not. So it is sent only to one that
does, with a trigger in place, while nobody else is doing the same, and once.
Source: attachListener_linux.cpp, attachListener_posix.cpp and os.cpp of OpenJDK.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

from seamew.errors import AttachRefusedError, JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm.discover import JvmProcess, find_jvm
from seamew.jvm.process import read_status

from .connection import check_alive, connect
from .protocol import request_bytes
from .readiness import Obstacle, access_obstacle, has_socket, signal_obstacle, socket_path
from .reply import read_reply, send
from .trigger import create_trigger

__all__ = ["check_answerable", "open_connection"]

_FIRST_PAUSE_SECONDS = 0.0005
_LONGEST_PAUSE_SECONDS = 0.05
_PAUSE_GROWTH = 1.5
_ENDING_SECONDS = 0.2


def open_connection(jvm: JvmProcess, timeout_seconds: float) -> socket.socket:
    """A connection to the JVM's attach listener, which is asked to start if need be.

    Leaves no file behind but the JVM's own socket. Raises AttachRefusedError, JvmNotAnsweringError
    (stopped, starting or stuck) or JvmNotFoundError (ended).
    """
    deadline = time.monotonic() + timeout_seconds
    check_answerable(jvm)
    for _ in _tries(deadline):
        connection = connect(jvm, deadline)
        if connection is not None:
            return connection
        trigger = create_trigger(jvm)
        if trigger is not None:
            try:
                return _ask(jvm, deadline, timeout_seconds)
            finally:
                trigger.remove()
    raise _no_answer(jvm, timeout_seconds, "another tool has asked")


def check_answerable(jvm: JvmProcess) -> None:
    """Raise for what keeps the JVM from answering right now: what `jvm` remembers may be older."""
    _stop_at(access_obstacle(_as_it_is_now(jvm)), jvm)


def _as_it_is_now(jvm: JvmProcess) -> JvmProcess:
    status = read_status(jvm.pid, jvm.proc)
    check_alive(jvm)
    return JvmProcess(jvm.pid, jvm.vm, status, jvm.proc, jvm.start_ticks)


def _stop_at(obstacle: Obstacle | None, jvm: JvmProcess) -> None:
    if obstacle is not None:
        raise obstacle.error(f"JVM {jvm.pid} {obstacle.reason}", hint=obstacle.hint)


def _tries(deadline: float) -> Iterator[None]:
    """Turns, at growing intervals: one at once, and none after the deadline."""
    pause = _FIRST_PAUSE_SECONDS
    while True:
        yield
        if time.monotonic() > deadline:
            return
        time.sleep(pause)
        pause = min(pause * _PAUSE_GROWTH, _LONGEST_PAUSE_SECONDS)


def _ask(jvm: JvmProcess, deadline: float, timeout_seconds: float) -> socket.socket:
    """Send the signal, unless whoever asked before this trigger was made has been served."""
    connection = connect(jvm, deadline) or _connect_or_remove_socket(jvm)
    if connection is not None:
        return connection
    find_jvm(jvm.pid, jvm.proc)  # raises where the process has become something else
    check_answerable(jvm)
    _stop_at(signal_obstacle(_as_it_is_now(jvm)), jvm)
    _send_quit(jvm)
    _clear_listener(_wait_for_listener(jvm, deadline, timeout_seconds), deadline)
    return _wait_for_listener(jvm, deadline, timeout_seconds)


def _wait_for_listener(jvm: JvmProcess, deadline: float, timeout_seconds: float) -> socket.socket:
    for _ in _tries(deadline):
        connection = connect(jvm, deadline)
        if connection is not None:
            return connection
        check_alive(jvm)
    raise _no_answer(jvm, timeout_seconds, "it is out of memory, stuck, or very busy")


def _clear_listener(connection: socket.socket, deadline: float) -> None:
    """Send the JVM's new attach thread a command line of no words, and drop the answer.

    If the heap was full as the thread started, an OutOfMemoryError is still pending in it. With
    that, a diagnostic command that has a default value for an option aborts a JVM of JDK 24 or
    later ("Default string must be parsable"; seen with VM.uptime on 25; JDK-8386325). A line
    without a command parses nothing, and takes the error away.
    """
    with connection, suppress(OSError):
        send(connection, request_bytes("jcmd", [""]), deadline)
        read_reply(connection, deadline).beginning()


def _connect_or_remove_socket(jvm: JvmProcess) -> socket.socket | None:
    """None: there is no socket in the way any more.

    One that takes no connection is that of a JVM that is ending, or was left by an earlier process
    of the same number: then it is removed, as a JVM itself does when it starts.
    """
    for _ in _tries(time.monotonic() + _ENDING_SECONDS):
        if not has_socket(jvm):
            return None
        connection = connect(jvm, time.monotonic())
        if connection is not None:
            return connection
        check_alive(jvm)
    path = socket_path(jvm)
    try:
        path.unlink()
    except OSError as error:
        raise AttachRefusedError(
            f"a dead socket is in the place where JVM {jvm.pid} would open its own",
            hint="remove it, as root or as its owner",
            path=str(path),
        ) from error
    return None


def _send_quit(jvm: JvmProcess) -> None:
    try:
        os.kill(jvm.pid, signal.SIGQUIT)
    except ProcessLookupError as error:
        raise JvmNotFoundError(f"JVM {jvm.pid} has ended") from error
    except PermissionError as error:
        raise AttachRefusedError(
            f"JVM {jvm.pid} takes no signal from this user", hint=jvm.as_its_user
        ) from error


def _no_answer(jvm: JvmProcess, timeout_seconds: float, why: str) -> JvmNotAnsweringError:
    check_answerable(jvm)
    return JvmNotAnsweringError(
        f"JVM {jvm.pid} did not open its attach socket within {timeout_seconds:g} s: {why}",
        hint="try again, it may find room for a thread; when it goes on it may print a thread dump"
        f" to its output. What needs no answer works now: seamew status {jvm.pid}",
    )
