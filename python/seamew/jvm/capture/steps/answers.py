"""The JVM's answers to diagnostic commands, each in a file, as it gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seamew.jvm.capture.step import Evidence, NotAvailableError, Step

__all__ = ["STEPS"]

_NOT_TRACKING = "not enabled"
_CHEAP = "under a millisecond, without a safepoint"
_PATIENCE = 2.0


@dataclass(frozen=True)
class _Question:
    """A diagnostic command and the file of its answer. `has_secrets`: it shows settings."""

    name: str
    line: str
    what: str
    cost: str
    has_secrets: bool = False


_QUESTIONS = (
    _Question("commands", "help", "which diagnostic commands the JVM knows", _CHEAP),
    _Question("version", "VM.version\nVM.uptime", "version and uptime", _CHEAP),
    _Question("command-line", "VM.command_line", "how the JVM was started", _CHEAP, True),
    _Question("flags", "VM.flags -all", "all flags and where they come from", _CHEAP, True),
    _Question("heap", "GC.heap_info", "the heap's regions and how full they are", _CHEAP),
    _Question("metaspace", "VM.metaspace", "metaspace in use and wasted", "a safepoint of 1-20 ms"),
    _Question("code-cache", "Compiler.codecache", "how full the code cache is", _CHEAP),
    _Question(
        "class-loaders",
        "VM.classloader_stats",
        "class loaders with classes and bytes",
        "a safepoint of 1-20 ms",
    ),
    _Question(
        "finalizers", "GC.finalizer_info", "what waits for finalization", "runs a little Java code"
    ),
    _Question(
        "native-memory",
        "VM.native_memory summary scale=KB",
        "native memory by purpose, where the JVM tracks it",
        "some milliseconds",
    ),
    _Question("events", "VM.events", "what happened last inside of the JVM", _CHEAP, True),
    _Question(
        "vm-info",
        "VM.info",
        "the JVM's own report, with its counts of OutOfMemoryErrors",
        "10-20 ms",
        True,
    ),
)


def _asker(question: _Question) -> Callable[[Evidence], None]:
    def run(evidence: Evidence) -> None:
        text = evidence.jcmd(question.line, patience=_PATIENCE)
        if question.name == "native-memory" and _NOT_TRACKING in text:
            raise NotAvailableError("the JVM was started without -XX:NativeMemoryTracking")
        save = evidence.save_text if question.has_secrets else evidence.save
        save(f"jvm/{question.name}.txt", text)

    return run


STEPS = tuple(Step(one.name, one.what, one.cost, _asker(one)) for one in _QUESTIONS)
