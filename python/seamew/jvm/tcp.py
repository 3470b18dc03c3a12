"""The TCP connections of a process by state, and those of its network namespace.

/proc/PID/net/tcp and tcp6 list the connections of the process's own network namespace, each with
the inode of its socket; the links in /proc/PID/fd name the inodes that the process has open. A
connection in TIME_WAIT (and one in FIN_WAIT2 that nobody has open any more) has inode 0: it
belongs to no process, only to a local port.
Source: proc_pid_net(5); the state codes are those of include/net/tcp_states.h of Linux.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .procfs import PROC, check_alive, proc_text

__all__ = ["TCP_STATES", "TcpStates", "read_tcp_states"]

TCP_STATES = {
    "01": "ESTABLISHED",
    "02": "SYN_SENT",
    "03": "SYN_RECV",
    "04": "FIN_WAIT1",
    "05": "FIN_WAIT2",
    "06": "TIME_WAIT",
    "07": "CLOSE",
    "08": "CLOSE_WAIT",
    "09": "LAST_ACK",
    "0A": "LISTEN",
    "0B": "CLOSING",
}
_LISTEN = "LISTEN"
_NO_INODE = "0"
_LOCAL, _STATE, _INODE = 1, 3, 9
_SOCKET_LINK = "socket:["


@dataclass(frozen=True)
class TcpStates:
    """Connections by state, the most frequent state first; IPv4 and IPv6 together.

    `process`: those that the process has open; None where its files are closed to this user.
    `ownerless`: those that belong to no process any more, on the ports where it listens.
    `namespace`: all of its network namespace, which is the host's if `is_host_namespace`.
    """

    process: dict[str, int] | None
    ownerless: dict[str, int] | None
    namespace: dict[str, int] | None
    is_host_namespace: bool | None


def read_tcp_states(pid: int, proc: Path = PROC) -> TcpStates:
    """The TCP states now. Costs some 1 ms per 1,000 open files and per 1,000 connections.

    The host is where seamew runs. Raises JvmNotFoundError where the process has ended.
    """
    tables = [proc_text(pid, "net/tcp", proc), proc_text(pid, "net/tcp6", proc)]
    lines = [line.split() for text in tables if text for line in text.splitlines()[1:]]
    inodes = _socket_inodes(pid, proc)
    own = None if inodes is None else [line for line in lines if line[_INODE] in inodes]
    return TcpStates(
        process=None if own is None else _by_state(own),
        ownerless=None if own is None else _by_state(_ownerless(lines, own)),
        namespace=None if tables[0] is None else _by_state(lines),
        is_host_namespace=_is_host_namespace(pid, proc),
    )


def _by_state(lines: Iterable[list[str]]) -> dict[str, int]:
    counts = Counter(TCP_STATES.get(line[_STATE], line[_STATE]) for line in lines)
    return dict(counts.most_common())


def _ownerless(lines: Iterable[list[str]], own: Iterable[list[str]]) -> list[list[str]]:
    """The connections without an inode on the ports where the process listens."""
    ports = {_port(line) for line in own if TCP_STATES.get(line[_STATE]) == _LISTEN}
    return [line for line in lines if line[_INODE] == _NO_INODE and _port(line) in ports]


def _port(line: list[str]) -> str:
    return line[_LOCAL].rpartition(":")[2]


def _socket_inodes(pid: int, proc: Path) -> set[str] | None:
    """The inodes of the sockets that a process has open; None: closed to this user."""
    inodes = set()
    try:
        links = list((proc / str(pid) / "fd").iterdir())
    except OSError:
        check_alive(pid, proc)
        return None
    for link in links:
        try:
            target = os.readlink(link)
        except OSError:  # closed meanwhile
            continue
        if target.startswith(_SOCKET_LINK):
            inodes.add(target[len(_SOCKET_LINK) : -1])
    return inodes


def _is_host_namespace(pid: int, proc: Path) -> bool | None:
    try:
        return os.readlink(proc / str(pid) / "ns/net") == os.readlink(proc / "self/ns/net")
    except OSError:
        check_alive(pid, proc)
        return None
