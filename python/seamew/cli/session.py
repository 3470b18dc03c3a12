"""From a command's options to its answer on stdout and its exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from seamew.heap import Heap, memory_plan, open_heap
from seamew.model import ProgressSnapshot
from seamew.report import Answer

from .exit_codes import ExitCode
from .finish import finish
from .options import Options
from .talk import Talk

__all__ = ["answer_from_heap", "opened"]

Ask: TypeAlias = Callable[[Heap], Answer]


def answer_from_heap(options: Options, ask: Ask, *, early: bool = False) -> ExitCode:
    """Open the dump, ask, write the answer; returns the exit code.

    `early` shows the first results to a person who watches a cold open.
    """
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        with opened(options, talk, early=early) as heap:
            answer = ask(heap)
            warnings, in_part = heap.warnings, heap.facts.read_in_part
        talk.stop()
        return finish(options, answer, talk, warnings, in_part=in_part)


def opened(options: Options, talk: Talk, *, early: bool = False) -> Heap:
    """The heap of the dump, with progress and what it needs on stderr."""
    planned = False

    def on_progress(snapshot: ProgressSnapshot) -> None:
        nonlocal planned
        if not planned and snapshot.total:
            planned = True
            plan = memory_plan(options.dump, options.memory_bytes)
            talk.plan(plan, on_disk=options.use_index)
        talk.progress(snapshot)

    heap = open_heap(
        options.dump,
        dump_index=options.dump_index,
        index_directory=options.index_directory,
        use_index=options.use_index,
        keep_unreachable=options.keep_unreachable,
        size_model=options.size_model,
        memory=options.memory_bytes,
        strict=options.strict,
        wait=options.wait,
        on_progress=on_progress,
        on_first_pass=talk.early if early and talk.shows_early_results else None,
    )
    heap.watch(talk.progress)
    if options.verbose:
        for phase, seconds in heap.phase_seconds():
            talk.detail(f"{phase}: {seconds:.3f} s")
    return heap
