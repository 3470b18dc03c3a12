"""`seamew diagnose`: the main job."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.options import Options, dump_command
from seamew.cli.session import answer_from_heap
from seamew.diagnose import diagnose_heap
from seamew.heap import Heap
from seamew.report import Answer
from seamew.report.diagnosis import diagnosis_answer
from seamew.suspects import SuspectSettings

__all__ = ["command"]

_CONSUMERS = 10


@dump_command(
    "diagnose",
    rows=_CONSUMERS,
    rows_of_data=_CONSUMERS,
    epilog="""
seamew diagnose heap.hprof
seamew diagnose heap.hprof.gz --json > answer.json
seamew diagnose heap.hprof --fail-on suspects --quiet   # for CI: exit code 10
""",
)
@click.option(
    "--threshold",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="PERCENT",
    help="A suspect retains more than this share of the heap.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    default=0,
    show_default=True,
    help="Fixes the sample of big groups.",
)
@click.option(
    "--fail-on", type=click.Choice(["suspects"]), help="Leave with exit code 10 if there are any."
)
def command(options: Options, threshold: int, seed: int, fail_on: str | None) -> ExitCode:
    """What leaks, who holds it, and by which field.

    Overview, biggest retainers, then each leak suspect (by Eclipse MAT's algorithm) with the
    application's field that owns it, the object where the memory gathers, a path from a root,
    the evidence, and what could make the finding wrong. --limit is the number of retainers.
    """
    settings = SuspectSettings(threshold_percent=threshold, seed=seed)
    findings = 0

    def ask(heap: Heap) -> Answer:
        nonlocal findings
        diagnosis = diagnose_heap(
            heap,
            settings,
            consumers=options.limit,
            on_rule=_say_seconds if options.verbose else None,
        )
        answer = diagnosis_answer(diagnosis)
        findings = answer.findings
        return answer

    code = answer_from_heap(options, ask, early=True)
    return ExitCode.FINDINGS if fail_on and findings else code


def _say_seconds(rule: str, seconds: float) -> None:
    click.echo(f"rule {rule}: {seconds:.3f} s", err=True)
