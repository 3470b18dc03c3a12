"""A running JVM of each version that the tests use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import Jdk, JdkUnavailableError, supported_collectors
from live.running import RunningJvm, running_jvm
from live.slim import slim_runtime

_collectors_of = cache(supported_collectors)


def jdk_with(major: int, collector: str) -> Jdk:
    """The runtime of a version; skips the test where it has not got that collector."""
    jdk = jdk_of(major)
    if collector not in _collectors_of(jdk):
        pytest.skip(f"Java {jdk.version} has no collector {collector}")
    return jdk


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def jdk(request: pytest.FixtureRequest) -> Jdk:
    """The runtime of each version, for a test that starts JVMs by itself."""
    return jdk_of(request.param)


@pytest.fixture
def jvm(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> Iterator[RunningJvm]:
    """An idle JVM of a version of its own, for a test that changes it."""
    with running_jvm(jdk, zoo_classes, tmp_path) as running:
        yield running


@pytest.fixture(scope="session", params=majors(), ids=lambda major: f"slim-{major}")
def slim_jre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Jdk:
    """A runtime of java.base alone: no tools, no attach client, no management, no JFR."""
    try:
        return slim_runtime(jdk_of(request.param), tmp_path_factory.mktemp("slim") / "jre")
    except JdkUnavailableError as reason:
        pytest.skip(str(reason))
