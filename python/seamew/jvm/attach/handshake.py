"""Making a JVM open its attach socket, without ever harming it.

A JVM creates /tmp/.java_pidN when it gets SIGQUIT and finds a trigger file .attach_pidN in its
working directory or in /tmp. SIGQUIT kills a process that does not catch it, as a JVM that is
still starting does not: so it is sent only to one that does, once.
Source: attachListener_posix.cpp and os_posix.cpp of OpenJDK.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seamew.errors import AttachRefusedError, JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm.discover import HOTSPOT, JvmProcess, find_jvm

__all__ = ["open_socket", "socket_path"]

_FIRST_POLL_SECONDS = 0.001
_LONGEST_POLL_SECONDS = 0.1


def socket_path(jvm: JvmProcess) -> Path:
    """Where the JVM's attach socket is, once it has one: in /tmp, whatever java.io.tmpdir says."""
    return jvm.root / "tmp" / f".java_pid{jvm.status.namespace_pid}"


def open_socket(jvm: JvmProcess, timeout_seconds: float) -> Path:
    """The JVM's attach socket; asks for it where there is none yet. Leaves no file behind.

    Raises AttachRefusedError, JvmNotAnsweringError (stopped, starting or stuck) or
    JvmNotFoundError (ended).
    """
    path = socket_path(jvm)
    if _is_socket(path):
        return path
    if jvm.vm != HOTSPOT:
        raise AttachRefusedError(f"attaching to {jvm.vm} is not possible, only to HotSpot JVMs")
    _check_ready(jvm)
    with _trigger(jvm):
        _send_quit(jvm)
        _wait_for(path, jvm, timeout_seconds)
    return path


def _is_socket(path: Path) -> bool:
    try:
        return path.is_socket()
    except PermissionError as error:
        raise AttachRefusedError(
            "the JVM's file system is closed to this user",
            hint="run seamew as root or as the user of the JVM",
            path=str(path),
        ) from error


def _check_ready(jvm: JvmProcess) -> None:
    """The state right now: what `jvm` remembers may be older."""
    status = find_jvm(jvm.pid, jvm.proc).status
    if status.state in {"T", "t"}:
        raise JvmNotAnsweringError(
            f"JVM {jvm.pid} is stopped (SIGSTOP or a debugger)",
            hint=f"let it go on with: kill -CONT {jvm.pid}",
        )
    if not status.catches(signal.SIGQUIT):
        raise JvmNotAnsweringError(
            f"JVM {jvm.pid} does not catch SIGQUIT: it is still starting, or was started with -Xrs",
            hint="try again in a second; nothing was sent, for the signal would end it",
        )


@contextmanager
def _trigger(jvm: JvmProcess) -> Iterator[None]:
    """The file that says: this SIGQUIT asks for the socket, not for a thread dump."""
    name = f".attach_pid{jvm.status.namespace_pid}"
    refusals = []
    for folder in (jvm.proc / str(jvm.pid) / "cwd", jvm.root / "tmp"):
        path = folder / name
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o660))
        except OSError as error:
            refusals.append(str(error))
            continue
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
        return
    raise AttachRefusedError(
        f"no trigger file can be made for JVM {jvm.pid}: {'; '.join(refusals)}",
        hint="its working directory or its /tmp must be writable for its user or root",
    )


def _send_quit(jvm: JvmProcess) -> None:
    try:
        os.kill(jvm.pid, signal.SIGQUIT)
    except ProcessLookupError as error:
        raise JvmNotFoundError(f"JVM {jvm.pid} has ended") from error
    except PermissionError as error:
        raise AttachRefusedError(
            f"JVM {jvm.pid} belongs to another user",
            hint=jvm.as_its_user,
        ) from error


def _wait_for(path: Path, jvm: JvmProcess, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    pause = _FIRST_POLL_SECONDS
    while not _is_socket(path):
        if time.monotonic() > deadline:
            raise JvmNotAnsweringError(
                f"JVM {jvm.pid} did not open its attach socket within {timeout_seconds:g} s",
                hint="it may be out of memory or stuck; what needs no answer still works:"
                f" seamew status {jvm.pid}",
            )
        find_jvm(jvm.pid, jvm.proc)  # raises when it has ended
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_POLL_SECONDS)
