"""Attaching to JVMs wherever they run, without a trace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import Jdk
from live.places import (
    AS_NOBODY,
    HOST_USER,
    IN_CONTAINER,
    IN_CONTAINER_AS_NOBODY,
    IN_USER_NAMESPACE,
    NOBODY,
    placed_jvm,
)
from seamew.jvm import attach
from seamew.jvm.attach.readiness import attach_obstacle

pytestmark = pytest.mark.live

PLACES = {
    "nobody": (AS_NOBODY, NOBODY),
    "container": (IN_CONTAINER, 0),
    "nobody in a container": (IN_CONTAINER_AS_NOBODY, NOBODY),
    "user namespace": (IN_USER_NAMESPACE, HOST_USER),
}


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def jdk(request: pytest.FixtureRequest) -> Jdk:
    return jdk_of(request.param)


@pytest.mark.parametrize("place", PLACES)
def test_a_jvm_of_another_user_or_in_a_container(jdk: Jdk, zoo_classes: Path, place: str) -> None:
    before, uid = PLACES[place]
    with placed_jvm(jdk, zoo_classes, before) as placed:
        jvm = attach(placed.pid)
        assert jvm.process.status.uid == uid
        assert jvm.process.status.namespace_pid == (placed.pid if place == "nobody" else 1)
        assert attach_obstacle(jvm.process) is None
        assert jdk.version in jvm.jcmd("VM.version")
        assert jdk.version in jvm.jcmd("VM.version")
        assert [path.name for path in placed.folder.iterdir()] == ["stderr.txt"]
        assert not list((jvm.process.root / "tmp").glob(".attach_pid*"))
        assert placed.running.lines == ["READY"]
    assert os.geteuid() == 0
