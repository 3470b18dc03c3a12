"""A running JVM of each version that the tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import Jdk
from live.running import RunningJvm, running_jvm


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def jdk(request: pytest.FixtureRequest) -> Jdk:
    """The runtime of each version, for a test that starts JVMs by itself."""
    return jdk_of(request.param)


@pytest.fixture
def jvm(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> Iterator[RunningJvm]:
    """An idle JVM of a version of its own, for a test that changes it."""
    with running_jvm(jdk, zoo_classes, tmp_path) as running:
        yield running
