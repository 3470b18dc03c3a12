"""How a JVM was started: its options, and its main class, jar or module.

The counters know the options best, for they have those of argument files too. Without counters
the command line and the variables that JVMs heed tell.
Source: java(1); Arguments::parse of src/hotspot/share/runtime/arguments.cpp of OpenJDK.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from seamew.units import parse_bytes

from .discover import JvmProcess
from .perfdata import PerfData
from .procfs import PROC

__all__ = [
    "JvmCommand",
    "flag_bytes",
    "main_of",
    "parse_flags",
    "read_command",
    "read_options",
    "read_words",
]

_OPTIONS_WITH_A_WORD = frozenset(
    {
        "-cp",
        "-classpath",
        "--class-path",
        "-p",
        "--module-path",
        "--upgrade-module-path",
        "--add-modules",
        "--limit-modules",
        "--add-exports",
        "--add-opens",
        "--add-reads",
        "--patch-module",
        "--enable-native-access",
    }
)
_BEFORE_MAIN = frozenset({"-jar", "-m", "--module"})
_VARIABLES = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")
_LATE_VARIABLES = ("_JAVA_OPTIONS",)
_LAUNCHERS = ("java", "javaw")
_SHORT_OPTIONS = (
    ("-Xmx", "MaxHeapSize"),
    ("-Xms", "InitialHeapSize"),
    ("-Xss", "ThreadStackSize"),
    ("-Xmn", "NewSize"),
    ("-Xloggc:", "Xloggc"),
    ("-Xlog:", "Xlog"),
)
_SWITCH = "-XX:"


@dataclass(frozen=True)
class JvmCommand:
    """The options in the order in which they count, and the main class, jar or module."""

    options: tuple[str, ...]
    main: str | None

    @property
    def flags(self) -> dict[str, str]:
        """The flags that the options set (see `parse_flags`)."""
        return parse_flags(self.options)


def read_command(jvm: JvmProcess, counters: PerfData | None = None) -> JvmCommand:
    """How the JVM was started; unknown is left out, not an error."""
    main = main_of(read_words(jvm.pid, "cmdline", jvm.proc))
    known = counters.text("sun.rt.javaCommand") if counters else None
    if known and known != main and not known.startswith(f"{main} "):
        main = known.split()[0]
    if counters is None or counters.text("java.rt.vmArgs") is None:
        return JvmCommand(tuple(read_options(jvm)), main)
    texts = (counters.text("java.rt.vmFlags"), counters.text("java.rt.vmArgs"))
    return JvmCommand(tuple(word for text in texts for word in (text or "").split()), main)


def read_options(jvm: JvmProcess) -> Iterator[str]:
    """The options of variables and command line; the program's own words are left out."""
    variables = dict(word.partition("=")[::2] for word in read_words(jvm.pid, "environ", jvm.proc))
    for name in _VARIABLES:
        yield from variables.get(name, "").split()
    options, _ = _split(read_words(jvm.pid, "cmdline", jvm.proc))
    yield from options
    for name in _LATE_VARIABLES:
        yield from variables.get(name, "").split()


def read_words(pid: int, name: str, proc: Path = PROC) -> list[str]:
    """The words of /proc/PID/cmdline or environ; none where this user may not."""
    try:
        text = os.fsdecode((proc / str(pid) / name).read_bytes())
    except OSError:
        return []
    return text.split("\0")[:-1]


def parse_flags(options: Iterable[str]) -> dict[str, str]:
    """The last value of each flag: `true` and `false` for switches, -Xmx as MaxHeapSize."""
    flags = {}
    for option in options:
        if option.startswith((_SWITCH + "+", _SWITCH + "-")):
            flags[option[len(_SWITCH) + 1 :]] = "true" if option[len(_SWITCH)] == "+" else "false"
        elif option.startswith(_SWITCH) and "=" in option:
            name, _, value = option[len(_SWITCH) :].partition("=")
            flags[name] = value
        for start, name in _SHORT_OPTIONS:
            if option.startswith(start):
                flags[name] = option[len(start) :]
    return flags


def flag_bytes(flags: Mapping[str, str], name: str) -> int | None:
    """The value of a flag that is a size: 512m, 1g; None: it is not set, or no size."""
    try:
        return parse_bytes(flags[name])
    except (KeyError, ValueError):
        return None


def main_of(words: Sequence[str]) -> str | None:
    """What the command line starts; for another launcher than java its own name."""
    if not words:
        return None
    launcher = PurePosixPath(words[0]).name
    if launcher not in _LAUNCHERS:
        return launcher or None
    _, main = _split(words)
    return main


def _split(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The JVM's options and what it starts, which is the first word that is no option."""
    options: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word in _BEFORE_MAIN:
            return options, next(rest, None)
        if not word.startswith(("-", "@")):
            return options, word
        if word in _OPTIONS_WITH_A_WORD:
            next(rest, None)
        else:
            options.append(word)
    return options, None
