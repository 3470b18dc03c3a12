"""Which JVM a process is: version, collector, user, age; by its counters, else by other signs."""

from __future__ import annotations

import pwd
import re
from pathlib import PurePosixPath

from .collectors import collector_by_option, collector_by_threads, find_collector
from .command_line import JvmCommand
from .discover import JvmProcess
from .perfdata import PerfData
from .tasks import TICKS_PER_SECOND, read_thread_names

__all__ = [
    "find_java_home",
    "find_java_version",
    "open_counters",
    "tell_collector",
    "uptime_seconds",
    "user_name",
]

_RELEASE_VERSION = re.compile(r'^JAVA_VERSION="([^"]+)"', re.MULTILINE)
_HOME_LEVELS = 5  # of JAVA_HOME/jre/lib/amd64/server/libjvm.so, as in Java 8
_MOST_RELEASE_BYTES = 1 << 16


def open_counters(jvm: JvmProcess) -> PerfData | None:
    """The JVM's counters; None: it has none.

    Raises AccessRefusedError, JvmNotAnsweringError (it is still starting) or JvmNotFoundError.
    """
    path = jvm.perfdata_path
    return None if path is None else PerfData(path)


def find_java_version(jvm: JvmProcess, counters: PerfData | None) -> str | None:
    """The version by the counters, else by the release file of the JVM's home."""
    version = counters.text("java.property.java.version") if counters else None
    if version:
        return version
    home = find_java_home(jvm)
    found = _RELEASE_VERSION.search(_release(jvm, home) or "") if home else None
    return found.group(1) if found else None


def find_java_home(jvm: JvmProcess) -> str | None:
    """The folder above the JVM's library that has a release file, in the JVM's file system."""
    found = jvm.mappings
    if found is None:
        return None
    folders = list(PurePosixPath(found.library).parents)[:_HOME_LEVELS]
    return next((str(folder) for folder in folders if _release(jvm, str(folder))), None)


def tell_collector(jvm: JvmProcess, command: JvmCommand, counters: PerfData | None) -> str | None:
    """The collector by the counters, else by the options, else by the names of its threads."""
    if counters is not None:
        return find_collector(counters)
    by_option = collector_by_option(command.flags)
    return by_option or collector_by_threads(read_thread_names(jvm.pid, jvm.proc))


def user_name(uid: int) -> str | None:
    """The name of a user of this host; None: it has no such user (of a container, perhaps)."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def uptime_seconds(start_ticks: int | None, since_boot: float) -> float | None:
    """The age of a process, `since_boot` seconds after the host started."""
    if start_ticks is None:
        return None
    return round(max(0.0, since_boot - start_ticks / TICKS_PER_SECOND), 2)


def _release(jvm: JvmProcess, home: str) -> str | None:
    path = jvm.root / home.lstrip("/") / "release"
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_MOST_RELEASE_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
