"""Objects that have stayed alive since the sampling began, with where they were allocated.

By the JVM's Flight Recorder, which not every JRE has. Its threads (two or three) and some buffers
stay in the JVM once it has been used; the recording and all files are removed.
"""

from __future__ import annotations

import uuid

from seamew.errors import JvmCommandError
from seamew.jvm.capture.settings import CaptureSettings
from seamew.jvm.capture.step import Evidence, NotAvailableError, Step
from seamew.jvm.capture.target_files import TargetFolder
from seamew.jvm.identity import open_counters
from seamew.jvm.pools import HeapUse, read_heap

__all__ = ["STEP", "is_nearly_full"]

_PATIENCE = 4.0
_NEARLY_FULL = 0.95
# JDK 11 takes events from such a file only.
_SETTINGS = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0" label="Old objects" provider="Seamew">
<event name="jdk.OldObjectSample">
<setting name="enabled">true</setting>
<setting name="stackTrace">true</setting>
<setting name="cutoff">0 ns</setting>
</event>
</configuration>
"""
# It ends by itself where nothing ends it: this process may be killed.
_SPARE_SECONDS = 60
_STARTED = "Started recording"
_NO_RECORDINGS = "No available recordings"
_RECORDINGS = "ecording"  # none, or a list of them; not: Module jdk.jfr not found
_REPOSITORY = "Repository path:"


def run(evidence: Evidence) -> None:
    """Record, stop, which writes the file; then remove what the recorder has left.

    Not in a JVM that is about to run out of memory: the recorder is Java code, and needs some.
    """
    if is_nearly_full(_heap(evidence)):
        raise NotAvailableError("the heap is nearly full, and the recorder would take of the rest")
    said = evidence.jcmd("JFR.check", patience=_PATIENCE)
    if _RECORDINGS not in said:
        raise NotAvailableError(f"this JVM does not record: {_first_line(said)}")
    name = f"seamew-{uuid.uuid4().hex}"
    with TargetFolder(evidence.jvm) as folder:
        recording = folder.reserve(".jfr")
        settings = folder.create(".jfc", _SETTINGS)
        _start(evidence, f"name={name} settings={settings.path} filename={recording.path}")
        try:
            evidence.pause(evidence.settings.old_objects_seconds)
        finally:
            evidence.undo(f"JFR.stop name={name}", patience=_PATIENCE)
        _remove_repository(evidence, folder)
        evidence.save("heap/old-objects.jfr", folder.read(recording))


def is_nearly_full(heap: HeapUse | None) -> bool:
    """Whether the last collection left hardly any room; false where that is unknown."""
    if heap is None or heap.after_gc_bytes is None or not heap.max_bytes:
        return False
    return heap.after_gc_bytes > _NEARLY_FULL * heap.max_bytes


def _heap(evidence: Evidence) -> HeapUse | None:
    counters = open_counters(evidence.jvm)
    if counters is None:
        return None
    with counters:
        return read_heap(counters)


def _start(evidence: Evidence, recording: str) -> None:
    """Without a file of its own such a recording would be saved to the JVM's working directory."""
    seconds = round(evidence.settings.old_objects_seconds) + _SPARE_SECONDS
    line = f"JFR.start {recording} duration={seconds}s maxsize=50m"
    if evidence.settings.gc_roots:
        line += " path-to-gc-roots=true"
    said = evidence.jcmd(line, patience=_PATIENCE)
    if _STARTED not in said:
        raise JvmCommandError(_first_line(said))


def _remove_repository(evidence: Evidence, folder: TargetFolder) -> None:
    """The recorder's empty folder; it makes a new one when it is used again."""
    if _NO_RECORDINGS in evidence.jcmd("JFR.check"):
        for line in evidence.jcmd("JFR.configure").splitlines():
            if line.startswith(_REPOSITORY):
                folder.remove_empty_folder(line[len(_REPOSITORY) :].strip())


def _first_line(text: str) -> str:
    return (text.strip() or "no answer").splitlines()[0]


def _wait(settings: CaptureSettings) -> float:
    return settings.old_objects_seconds


STEP = Step(
    "old-objects",
    "samples of objects that stay alive, with where they were allocated (Flight Recorder)",
    "0.5-5 s of CPU at first; two or three threads and 10 MB stay in the JVM;"
    " with paths to roots it stands still for a walk through the heap",
    run,
    wait=_wait,
)
