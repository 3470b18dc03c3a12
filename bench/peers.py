"""The other tools the engine is compared with: how to get them, how to run them, what they do.

Figures of Eclipse MAT are not measured in a run, because it needs minutes a dump; ``MAT_REFERENCE``
holds those measured once on the same kind of machine with dumps of the same shape and size.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """One command to measure.

    ``arguments`` may name ``{dump}``; ``{index}``, one directory for all jobs of a tool;
    ``{link}``, a link to the dump in that directory, for tools that write beside the dump; and
    ``{scratch}``, for outputs that are thrown away. A job with ``fresh`` finds the index directory
    empty.
    """

    tool: str
    name: str
    arguments: tuple[str, ...]
    fresh: bool = False
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def has_index(self) -> bool:
        """Whether this job writes or reads an index."""
        return "{index}" in self.arguments or "{link}" in self.arguments

    @property
    def title(self) -> str:
        """How the tables name this job."""
        return f"{self.tool} {self.name}"


# Asked of Seamew and of the peers that know OQL; both print all rows as JSON.
STRINGS_QUERY = 'SELECT toString(s) FROM java.lang.String s WHERE toString(s) LIKE ".*77-.*"'
CLASSES_QUERY = (
    "SELECT classof(o) AS class, count(*) AS objects FROM INSTANCEOF java.lang.Object o "
    "GROUP BY classof(o)"
)


@dataclass(frozen=True)
class Peer:
    """Another program, and what it is run for."""

    program: str
    version: str
    install: str
    jobs: tuple[Job, ...]


PEERS = (
    Peer(
        program="hprof-analyzer",
        version="0.3.2",
        install="cargo install --locked --root DIRECTORY hprof-analyzer@0.3.2",
        jobs=(
            # Graph, dominators and retained sizes, and the shortest report; it keeps no index.
            Job(
                "hprof-analyzer",
                "report",
                ("--detail", "minimal", "{dump}", "{scratch}/report.json"),
            ),
            # The report as it comes: overview, leak suspects, top consumers, threads.
            Job("hprof-analyzer", "diagnose", ("{dump}", "{scratch}/diagnosis.json")),
            # The same job as `seamew open`: what is written makes the next opening quick.
            Job("hprof-analyzer", "load", ("heap", "load", "--with-graph", "{link}"), fresh=True),
            Job("hprof-analyzer", "reload", ("heap", "summary", "{link}")),
            # It reads the dump for each query, with a cache or without one.
            Job(
                "hprof-analyzer",
                "query strings",
                ("query", "{dump}", "--format", "json", "--query", STRINGS_QUERY),
            ),
            Job(
                "hprof-analyzer",
                "query classes",
                ("query", "{dump}", "--format", "json", "--query", CLASSES_QUERY),
            ),
        ),
    ),
    # No graph and no dominators: comparable with the first pass alone.
    Peer(
        program="hprof-slurp",
        version="0.10.0",
        install="cargo install --locked --root DIRECTORY hprof-slurp@0.10.0",
        jobs=(Job("hprof-slurp", "histogram", ("--top", "100000", "{dump}")),),
    ),
)


@dataclass(frozen=True)
class MatReference:
    """CPU seconds (least, most) Eclipse MAT 1.17 took to parse a dump and write its indexes."""

    objects: int
    least_cpu_seconds: float
    most_cpu_seconds: float


MAT_REFERENCE = {
    "small": MatReference(8_440_000, 46.0, 54.0),
    "mid": MatReference(27_800_000, 132.0, 157.0),
    "big": MatReference(107_100_000, 417.0, 441.0),
}


def find_peer(peer: Peer, directory: Path) -> Path | None:
    """The program of ``peer`` as ``cargo install --root`` leaves it in ``directory``, or None."""
    for candidate in (directory / "bin" / peer.program, directory / peer.program):
        if candidate.exists():
            return candidate
    return None
