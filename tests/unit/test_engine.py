"""Long calls: results, errors, interruption."""

from __future__ import annotations

import threading
import time
from typing import cast

import pytest

from seamew import _engine, engine, errors
from seamew.engine import NativeProgress


class StubProgress:
    """Counts like the native progress and can be cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()


def as_native(progress: StubProgress) -> NativeProgress:
    progress.cancel = progress.cancelled.set  # type: ignore[attr-defined]
    return cast("NativeProgress", progress)


def test_result_comes_back() -> None:
    assert engine.call_interruptibly(lambda: 42) == 42


def test_native_errors_become_ours_with_all_they_know() -> None:
    def work() -> None:
        raise _engine.DamagedDumpError("cut", "get it whole", "/x.hprof", 77)

    for call in (engine.call, engine.call_interruptibly):
        with pytest.raises(errors.DamagedDumpError, match="cut") as caught:
            call(work)
        assert caught.value.hint == "get it whole"
        assert caught.value.path == "/x.hprof"
        assert caught.value.offset == 77


def test_bare_native_error_is_still_ours() -> None:
    def work() -> None:
        raise _engine.EngineError("odd")

    with pytest.raises(errors.SeamewError, match="odd"):
        engine.call(work)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (PermissionError(13, "Permission denied", "/x"), errors.AccessRefusedError),
        (OSError(5, "Input/output error", "/x"), errors.DumpReadError),
    ],
)
def test_errors_of_the_system(raised: OSError, kind: type[errors.SeamewError]) -> None:
    def work() -> None:
        raise raised

    with pytest.raises(kind) as caught:
        engine.call(work)
    assert caught.value.path == "/x"


def test_interruption_cancels_the_work_and_is_raised_again() -> None:
    progress = StubProgress()

    def poll(_progress: NativeProgress) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        engine.call_interruptibly(lambda: progress.cancelled.wait(30), as_native(progress), poll)
    assert progress.cancelled.is_set()
    assert time.monotonic() - started < 1


def test_stuck_work_does_not_hold_the_caller() -> None:
    release = threading.Event()

    def poll(_progress: NativeProgress) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        engine.call_interruptibly(lambda: release.wait(30), as_native(StubProgress()), poll)
    assert time.monotonic() - started < 2
    release.set()
