"""Places where JVMs of services live: other users, containers, read-only and deleted folders."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

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
    require(before[0], jdk)
    with open_folder() as folder:
        shutil.copytree(classes, folder / "classes")
        (folder / "work").mkdir(mode=0o777)
        (folder / "work").chmod(0o777)
        with running_jvm(
            jdk, folder / "classes", folder / "work", program, options, before=before
        ) as running:
            yield PlacedJvm(running, jvm_below(running.pid), folder / "work")


def require(tool: str, jdk: Jdk) -> None:
    """Skip the test where it cannot run, saying why."""
    if os.geteuid() != 0:
        pytest.skip("needs root: makes namespaces and other users' processes")
    if shutil.which(tool) is None:
        pytest.skip(f"no {tool} here")
    closed = [path for path in jdk.java.parents if not path.stat().st_mode & 0o001]
    if closed:
        pytest.skip(f"Java {jdk.version} is below {closed[-1]}, which is closed to other users")


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
