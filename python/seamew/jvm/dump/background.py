"""Work in a thread of its own, so that this one can watch it and take Ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

__all__ = ["Background"]

_LOOK_SECONDS = 0.1


class Background:
    """Starts `work` at once. The thread does not keep the process from ending."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._future: Future[object] = Future()
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return self._future.done()

    def wait(self, seconds: float) -> None:
        """Wait for its end, so long at most."""
        wait([self._future], timeout=seconds)

    def join(self) -> None:
        """Wait for its end; raises what the work raised."""
        self._future.result()

    def watch(self, look: Callable[[], None], on_interrupt: Callable[[], bool]) -> None:
        """Call `look` at once and ten times a second until the end; raises what the work raised.

        At Ctrl-C `on_interrupt` says whether to wait on; if not, KeyboardInterrupt leaves here
        while the work goes on.
        """
        while True:
            try:
                look()
                while not self.is_done:
                    self.wait(_LOOK_SECONDS)
                    look()
            except KeyboardInterrupt:
                if not on_interrupt():
                    raise
            else:
                self.join()
                return

    def _run(self, work: Callable[[], object]) -> None:
        try:
            self._future.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised by whoever waits for the end)
            self._future.set_exception(error)
