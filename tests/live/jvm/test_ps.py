"""`seamew ps` finds JVMs wherever and however they run, and leaves no trace."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import asdict
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import COLLECTORS, Jdk
from live.jvm.conftest import jdk_with
from live.places import (
    AS_NOBODY,
    HOST_USER,
    IN_CONTAINER,
    IN_CONTAINER_AS_NOBODY,
    IN_USER_NAMESPACE,
    NOBODY,
    as_user,
    placed_jvm,
)
from live.running import START_QUICKLY, RunningJvm, running_jvm, wait_until
from seamew.jvm import JvmSummary, ps
from seamew.jvm.collectors import (
    G1,
    GENERATIONAL_Z,
    PARALLEL,
    SERIAL,
    SHENANDOAH,
    Z,
)
from seamew.jvm.process import read_status
from support.command import result

pytestmark = pytest.mark.live

MEGABYTE = 1 << 20
NO_COUNTERS = ("-XX:-UsePerfData", "-XX:+PerfDisableSharedMem")
PLACES = {
    "nobody": (AS_NOBODY, NOBODY, "nobody"),
    "container": (IN_CONTAINER, 0, "root"),
    "nobody in a container": (IN_CONTAINER_AS_NOBODY, NOBODY, "nobody"),
    "user namespace": (IN_USER_NAMESPACE, HOST_USER, None),
}


def row_of(pid: int) -> JvmSummary:
    (found,) = [row for row in ps() if row.pid == pid]
    return found


def test_an_idle_jvm(jvm: RunningJvm) -> None:
    (row,) = [row for row in result("ps")["rows"] if row["pid"] == jvm.pid]

    collector = "Parallel" if jvm.jdk.major < 9 else "G1"
    assert (row["version"], row["collector"], row["main"]) == (jvm.jdk.version, collector, "Idle")
    assert (row["namespace_pid"], row["uid"]) == (jvm.pid, os.geteuid())
    assert row["heap_max_bytes"] == 64 * MEGABYTE
    assert 0 <= row["heap_used_bytes"] < 64 * MEGABYTE
    assert row["rss_bytes"] > MEGABYTE
    assert row["threads"] == read_status(jvm.pid).threads
    assert 0 < row["uptime_seconds"] < 60
    assert (row["attach_obstacle"], row["notes"]) == (None, [])
    assert [path.name for path in jvm.folder.iterdir()] == ["stderr.txt"]
    assert jvm.lines == ["READY"]


@pytest.mark.parametrize("option", NO_COUNTERS)
@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("major", majors())
def test_a_jvm_without_counters(
    major: int, collector: str, option: str, zoo_classes: Path, tmp_path: Path
) -> None:
    options = (*START_QUICKLY, option, *COLLECTORS[collector])
    jdk = jdk_with(major, collector)
    with running_jvm(jdk, zoo_classes, tmp_path, options=options) as jvm:
        row = row_of(jvm.pid)

    assert (row.version, row.main) == (jvm.jdk.version, "Idle")
    assert row.collector is not None
    assert row.collector.lower().startswith(collector)
    assert (row.heap_used_bytes, row.heap_max_bytes) == (None, 64 * MEGABYTE)
    assert row.notes[0].startswith("has no counters")
    assert row.attach_obstacle is None


@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("major", [major for major in majors() if major > 8])
def test_threads_tell_the_collector_that_no_option_names(
    major: int, collector: str, zoo_classes: Path, tmp_path: Path
) -> None:
    """Options in an argument file do not stand on the command line."""
    (tmp_path / "options").write_text(" ".join(COLLECTORS[collector]), encoding="utf-8")
    options = (*START_QUICKLY, "-XX:-UsePerfData", "@options")
    with running_jvm(jdk_with(major, collector), zoo_classes, tmp_path, options=options) as jvm:
        found = row_of(jvm.pid).collector

    z = Z if major < 25 else GENERATIONAL_Z
    expected = {"g1": G1, "parallel": PARALLEL, "serial": SERIAL, "shenandoah": SHENANDOAH, "z": z}
    assert found == expected[collector]


@pytest.mark.parametrize("place", PLACES)
def test_other_users_and_namespaces(place: str, zoo_classes: Path) -> None:
    before, uid, name = PLACES[place]
    with placed_jvm(jdk_of(17), zoo_classes, before) as placed:
        row = row_of(placed.pid)
        left = [path.name for path in placed.folder.iterdir()]

    assert (row.uid, row.user) == (uid, name)
    assert row.namespace_pid == (placed.pid if place == "nobody" else 1)
    assert (row.version, row.collector, row.main) == (jdk_of(17).version, "G1", "Idle")
    assert row.heap_max_bytes == 64 * MEGABYTE
    assert (row.attach_obstacle, row.notes) == (None, ())
    assert left == ["stderr.txt"]


def test_another_user_sees_that_there_is_one(zoo_classes: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: becomes another user")
    with running_jvm(jdk_of(17), zoo_classes, tmp_path) as jvm:
        row = json.loads(as_user(NOBODY, lambda: json.dumps(asdict(row_of(jvm.pid)))))

    assert (row["vm"], row["version"], row["main"]) == (None, None, "Idle")
    assert row["attach_obstacle"] == "belongs to user root"
    assert row["threads"] > 5
    assert row["notes"] == ["can only be looked at by its user and root"]


def test_counters_whose_file_was_deleted(zoo_classes: Path, tmp_path: Path) -> None:
    """Tidy programs delete what is old in /tmp; the JVM goes on counting in it."""
    if os.geteuid() != 0:
        pytest.skip("needs root: reads through /proc/PID/map_files")
    with running_jvm(jdk_of(17), zoo_classes, tmp_path) as jvm:
        (file,) = Path("/tmp").glob(f"hsperfdata_*/{jvm.pid}")  # noqa: S108 (where JVMs put it)
        file.unlink()
        row = row_of(jvm.pid)

    assert (row.collector, row.heap_max_bytes) == ("G1", 64 * MEGABYTE)
    assert row.notes == ()


def test_a_stopped_jvm_and_one_that_nobody_may_attach_to(zoo_classes: Path, tmp_path: Path) -> None:
    options = (*START_QUICKLY, "-XX:+DisableAttachMechanism")
    with running_jvm(jdk_of(25), zoo_classes, tmp_path, options=options) as jvm:
        # A JVM of that number that was killed may have left its socket.
        Path(f"/tmp/.java_pid{jvm.pid}").unlink(missing_ok=True)  # noqa: S108 (where JVMs put it)
        assert row_of(jvm.pid).attach_obstacle == "was started with -XX:+DisableAttachMechanism"
        os.kill(jvm.pid, signal.SIGSTOP)
        wait_until(lambda: read_status(jvm.pid).state == "T", "it stops")
        row = row_of(jvm.pid)
        assert row.attach_obstacle == "is stopped (SIGSTOP or a debugger)"
        assert row.heap_max_bytes == 64 * MEGABYTE


def test_a_jvm_that_has_ended_and_waits_for_its_parent(zoo_classes: Path, tmp_path: Path) -> None:
    with running_jvm(jdk_of(17), zoo_classes, tmp_path) as jvm:
        os.kill(jvm.pid, signal.SIGKILL)
        wait_until(lambda: read_status(jvm.pid).state == "Z", "it ends")
        row = row_of(jvm.pid)

    assert row.attach_obstacle == "has ended: only its exit code waits for its parent"
    assert (row.vm, row.rss_bytes) == (None, None)


def test_a_jre_of_one_module(slim_jre: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with running_jvm(slim_jre, zoo_classes, tmp_path) as jvm:
        row = row_of(jvm.pid)

    assert (row.version, row.main, row.attach_obstacle) == (slim_jre.version, "Idle", None)
    assert row.heap_max_bytes == 64 * MEGABYTE
