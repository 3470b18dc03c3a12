"""All checks, in the order in which their findings are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from . import (
    access,
    attaching,
    capabilities,
    container,
    counters,
    dump_on_oom,
    dump_room,
    hidden_processes,
    listener,
    memory,
    namespaces,
    options,
    ptrace_scope,
    signals,
    state,
    tmp_folder,
    user,
    vm,
    who,
)
from .finding import Finding
from .subject import Host, Subject

__all__ = ["HOST_CHECKS", "JVM_CHECKS", "HostCheck", "JvmCheck"]

HostCheck: TypeAlias = Callable[[Host], "Finding | None"]
JvmCheck: TypeAlias = Callable[[Subject], "Finding | None"]
"""None: the check has nothing to look at here."""

HOST_CHECKS: tuple[HostCheck, ...] = (
    who.check,
    capabilities.check,
    container.check,
    hidden_processes.check,
    ptrace_scope.check,
)
JVM_CHECKS: tuple[JvmCheck, ...] = (
    attaching.check,
    vm.check,
    user.check,
    access.check,
    namespaces.check,
    state.check,
    signals.check,
    listener.check,
    tmp_folder.check,
    options.check,
    counters.check,
    dump_on_oom.check,
    dump_room.check,
    memory.check,
)
