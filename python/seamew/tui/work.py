"""What a key starts and what takes its time: one piece at a time, beside the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable

from seamew.errors import CancelledError, SeamewError

__all__ = ["Say", "Work", "Works"]

Say = Callable[[str], None]
"""Tells the user how far it is. Raises KeyboardInterrupt when the work is to end."""


class Work:
    """A piece of work in a thread of its own; `outcome` is what to tell the user at its end."""

    def __init__(self, name: str, do: Callable[[Say], str], say: Say) -> None:
        """`do` is given a way to say how far it is, and returns its outcome."""
        self.name = name
        self.outcome = ""
        self._do = do
        self._say = say
        self._is_cancelled = False
        self._is_done = False
        self._thread = threading.Thread(target=self._run, name="seamew-work", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not come to its end yet."""
        return not self._is_done

    def cancel(self) -> None:
        """End it where it next says how far it is."""
        self._is_cancelled = True

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.outcome = self._do(self._progress)
        except (KeyboardInterrupt, CancelledError) as error:
            self.outcome = _told(error, f"{self.name} was ended")
        except (SeamewError, OSError) as error:
            self.outcome = _told(error, f"{self.name} failed")
        finally:
            self._is_done = True
        self._say(self.outcome)

    def _progress(self, text: str) -> None:
        if self._is_cancelled:
            raise KeyboardInterrupt
        self._say(text)


class Works:
    """All pieces of work that were begun."""

    def __init__(self) -> None:
        self._begun: list[Work] = []

    @property
    def running(self) -> list[Work]:
        """Those that have not come to their end yet."""
        return [work for work in self._begun if work.is_running]

    def begin(self, name: str, do: Callable[[Say], str], say: Say) -> Work:
        """Begin another one."""
        self._begun.append(Work(name, do, say))
        return self._begun[-1]

    def cancel(self) -> list[Work]:
        """Tell those that are running to end; returns them."""
        running = self.running
        for work in running:
            work.cancel()
        return running


def _told(error: BaseException, what: str) -> str:
    if not isinstance(error, SeamewError):
        return f"{what}: {error}" if str(error) else what
    parts = [f"{what}: {error.message}", error.path or "", error.hint]
    return "; ".join(part for part in parts if part)
