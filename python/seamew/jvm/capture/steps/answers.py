"""The JVM's answers to diagnostic commands, each in a file, as it gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seamew.jvm.capture.step import Evidence, NotAvailableError, Step
from seamew.masking import masked_text

__all__ = ["STEPS"]

_NOT_TRACKING = "not enabled"


@dataclass(frozen=True)
class _Question:
    """A diagnostic command, and what it costs the JVM."""

    name: str
    line: str
    what: str
    cost: str = ""


_QUESTIONS = (
    _Question("commands", "help", "which diagnostic commands the JVM knows"),
    _Question("version", "VM.version\nVM.uptime", "version and uptime"),
    _Question("command-line", "VM.command_line", "how the JVM was started"),
    _Question("flags", "VM.flags -all", "all flags and where they come from"),
    _Question("heap", "GC.heap_info", "the heap's regions and how full they are"),
    _Question("metaspace", "VM.metaspace", "metaspace in use and wasted", "a safepoint of 1-20 ms"),
    _Question("code-cache", "Compiler.codecache", "how full the code cache is"),
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
    ),
    _Question("events", "VM.events", "what happened last inside of the JVM"),
    _Question(
        "vm-info",
        "VM.info",
        "the JVM's own report, with its counts of OutOfMemoryErrors",
        "a safepoint of 10-20 ms",
    ),
)


def _masked_flags(text: str) -> str:
    """Only what stands behind an equals sign: flags have long names that look like keys."""
    lines = (line.partition("=") for line in text.splitlines(keepends=True))
    return "".join(name + equals + masked_text(value) for name, equals, value in lines)


_SHOWING_SETTINGS: dict[str, Callable[[str], str]] = {
    "command-line": masked_text,
    "flags": _masked_flags,
    "events": masked_text,
    "vm-info": masked_text,
}


def _asker(question: _Question) -> Callable[[Evidence], None]:
    def run(evidence: Evidence) -> None:
        text = evidence.jcmd(question.line)
        if question.name == "native-memory" and _NOT_TRACKING in text:
            raise NotAvailableError("the JVM was started without -XX:NativeMemoryTracking")
        if question.name in _SHOWING_SETTINGS and not evidence.settings.show_secrets:
            text = _SHOWING_SETTINGS[question.name](text)
        evidence.save(f"jvm/{question.name}.txt", text)

    return run


STEPS = tuple(Step(one.name, one.what, one.cost, _asker(one)) for one in _QUESTIONS)
