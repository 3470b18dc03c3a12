"""Fixtures for all tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

if importlib.util.find_spec("seamew._engine") is None:  # until the engine is built
    from support import absent_engine

    sys.modules["seamew._engine"] = absent_engine

from seamew.testing import HeapBuilder

ROOT = Path(__file__).parent.parent


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def builder() -> HeapBuilder:
    """An empty heap to build in."""
    return HeapBuilder()
