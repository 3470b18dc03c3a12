"""Fixtures for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from seamew.testing import HeapBuilder

ROOT = Path(__file__).parent.parent

# No test is about time: a busy machine makes any example slow.
settings.register_profile("seamew", deadline=None)
settings.load_profile("seamew")


@pytest.fixture(scope="session", autouse=True)
def signals_reach_commands() -> None:
    """What tests start takes Ctrl-C and hang-ups, also where the tests run in the background."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def builder() -> HeapBuilder:
    """An empty heap to build in."""
    return HeapBuilder()
