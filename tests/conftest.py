"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

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
