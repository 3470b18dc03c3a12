"""Taking a case: one step after the other, whatever becomes of each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from seamew.errors import CancelledError, SeamewError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.attaching.connection import check_alive
from seamew.jvm.dump import Watcher
from seamew.version import VERSION

from .case import CaseFolder
from .line import Line
from .manifest import (
    COLLECTED,
    COMPLETE,
    FAILED,
    IN_PART,
    INTERRUPTED,
    JVM_ENDED,
    NOT_ASKED,
    NOT_AVAILABLE,
    RUNNING,
    SCHEMA,
    WAITING,
    Manifest,
    StepRecord,
    Subject,
)
from .settings import CaptureSettings
from .signals import interruptible
from .step import Evidence, NotAvailableError, Step
from .steps.registry import STEPS, choose_steps
from .subject import main_class_of

__all__ = ["CaptureProgress", "Case", "capture_case"]


@dataclass(frozen=True)
class Case:
    """A case on disk."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True)
class CaptureProgress:
    """Where a capture stands: at the beginning of a step, or with its record at its end.

    `wait_seconds` is how long the step lasts at least.
    """

    path: Path
    number: int
    count: int
    step: Step
    wait_seconds: float
    record: StepRecord | None


def capture_case(
    client: AttachClient,
    parent: Path,
    settings: CaptureSettings,
    *,
    timeout_seconds: float,
    on_progress: Callable[[CaptureProgress], None] | None = None,
    watcher: Watcher | None = None,
) -> Case:
    """Take the evidence of a JVM into a new folder below `parent`.

    No step keeps the others from being taken: what fails is noted. Ctrl-C, SIGTERM and SIGHUP end
    the capture, not this process: the case then says `interrupted`. `timeout_seconds` is for each
    question to the JVM, `watcher` for a heap dump. Raises UsageError where no folder can be made,
    JvmNotFoundError where the JVM has ended before, OSError where the manifest cannot be written.
    """
    jvm = client.jvm
    check_alive(jvm)
    names = choose_steps() if settings.steps is None else settings.steps
    main_class = main_class_of(jvm)
    moment = time.strftime("%Y%m%d-%H%M%S")
    case = CaseFolder.create(parent, f"case-{main_class}-{jvm.pid}-{moment}", settings.most_bytes)
    capture = _Capture(client, case, settings, timeout_seconds)
    capture.on_progress = on_progress or _nobody
    capture.watcher = watcher or Watcher()
    with interruptible():
        return capture.take(names, main_class)


class _Capture:
    """One capture: the records of its steps, and the case that they make."""

    def __init__(
        self,
        client: AttachClient,
        case: CaseFolder,
        settings: CaptureSettings,
        timeout_seconds: float,
    ) -> None:
        self.on_progress: Callable[[CaptureProgress], None] = _nobody
        self.watcher = Watcher()
        self._jvm = client.jvm
        self._line = Line(client)
        self._case = case
        self._settings = settings
        self._timeout_seconds = timeout_seconds
        self._records: dict[str, StepRecord] = {}
        self._has_ended = False

    def take(self, names: tuple[str, ...], main_class: str) -> Case:
        """All steps of those names, and the manifest after each."""
        manifest = self._first_manifest(main_class)
        for step in STEPS:
            outcome = WAITING if step.name in names else NOT_ASKED
            self._records[step.name] = StepRecord(step.name, outcome)
        state = COMPLETE
        try:
            for number, step in enumerate(one for one in STEPS if one.name in names):
                self._save(manifest)
                self._take_step(step, number, len(names))
                if self._has_ended:
                    state = JVM_ENDED
                    break
        except KeyboardInterrupt:
            state = INTERRUPTED
        reason = {INTERRUPTED: "interrupted before", JVM_ENDED: "the JVM had ended before"}
        self._close_waiting(reason.get(state, ""))
        manifest = replace(manifest, state=state, finished_at_ms=_now_ms())
        return Case(self._case.path, self._save(manifest))

    def _take_step(self, step: Step, number: int, count: int) -> None:
        wait = step.wait(self._settings)
        progress = CaptureProgress(self._case.path, number, count, step, wait, None)
        self.on_progress(progress)
        evidence = Evidence(step.name, self._jvm, self._line, self._case, self._settings)
        evidence.timeout_seconds = self._timeout_seconds
        evidence.watcher = self.watcher
        started_at_ms, started = _now_ms(), time.monotonic()
        outcome = FAILED
        try:
            outcome = self._outcome(step, evidence)
        except KeyboardInterrupt:
            outcome = INTERRUPTED
            raise
        finally:
            record = StepRecord(
                step.name,
                outcome,
                started_at_ms,
                round(time.monotonic() - started, 3),
                tuple(evidence.commands),
                tuple(evidence.problems),
            )
            self._records[step.name] = record
        self.on_progress(replace(progress, record=record))

    def _outcome(self, step: Step, evidence: Evidence) -> str:
        try:
            step.run(evidence)
        except NotAvailableError as error:
            evidence.miss(str(error))
            return IN_PART if evidence.has_files else NOT_AVAILABLE
        except CancelledError as error:
            evidence.miss(error.message)
            raise KeyboardInterrupt from error
        except (SeamewError, OSError) as error:
            evidence.miss(error.message if isinstance(error, SeamewError) else str(error))
            self._has_ended = not self._jvm.is_alive()
            return IN_PART if evidence.has_files else FAILED
        return IN_PART if evidence.problems else COLLECTED

    def _close_waiting(self, reason: str) -> None:
        for name, record in self._records.items():
            if record.outcome == WAITING:
                self._records[name] = replace(record, outcome=NOT_ASKED, problems=(reason,))

    def _first_manifest(self, main_class: str) -> Manifest:
        jvm, system = self._jvm, os.uname()
        return Manifest(
            schema=SCHEMA,
            tool_version=VERSION,
            host=system.nodename,
            kernel=system.release,
            state=RUNNING,
            started_at_ms=_now_ms(),
            finished_at_ms=None,
            secrets_shown=self._settings.show_secrets,
            jvm=Subject(jvm.pid, jvm.status.namespace_pid, jvm.status.uid, main_class, jvm.vm),
            steps=(),
            files=(),
        )

    def _save(self, manifest: Manifest) -> Manifest:
        manifest = replace(
            manifest, steps=tuple(self._records.values()), files=tuple(self._case.files)
        )
        self._case.write_manifest(manifest)
        return manifest


def _nobody(progress: CaptureProgress) -> None:
    del progress


def _now_ms() -> int:
    return int(time.time() * 1000)
