"""Attaching to JVMs wherever they run, without a trace."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from live.combinations import matrix
from live.jdks import Jdk
from live.places import (
    AS_NOBODY,
    HOST_USER,
    IN_CONTAINER,
    IN_CONTAINER_AS_NOBODY,
    IN_USER_NAMESPACE,
    NOBODY,
    as_user,
    open_folder,
    placed_jvm,
    sharing_tmp,
)
from live.running import START_QUICKLY, RunningJvm, running_jvm
from seamew.errors import AttachRefusedError, JvmCommandError
from seamew.jvm import attach
from seamew.jvm.attaching.readiness import attach_obstacle
from seamew.jvm.heap_info import parse_heap_info

pytestmark = pytest.mark.live

VERSION_2_SINCE = 24
DUMP_MAGIC = b"JAVA PROFILE 1.0.2\0"
JLINK = ("--strip-debug", "--no-man-pages", "--no-header-files", "--compress=2")
PLACES = {
    "nobody": (AS_NOBODY, NOBODY),
    "container": (IN_CONTAINER, 0),
    "nobody in a container": (IN_CONTAINER_AS_NOBODY, NOBODY),
    "user namespace": (IN_USER_NAMESPACE, HOST_USER),
}


def said_version(jdk: Jdk) -> str:
    """As VM.version words it."""
    return jdk.version.removeprefix("1.")


@pytest.mark.parametrize("place", PLACES)
def test_a_jvm_of_another_user_or_in_a_container(jdk: Jdk, zoo_classes: Path, place: str) -> None:
    before, uid = PLACES[place]
    with placed_jvm(jdk, zoo_classes, before) as placed:
        jvm = attach(placed.pid)
        assert jvm.process.status.uid == uid
        assert jvm.process.status.namespace_pid == (placed.pid if place == "nobody" else 1)
        assert attach_obstacle(jvm.process) is None
        assert said_version(jdk) in jvm.jcmd("VM.version")
        assert said_version(jdk) in jvm.jcmd("VM.version")
        assert [path.name for path in placed.folder.iterdir()] == ["stderr.txt"]
        assert not list((jvm.process.root / "tmp").glob(".attach_pid*"))
        assert placed.running.lines == ["READY"]
    assert os.geteuid() == 0


def test_its_own_user_needs_no_root(jdk: Jdk, zoo_classes: Path) -> None:
    with placed_jvm(jdk, zoo_classes, AS_NOBODY) as placed:
        answer = as_user(NOBODY, lambda: attach(placed.pid).jcmd("VM.version"))
        assert said_version(jdk) in answer
        assert placed.running.lines == ["READY"]


def test_another_user_is_refused_and_told_what_to_type(jdk: Jdk, zoo_classes: Path) -> None:
    with placed_jvm(jdk, zoo_classes, AS_NOBODY) as placed:
        answer = as_user(HOST_USER, lambda: attach(placed.pid).jcmd("VM.version"))
        assert answer.startswith("AccessRefusedError: ")
        assert f"sudo -u '#{NOBODY}' seamew" in answer
        assert placed.running.lines == ["READY"]


def test_containers_that_share_a_tmp_are_told_apart(jdk: Jdk, zoo_classes: Path) -> None:
    # Both JVMs are process 1, so both would have the socket /tmp/.java_pid1.
    with open_folder() as tmp:
        tmp.chmod(0o1777)
        with (
            placed_jvm(jdk, zoo_classes, sharing_tmp(tmp)) as one,
            placed_jvm(jdk, zoo_classes, sharing_tmp(tmp)) as other,
        ):
            assert attach(one.pid).jcmd("VM.uptime")
            with pytest.raises(AttachRefusedError, match=f"is that of process {one.pid}"):
                attach(other.pid).jcmd("VM.uptime")
            assert other.running.lines[-1] == "READY"


@pytest.fixture(scope="session", params=[17, 25], ids=lambda major: f"java-{major}")
def base_only(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Jdk:
    """A JRE with the module java.base alone."""
    makers = [
        jdk
        for jdk in matrix().found
        if jdk.major == request.param and (jdk.home / "bin" / "jlink").exists()
    ]
    if not makers:
        pytest.skip(f"no jlink of Java {request.param}")
    home = tmp_path_factory.mktemp("base-only") / "jre"
    command = [str(makers[0].home / "bin" / "jlink"), "--add-modules", "java.base", *JLINK]
    subprocess.run([*command, "--output", str(home)], check=True, timeout=120, capture_output=True)
    return replace(makers[0], home=home)


def test_a_jre_with_the_least_there_can_be(
    base_only: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    with running_jvm(base_only, zoo_classes, tmp_path) as jvm:
        asked = attach(jvm.pid)
        assert base_only.version in asked.jcmd("VM.version")
        assert parse_heap_info(asked.jcmd("GC.heap_info")).used_bytes > 0
        assert "java.version" in asked.client.execute("properties")
        assert "[B" in asked.client.execute("inspectheap", "-all")
        with pytest.raises(JvmCommandError, match=r"java\.instrument not found"):
            asked.client.execute("load", "instrument", "false", str(tmp_path / "agent.jar"))
        assert jvm.lines == ["READY"]


@pytest.fixture
def far_away(tmp_path: Path) -> Path:
    """A dump's path of more than 1024 bytes."""
    folder = tmp_path
    for number in range(6):
        folder /= f"{number}" * 200
    folder.mkdir(parents=True)
    return folder / "heap.hprof"


def test_long_arguments_where_the_jvm_takes_them(jvm: RunningJvm, far_away: Path) -> None:
    client = attach(jvm.pid).client
    if jvm.jdk.major < VERSION_2_SINCE:
        with pytest.raises(JvmCommandError, match="longer than 1024 bytes"):
            client.execute("dumpheap", str(far_away), "-live")
        assert not far_away.exists()
    else:
        client.execute("dumpheap", str(far_away), "-live")
        with far_away.open("rb") as dump:
            assert dump.read(len(DUMP_MAGIC)) == DUMP_MAGIC
        with pytest.raises(JvmCommandError, match="Unknown diagnostic command"):
            client.execute("jcmd", "No.such " + "x" * 2000)
    assert jvm.lines == ["READY"]


def test_a_jvm_that_is_told_to_be_compatible(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path, far_away: Path
) -> None:
    options = [*START_QUICKLY, "-Djdk.attach.compat=true"]
    with running_jvm(jdk, zoo_classes, tmp_path, options=options) as jvm:
        asked = attach(jvm.pid)
        assert said_version(jdk) in asked.jcmd("VM.version")
        with pytest.raises(JvmCommandError, match="longer than 1024 bytes"):
            asked.client.execute("dumpheap", str(far_away), "-live")
