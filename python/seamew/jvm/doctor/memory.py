"""Room in the JVM's memory group: what an attach or a dump takes counts there."""

from __future__ import annotations

from seamew.units import format_bytes, format_counted

from .finding import OK, WARN, Finding
from .subject import Subject

__all__ = ["check"]

_LEAST_SHARE = 0.05
_LEAST_BYTES = 64 << 20


def check(subject: Subject) -> Finding | None:
    """By the limit and what is used of it, files that the kernel can take back left out."""
    cgroup = subject.opened.status.cgroup if subject.opened else None
    if cgroup is None:
        return None
    killed = ""
    if cgroup.oom_kills:
        times = format_counted(cgroup.oom_kills, "process/processes")
        killed = f"; the kernel has killed {times} of it"
    if cgroup.limit_bytes is None or cgroup.current_bytes is None:
        return Finding("memory group", WARN if killed else OK, f"has no limit{killed}")
    used = cgroup.current_bytes - (cgroup.inactive_file_bytes or 0)
    free = max(0, cgroup.limit_bytes - used)
    evidence = (
        f"{format_bytes(free)} of {format_bytes(cgroup.limit_bytes)} are free, beside files that"
        f" can be dropped{killed}"
    )
    if free < max(_LEAST_BYTES, _LEAST_SHARE * cgroup.limit_bytes):
        return Finding(
            "memory group",
            WARN,
            f"{evidence}: the kernel may kill the JVM at any time",
            f"raise the limit of {cgroup.path}; write no dump to memory (tmpfs)",
        )
    return Finding("memory group", WARN if killed else OK, evidence)
