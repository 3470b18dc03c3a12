"""The GC log, switched on for some seconds and off again; the JVM's own log settings stay."""

from __future__ import annotations

from seamew.errors import JvmCommandError
from seamew.jvm.capture.settings import CaptureSettings
from seamew.jvm.capture.step import Evidence, Step
from seamew.jvm.capture.target_files import TargetFolder

__all__ = ["STEP", "outputs"]

# Bounded even where nothing switches it off again: this process may be killed.
_OPTIONS = "output_options=filecount=1,filesize=5m"
_WHAT = "what=gc*=info,safepoint=info decorators=uptime,level,tags"


def run(evidence: Evidence) -> None:
    """Log into a file in the JVM's /tmp, fetch it, remove it, and see that all is as before."""
    before = outputs(evidence.jcmd("VM.log list"))
    with TargetFolder(evidence.jvm) as folder:
        log = folder.reserve("-gc.log")
        folder.reserve(".0", beside=log)  # where the JVM puts the older half
        try:
            said = evidence.jcmd(f"VM.log output={log.path} {_WHAT} {_OPTIONS}")
            if said.strip():
                raise JvmCommandError(said.strip().splitlines()[0])
            evidence.pause(evidence.settings.gc_log_seconds)
        finally:
            if not evidence.undo(f"VM.log output={log.path} what=all=off"):
                folder.keep(log)
        evidence.save("gc/gc.log", folder.read(log))
    if outputs(evidence.jcmd("VM.log list")) != before:
        evidence.miss(
            "the JVM's log settings are not as they were: see seamew jcmd PID VM.log list"
        )


def outputs(listing: str) -> list[str]:
    """The outputs of a JVM's log, as `VM.log list` describes them."""
    lines = [line.strip() for line in listing.splitlines()]
    return [line for line in lines if line.startswith("#")]


def _wait(settings: CaptureSettings) -> float:
    return settings.gc_log_seconds


STEP = Step(
    "gc-log",
    "the GC log for some seconds",
    "up to 10 MB in the JVM's /tmp for as long; log settings are put back",
    run,
    wait=_wait,
)
