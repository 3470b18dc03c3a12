"""TCP connections of the process and of its network namespace, and the kernel's own tables."""

from __future__ import annotations

from dataclasses import asdict

from seamew.jvm.capture.step import Evidence, Step
from seamew.jvm.tcp import read_tcp_states

__all__ = ["STEP"]

_FILES = ("tcp", "tcp6", "udp", "udp6", "sockstat", "sockstat6", "netstat", "snmp")


def run(evidence: Evidence) -> None:
    """Count the states; copy the kernel's tables of sockets and of errors."""
    jvm = evidence.jvm
    states = read_tcp_states(jvm.pid, jvm.proc)
    evidence.save_json("network/tcp-states.json", asdict(states))
    for name in _FILES:
        evidence.copy(jvm.proc / str(jvm.pid) / "net" / name, f"network/{name}.txt")


STEP = Step(
    "network",
    "TCP states of the process and of its host, and the kernel's tables of sockets",
    "",
    run,
    asks_jvm=False,
)
