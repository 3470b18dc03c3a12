"""`seamew status` against what the JVM, jcmd, ss and the kernel say."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import COLLECTORS, Jdk
from live.jvm.conftest import jdk_with
from live.places import IN_CONTAINER, placed_jvm
from live.running import START_QUICKLY, RunningJvm, running_jvm, wait_until
from seamew.jvm import JvmStatus, attach
from seamew.jvm.heap_info import parse_heap_info
from seamew.jvm.process import read_status
from support.command import result, seamew

pytestmark = pytest.mark.live

MEGABYTE = 1 << 20
SECONDS = 60
SS_NAMES = {"ESTAB": "ESTABLISHED", "FIN_WAIT_1": "FIN_WAIT1", "FIN_WAIT_2": "FIN_WAIT2"}
WITH_LOOPBACK = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
STATES = {"ESTABLISHED": 6, "LISTEN": 1, "FIN_WAIT2": 1, "CLOSE_WAIT": 1}
# G1 counts in whole regions, Shenandoah ten times a second; Z tells the last pause alone.
TOLERANCE_MEGABYTES = {"g1": 1, "parallel": 0.1, "serial": 0.1, "shenandoah": 2}


def ss_states(pid: int, *, own: bool) -> Counter[str]:
    """What ss counts in the network namespace of a process."""
    if shutil.which("ss") is None or shutil.which("nsenter") is None:
        pytest.skip("no ss (iproute2) or nsenter to compare with")
    command = ["nsenter", "--net", f"--target={pid}", "ss", "-tanpH"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    lines = [line for line in done.stdout.splitlines() if not own or f"pid={pid}," in line]
    names = [line.split()[0].replace("-", "_") for line in lines]
    return Counter(SS_NAMES.get(name, name) for name in names)


def settled(pid: int) -> JvmStatus:
    """The figures once the sampler of the counters has seen the last allocation."""
    seen: list[JvmStatus] = []

    def is_still() -> bool:
        seen[:] = [*seen[-30:], attach(pid).status()]
        return len(seen) > 30 and all(one.heap == seen[-1].heap for one in seen)

    wait_until(is_still, "a heap that does not change")
    return seen[-1]


@pytest.mark.parametrize("collector", COLLECTORS)
@pytest.mark.parametrize("major", majors())
def test_the_heap_is_what_jcmd_says(
    major: int, collector: str, zoo_classes: Path, tmp_path: Path
) -> None:
    options = (*START_QUICKLY, *COLLECTORS[collector])
    jdk = jdk_with(major, collector)
    with running_jvm(jdk, zoo_classes, tmp_path, options=options) as jvm:
        jvm.tell("keep 40 100000")
        jvm.tell("collect")
        attach(jvm.pid).jcmd("VM.version")  # its listener allocates when it starts
        status = settled(jvm.pid)
        info = parse_heap_info(attach(jvm.pid).jcmd("GC.heap_info"))
        asked = attach(jvm.pid).status(ask=True).asked

    assert status.heap is not None
    assert status.heap.max_bytes == 64 * MEGABYTE
    assert asked is not None
    assert asked.heap_used_bytes == pytest.approx(info.used_bytes, abs=MEGABYTE)
    if collector not in {"serial", "parallel"}:  # jcmd leaves one survivor space out
        assert status.heap.committed_bytes == info.committed_bytes
    if status.heap.used_bytes is None:
        assert collector == "z" or major >= 25
        assert status.heap.after_gc_bytes is not None
        assert status.heap.after_gc_bytes >= 4_000_000
    else:
        tolerance = TOLERANCE_MEGABYTES[collector] * MEGABYTE
        assert status.heap.used_bytes == pytest.approx(info.used_bytes, abs=tolerance)


@pytest.mark.parametrize("major", majors())
def test_connections_files_buffers_and_errors(
    major: int, zoo_classes: Path, tmp_path: Path
) -> None:
    options = (*START_QUICKLY, "-XX:NativeMemoryTracking=summary")
    program = ("Connections",)
    with running_jvm(jdk_of(major), zoo_classes, tmp_path, program, options) as jvm:
        found = result("status", str(jvm.pid), "--ask")

        assert [path.name for path in jvm.folder.iterdir()] == ["stderr.txt"]
        assert jvm.lines == ["READY"]
        assert found["tcp"]["process"] == STATES == ss_states(jvm.pid, own=True)
        assert found["tcp"]["ownerless"] == {"TIME_WAIT": 1}
        assert found["tcp"]["is_host_namespace"] is True
        files = len(list(Path(f"/proc/{jvm.pid}/fd").iterdir()))
        assert attach(jvm.pid).status().open_files.count == files
        if major < 11:
            assert len(found["asked"]["refusals"]) == 2, "no such questions, no category Other"
            return
        direct = found["asked"]["direct_buffers_bytes"]
        assert 16 * MEGABYTE <= direct < 16.1 * MEGABYTE  # 25 counts a little more as Other
        assert found["asked"]["out_of_memory_errors"] == 2
        assert found["asked"]["refusals"] == []
        assert found["advice"][0]["text"].startswith("2 times it has run out of heap")


def test_connections_of_another_network(zoo_classes: Path) -> None:
    with placed_jvm(jdk_of(17), zoo_classes, WITH_LOOPBACK, program=("Connections",)) as placed:
        tcp = attach(placed.pid).status().tcp

        assert tcp.process == STATES == ss_states(placed.pid, own=True)
        assert tcp.namespace == ss_states(placed.pid, own=False) == {**STATES, "TIME_WAIT": 1}
        assert tcp.is_host_namespace is False


def test_a_jvm_in_a_container(zoo_classes: Path) -> None:
    with placed_jvm(jdk_of(25), zoo_classes, IN_CONTAINER) as placed:
        status = attach(placed.pid).status(ask=True)

    assert (status.namespace_pid, status.main) == (1, "Idle")
    assert status.oom_dump.path == "java_pid1.hprof"
    assert status.oom_dump.obstacle is None
    assert status.asked is not None
    assert status.asked.code_cache_used_bytes is not None
    assert status.threads.live is not None
    assert status.threads.live >= 6


def test_a_stopped_jvm_is_told_by_its_files(jvm: RunningJvm) -> None:
    os.kill(jvm.pid, signal.SIGSTOP)
    wait_until(lambda: read_status(jvm.pid).state == "T", "it stops")
    found = result("status", str(jvm.pid), "--ask")
    os.kill(jvm.pid, signal.SIGCONT)
    jvm.tell("collect")

    assert found["is_stopped"] is True
    assert found["heap"]["max_bytes"] == 64 * MEGABYTE
    assert len(found["asked"]["refusals"]) == 1
    assert "is stopped" in found["asked"]["refusals"][0]
    assert jvm.lines == ["READY", "DONE"]


def test_a_jre_of_one_module(slim_jre: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with running_jvm(slim_jre, zoo_classes, tmp_path) as jvm:
        status = attach(jvm.pid).status(ask=True)

    assert (status.version, status.java_home) == (slim_jre.version, str(slim_jre.home))
    assert status.asked is not None
    assert status.asked.heap_used_bytes is not None
    assert status.asked.out_of_memory_errors == 0


def test_flags_changed_while_it_runs_are_known_by_asking(jvm: RunningJvm) -> None:
    asking = attach(jvm.pid)
    asking.client.execute("setflag", "HeapDumpOnOutOfMemoryError", "1")
    asking.client.execute("setflag", "HeapDumpPath", f"{jvm.folder}/no/such")

    as_started, now = asking.status(), asking.status(ask=True)

    assert as_started.oom_dump.is_on is False
    assert as_started.advice[0].text == "when out of memory it writes no dump, as it was started"
    assert now.oom_dump.is_on
    assert now.oom_dump.path == f"{jvm.folder}/no/such"
    assert now.advice[0].text.startswith(f"no dump can be written to {jvm.folder}/no/such")


def test_the_screen_and_a_jvm_that_is_none(jvm: RunningJvm) -> None:
    done = seamew("status", str(jvm.pid), COLUMNS="80")
    shown = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert len(shown) < 24
    assert max(map(len, shown)) <= 80
    assert shown[0] == f"JVM {jvm.pid} Idle"

    other = seamew("status", str(os.getpid()))
    assert other.returncode == 3
    assert "is no JVM" in other.stderr


@contextmanager
def memory_group(limit_bytes: int) -> Iterator[Path]:
    """A memory group of version 1 of one's own, with a limit."""
    top = Path("/sys/fs/cgroup/memory")
    folder = top / f"seamew-test-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(limit_bytes), encoding="ascii")
    except OSError as error:
        pytest.skip(f"no memory group of version 1 can be made here: {error}")
    try:
        yield folder
    finally:
        wait_until(lambda: not (folder / "cgroup.procs").read_text("ascii"), "an empty group")
        folder.rmdir()


def test_the_limit_and_the_kills_of_its_memory_group(zoo_classes: Path, tmp_path: Path) -> None:
    enter = ("sh", "-c", 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"', "sh")
    with memory_group(300 * MEGABYTE) as folder:
        before = (*enter, str(folder))
        options = ("-Xmx280m", "-XX:TieredStopAtLevel=1")
        with running_jvm(jdk_of(17), zoo_classes, tmp_path, options=options, before=before) as jvm:
            eat = [*before, sys.executable, "-c", "bytearray(400 << 20)"]
            killed = subprocess.run(eat, check=False, timeout=SECONDS)
            status = attach(jvm.pid).status()

    assert killed.returncode == -signal.SIGKILL
    assert status.cgroup is not None
    assert (status.cgroup.version, status.cgroup.limit_bytes) == (1, 300 * MEGABYTE)
    assert status.cgroup.oom_kills == 1
    texts = [advice.text for advice in status.advice]
    assert texts[0] == "the kernel has killed 1 process of its memory group"
    assert any(text.startswith("the memory limit 300 MB is less than") for text in texts)
