"""All commands, in the order and under the topics in which `seamew --help` shows them.

The summaries stand here so that the list needs no command's module; a test holds them equal to
the first lines of the commands' help.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMMANDS", "CommandEntry"]


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: `seamew.cli.commands.<module>` has it as `command`."""

    name: str
    module: str
    topic: str
    summary: str


_ANSWERS = "Answers"
_CLOSER = "A closer look"
_DATA = "Raw data"

COMMANDS = (
    CommandEntry("diagnose", "diagnose", _ANSWERS, "What leaks, who holds it, and by which field."),
    CommandEntry("info", "info", _ANSWERS, "What is in the dump: sizes, counts, JVM, damage."),
    CommandEntry("histogram", "histogram", _ANSWERS, "What fills the heap, by class or package."),
    CommandEntry("consumers", "consumers", _ANSWERS, "The biggest objects, classes and loaders."),
    CommandEntry("threads", "threads", _ANSWERS, "Threads, their stacks, and what locals hold."),
    CommandEntry("dominators", "dominators", _CLOSER, "The dominator tree, biggest first."),
    CommandEntry("path", "path", _CLOSER, "Why an object is alive: a path from a root."),
    CommandEntry("refs", "refs", _CLOSER, "What refers to an object, or what it refers to."),
    CommandEntry("object", "object", _CLOSER, "One object with its fields and its value."),
    CommandEntry(
        "collections", "collections", _CLOSER, "How big, how full, how wasteful collections are."
    ),
    CommandEntry(
        "contents", "contents", _CLOSER, "What is in a collection: its elements or entries."
    ),
    CommandEntry("roots", "roots", _CLOSER, "The garbage-collection roots by type."),
    CommandEntry("objects", "objects", _DATA, "Every object: address, sizes, class."),
)
