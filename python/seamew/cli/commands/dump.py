"""`seamew dump`: a heap dump of a running JVM, without a JDK."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import click

from seamew.cli.asking import can_ask, confirmed
from seamew.cli.dumping import STDOUT, patience_at_interrupts, take, target_path
from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.live import LiveOptions, live_command
from seamew.cli.options import Format
from seamew.cli.talk import Talk
from seamew.cli.terminal import terminal_width
from seamew.errors import CancelledError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.dump import GZ, RAW, STREAM, DumpOrder, DumpPreflight, DumpWish, Watcher
from seamew.jvm.handle import attach
from seamew.report import Answer, text_lines
from seamew.report.jvm.dump import dump_answer, preflight_answer

__all__ = ["command"]

_PHASES = {
    "dump": "the JVM writes the dump",
    "fetch": "fetching it",
    "check": "checking it",
    "compress": "compressing it",
}


@live_command(
    "dump",
    watch=False,
    epilog="""
seamew dump 4711 --dry-run                   # what it would cost; touches nothing
seamew dump 4711                             # ./4711-MAINCLASS-TIME.hprof.gz
seamew dump 4711 -o /data/heap.hprof --no-compress --yes
seamew dump 4711 --live                      # a full collection first, live objects only
seamew dump 4711 --gz                        # short of disk: compressed by the JVM itself
seamew dump 4711 --stream                    # no disk: through a pipe to this process
seamew dump 4711 --stream -o - --yes | ssh host 'cat > heap.hprof.gz'
""",
)
@click.option(
    "-o",
    "--output",
    "file",
    metavar="FILE",
    type=click.Path(),
    help="The file, or a folder, or - for standard output (with --stream).",
)
@click.option("--live", "is_live", is_flag=True, help="Live objects only: a full collection first.")
@click.option("--gz", is_flag=True, help="Let the JVM compress it: less disk, a longer pause.")
@click.option("--stream", is_flag=True, help="Through a pipe: no disk of the JVM up to Java 21.")
@click.option("--no-compress", is_flag=True, help="Leave it as the JVM writes it.")
@click.option(
    "--level",
    type=click.IntRange(1, 9),
    default=1,
    show_default=True,
    help="How hard to compress.",
)
@click.option(
    "--via", metavar="FOLDER", help="Where the JVM shall write, as it sees it (in a container)."
)
@click.option("--keep-part", is_flag=True, help="Keep what there is of a dump that went wrong.")
@click.option("--force", is_flag=True, help="Try it although the room will hardly do.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only say what it would cost.")
def command(options: LiveOptions, **values: Any) -> ExitCode:  # noqa: ANN401 (see _Wanted)
    """A heap dump of a running JVM, checked and compressed.

    First it says how big the dump will be, how long the JVM will stand still and whether there is
    room, and asks. The JVM writes all objects, dead ones too, which tells more and stops it for
    less time than --live. The file is compressed afterwards, beside everything else; it gets its
    name only when it is whole, nothing is overwritten, and only you may read it.

    The program stands still while the JVM writes. In a container the JVM writes to its own /tmp,
    and the file is fetched from there.
    """
    wanted = _Wanted(**values)
    _check(options, wanted)
    jvm = attach(options.pid, timeout_seconds=options.timeout_seconds)
    wish = _wish(jvm.process, wanted)
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        found = jvm.dump_preflight(wish)
        preview = preflight_answer(found)
        if wanted.dry_run:
            return finish(options, preview, talk)
        _show(preview, talk)
        if not wanted.force:
            found.require_room()
        if not wanted.yes and not confirmed("Take the dump?"):
            raise CancelledError("nothing was done")
        watcher = _watcher(options.pid, wish, found, talk)
        order = DumpOrder(jvm.client, wish, found, watcher, keep_part=wanted.keep_part)
        dump = take(order)
        talk.stop()
        answer = dump_answer(found, dump)
        if wish.target is None:
            _show(answer, talk)
        else:
            finish(options, answer, talk)
        return ExitCode.INTERRUPTED if dump.was_interrupted else ExitCode.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """The command's own options."""

    file: str | None
    is_live: bool
    gz: bool
    stream: bool
    no_compress: bool
    level: int
    via: str | None
    keep_part: bool
    force: bool
    yes: bool
    dry_run: bool


def _check(options: LiveOptions, wanted: _Wanted) -> None:
    if wanted.gz and wanted.stream:
        message = "--gz and --stream exclude each other"
        raise click.UsageError(message)
    if wanted.via is not None and not wanted.via.startswith("/"):
        message = "--via takes a path from the root, as the JVM sees it"
        raise click.UsageError(message)
    if not (wanted.yes or wanted.dry_run or (options.asks and can_ask())):
        message = "nobody is there to be asked: --yes takes the dump, --dry-run says what it costs"
        raise click.UsageError(message)
    if wanted.file != STDOUT:
        return
    if not wanted.stream or sys.stdout.isatty() or options.output is not Format.TABLE:
        message = "-o - goes with --stream, without --json and the like, and not to a terminal"
        raise click.UsageError(message)


def _wish(jvm: JvmProcess, wanted: _Wanted) -> DumpWish:
    return DumpWish(
        target=target_path(jvm, wanted.file),
        is_live=wanted.is_live,
        method=GZ if wanted.gz else STREAM if wanted.stream else RAW,
        is_compressed=not wanted.no_compress,
        level=wanted.level,
        via=wanted.via,
    )


def _show(answer: Answer, talk: Talk) -> None:
    """An answer as talk: stdout is for the result."""
    for line in text_lines(answer, terminal_width(sys.stderr), colour=False):
        talk.note(line)


def _watcher(pid: int, wish: DumpWish, found: DumpPreflight, talk: Talk) -> Watcher:
    """Progress as a bar."""
    from seamew.model import ProgressSnapshot  # noqa: PLC0415 (of the heap side; all else is live)

    fetches = found.via is not None and wish.method != STREAM
    compresses = wish.is_compressed and wish.method == RAW
    wanted = {"dump": True, "fetch": fetches, "check": True, "compress": compresses}
    phases = [phase for phase, is_wanted in wanted.items() if is_wanted]

    def on_progress(phase: str, done: int, total: int) -> None:
        number = phases.index(phase)
        talk.progress(ProgressSnapshot(_PHASES[phase], number, len(phases), done, total))

    return Watcher(on_progress, patience_at_interrupts(pid, talk.note))
