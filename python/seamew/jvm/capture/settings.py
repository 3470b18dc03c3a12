"""What a capture is to do: which steps, how long, how much."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CaptureSettings"]


@dataclass(frozen=True)
class CaptureSettings:
    """`steps` names the steps to take, in any order; None: all but the heap dump.

    Thread dumps are taken `interval_seconds` apart, and histograms twice as far; the GC log is on,
    and old objects are sampled, for so many seconds. `gc_roots` makes the JVM search for the paths
    from roots to the old objects: a walk through the whole heap, while it stands still.
    """

    steps: tuple[str, ...] | None = None
    thread_dumps: int = 3
    interval_seconds: float = 5.0
    gc_log_seconds: float = 15.0
    old_objects_seconds: float = 20.0
    gc_roots: bool = False
    show_secrets: bool = False
    most_bytes: int = 256 << 20
