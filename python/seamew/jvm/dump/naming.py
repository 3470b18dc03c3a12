"""What a dump is called unless the user says."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from seamew.errors import SeamewError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.perfdata import PerfData

__all__ = ["default_name"]

_COMMAND = "sun.rt.javaCommand"
_UNUSUAL = re.compile(r"[^A-Za-z0-9_.$-]+")
_MOST_CHARACTERS = 80


def default_name(jvm: JvmProcess) -> str:
    """PID, main class or jar, and time: 4711-com.acme.Main-20240131T235959.hprof."""
    command = ""
    if jvm.perfdata_path is not None:
        with suppress(SeamewError), PerfData(jvm.perfdata_path) as counters:
            command = counters.text(_COMMAND) or ""
    words = command.split() or [jvm.status.name]
    name = words[0].rpartition("/")[2]
    name = name[: -len(".jar")] if name.endswith(".jar") else name
    name = _UNUSUAL.sub("_", name)[:_MOST_CHARACTERS]
    return f"{jvm.pid}-{name}-{time.strftime('%Y%m%dT%H%M%S')}.hprof"
