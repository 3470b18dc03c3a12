"""The memory control group of a process: its limit, what it uses, and what the kernel has killed.

/proc/PID/cgroup names the group, mountinfo where the tree of groups is mounted: here, else in the
process's own mount namespace (a sidecar beside its container). Version 2 has one tree; version 1
one a controller. Inside of a container only the lower part of the tree may be seen.
Source: cgroups(7), Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of Linux.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .procfs import PROC, check_alive, proc_text

__all__ = ["CgroupFolder", "MemoryCgroup", "find_memory_cgroup", "read_memory_cgroup"]

_UNLIMITED_FROM = 1 << 62  # version 1 writes the highest multiple of the page size
_ESCAPES = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


@dataclass(frozen=True)
class MemoryCgroup:
    """The group in bytes; None: unlimited, or this kernel does not tell.

    `limit_bytes` is the least limit of the group and of the groups above it that can be seen.
    `current_bytes` counts the page cache too; `inactive_file_bytes` of it the kernel takes back
    before it kills. `oom_kills` counts processes killed in the group since it was made.
    """

    version: int
    path: str
    limit_bytes: int | None
    current_bytes: int | None
    peak_bytes: int | None
    inactive_file_bytes: int | None
    oom_kills: int | None


@dataclass(frozen=True)
class CgroupFolder:
    """Where the files of a group are: `folder`, in the tree of groups that begins at `top`.

    `path` is what the kernel calls the group.
    """

    version: int
    path: str
    folder: Path
    top: Path


@dataclass(frozen=True)
class _Mount:
    """A tree of groups: `root` is the group that is mounted at `point`."""

    version: int
    root: str
    point: Path


def read_memory_cgroup(pid: int, proc: Path = PROC) -> MemoryCgroup | None:
    """The group of a process; None: no such group can be read.

    Raises JvmNotFoundError where the process has ended.
    """
    group = find_memory_cgroup(pid, proc)
    if group is None:
        return None
    return _read_version_1(group) if group.version == 1 else _read_version_2(group)


def find_memory_cgroup(pid: int, proc: Path = PROC) -> CgroupFolder | None:
    """Where the group that counts a process's memory has its files; None: out of sight.

    Raises JvmNotFoundError where the process has ended.
    """
    paths = _group_paths(proc_text(pid, "cgroup", proc) or "")
    for mount in [*_mounts("self", Path("/"), proc), *_mounts(str(pid), _root(pid, proc), proc)]:
        path = paths.get(mount.version)
        folder = None if path is None else _below(mount, path)
        if path is not None and folder is not None:
            return CgroupFolder(mount.version, path, folder, mount.point)
    check_alive(pid, proc)
    return None


def _root(pid: int, proc: Path) -> Path:
    return proc / str(pid) / "root"


def _group_paths(text: str) -> dict[int, str]:
    """The path of the group that counts memory, by version: never of both."""
    unified = {}
    for line in text.splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return {1: path}
        if number == "0":
            unified = {2: path}
    return unified


def _mounts(process: str, root: Path, proc: Path) -> Iterator[_Mount]:
    """The trees of groups that a process sees; `root` is where its file system is to be found."""
    try:
        text = (proc / process / "mountinfo").read_bytes().decode("utf-8", "replace")
    except OSError:
        return
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        fields = before.split(" ")
        mount_root, point = _unescaped(fields[3]), _unescaped(fields[4]).lstrip("/")
        if kind == "cgroup2":
            yield _Mount(2, mount_root, root / point)
        elif kind == "cgroup" and "memory" in options.split(","):
            yield _Mount(1, mount_root, root / point)


def _unescaped(text: str) -> str:
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text


def _below(mount: _Mount, path: str) -> Path | None:
    """The folder of a group; None: this mount shows another part of the tree.

    A path that begins with `..` leads out of what this process's cgroup namespace shows.
    """
    try:
        relative = PurePosixPath(path).relative_to(mount.root)
        folder = mount.point / relative
        return folder if ".." not in relative.parts and folder.is_dir() else None
    except (OSError, ValueError):
        return None


def _read_version_1(group: CgroupFolder) -> MemoryCgroup:
    """The kernel itself tells the least limit of the groups above, also of those not to be seen."""
    folder = group.folder
    statistics = _pairs(folder / "memory.stat")
    limit = statistics.get("hierarchical_memory_limit")
    return MemoryCgroup(
        version=1,
        path=group.path,
        limit_bytes=None if limit is None or limit >= _UNLIMITED_FROM else limit,
        current_bytes=_number(folder / "memory.usage_in_bytes"),
        peak_bytes=_number(folder / "memory.max_usage_in_bytes"),
        inactive_file_bytes=statistics.get("total_inactive_file"),
        oom_kills=_pairs(folder / "memory.oom_control").get("oom_kill"),
    )


def _read_version_2(group: CgroupFolder) -> MemoryCgroup:
    folder, top = group.folder, group.top
    groups = [folder, *(parent for parent in folder.parents if top in {parent, *parent.parents})]
    limits = [_number(group / "memory.max") for group in groups]
    return MemoryCgroup(
        version=2,
        path=group.path,
        limit_bytes=min((limit for limit in limits if limit is not None), default=None),
        current_bytes=_number(folder / "memory.current"),
        peak_bytes=_number(folder / "memory.peak"),
        inactive_file_bytes=_pairs(folder / "memory.stat").get("inactive_file"),
        oom_kills=_pairs(folder / "memory.events").get("oom_kill"),
    )


def _number(file: Path) -> int | None:
    """The number in a file; None: there is no such file, or it says `max`."""
    text = _text(file).strip()
    return int(text) if text.isdigit() else None


def _pairs(file: Path) -> dict[str, int]:
    pairs = (line.split() for line in _text(file).splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}  # noqa: PLR2004


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
