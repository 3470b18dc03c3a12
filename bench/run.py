"""Run a benchmark, print its table, and append its figures to ``bench/results``.

Usage: python bench/run.py engine [--dumps small,mid,big] [--data DIR] [--peers DIR] [--repeat N]
       python bench/run.py queries [--dumps mid] [--data DIR] [--only TEXT] [--repeat N]
       python bench/run.py live [--repeat N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import queries
from engine import COUNTERPARTS, Dump, DumpResult, JobResult, find_dump, make_plan, run_dump

import live

HERE = Path(__file__).resolve().parent
SCHEMA_VERSION = 1
HEADINGS = ("job", "wall s", "cpu s", "ns/obj", "anon MB", "B/obj", "rss MB", "index MB", "B/obj")


def machine() -> dict[str, object]:
    """What the figures depend on; no name of the host and no path."""
    cpu_info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in cpu_info if line.startswith("model name")]
    return {
        "cpu": models[0] if models else "unknown",
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def commit() -> str:
    """The commit measured, with ``+`` when the tree has changes, or ``none``."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return f"{head}{'+' if _git('status', '--porcelain') else ''}" if head else "none"


def _git(*arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    outcome = subprocess.run(
        [git, *arguments], cwd=HERE, capture_output=True, text=True, check=False
    )
    return outcome.stdout.strip() if outcome.returncode == 0 else ""


def table(result: DumpResult) -> str:
    """The figures of one dump as an aligned table, with the ratios below it."""
    rows = [HEADINGS, *(_row(one, result.dump.objects) for one in result.jobs)]
    return "\n".join(
        [
            _described(result.dump),
            *aligned(rows),
            *(f"  {line}" for line in _ratios(result)),
        ]
    )


def _described(dump: Dump) -> str:
    return f"{dump.name}: {dump.size_bytes / 1e9:.2f} GB, {dump.objects / 1e6:.2f} M objects"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the first column to the left and the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines


def _row(one: JobResult, objects: int) -> tuple[str, ...]:
    best = one.best
    if not best.succeeded:
        return (one.job.title, "failed", *([""] * (len(HEADINGS) - 2)))
    index = (f"{one.index_bytes / 1e6:.0f}", f"{one.index_bytes / objects:.1f}")
    return (
        one.job.title,
        f"{best.wall_seconds:.2f}",
        f"{best.cpu_seconds:.2f}",
        f"{best.cpu_seconds / objects * 1e9:.0f}",
        f"{best.peak_anonymous_bytes / 1e6:.0f}",
        f"{best.peak_anonymous_bytes / objects:.1f}",
        f"{best.peak_rss_bytes / 1e6:.0f}",
        *(index if one.index_bytes else ("-", "-")),
    )


def _ratios(result: DumpResult) -> list[str]:
    lines = [f"{one.job.title}: {one.best.error}" for one in result.jobs if one.best.error]
    for title, ours in COUNTERPARTS.items():
        times = result.times_seamew(title)
        if times is not None:
            cpu, wall, memory = times
            lines.append(
                f"{title} took {cpu:.1f} times the CPU, {wall:.1f} the wall"
                f" and {memory:.1f} the private memory of {ours}"
            )
    mat = result.times_mat()
    if mat is not None:
        lines.append(
            f"Eclipse MAT (reference) took {mat[0]:.0f}-{mat[1]:.0f} times as much an object"
        )
    return lines


def as_json(result: DumpResult) -> dict[str, object]:
    """The figures of one dump for the results file."""
    jobs: list[dict[str, object]] = []
    for one in result.jobs:
        best = one.best
        figures: dict[str, object] = {"tool": one.job.tool, "job": one.job.name}
        if best.succeeded:
            figures |= {
                "wall_seconds": round(best.wall_seconds, 3),
                "user_seconds": round(best.user_seconds, 3),
                "system_seconds": round(best.system_seconds, 3),
                "peak_anonymous_bytes": best.peak_anonymous_bytes,
                "peak_rss_bytes": best.peak_rss_bytes,
                "index_bytes": one.index_bytes,
            }
        else:
            figures["exit_code"] = best.exit_code
        jobs.append(figures)
    dump = result.dump
    return {"name": dump.name, "bytes": dump.size_bytes, "objects": dump.objects, "jobs": jobs}


def run_engine(options: argparse.Namespace) -> int:
    """Measure the engine and its peers on each dump asked for."""
    plan = make_plan(options.peers, options.tools)
    for note in plan.notes:
        print(f"note: {note}", file=sys.stderr)
    if not plan.jobs:
        return 1
    results: list[DumpResult] = []
    for name in options.dumps:
        try:
            dump = find_dump(name, options.data)
        except (OSError, ValueError) as problem:
            print(f"note: {problem}", file=sys.stderr)
            continue
        results.append(run_dump(dump, plan, options.repeat))
        print(table(results[-1]), flush=True)
    if not results:
        return 1
    _append("engine", [as_json(result) for result in results], options.repeat)
    return 0


def run_queries(options: argparse.Namespace) -> int:
    """Measure the questions after open; a run of some of them is not recorded."""
    measured: list[dict[str, object]] = []
    for name in options.dumps:
        try:
            dump = find_dump(name, options.data)
        except (OSError, ValueError) as problem:
            print(f"note: {problem}", file=sys.stderr)
            continue
        results = queries.ask_all(dump, options.repeat, options.only)
        rows = queries.rows(results, dump.objects)
        print("\n".join([_described(dump), *aligned(rows)]), flush=True)
        measured.append(queries.as_json(dump, results))
    if measured and not options.only:
        _append("queries", measured, options.repeat)
    return 0 if measured else 1


def run_live(options: argparse.Namespace) -> int:
    """Measure what looking at running JVMs costs."""
    rows = live.run(options.repeat)
    print("\n".join(aligned(live.table_rows(rows))), flush=True)
    _append("live", [asdict(row) for row in rows], options.repeat, kind="rows")
    return 0


def _append(
    benchmark: str, measured: Sequence[dict[str, object]], repeat: int, *, kind: str = "dumps"
) -> None:
    file = HERE / "results" / f"{benchmark}.jsonl"
    line = {
        "schema_version": SCHEMA_VERSION,
        "commit": commit(),
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": machine(),
        "repeat": repeat,
        kind: measured,
    }
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, separators=(",", ":")) + "\n")


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def main(arguments: Sequence[str]) -> int:
    """Parse the command line and run the benchmark it names."""
    parser = argparse.ArgumentParser(prog="bench/run.py", description=__doc__)
    benchmarks = parser.add_subparsers(required=True, metavar="BENCHMARK")
    engine = benchmarks.add_parser("engine", help="parse, dominators and retained sizes")
    engine.add_argument("--dumps", type=_names, default=["small", "mid", "big"], metavar="NAMES")
    engine.add_argument("--tools", type=_names, default=[], metavar="NAMES", help="default: all")
    engine.add_argument("--data", type=Path, default=HERE / "data", metavar="DIR")
    engine.add_argument("--peers", type=Path, default=HERE / "data" / "peers", metavar="DIR")
    engine.add_argument("--repeat", type=int, default=3, metavar="N")
    engine.set_defaults(run=run_engine)
    asking = benchmarks.add_parser("queries", help="questions after open")
    asking.add_argument("--dumps", type=_names, default=["mid"], metavar="NAMES")
    asking.add_argument(
        "--only", default="", metavar="TEXT", help="questions with TEXT in the name"
    )
    asking.add_argument("--data", type=Path, default=HERE / "data", metavar="DIR")
    asking.add_argument("--repeat", type=int, default=3, metavar="N")
    asking.set_defaults(run=run_queries)
    looking = benchmarks.add_parser("live", help="looking at running JVMs")
    looking.add_argument("--repeat", type=int, default=5, metavar="N")
    looking.set_defaults(run=run_live)
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
