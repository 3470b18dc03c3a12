"""`seamew rules`: what diagnose knows of leaks."""

from __future__ import annotations

from typing import Any

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.finish import finish
from seamew.cli.language import LANGUAGE_OPTION, language_of
from seamew.cli.options import (
    TALK_CLICK_OPTIONS,
    OutputOptions,
    examples,
    output_click_options,
    take_output,
)
from seamew.cli.rule_names import RuleNames
from seamew.cli.talk import Talk
from seamew.report.rules import rules_answer
from seamew.rules import RULES

__all__ = ["command"]

_ROWS = 1000


@click.command(
    "rules",
    epilog=examples("""
seamew rules
seamew rules timer-per-call --lang zh
seamew rules --topic threads --json
"""),
)
@click.argument("rule", metavar="[ID]", type=RuleNames(), required=False)
@click.option(
    "--topic",
    type=click.Choice(list(dict.fromkeys(rule.topic.value for rule in RULES))),
    help="Only rules about this.",
)
@LANGUAGE_OPTION
def command(rule: str | None, topic: str | None, lang: str | None, **values: Any) -> ExitCode:  # noqa: ANN401 (see take_output)
    """What leaks look like: the rules of diagnose.

    With ID all about one: what it finds, why that leaks, code that does and code that does not,
    the fix, and when it is wrong.
    """
    take_output(values, (_ROWS, None))
    options = OutputOptions(**values)
    shown = [
        one
        for one in sorted(RULES, key=lambda one: (one.topic, one.id))
        if rule in {None, one.id} and topic in {None, one.topic.value}
    ]
    answer = rules_answer(
        shown[: options.limit], language_of(options, lang), pages=rule is not None
    )
    with Talk(quiet=options.quiet, verbose=options.verbose) as talk:
        return finish(options, answer, talk)


for _option in (*output_click_options([], (_ROWS, None)), *TALK_CLICK_OPTIONS):
    _option(command)
