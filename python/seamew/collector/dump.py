"""`dump`: a heap dump of a JVM."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from seamew.cli.asking import can_ask, confirmed
from seamew.cli.dumping import STDOUT, patience_at_interrupts, take, target_path
from seamew.cli.exit_codes import ExitCode
from seamew.errors import CancelledError, UsageError
from seamew.jvm.discover import JvmProcess
from seamew.jvm.dump import GZ, RAW, STREAM, DumpOrder, DumpPreflight, DumpWish, Watcher
from seamew.report import Answer
from seamew.report.jvm.dump import dump_answer, preflight_answer
from seamew.units import format_bytes

from .command import Command, jvm_of
from .talk import say, show

__all__ = ["COMMAND"]

_SAID_EVERY_BYTES = 256 << 20
_FLAGS = (
    ("--live", "is_live", "live objects only: a full collection first"),
    ("--gz", "gz", "let the JVM compress it: less disk, a longer pause"),
    ("--stream", "stream", "through a pipe: no disk of the JVM up to Java 21"),
    ("--no-compress", "no_compress", "leave it as the JVM writes it"),
    ("--keep-part", "keep_part", "keep what there is of a dump that went wrong"),
    ("--force", "force", "try it although the room will hardly do"),
    ("--dry-run", "dry_run", "only say what it would cost"),
)


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", dest="file", metavar="FILE", help="the file, a folder, or - with --stream"
    )
    for option, name, text in _FLAGS:
        parser.add_argument(option, dest=name, action="store_true", help=text)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--level", type=int, choices=range(1, 10), default=1, help="of gzip")
    parser.add_argument("--via", metavar="FOLDER", help="where the JVM shall write, as it sees it")


def _run(options: Namespace) -> tuple[Answer | None, ExitCode]:
    _check(options)
    jvm = jvm_of(options)
    wish = _wish(jvm.process, options)
    found = jvm.dump_preflight(wish)
    preview = preflight_answer(found)
    if options.dry_run:
        return preview, ExitCode.DONE
    show(preview)
    if not options.force:
        found.require_room()
    if not options.yes and not confirmed("Take the dump?"):
        raise CancelledError("nothing was done")
    watcher = _watcher(found)
    dump = take(DumpOrder(jvm.client, wish, found, watcher, keep_part=options.keep_part))
    answer = dump_answer(found, dump)
    code = ExitCode.INTERRUPTED if dump.was_interrupted else ExitCode.DONE
    if wish.target is not None:
        return answer, code
    show(answer)
    return None, code


def _check(options: Namespace) -> None:
    if options.gz and options.stream:
        raise UsageError("--gz and --stream exclude each other")
    if options.via is not None and not options.via.startswith("/"):
        raise UsageError("--via takes a path from the root, as the JVM sees it")
    if not (options.yes or options.dry_run or can_ask()):
        raise UsageError(
            "nobody is there to be asked", hint="--yes takes the dump, --dry-run says what it costs"
        )
    if options.file == STDOUT and (not options.stream or sys.stdout.isatty() or options.as_json):
        raise UsageError("-o - goes with --stream, without --json, and not to a terminal")


def _wish(jvm: JvmProcess, options: Namespace) -> DumpWish:
    return DumpWish(
        target=target_path(jvm, options.file),
        is_live=options.is_live,
        method=GZ if options.gz else STREAM if options.stream else RAW,
        is_compressed=not options.no_compress,
        level=options.level,
        via=options.via,
    )


def _watcher(found: DumpPreflight) -> Watcher:
    """A line for each phase, and for so many bytes of it."""
    said: dict[str, int] = {}

    def on_progress(phase: str, done: int, total: int) -> None:
        if phase not in said or done - said[phase] >= _SAID_EVERY_BYTES:
            said[phase] = done
            whole = f" of {format_bytes(total)}" if total else ""
            say(f"{phase}: {format_bytes(done)}{whole}")

    return Watcher(on_progress, patience_at_interrupts(found.pid, say))


COMMAND = Command(
    "dump",
    "A heap dump of a running JVM, checked and compressed.",
    _run,
    _configure,
    watch=False,
)
