"""All commands, in the order and under the topics in which `seamew --help` shows them.

The summaries stand here so that the list needs no command's module; a test holds them equal to
the first lines of the commands' help.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMMANDS", "KNOWLEDGE", "LIVE", "CommandEntry"]


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: `seamew.cli.commands.<module>` has it as `command`."""

    name: str
    module: str
    topic: str
    summary: str


LIVE = "Live JVMs"
"""The topic of the commands on running JVMs."""

KNOWLEDGE = "What Seamew knows"
"""The topic of the commands that look at nothing."""

_ANSWERS = "Answers from a heap dump"
_CLOSER = "A closer look"
_VALUES = "Values and waste"
_DATA = "Raw data"

COMMANDS = (
    CommandEntry("ps", "ps", LIVE, "All JVMs of this host: heap, memory, threads, attaching."),
    CommandEntry(
        "status", "status", LIVE, "One JVM: heap, GC, threads, memory, files, TCP, advice."
    ),
    CommandEntry(
        "top", "top", LIVE, "A JVM on a live screen: heap after GC, threads by CPU, classes."
    ),
    CommandEntry("dump", "dump", LIVE, "A heap dump of a running JVM, checked and compressed."),
    CommandEntry(
        "capture", "capture", LIVE, "The evidence of a running JVM in a folder, the cheap first."
    ),
    CommandEntry("flags", "flags", LIVE, "The flags of a JVM, and setting those that can be set."),
    CommandEntry(
        "doctor",
        "doctor",
        LIVE,
        "Why attaching, dumping or sampling will or will not work.",
    ),
    CommandEntry(
        "jcmd", "jcmd", LIVE, "Any diagnostic command, as jcmd sends it; `help` lists them."
    ),
    CommandEntry("diagnose", "diagnose", _ANSWERS, "What leaks, who holds it, and by which field."),
    CommandEntry("report", "report", _ANSWERS, "Overview, or what a component takes and wastes."),
    CommandEntry("info", "info", _ANSWERS, "What is in the dump: sizes, counts, JVM, damage."),
    CommandEntry("histogram", "histogram", _ANSWERS, "What fills the heap, by class or package."),
    CommandEntry("consumers", "consumers", _ANSWERS, "The biggest objects, classes and loaders."),
    CommandEntry("threads", "threads", _ANSWERS, "Threads, their stacks, and what locals hold."),
    CommandEntry("thread-locals", "thread_locals", _ANSWERS, "What thread-local variables hold."),
    CommandEntry(
        "references",
        "references",
        _ANSWERS,
        "What references refer to, and alone keep alive.",
    ),
    CommandEntry(
        "finalizers",
        "finalizers",
        _ANSWERS,
        "Finalizers that wait, cleaners, off-heap buffers.",
    ),
    CommandEntry(
        "loaders", "loaders", _ANSWERS, "Class loaders, what they loaded, and what that holds."
    ),
    CommandEntry(
        "bundles", "bundles", _ANSWERS, "OSGi bundles, and class loaders that outlive them."
    ),
    CommandEntry(
        "properties", "properties", _ANSWERS, "System properties, environment, JVM and system."
    ),
    CommandEntry("query", "query", _ANSWERS, "Questions in OQL or SQL."),
    CommandEntry("dominators", "dominators", _CLOSER, "The dominator tree, biggest first."),
    CommandEntry("drops", "drops", _CLOSER, "Where memory accumulates in the dominator tree."),
    CommandEntry("retained", "retained", _CLOSER, "What a set of objects keeps alive, exactly."),
    CommandEntry(
        "immediate-dominators",
        "immediate_dominators",
        _CLOSER,
        "Who holds a set of objects, by class.",
    ),
    CommandEntry("path", "path", _CLOSER, "Why an object is alive: a path from a root."),
    CommandEntry(
        "merged-paths",
        "merged_paths",
        _CLOSER,
        "Paths from the roots to many objects, as a tree.",
    ),
    CommandEntry("refs", "refs", _CLOSER, "What refers to an object, or what it refers to."),
    CommandEntry("object", "object", _CLOSER, "One object with its fields and its value."),
    CommandEntry(
        "collections", "collections", _CLOSER, "How big, how full, how wasteful collections are."
    ),
    CommandEntry(
        "contents", "contents", _CLOSER, "What is in a collection: its elements or entries."
    ),
    CommandEntry("roots", "roots", _CLOSER, "The garbage-collection roots by type."),
    CommandEntry("strings", "strings", _VALUES, "Strings whose text matches."),
    CommandEntry("duplicates", "duplicates", _VALUES, "Equal strings, arrays or objects."),
    CommandEntry("arrays", "arrays", _VALUES, "Arrays by class, length, fill, or constant value."),
    CommandEntry("group-by", "group_by", _VALUES, "Objects grouped by their value, or a field's."),
    CommandEntry("find", "find", _VALUES, "Objects chosen by the values of their fields."),
    CommandEntry("objects", "objects", _DATA, "Every object: address, sizes, class."),
    CommandEntry("rules", "rules", KNOWLEDGE, "What leaks look like: the rules of diagnose."),
)
