"""`seamew diagnose`: the main job."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.html_file import HtmlFile, html_options
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
seamew diagnose heap.hprof --html report.html           # one file, to be mailed
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
@html_options
def command(
    options: Options, threshold: int, seed: int, fail_on: str | None, html: HtmlFile | None
) -> ExitCode:
    """What leaks, who holds it, and by which field.

    Overview, biggest retainers, then each leak suspect (by Eclipse MAT's algorithm) with the
    application's field that owns it, the object where the memory gathers, a path from a root,
    the evidence, and what could make the finding wrong. --limit is the number of retainers.
    --html writes the same, and what there is to look around in, as one page for the browser.
    """
    if html is not None:
        html.check()
    settings = SuspectSettings(threshold_percent=threshold, seed=seed)
    findings = written = 0

    def ask(heap: Heap) -> Answer:
        nonlocal findings, written
        diagnosis = diagnose_heap(heap, settings, consumers=options.limit)
        answer = diagnosis_answer(diagnosis)
        findings = answer.findings
        if html is not None:
            written = html.write(heap, diagnosis)
        return answer

    code = answer_from_heap(options, ask, early=True)
    if html is not None and not options.quiet:
        click.echo(html.told(written), err=True)
    return ExitCode.FINDINGS if fail_on and findings else code
