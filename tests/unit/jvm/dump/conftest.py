"""A JVM in a container that takes dumps, and where they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.fake_dumper import FakeDumper, fake_dumper


@pytest.fixture
def jvm(tmp_path: Path) -> Iterator[FakeDumper]:
    """The JVM; this process answers for it."""
    with fake_dumper(tmp_path / "proc") as jvm:
        yield jvm


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file to be, in a folder of its own."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here" / "heap.hprof"
