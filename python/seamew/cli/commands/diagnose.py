"""`seamew diagnose`: the main job."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.html_file import HtmlFile, html_options
from seamew.cli.language import LANGUAGE_OPTION, language_of
from seamew.cli.options import Format, Options, dump_command
from seamew.cli.rule_names import RuleNames
from seamew.cli.saving import refuse_existing, write_private
from seamew.cli.session import answer_from_heap
from seamew.cli.terminal import terminal_height, terminal_width
from seamew.diagnose import diagnose_heap
from seamew.heap import Heap
from seamew.model import Diagnosis, Severity
from seamew.report import Answer
from seamew.report.diagnosis import (
    Room,
    Selection,
    diagnosis_answer,
    explanation_answer,
    screen_answer,
)
from seamew.report.junit import junit_xml
from seamew.report.schema import diagnosis_schema
from seamew.suspects import SuspectSettings

__all__ = ["command"]

_CONSUMERS = 10
_LEVELS = [severity.value for severity in Severity]
_SUSPECTS = "suspects"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the command's own options say."""

    everything: bool
    explain: str | None
    severity: str | None
    rules: tuple[str, ...]
    lang: str | None
    show_values: bool
    fail_on: str | None
    junit: Path | None
    threshold: int
    seed: int

    def check(self) -> None:
        """Raise what can be known before the work."""
        if self.explain is not None and (self.everything or self.severity or self.rules):
            message = "--explain is about one finding: without --all, --severity and --rule"
            raise click.UsageError(message)
        if self.junit is not None:
            refuse_existing(self.junit, force=True)

    @property
    def selection(self) -> Selection:
        return Selection(Severity(self.severity) if self.severity else None, self.rules)

    @property
    def least_failure(self) -> Severity:
        """What is a failed test in JUnit XML."""
        if self.fail_on is None or self.fail_on == _SUSPECTS:
            return Severity.HIGH
        return Severity(self.fail_on)

    def fails(self, diagnosis: Diagnosis) -> bool:
        """Whether there is what --fail-on asks for."""
        if self.fail_on is None:
            return False
        if self.fail_on == _SUSPECTS:
            return bool(diagnosis.suspects)
        least = self.least_failure.rank
        return any(one.severity.rank <= least for _, one in self.selection.of(diagnosis))


@dump_command(
    "diagnose",
    rows=_CONSUMERS,
    rows_of_data=_CONSUMERS,
    epilog="""
seamew diagnose heap.hprof
seamew diagnose heap.hprof --explain 1                  # how sure, where, and what to change
seamew diagnose heap.hprof --all --lang zh
seamew diagnose heap.hprof --markdown > ticket.md
seamew diagnose heap.hprof --html report.html           # one file, to be mailed
seamew diagnose heap.hprof --fail-on high --junit leaks.xml --quiet   # for CI: exit code 10
""",
)
@click.option("--all", "everything", is_flag=True, help="Everything, not only the worst.")
@click.option(
    "--explain", metavar="ID", help="One finding in full: its number, or how its id begins."
)
@click.option("--severity", type=click.Choice(_LEVELS), help="Only findings at least that bad.")
@click.option(
    "--rule", "rules", type=RuleNames(), multiple=True, help="Only findings of this rule."
)
@LANGUAGE_OPTION
@click.option("--show-values", is_flag=True, help="Do not mask what may be a secret.")
@click.option(
    "--fail-on",
    type=click.Choice([*_LEVELS, _SUSPECTS]),
    help="Leave with exit code 10 if a finding is at least that bad; or if there is any suspect.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write JUnit XML too: findings that --fail-on names, else of severity high, fail.",
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
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _print_schema(ctx, wanted=wanted),
    help="Print the JSON Schema of the result, and leave.",
)
@html_options
def command(options: Options, html: HtmlFile | None, **values: Any) -> ExitCode:  # noqa: ANN401 (see _Wish)
    """What leaks, who holds it, and by which field.

    The worst findings on one screen: severity, owner, weight, advice. --explain tells one in full,
    with its path from a root and the commands that show each number again; --all tells everything,
    also what was looked at and found right. Passwords, keys and tokens are masked. --limit is the
    number of biggest retainers and threads. --html writes all this, and what there is to look
    around in, as one page for the browser.
    """
    wish = _Wish(**values)
    wish.check()
    if html is not None:
        html.check()
    settings = SuspectSettings(threshold_percent=wish.threshold, seed=wish.seed)
    has_failed, written = False, 0

    def ask(heap: Heap) -> Answer:
        nonlocal has_failed, written
        diagnosis = diagnose_heap(
            heap,
            settings,
            consumers=options.limit,
            show_values=wish.show_values,
            on_rule=_say_seconds if options.verbose else None,
        )
        has_failed = wish.fails(diagnosis)
        answer = _answer(options, wish, diagnosis)
        if wish.junit is not None:
            _write_junit(wish, diagnosis, options)
        if html is not None:
            written = html.write(heap, diagnosis)
        return answer

    code = answer_from_heap(options, ask, early=True)
    if html is not None and not options.quiet:
        click.echo(html.told(written), err=True)
    return ExitCode.FINDINGS if has_failed else code


def _answer(options: Options, wish: _Wish, diagnosis: Diagnosis) -> Answer:
    language = language_of(options, wish.lang)
    if wish.explain is not None:
        return explanation_answer(diagnosis, wish.explain, language)
    if wish.everything or options.output is not Format.TABLE:
        return diagnosis_answer(diagnosis, language, wish.selection)
    room = Room(terminal_width(sys.stdout), terminal_height(sys.stdout))
    return screen_answer(diagnosis, wish.selection, language, room)


def _write_junit(wish: _Wish, diagnosis: Diagnosis, options: Options) -> None:
    if wish.junit is None:
        return
    language = language_of(options, wish.lang)
    text = junit_xml(diagnosis, wish.selection.of(diagnosis), wish.least_failure, language)
    write_private(wish.junit, [text.encode()], force=True)


def _print_schema(context: click.Context, *, wanted: bool) -> None:
    if wanted:
        click.echo(diagnosis_schema(), nl=False)
        context.exit()


def _say_seconds(rule: str, seconds: float) -> None:
    click.echo(f"rule {rule}: {seconds:.3f} s", err=True)
