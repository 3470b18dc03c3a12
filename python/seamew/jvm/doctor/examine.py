"""Running the checks. Nothing is sent to a JVM and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmNotFoundError
from seamew.jvm.discover import find_jvm, find_jvms
from seamew.jvm.process import PROC, read_status
from seamew.jvm.status import read_jvm_status

from .finding import Finding
from .registry import HOST_CHECKS, JVM_CHECKS
from .subject import Host, OpenJvm, Subject

__all__ = ["JvmExamination", "examine_host", "examine_jvm", "examine_jvms"]


@dataclass(frozen=True)
class JvmExamination:
    """What was found of a JVM; `main` is what it runs, None where that is not known."""

    pid: int
    main: str | None
    findings: tuple[Finding, ...]


def examine_host(proc: Path = PROC) -> tuple[Finding, ...]:
    """What holds for all JVMs of this host."""
    host = Host(proc)
    return tuple(finding for finding in (check(host) for check in HOST_CHECKS) if finding)


def examine_jvm(pid: int, proc: Path = PROC) -> JvmExamination:
    """What was found of one JVM. Raises JvmNotFoundError: no such process, or no JVM."""
    subject = _subject(pid, proc)
    findings = tuple(one for one in (check(subject) for check in JVM_CHECKS) if one)
    main = subject.opened.status.main if subject.opened else None
    return JvmExamination(pid, main, findings)


def examine_jvms(proc: Path = PROC) -> Iterator[JvmExamination]:
    """What was found of each JVM that this user sees; those that end meanwhile are left out."""
    for jvm in find_jvms(proc):
        try:
            yield examine_jvm(jvm.pid, proc)
        except JvmNotFoundError:
            continue


def _subject(pid: int, proc: Path) -> Subject:
    status = read_status(pid, proc)
    try:
        jvm = find_jvm(pid, proc)
        return Subject(pid, jvm.status, OpenJvm(jvm, read_jvm_status(jvm)), proc)
    except AccessRefusedError:
        return Subject(pid, status, None, proc)
