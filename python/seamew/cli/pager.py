"""Answers longer than the screen go through a pager, as with git."""

from __future__ import annotations

import codecs
import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TextIO

from seamew.report.text import cell_width

__all__ = ["pager_command", "write_lines"]

_DEFAULT = ("less", "-FRX")
_OFF = {"", "0", "off", "no", "cat"}


def write_lines(lines: Iterable[str], stream: TextIO, *, pager: bool) -> None:
    """Write lines; if they are more than the stream's terminal shows, through the pager."""
    command = pager_command(os.environ) if pager and stream.isatty() else None
    if command is None:
        stream.writelines(f"{line}\n" for line in lines)
        return
    waiting = iter(lines)
    first, is_longer = _screenful(waiting)
    everything = chain(first, waiting)
    if not is_longer or not _paged(command, everything, stream):
        stream.writelines(f"{line}\n" for line in everything)


def pager_command(environment: Mapping[str, str]) -> list[str] | None:
    """The pager to start: SEAMEW_PAGER, else PAGER, else less; None: none is wanted or there.

    NO_PAGER (not empty) turns PAGER and less off; SEAMEW_PAGER=off turns all off.
    """
    own = environment.get("SEAMEW_PAGER")
    if own is None and (environment.get("NO_PAGER") or environment.get("TERM") == "dumb"):
        return None
    chosen = own if own is not None else environment.get("PAGER")
    if chosen is None:
        return list(_DEFAULT) if shutil.which(_DEFAULT[0]) else None
    try:
        command = shlex.split(chosen)
    except ValueError:
        return None
    return None if chosen.strip().lower() in _OFF else command


def _screenful(lines: Iterator[str]) -> tuple[list[str], bool]:
    """Lines until the screen is full, and whether they are more than it shows above a prompt."""
    size = shutil.get_terminal_size()
    room = size.lines - 1
    first = []
    for line in lines:
        first.append(line)
        room -= max(1, -(-cell_width(line) // size.columns))
        if room < 0:
            return first, True
    return first, False


def _paged(command: list[str], lines: Iterable[str], stream: TextIO) -> bool:
    """Show lines in the pager; False if it cannot be started, with no line taken."""
    stream.flush()
    with _ctrl_c_left_to_the_pager():
        try:
            process = subprocess.Popen(  # noqa: S603 (the user's own pager)
                command, stdin=subprocess.PIPE, stdout=stream, env=_environment(stream)
            )
        except OSError:
            return False
        # A reader who has seen enough closes the pager, and with it the pipe.
        with suppress(BrokenPipeError), process:
            assert process.stdin is not None  # noqa: S101 (a pipe was asked for)
            for line in lines:
                process.stdin.write(f"{line}\n".encode(stream.encoding, "backslashreplace"))
    return True


def _environment(stream: TextIO) -> dict[str, str]:
    """So that less shows colours and the stream's characters, and leaves short texts alone."""
    environment = {"LESS": "FRX", **os.environ}
    if codecs.lookup(stream.encoding).name == "utf-8":
        environment.setdefault("LESSCHARSET", "utf-8")
    return environment


@contextmanager
def _ctrl_c_left_to_the_pager() -> Iterator[None]:
    """The terminal sends Ctrl-C to both; pagers stop searching with it and stay.

    The signal is caught, not ignored: the pager would inherit that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
