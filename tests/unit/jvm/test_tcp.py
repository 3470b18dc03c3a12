"""TCP states against ss, which asks the kernel in another way (netlink)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from seamew.errors import JvmNotFoundError
from seamew.jvm.tcp import read_tcp_states
from unit.jvm.fake_proc import write_files

PID = 4711
ATTEMPTS = 20
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
SS_NAMES = {"ESTAB": "ESTABLISHED", "FIN_WAIT_1": "FIN_WAIT1", "FIN_WAIT_2": "FIN_WAIT2"}


@pytest.fixture
def connections() -> Iterator[None]:
    """One listener, and connections to it that are open, half closed and waiting."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16))
        pairs = []
        for _ in range(5):
            client = stack.enter_context(socket.create_connection(listener.getsockname()))
            server = stack.enter_context(listener.accept()[0])
            pairs.append((client, server))
        pairs[0][0].shutdown(socket.SHUT_WR)  # FIN_WAIT2 and CLOSE_WAIT
        for client, server in pairs[1:3]:
            server.close()  # TIME_WAIT stays with the port that is listened on
            client.close()
        yield


def ss_states(*, own: bool) -> Counter[str]:
    ss = shutil.which("ss")
    if ss is None:
        pytest.skip("no ss (package iproute2) to compare with")
    done = subprocess.run([ss, "-tanpH"], capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if not own or f"pid={os.getpid()}," in line]
    names = [line.split()[0].replace("-", "_") for line in lines]
    return Counter(SS_NAMES.get(name, name) for name in names)


@pytest.mark.usefixtures("connections")
def test_states_are_those_of_ss() -> None:
    for _ in range(ATTEMPTS):  # others open and close connections on this machine too
        states = read_tcp_states(os.getpid())
        all_there_are = ss_states(own=False)
        if states.namespace == all_there_are == read_tcp_states(os.getpid()).namespace:
            break
    assert states.namespace == all_there_are
    assert states.process == ss_states(own=True)
    assert states.process == {"ESTABLISHED": 4, "LISTEN": 1, "FIN_WAIT2": 1, "CLOSE_WAIT": 1}
    assert states.ownerless == {"TIME_WAIT": 2}
    assert states.is_host_namespace is True


def line(state: str, inode: int, port: str = "1F90") -> str:
    address = f"0100007F:{port}"
    return f"   0: {address} 0100007F:C350 {state} 0:0 00:00000000 00000000 0 0 {inode} 1\n"


def test_a_connection_is_the_process_s_by_its_inode(tmp_path: Path) -> None:
    """Of another network namespace: the tables are the process's own."""
    proc = write_files(
        tmp_path,
        {
            f"{PID}/net/tcp": HEADER
            + line("0A", 7)
            + line("01", 8)
            + line("01", 99)
            + line("06", 0)
            + line("05", 0)
            + line("06", 0, port="0016"),
            f"{PID}/net/tcp6": HEADER + line("08", 9),
            "self/ns/x": "",
        },
    )
    for number, target in enumerate(["socket:[7]", "socket:[8]", "socket:[9]", "pipe:[99]"]):
        link = proc / str(PID) / "fd" / str(number)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(target)
    (proc / "self/ns/net").symlink_to("net:[1]")
    (proc / str(PID) / "ns").mkdir()
    (proc / str(PID) / "ns/net").symlink_to("net:[2]")

    states = read_tcp_states(PID, proc)

    assert states.process == {"LISTEN": 1, "ESTABLISHED": 1, "CLOSE_WAIT": 1}
    assert states.ownerless == {"TIME_WAIT": 1, "FIN_WAIT2": 1}
    assert states.namespace is not None
    assert sum(states.namespace.values()) == 7
    assert states.is_host_namespace is False


def test_what_is_closed_to_this_user_is_unknown(tmp_path: Path) -> None:
    proc = write_files(tmp_path, {f"{PID}/net/tcp": HEADER + line("01", 8)})

    states = read_tcp_states(PID, proc)

    assert (states.process, states.ownerless) == (None, None)
    assert states.namespace == {"ESTABLISHED": 1}
    assert states.is_host_namespace is None


def test_a_process_that_has_ended(tmp_path: Path) -> None:
    with pytest.raises(JvmNotFoundError, match="has ended"):
        read_tcp_states(PID, tmp_path)
