"""Rules as arguments and options name them."""

from __future__ import annotations

import difflib
from typing import Any

import click

__all__ = ["RuleNames"]

_NEAR_NAMES = 5
_LEAST_LIKENESS = 0.4


class RuleNames(click.ParamType[str]):
    """The id of a rule."""

    name = "rule"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """ID, since there are too many to list."""
        return "ID"

    def convert(
        self,
        value: Any,  # noqa: ANN401 (click's signature)
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """The id, or a usage error with near ones."""
        from seamew.rules import RULES  # noqa: PLC0415 (much that --help does without)

        ids = [rule.id for rule in RULES]
        if value not in ids:
            near = difflib.get_close_matches(str(value), ids, _NEAR_NAMES, _LEAST_LIKENESS)
            hint = f"near ones: {', '.join(near)}" if near else "`seamew rules` lists them"
            self.fail(f"no rule is called {value!r}; {hint}", param, ctx)
        return str(value)
