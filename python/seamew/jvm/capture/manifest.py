"""What a case says about itself: manifest.json, field by field.

The file is whole after every step: each version is written under another name and renamed. So a
capture that was broken off, or whose JVM has ended, leaves a valid case. The format is described
in docs/reference/case-folder.md.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "COLLECTED",
    "COMPLETE",
    "FAILED",
    "INTERRUPTED",
    "IN_PART",
    "JVM_ENDED",
    "MANIFEST_NAME",
    "NOT_ASKED",
    "NOT_AVAILABLE",
    "RUNNING",
    "SCHEMA",
    "WAITING",
    "CapturedFile",
    "Manifest",
    "SentCommand",
    "StepRecord",
    "Subject",
]

SCHEMA = "seamew-case/1"
MANIFEST_NAME = "manifest.json"

# Outcomes of a step.
COLLECTED, IN_PART, FAILED = "collected", "in_part", "failed"
NOT_AVAILABLE, NOT_ASKED, WAITING = "not_available", "not_asked", "waiting"
# States of a case; a step that is interrupted has the same word.
RUNNING, COMPLETE, INTERRUPTED, JVM_ENDED = "running", "complete", "interrupted", "jvm_ended"


@dataclass(frozen=True)
class CapturedFile:
    """A file of a case: its name below the folder, and the SHA-256 of its bytes.

    `is_whole` is false where the limit of the case, or the end of the JVM, cut it off.
    """

    name: str
    step: str
    bytes: int
    sha256: str
    is_whole: bool


@dataclass(frozen=True)
class SentCommand:
    """What the JVM was asked; `problem` is why it gave no answer, or empty."""

    command: str
    duration_seconds: float
    problem: str


@dataclass(frozen=True)
class StepRecord:
    """What became of a step; `problems` says why something is missing."""

    name: str
    outcome: str
    started_at_ms: int | None = None
    duration_seconds: float = 0.0
    commands: tuple[SentCommand, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Whose evidence this is. Numbers of processes are those of the host and of the container."""

    pid: int
    namespace_pid: int
    uid: int
    main_class: str
    vm: str


@dataclass(frozen=True)
class Manifest:
    """A case as a whole; `finished_at_ms` is None while it runs, or after a sudden end."""

    schema: str
    tool_version: str
    host: str
    kernel: str
    state: str
    started_at_ms: int
    finished_at_ms: int | None
    secrets_shown: bool
    jvm: Subject
    steps: tuple[StepRecord, ...]
    files: tuple[CapturedFile, ...]
