"""What Linux says about the process: memory, limits, open files, mappings, command line."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter

from seamew.jvm.capture.step import Evidence, Step

__all__ = ["STEP"]

# The environment is left out: it is where secrets are.
# smaps_rollup makes the kernel walk the process's pages: 3 ms a GB, which the JVM does not notice.
_FILES = (
    "status",
    "limits",
    "stat",
    "io",
    "smaps_rollup",
    "oom_score",
    "oom_score_adj",
    "cgroup",
    "mountinfo",
)


def run(evidence: Evidence) -> None:
    """Copy the files; sum the mappings up by what they map."""
    folder = evidence.jvm.proc / str(evidence.jvm.pid)
    for name in _FILES:
        evidence.copy(folder / name, f"process/{name}.txt")
    words = (folder / "cmdline").read_bytes().decode("utf-8", "backslashreplace")
    evidence.save_text("process/command-line.txt", words.rstrip("\0").replace("\0", "\n") + "\n")
    _save_open_files(evidence)
    _save_mappings(evidence)


def _save_open_files(evidence: Evidence) -> None:
    """Each descriptor and what it leads to: a file's name, or `socket:[inode]`."""
    folder = evidence.jvm.proc / str(evidence.jvm.pid) / "fd"
    rows = []
    try:
        numbers = sorted(int(link.name) for link in folder.iterdir())
    except OSError as error:
        evidence.check_alive()
        evidence.miss(f"open files: {error.strerror}")
        return
    for number in numbers:
        try:
            rows.append((number, os.readlink(folder / str(number))))
        except OSError:
            continue  # closed meanwhile
    evidence.save("process/open-files.csv", _csv(("descriptor", "target"), rows))


def _save_mappings(evidence: Evidence) -> None:
    """Address space by what is mapped, biggest first; memory without a name is `anonymous`."""
    path = evidence.jvm.proc / str(evidence.jvm.pid) / "maps"
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        fields = line.split(None, 5)
        start, _, end = fields[0].partition("-")
        name = fields[5] if len(fields) > 5 else "anonymous"  # noqa: PLR2004 (proc_pid_maps(5))
        sizes[name] += int(end, 16) - int(start, 16)
        counts[name] += 1
    rows = [(name, counts[name], size) for name, size in sizes.most_common()]
    evidence.save("process/mappings.csv", _csv(("mapped", "mappings", "bytes"), rows))


def _csv(header: tuple[str, ...], rows: list[tuple[int, str]] | list[tuple[str, int, int]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


STEP = Step(
    "process",
    "memory, limits, open files, mappings and command line, as Linux has them",
    "",
    run,
    asks_jvm=False,
)
