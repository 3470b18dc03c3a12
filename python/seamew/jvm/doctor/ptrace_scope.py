"""Yama's limit on debuggers, which concerns other tools than this. Source: ptrace(2)."""

from __future__ import annotations

from .finding import OK, Finding
from .subject import Host

__all__ = ["check"]

_MEANINGS = {
    "0": "debuggers may look into processes of the same user",
    "1": "debuggers may look into their own children only",
    "2": "debuggers need root",
    "3": "there are no debuggers",
}


def check(host: Host) -> Finding:
    """It forbids gdb, strace and samplers of native stacks, never attaching as seamew does."""
    try:
        scope = (host.proc / "sys/kernel/yama/ptrace_scope").read_text(encoding="ascii").strip()
    except OSError:
        return Finding("ptrace scope", OK, "not limited by Yama; seamew uses no ptrace")
    meaning = _MEANINGS.get(scope, "unknown")
    return Finding("ptrace scope", OK, f"{scope}: {meaning}; seamew uses no ptrace")
