"""Lines of a stack: frames without the modules that only some tools print, and locks."""

from __future__ import annotations

import re

from .model import CLASS_INITIALIZATION, LockLine, StackFrame

__all__ = ["FrameReader", "dotted", "frame_text", "read_lock"]

_FRAME = "at "
_AGENT_FRAME = re.compile(
    r"- (?P<method>[^()<\s]+(?:<\w+>)?)\(.*?\) @bci=-?\d+(?:, line=(?P<line>\d+))?"
)
_AT_BYTECODE = " @bci="
_LOG_TAB = "#011"  # a tab, as rsyslog writes it
_MODULE_OF_SOURCE = re.compile(r"\([^()/]*/")
_ADDRESS_OF_CLASS = re.compile(r"(\$\$\w+(?:\$\d+)?)[/+](?:0x[0-9a-f]+|\d+)(?=\.)")
_LOCK = re.compile(
    r"- (?P<action>[a-z][a-z ()-]*?) *<(?P<id>[^>]*)>(?: \(an? (?P<class>.+?)\))?"
    r'(?: owned by "(?P<name>.*)" t@(?P<owner>\d+))?$'
)
_OWNED = re.compile(r"- (?:locked )?<(?P<id>[^>]*)>,?(?: \(an? (?P<class>.+)\))?$")
_CLASS_MONITOR = re.compile(r"- waiting on the Class initialization monitor for (?P<class>.+)$")
_NO_IDENTITY = re.compile(r"[a-z]+ ")  # "no object reference available", "owner is scalar replaced"


class FrameReader:
    """Reads frames of one dump: equal lines become one object, for most stacks are alike."""

    def __init__(self) -> None:
        self._known: dict[str, StackFrame] = {}

    def frame(self, text: str) -> StackFrame | None:
        """The frame of a stripped line; None: it is none."""
        if text.startswith(_LOG_TAB):
            text = text[len(_LOG_TAB) :]
        if text.startswith(_FRAME):
            return self.frame_of(text[len(_FRAME) :])
        found = _AGENT_FRAME.match(text) if _AT_BYTECODE in text else None
        if found is None:
            return None
        line = found.group("line")
        return self.frame_of(f"{found.group('method')}(Unknown Source{':' + line if line else ''})")

    def frame_of(self, text: str) -> StackFrame:
        """The frame of its text alone."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = StackFrame(frame_text(text))
        return found


def frame_text(text: str) -> str:
    """A frame as all dumps have it: no module, no loader, no address of a hidden class.

    `java.lang.Thread.run(java.base@17.0.15/Thread.java:840)` and
    `java.base/java.lang.Thread.run(Thread.java:840)` are the same.
    """
    method, bracket, source = _ADDRESS_OF_CLASS.sub(r"\1", text).partition("(")
    return method.rpartition("/")[2] + _MODULE_OF_SOURCE.sub("(", bracket + source, count=1)


def read_lock(text: str) -> LockLine | None:
    """What a stripped line says about a lock; None: nothing, as `- None` does."""
    monitor = _CLASS_MONITOR.match(text)
    if monitor:
        return LockLine(CLASS_INITIALIZATION, None, monitor.group("class"))
    found = _OWNED.match(text)
    if found:
        return _lock("locked", found.group("id"), found.group("class"), None)
    found = _LOCK.match(text)
    if found is None:
        return None
    owner = found.group("owner")
    return _lock(
        found.group("action"), found.group("id"), found.group("class"), owner and f"#{owner}"
    )


def dotted(class_name: str | None) -> str | None:
    """A class name of Java; the serviceability agent has slashes in some."""
    if class_name is None or "." in class_name:
        return class_name
    return class_name.replace("/", ".")


def _lock(action: str, identity: str, class_name: str | None, owner: str | None) -> LockLine:
    lock_id = None if _NO_IDENTITY.match(identity) else identity
    if class_name is None and lock_id is not None and "@" in lock_id:
        class_name = lock_id.rpartition("@")[0]
    return LockLine(action, lock_id, dotted(class_name), owner)
