"""What the doctor has found: verdicts, evidence, and what to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.jvm.doctor import FAIL, OK, WARN, Finding, JvmExamination, worst
from seamew.report.answer import Answer, Block, Heading, Pairs
from seamew.report.tables import Column, Kind, Table
from seamew.units import format_counted

__all__ = ["host_answer", "jvm_answer"]

_MARKS = {OK: "ok", WARN: "warn", FAIL: "FAIL"}
_COLUMNS = (
    Column("pid", "pid", Kind.NUMBER),
    Column("check", "check", Kind.TEXT),
    Column("verdict", "verdict", Kind.TEXT),
    Column("evidence", "evidence", Kind.TEXT),
    Column("remedy", "what to type", Kind.TEXT),
)


@dataclass(frozen=True)
class _Row:
    """A finding of a JVM, or of the host (pid None)."""

    pid: int | None
    check: str
    verdict: str
    evidence: str
    remedy: str


def jvm_answer(host: Sequence[Finding], jvm: JvmExamination) -> Answer:
    """All findings about one JVM, those about the host first."""
    blocks: list[Block] = [Heading("This host"), _pairs(host), Heading(_title(jvm))]
    blocks += [_pairs(jvm.findings), "", _summary([*host, *jvm.findings])]
    rows = [*_rows(None, host), *_rows(jvm.pid, jvm.findings)]
    return Answer(_result(host, [jvm]), Table(_COLUMNS, rows), tuple(blocks), _failures(rows))


def host_answer(host: Sequence[Finding], jvms: Sequence[JvmExamination]) -> Answer:
    """Findings about the host, and of each JVM what is not as it should be."""
    blocks: list[Block] = [Heading("This host"), _pairs(host)]
    for jvm in jvms:
        amiss = [one for one in jvm.findings if one.verdict != OK]
        blocks += [Heading(_title(jvm)), _pairs(amiss) if amiss else "nothing amiss"]
    rows = [*_rows(None, host), *(row for jvm in jvms for row in _rows(jvm.pid, jvm.findings))]
    if not jvms:
        blocks.append("No JVM runs here, as far as this user may see.")
    return Answer(_result(host, jvms), Table(_COLUMNS, rows), tuple(blocks), _failures(rows))


def _title(jvm: JvmExamination) -> str:
    return f"JVM {jvm.pid}" + (f": {jvm.main}" if jvm.main else "")


def _pairs(findings: Sequence[Finding]) -> Pairs:
    longest = max((len(one.check) for one in findings), default=0)
    pairs = []
    for one in findings:
        pairs.append((f"{_MARKS[one.verdict]:<4}  {one.check:<{longest}}", one.evidence))
        pairs.append(("", f"-> {one.remedy}" if one.remedy else ""))
    return Pairs(pairs)


def _summary(findings: Sequence[Finding]) -> str:
    failed = sum(one.verdict == FAIL for one in findings)
    warned = sum(one.verdict == WARN for one in findings)
    if not failed and not warned:
        return "Nothing amiss."
    texts = [f"{format_counted(failed, 'check')} failed"] if failed else []
    texts += [format_counted(warned, "warning")] if warned else []
    return ", ".join(texts) + "."


def _rows(pid: int | None, findings: Sequence[Finding]) -> Iterator[_Row]:
    for one in findings:
        yield _Row(pid, one.check, one.verdict, one.evidence, one.remedy)


def _failures(rows: Sequence[_Row]) -> int:
    return sum(row.verdict == FAIL for row in rows)


def _result(host: Sequence[Finding], jvms: Sequence[JvmExamination]) -> dict[str, object]:
    return {
        "verdict": worst([*host, *(one for jvm in jvms for one in jvm.findings)]),
        "host": host,
        "jvms": jvms,
    }
