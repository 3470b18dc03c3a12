"""Engine benchmark: Seamew and its peers on the same dumps, in one session.

The jobs of all tools take turns (round by round), so that a busy neighbour disturbs all of them.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure import Measurement, best_of, bytes_below, measure, warm_page_cache
from peers import CLASSES_QUERY, MAT_REFERENCE, PEERS, STRINGS_QUERY, Job, find_peer

# What `python -m seamew` is given. {memory} is MEMORY_BYTES_PER_OBJECT for each object.
SEAMEW_JOBS = (
    Job("seamew", "open", ("info", "{dump}", "--index-dir", "{index}", "--json"), fresh=True),
    Job("seamew", "reopen", ("info", "{dump}", "--index-dir", "{index}", "--json")),
    Job("seamew", "open without index", ("info", "{dump}", "--no-index", "--json")),
    # From a cold start: what leaks, all of it, and the index for the next question.
    Job(
        "seamew",
        "diagnose",
        ("diagnose", "{dump}", "--index-dir", "{index}", "--json"),
        fresh=True,
    ),
    Job("seamew", "diagnose again", ("diagnose", "{dump}", "--index-dir", "{index}", "--json")),
    # The same as one page for the browser: what it takes more is that of the page.
    Job(
        "seamew",
        "diagnose again, HTML",
        (
            "diagnose",
            "{dump}",
            "--index-dir",
            "{index}",
            "--quiet",
            "--html",
            "{scratch}/page.html",
            "--force",
        ),
    ),
    Job("seamew", "diagnose without index", ("diagnose", "{dump}", "--no-index", "--json")),
    Job(
        "seamew",
        "diagnose, low memory",
        ("diagnose", "{dump}", "--index-dir", "{index}", "--json", "--memory", "{memory}"),
        fresh=True,
    ),
    Job("seamew", "histogram", ("histogram", "{dump}", "--all")),
    Job(
        "seamew",
        "query strings",
        ("query", "{dump}", "--index-dir", "{index}", "--oql", "--json", STRINGS_QUERY),
    ),
    Job(
        "seamew",
        "query classes",
        ("query", "{dump}", "--index-dir", "{index}", "--oql", "--json", CLASSES_QUERY),
    ),
    Job(
        "seamew",
        "low memory",
        ("info", "{dump}", "--index-dir", "{index}", "--json", "--memory", "{memory}"),
        fresh=True,
    ),
)
MEMORY_BYTES_PER_OBJECT = 17

# Which job of ours a peer's job is compared with.
COUNTERPARTS = {
    "hprof-analyzer report": "seamew open",
    "hprof-analyzer diagnose": "seamew diagnose, low memory",
    "hprof-analyzer load": "seamew open",
    "hprof-analyzer reload": "seamew reopen",
    "hprof-analyzer query strings": "seamew query strings",
    "hprof-analyzer query classes": "seamew query classes",
    "hprof-slurp histogram": "seamew histogram",
}
LINK_NAME = "dump.hprof"
TIMEOUT_SECONDS = 1_800.0


@dataclass(frozen=True)
class Dump:
    """A benchmark dump; the number of objects is that of the class histogram beside it."""

    name: str
    path: Path
    objects: int

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size


@dataclass(frozen=True)
class JobResult:
    """The best of the runs of one job; ``index_bytes`` is what it left in its index directory."""

    job: Job
    best: Measurement
    index_bytes: int


@dataclass(frozen=True)
class DumpResult:
    """All jobs on one dump."""

    dump: Dump
    jobs: tuple[JobResult, ...]

    def find(self, title: str) -> JobResult | None:
        """The result of the job of that title, if it ran and succeeded."""
        return next(
            (one for one in self.jobs if one.job.title == title and one.best.succeeded), None
        )

    def times_seamew(self, title: str) -> tuple[float, float, float] | None:
        """How many times the CPU, wall time and private memory of its counterpart a peer took."""
        peer = self.find(title)
        ours = self.find(COUNTERPARTS.get(title, ""))
        if peer is None or ours is None or not ours.best.peak_anonymous_bytes:
            return None
        return (
            peer.best.cpu_seconds / ours.best.cpu_seconds,
            peer.best.wall_seconds / ours.best.wall_seconds,
            peer.best.peak_anonymous_bytes / ours.best.peak_anonymous_bytes,
        )

    def times_mat(self) -> tuple[float, float] | None:
        """How many times the CPU of ``seamew open`` Eclipse MAT took, least and most.

        MAT's dump and ours differ a little in size, so CPU an object is compared.
        """
        reference = MAT_REFERENCE.get(self.dump.name)
        ours = self.find("seamew open")
        if reference is None or ours is None:
            return None
        per_object = ours.best.cpu_seconds / self.dump.objects * reference.objects
        return reference.least_cpu_seconds / per_object, reference.most_cpu_seconds / per_object


@dataclass
class Plan:
    """What to run: the commands found on this machine."""

    commands: dict[str, list[str]] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_dump(name: str, directory: Path) -> Dump:
    """Open ``NAME.hprof`` in ``directory``; raise ``FileNotFoundError`` with the way to make it."""
    path = directory / f"{name}.hprof"
    if not path.exists():
        message = f"no {path.name}: run bench/generator/generate {name} {directory}"
        raise FileNotFoundError(message)
    histogram = (directory / f"{name}.histo.txt").read_text(encoding="utf-8")
    total = re.search(r"^Total\s+(\d+)", histogram, re.MULTILINE)
    if total is None:
        message = f"{name}.histo.txt has no line of totals: make {path.name} again"
        raise ValueError(message)
    return Dump(name, path, int(total[1]))


def make_plan(peers_directory: Path, only: Sequence[str]) -> Plan:
    """Find the tools; ``only`` keeps the jobs whose tool is named, or all when empty."""
    plan = Plan()
    if not only or "seamew" in only:
        plan.commands["seamew"] = [sys.executable, "-m", "seamew"]
        plan.jobs.extend(SEAMEW_JOBS)
        if not measure([*plan.commands["seamew"], "--version"], timeout_seconds=60).succeeded:
            plan.notes.append("seamew does not start: run scripts/setup")
            plan.jobs.clear()
    for peer in PEERS:
        if only and peer.program not in only:
            continue
        program = find_peer(peer, peers_directory)
        if program is None:
            install = peer.install.replace("DIRECTORY", str(peers_directory))
            plan.notes.append(f"{peer.program} is not there: {install}")
            continue
        plan.commands[peer.program] = [str(program)]
        plan.jobs.extend(peer.jobs)
    return plan


def run_dump(dump: Dump, plan: Plan, repeat: int) -> DumpResult:
    """Run every job of ``plan`` on ``dump``, ``repeat`` rounds, and keep the best."""
    measured: dict[Job, list[Measurement]] = {job: [] for job in plan.jobs}
    index_bytes: dict[Job, int] = {}
    with tempfile.TemporaryDirectory(prefix="seamew-bench-") as scratch:
        for job in _rounds(plan.jobs, repeat):
            runs = measured[job]
            if runs and not runs[-1].succeeded:
                continue
            index = Path(scratch) / f"{job.tool}-index"
            if job.fresh:
                shutil.rmtree(index, ignore_errors=True)
            index.mkdir(exist_ok=True)
            if "{link}" in job.arguments and not (index / LINK_NAME).is_symlink():
                (index / LINK_NAME).symlink_to(dump.path.resolve())
            command = [*plan.commands[job.tool], *_arguments(job, dump, index, Path(scratch))]
            warm_page_cache(dump.path)
            runs.append(
                measure(command, timeout_seconds=TIMEOUT_SECONDS, environment=dict(job.environment))
            )
            index_bytes[job] = bytes_below(index) if job.has_index else 0
    return DumpResult(
        dump,
        tuple(JobResult(job, best_of(runs), index_bytes[job]) for job, runs in measured.items()),
    )


def _rounds(jobs: Sequence[Job], repeat: int) -> Iterator[Job]:
    for _ in range(repeat):
        yield from jobs


def _arguments(job: Job, dump: Dump, index: Path, scratch: Path) -> list[str]:
    values = {
        "dump": str(dump.path),
        "index": str(index),
        "link": str(index / LINK_NAME),
        "scratch": str(scratch),
        "memory": str(dump.objects * MEMORY_BYTES_PER_OBJECT),
    }
    return [argument.format(**values) for argument in job.arguments]
