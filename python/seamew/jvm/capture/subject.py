"""How a JVM is called in the name of a case."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from seamew.errors import SeamewError
from seamew.jvm.command_line import read_command
from seamew.jvm.discover import JvmProcess
from seamew.jvm.identity import open_counters

__all__ = ["main_class_of"]


def main_class_of(jvm: JvmProcess) -> str:
    """The main class without its package, or the jar's name; else the name of the process.

    Files say it, so nothing is sent to the JVM.
    """
    counters = None
    with ExitStack() as stack:
        with suppress(SeamewError):
            counters = open_counters(jvm)
        if counters is not None:
            stack.enter_context(counters)
        main = read_command(jvm, counters).main or jvm.status.name
    name = main.rpartition("/")[2]
    return name if name.endswith(".jar") else name.rpartition(".")[2]
