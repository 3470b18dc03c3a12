"""Asking a JVM for its threads: Thread.print for all, Thread.dump_to_file for virtual ones."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from seamew.errors import AccessRefusedError, JvmCommandError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.attaching.connection import check_alive, open_folder
from seamew.jvm.attaching.credentials import acting_as
from seamew.jvm.discover import JvmProcess

from .files import read_thread_dumps, thread_dumps_of_text
from .model import ThreadDump

__all__ = ["TakenDump", "take_dump", "take_virtual_dump"]

_WITH_SYNCHRONIZERS = "-l"
_FILE = "threads"
_FOLDER_PREFIX = "seamew-threads-"
_CREATED = "Created"
_UNKNOWN = "Unknown diagnostic command"
# A JVM of 21 or 25 cannot write some names as JSON (see dump_files); plain text it can.
_FORMATS = ("-format=json ", "")


@dataclass(frozen=True)
class TakenDump:
    """A dump, and the text of the JVM that it was read from.

    The text of virtual threads is empty unless it was asked for: it may be a hundred megabytes.
    """

    dump: ThreadDump
    text: str


def take_dump(client: AttachClient, *, timeout_seconds: float) -> TakenDump:
    """The threads of a JVM with the locks they own.

    Stops the JVM's threads while they are printed: some 10 us a thread with JDK 17, 80 us with
    25 (2000 threads: 20 to 160 ms).
    """
    text = client.execute("threaddump", _WITH_SYNCHRONIZERS, timeout_seconds=timeout_seconds)
    dumps = list(thread_dumps_of_text(text))
    if not dumps:
        raise JvmCommandError(
            f"JVM {client.jvm.pid} answered with no thread dump: {text.strip()[:80]}"
        )
    return TakenDump(replace(dumps[0], process_id=client.jvm.pid), text)


def take_virtual_dump(
    client: AttachClient, *, timeout_seconds: float, with_text: bool = False
) -> TakenDump:
    """The threads of a JVM of 21 or later, virtual ones that no thread carries included.

    The JVM writes a file into a folder below its /tmp that only its user can enter; both are
    removed. Raises JvmCommandError from older JVMs.
    """
    said = ""
    with _private_folder(client) as (folder, name_in_jvm):
        for number, form in enumerate(_FORMATS):
            file = f"{_FILE}-{number}"
            said = _ask(client, f"{form}{name_in_jvm}/{file}", timeout_seconds)
            if _CREATED not in said:
                continue
            dump = next(read_thread_dumps(folder / file))
            raw = (folder / file).read_bytes() if with_text else b""
            text = raw.decode("utf-8", "replace")
            return TakenDump(replace(dump, process_id=client.jvm.pid, source=None), text)
    raise JvmCommandError(f"JVM {client.jvm.pid} could not write its threads: {said.strip()}")


def _ask(client: AttachClient, arguments: str, timeout_seconds: float) -> str:
    command = f"Thread.dump_to_file {arguments}"
    try:
        return client.jcmd(command, timeout_seconds=timeout_seconds)
    except JvmCommandError as error:
        if _UNKNOWN not in error.message:
            raise
        raise JvmCommandError(
            f"JVM {client.jvm.pid} has no Thread.dump_to_file, which came with JDK 21",
            hint="without --virtual all other threads are shown",
        ) from error


@contextmanager
def _private_folder(client: AttachClient) -> Iterator[tuple[Path, str]]:
    """A folder below the JVM's /tmp for its user alone: as it is from here, and to the JVM.

    Made as that user, since root has no number in some user namespaces.
    """
    jvm = client.jvm
    tmp = jvm.root / "tmp"
    name = f"{_FOLDER_PREFIX}{jvm.status.namespace_pid}-{secrets.token_hex(8)}"
    try:
        parent = open_folder(tmp)
    except OSError as error:
        raise _no_folder(jvm, error) from error
    try:
        _make(parent, name, jvm)
        yield tmp / name, f"/tmp/{name}"  # noqa: S108 (the JVM's, where it may always write)
    finally:
        for number in range(len(_FORMATS)):
            with suppress(OSError):
                os.unlink(f"{name}/{_FILE}-{number}", dir_fd=parent)
        with suppress(OSError):
            os.rmdir(name, dir_fd=parent)
        os.close(parent)


def _make(parent: int, name: str, jvm: JvmProcess) -> None:
    uid, gid = jvm.status.uid, jvm.status.gid
    try:
        with acting_as(uid, gid):
            os.mkdir(name, stat.S_IRWXU, dir_fd=parent)
        if os.stat(name, dir_fd=parent, follow_symlinks=False).st_uid != uid:
            os.chown(name, uid, gid, dir_fd=parent, follow_symlinks=False)
    except OSError as error:
        raise _no_folder(jvm, error) from error


def _no_folder(jvm: JvmProcess, error: OSError) -> AccessRefusedError:
    check_alive(jvm)
    message = f"no folder can be made in the /tmp of JVM {jvm.pid}: {error.strerror}"
    return AccessRefusedError(message, hint=jvm.as_its_user)
