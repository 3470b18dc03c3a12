"""All steps, the cheapest first; what stops the JVM for long comes last."""

from __future__ import annotations

from collections.abc import Sequence

from seamew.errors import UsageError
from seamew.jvm.capture.step import Step

from . import (
    answers,
    counters,
    gc_log,
    heap_dump,
    histogram,
    network,
    old_objects,
    process,
    properties,
    surroundings,
    threads,
)

__all__ = ["STEPS", "choose_steps"]

STEPS: tuple[Step, ...] = (
    process.STEP,
    surroundings.STEP,
    network.STEP,
    counters.STEP,
    *answers.STEPS,
    properties.STEP,
    threads.STEP,
    histogram.STEP,
    gc_log.STEP,
    old_objects.STEP,
    heap_dump.STEP,
)


def choose_steps(
    only: Sequence[str] = (), skip: Sequence[str] = (), *, requested: Sequence[str] = ()
) -> tuple[str, ...]:
    """The names of the steps to take: all or `only` some, without those to `skip`.

    Steps that are taken on request alone must be in `only` or `requested`. Raises UsageError for
    names that are none.
    """
    names = [step.name for step in STEPS]
    for name in (*only, *skip, *requested):
        if name not in names:
            raise UsageError(f"there is no step {name}", hint=f"steps: {', '.join(names)}")
    usual = [step.name for step in STEPS if not step.on_request]
    wanted = {*(only or usual), *requested} - set(skip)
    return tuple(name for name in names if name in wanted)
