"""The command line in a terminal: a pseudo-terminal of a given size, whose keys tests press."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .command import SECONDS, environment

COLUMNS, LINES = 80, 24
_BETWEEN_KEYS_SECONDS = 0.5


class Terminal:
    """`python -m seamew` in a terminal of its own; `shown` is what was written to it so far.

    `program` is what Python runs instead. Other keywords change the environment.
    """

    def __init__(
        self, *arguments: str | Path, program: Sequence[str] = ("-m", "seamew"), **changes: str
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.shown = ""
        self._deadline = time.monotonic() + SECONDS
        self._process = subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(TERM="xterm", **changes),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (no threads)
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    @property
    def modes(self) -> list[object]:
        """The settings of the terminal, as a shell finds them."""
        return termios.tcgetattr(self._master)

    def resize(self, columns: int, lines: int) -> None:
        """Another size, and the signal that says so."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def kill(self, number: int) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def press(self, keys: str) -> None:
        """Type keys; `\\x03` is Ctrl-C."""
        os.write(self._master, keys.encode())

    def press_until(self, keys: str, text: str) -> None:
        """Type keys, twice a second, until the terminal has shown a text.

        Python's readline misses a Ctrl-C that comes right before it waits for a key.
        """
        pressed = 0.0
        while text not in self.shown:
            assert time.monotonic() < self._deadline, self.shown
            if time.monotonic() - pressed > _BETWEEN_KEYS_SECONDS:
                self.press(keys)
                pressed = time.monotonic()
            if select.select([self._master], [], [], _BETWEEN_KEYS_SECONDS)[0]:
                assert self._read(), f"ended without {text!r}: {self.shown!r}"

    def wait_for(self, text: str) -> None:
        """Read until the terminal has shown a text."""
        while text not in self.shown:
            assert self._read(), f"ended without {text!r}: {self.shown!r}"

    def end(self) -> int:
        """Read to the end; returns the exit code."""
        while self._read():
            pass
        return self._process.wait(SECONDS)

    def _read(self) -> bool:
        left = self._deadline - time.monotonic()
        ready, _, _ = select.select([self._master], [], [], max(0.0, left))
        assert ready, f"nothing more within {SECONDS} s: {self.shown!r}"
        try:
            read = os.read(self._master, 65_536)
        except OSError:  # what Linux says at the end of a terminal
            return False
        self.shown += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)
