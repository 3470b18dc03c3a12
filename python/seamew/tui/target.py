"""Which JVM is on the screen: what stays the same while it runs."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass

from seamew.errors import AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError
from seamew.jvm.command_line import read_command
from seamew.jvm.discover import JvmProcess
from seamew.jvm.identity import find_java_version, open_counters, tell_collector
from seamew.jvm.perfdata import PerfData

__all__ = ["Target", "read_target"]


@dataclass(frozen=True)
class Target:
    """A JVM; None: not to be told. `main` is the main class, jar or module."""

    pid: int
    vm: str
    main: str | None
    version: str | None
    collector: str | None


def read_target(jvm: JvmProcess) -> Target:
    """What the JVM's counters say of it, else its command line and its files."""
    counters = None
    with suppress(AccessRefusedError, JvmNotAnsweringError, JvmNotFoundError):
        counters = open_counters(jvm)
    if counters is None:
        return _target(jvm, None)
    with closing(counters):
        return _target(jvm, counters)


def _target(jvm: JvmProcess, counters: PerfData | None) -> Target:
    command = read_command(jvm, counters)
    return Target(
        pid=jvm.pid,
        vm=jvm.vm,
        main=command.main,
        version=find_java_version(jvm, counters),
        collector=tell_collector(jvm, command, counters),
    )
