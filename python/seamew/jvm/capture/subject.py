"""How a JVM is called in the name of a case."""

from __future__ import annotations

from contextlib import suppress

from seamew.errors import SeamewError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.perfdata import PerfData

__all__ = ["main_class_of"]

_COMMAND = "sun.rt.javaCommand"


def main_class_of(jvm: JvmProcess) -> str:
    """The main class without its package, or the jar's name; else the name of the process.

    The JVM's counters say it, so nothing is sent to the JVM.
    """
    command = ""
    path = jvm.perfdata_path
    if path is not None:
        with suppress(SeamewError), PerfData(path) as counters:
            command = counters.text(_COMMAND) or ""
    words = command.split()
    if not words:
        return jvm.status.name
    name = words[0].rpartition("/")[2]
    return name if name.endswith(".jar") else name.rpartition(".")[2]
