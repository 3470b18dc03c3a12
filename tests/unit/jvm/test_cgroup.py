"""Memory groups of both versions, on the host, in a container, and from beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seamew.errors import JvmNotFoundError
from seamew.jvm.cgroup import MemoryCgroup, read_memory_cgroup
from unit.jvm.fake_proc import write_files

MB = 1 << 20
PID = 4711


def mountinfo(root: str, point: Path | str, kind: str, options: str = "rw") -> str:
    return (
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
        f"31 22 0:32 {root} {point} rw,relatime shared:9 - {kind} cgroup {options}\n"
    )


def version_2(*, limit: str, current: int = 0, oom_kills: int = 0) -> dict[str, str]:
    return {
        "memory.max": f"{limit}\n",
        "memory.current": f"{current}\n",
        "memory.peak": f"{current * 2}\n",
        "memory.stat": "anon 5\ninactive_file 4096\n",
        "memory.events": f"low 0\noom 3\noom_kill {oom_kills}\n",
    }


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": content for name, content in files.items()}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A host of version 2: a pod of 512 MB, in it a container of 800 MB and one without limit."""
    return write_files(
        tmp_path / "cgroup",
        {
            **below("pods/pod1", version_2(limit=str(512 * MB))),
            **below("pods/pod1/app", version_2(limit=str(800 * MB), current=MB, oom_kills=2)),
            **below("pods/pod2/app", version_2(limit="max", current=MB)),
            "cgroup.controllers": "memory\n",
        },
    )


def proc_with(tmp_path: Path, group: str, mounts: str) -> Path:
    return write_files(
        tmp_path / "proc", {"self/mountinfo": mounts, f"{PID}/cgroup": f"0::{group}\n"}
    )


def test_the_least_limit_of_the_groups_above_holds(tmp_path: Path, tree: Path) -> None:
    proc = proc_with(tmp_path, "/pods/pod1/app", mountinfo("/", tree, "cgroup2"))

    assert read_memory_cgroup(PID, proc) == MemoryCgroup(
        version=2,
        path="/pods/pod1/app",
        limit_bytes=512 * MB,
        current_bytes=MB,
        peak_bytes=2 * MB,
        inactive_file_bytes=4096,
        oom_kills=2,
    )


def test_no_limit_is_none(tmp_path: Path, tree: Path) -> None:
    proc = proc_with(tmp_path, "/pods/pod2/app", mountinfo("/", tree, "cgroup2"))

    group = read_memory_cgroup(PID, proc)

    assert group is not None
    assert (group.limit_bytes, group.current_bytes) == (None, MB)


def test_a_container_sees_its_own_part_of_the_tree(tmp_path: Path, tree: Path) -> None:
    """As in a container that shares the cgroup namespace: the mount shows its group only."""
    proc = proc_with(tmp_path, "/pods/pod1/app", mountinfo("/pods/pod1/app", tree, "cgroup2"))
    write_files(tree, version_2(limit=str(800 * MB), current=7))

    group = read_memory_cgroup(PID, proc)

    assert group is not None
    assert (group.limit_bytes, group.current_bytes) == (800 * MB, 7)


@pytest.mark.parametrize("group", ["/../app", "/pods/gone", "/elsewhere"])
def test_groups_that_cannot_be_seen(tmp_path: Path, tree: Path, group: str) -> None:
    proc = proc_with(tmp_path, group, mountinfo("/", tree / "pods", "cgroup2"))

    assert read_memory_cgroup(PID, proc) is None


def test_a_sidecar_reads_through_the_containers_own_mount(tmp_path: Path, tree: Path) -> None:
    """Its own mount shows its own group; the JVM's file system has the JVM's."""
    proc = proc_with(tmp_path, "/../app", mountinfo("/", tree / "pods/pod2", "cgroup2"))
    write_files(
        proc / str(PID),
        {
            "mountinfo": mountinfo("/../app", "/sys/fs/cgroup", "cgroup2"),
            **below("root/sys/fs/cgroup", version_2(limit=str(300 * MB))),
        },
    )

    group = read_memory_cgroup(PID, proc)

    assert group is not None
    assert group.limit_bytes == 300 * MB


def test_version_1_beside_an_empty_tree_of_version_2(tmp_path: Path) -> None:
    tree = write_files(
        tmp_path / "memory tree",
        {
            "docker/1/memory.limit_in_bytes": f"{400 * MB}\n",
            "docker/1/memory.usage_in_bytes": "100\n",
            "docker/1/memory.max_usage_in_bytes": "200\n",
            "docker/1/memory.stat": (
                f"cache 1\nhierarchical_memory_limit {300 * MB}\ntotal_inactive_file 8\n"
            ),
            "docker/1/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
            "docker/2/memory.stat": "hierarchical_memory_limit 9223372036854771712\n",
        },
    )
    mounts = mountinfo("/", str(tree).replace(" ", "\\040"), "cgroup", "rw,memory")
    mounts += mountinfo("/", tmp_path, "cgroup2")
    proc = write_files(
        tmp_path / "proc",
        {
            "self/mountinfo": mounts,
            f"{PID}/cgroup": "9:name=systemd:/x:y\n4:memory:/docker/1\n0::/\n",
            "4712/cgroup": "4:memory:/docker/2\n0::/\n",
        },
    )

    assert read_memory_cgroup(PID, proc) == MemoryCgroup(
        version=1,
        path="/docker/1",
        limit_bytes=300 * MB,
        current_bytes=100,
        peak_bytes=200,
        inactive_file_bytes=8,
        oom_kills=1,
    )
    unlimited = read_memory_cgroup(4712, proc)
    assert unlimited is not None
    assert unlimited.limit_bytes is None


def test_a_process_that_has_ended(tmp_path: Path) -> None:
    with pytest.raises(JvmNotFoundError, match="has ended"):
        read_memory_cgroup(PID, tmp_path)


def test_this_machine() -> None:
    """Whatever it has, the group of a living process uses no more than its peak."""
    group = read_memory_cgroup(os.getpid())

    if group is None or group.current_bytes is None:
        pytest.skip("this machine shows no memory group")
    assert group.peak_bytes is None or group.peak_bytes >= group.current_bytes
    assert group.limit_bytes is None or group.limit_bytes >= group.current_bytes
