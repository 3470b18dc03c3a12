"""What is around the process: its control group, and how the machine's memory and CPUs do."""

from __future__ import annotations

from dataclasses import asdict

from seamew.jvm.capture.step import Evidence, Step
from seamew.jvm.cgroup import find_memory_cgroup, read_memory_cgroup

__all__ = ["STEP"]

_VERSION_1 = (
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "memory.max_usage_in_bytes",
    "memory.memsw.limit_in_bytes",
    "memory.memsw.usage_in_bytes",
    "memory.failcnt",
    "memory.oom_control",
    "memory.stat",
)
_VERSION_2 = (
    "memory.max",
    "memory.high",
    "memory.current",
    "memory.peak",
    "memory.events",
    "memory.stat",
    "memory.swap.max",
    "memory.swap.current",
    "memory.pressure",
    "cpu.max",
    "cpu.stat",
    "cpu.pressure",
    "io.pressure",
    "pids.max",
    "pids.current",
)
_HOST = ("meminfo", "loadavg", "uptime", "vmstat", "version")
_PRESSURES = ("cpu", "memory", "io")


def run(evidence: Evidence) -> None:
    """Copy the files of the group, and those of the host."""
    jvm = evidence.jvm
    group = find_memory_cgroup(jvm.pid, jvm.proc)
    if group is None:
        evidence.miss("control group: none that can be read from here")
    else:
        facts = read_memory_cgroup(jvm.pid, jvm.proc)
        evidence.save_json("cgroup/memory.json", None if facts is None else asdict(facts))
        for name in _VERSION_1 if group.version == 1 else _VERSION_2:
            evidence.copy(group.folder / name, f"cgroup/{name}.txt")
    for name in _HOST:
        evidence.copy(jvm.proc / name, f"host/{name}.txt")
    for name in _PRESSURES:
        evidence.copy(jvm.proc / "pressure" / name, f"host/{name}.pressure.txt")


STEP = Step(
    "surroundings",
    "the control group with its limits, and memory, load and pressure of the machine",
    "",
    run,
    asks_jvm=False,
)
