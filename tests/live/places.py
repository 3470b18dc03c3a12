"""Places where JVMs of services live: other users, containers, read-only and deleted folders."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from seamew.errors import SeamewError

from .jdks import Jdk
from .running import START_QUICKLY, RunningJvm, running_jvm, wait_until

NOBODY = 65534
HOST_USER = 100000
"""A user of the host who is root in a user namespace of his own."""

_OWN_TMP = ("sh", "-c", 'mount -t tmpfs none /tmp && exec "$@"', "sh")
_CONTAINER = ("--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--ipc", "--uts")

AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
IN_CONTAINER = ("unshare", *_CONTAINER, *_OWN_TMP)
IN_CONTAINER_AS_NOBODY = (*IN_CONTAINER, *AS_NOBODY)
IN_USER_NAMESPACE = (
    "setpriv",
    f"--reuid={HOST_USER}",
    f"--regid={HOST_USER}",
    "--clear-groups",
    "unshare",
    "--user",
    "--map-root-user",
    *_CONTAINER,
    *_OWN_TMP,
)


def sharing_tmp(folder: Path) -> tuple[str, ...]:
    """What starts a JVM in a container of its own whose /tmp is a folder of the host."""
    own_tmp = f'mount --bind {folder} /tmp && exec "$@"'
    return ("unshare", *_CONTAINER, "sh", "-c", own_tmp, "sh")


@dataclass(frozen=True)
class PlacedJvm:
    """A JVM that some other program has started: `pid` is the JVM's own, on this host."""

    running: RunningJvm
    pid: int
    folder: Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, and that a /tmp of one's own does not hide."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="seamew-live-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def placed_jvm(
    jdk: Jdk,
    classes: Path,
    before: Sequence[str],
    options: Sequence[str] = START_QUICKLY,
    program: Sequence[str] = ("Idle",),
) -> Iterator[PlacedJvm]:
    """A JVM that runs behind `before`; skips where this machine does not let it."""
    if os.geteuid() != 0:
        pytest.skip("needs root: makes namespaces and processes of other users")
    if shutil.which(before[0]) is None:
        pytest.skip(f"no {before[0]} here")
    with open_folder() as folder:
        copied = shutil.copytree(classes, folder / "classes")
        copied.chmod(0o755)
        work = folder / "work"
        work.mkdir()
        work.chmod(0o777)
        reachable = _reachable(jdk, folder / "jre")
        with running_jvm(reachable, copied, work, program, options, before=before) as running:
            pid = jvm_below(running.pid)
            # What a JVM of that number and another user has left would be in the way.
            Path(f"/proc/{pid}/root/tmp/.java_pid{pid}").unlink(missing_ok=True)
            try:
                yield PlacedJvm(running, pid, work)
            finally:
                # The starter's death does not reach a JVM that has become another user's.
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _reachable(jdk: Jdk, copy: Path) -> Jdk:
    """The runtime, or a copy of one that lies where other users may not go."""
    if all(path.stat().st_mode & 0o001 for path in jdk.home.parents):
        return jdk
    try:
        shutil.copytree(jdk.home, copy, copy_function=os.link)
    except (OSError, shutil.Error):  # another file system
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(jdk.home, copy)
    return replace(jdk, home=copy)


def as_user(uid: int, question: Callable[[], str]) -> str:
    """The answer of a process of that user, or the class and the message of its error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            answer = question()
        except SeamewError as error:
            answer = f"{type(error).__name__}: {error.message} ({error.hint})"
        finally:
            os.write(writing, answer.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        text = file.read()
    os.waitpid(child, 0)
    return text


def jvm_below(pid: int) -> int:
    """The process that a chain of starters ends in."""
    found: list[int] = []

    def is_there() -> bool:
        found[:] = [pid]
        while True:
            text = Path(f"/proc/{found[-1]}/task/{found[-1]}/children").read_text(encoding="utf-8")
            if not text:
                return b"libjvm.so" in Path(f"/proc/{found[-1]}/maps").read_bytes()
            found.append(int(text.split()[0]))

    wait_until(is_there, f"a JVM below process {pid}")
    return found[-1]
