"""Paths as a JVM knows them: found from here, and judged as its user would find them.

Source: path_resolution(7), proc_pid_root(5).
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from .discover import JvmProcess

__all__ = ["path_from_here", "why_not_writable"]

_MOST_LINKS = 40  # as Linux
_ROOT_UID = 0


def path_from_here(jvm: JvmProcess, path: str) -> Path:
    """Where a path of the JVM is to be found: below its root, or its working directory.

    Symbolic links are followed as the JVM would: an absolute one begins at the JVM's own root.
    What does not exist stays as it is named.
    """
    top = found = jvm.root if path.startswith("/") else jvm.proc / str(jvm.pid) / "cwd"
    rest = list(reversed(PurePosixPath(path).parts))
    links = 0
    while rest:
        part = rest.pop()
        if part == "/":
            top = found = jvm.root
        elif part == "..":
            found = _above(found, top, jvm.root)
        elif links < _MOST_LINKS and _is_link(found / part):
            links += 1
            rest.extend(reversed(PurePosixPath(os.readlink(found / part)).parts))
        else:
            found /= part
    return found


def why_not_writable(jvm: JvmProcess, folder: Path) -> str | None:
    """Why the JVM cannot make a file in a folder, as the end of a sentence; None: it seems to.

    Access lists and capabilities are not looked at.
    """
    try:
        found = folder.stat()
        is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
    except FileNotFoundError:
        return "does not exist"
    except OSError as error:
        return f"cannot be looked at: {error.strerror}"
    if not stat.S_ISDIR(found.st_mode):
        return "is no folder"
    if is_read_only:
        return "is on a read-only file system"
    status = jvm.status
    if status.uid == _ROOT_UID or _may_write(found, status.uid, {status.gid, *status.groups}):
        return None
    return f"is not writable for user {status.uid}"


def _may_write(found: os.stat_result, uid: int, groups: set[int]) -> bool:
    """By the one class of mode bits that counts for the user."""
    if found.st_uid == uid:
        needed = stat.S_IWUSR | stat.S_IXUSR
    elif found.st_gid in groups:
        needed = stat.S_IWGRP | stat.S_IXGRP
    else:
        needed = stat.S_IWOTH | stat.S_IXOTH
    return found.st_mode & needed == needed


def _above(found: Path, top: Path, root: Path) -> Path:
    """The folder above; above the root there is the root, above the working directory another."""
    if found in {top, root} or found.name == "..":
        return found if found == root else found / ".."
    return found.parent


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False
