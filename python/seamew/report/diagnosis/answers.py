"""The answers of `seamew diagnose`: which findings, and in which form."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from seamew.errors import TargetNotFoundError, UsageError
from seamew.model import Diagnosis, Finding, Severity
from seamew.report.answer import Answer, Block
from seamew.report.tables import Table
from seamew.rules import RULES
from seamew.wording import Language

from .finding import explained, finding_blocks
from .screen import Room, screen_blocks
from .whole import finding_columns, whole_blocks

__all__ = ["Selection", "diagnosis_answer", "explanation_answer", "screen_answer"]

_NEAR_NAMES = 5
_LEAST_LIKENESS = 0.4

Numbered = Sequence[tuple[int, Finding]]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which findings are wanted: at least that bad (None: all), of these rules (none: of all)."""

    least: Severity | None = None
    rules: tuple[str, ...] = ()

    def of(self, diagnosis: Diagnosis) -> Numbered:
        """The findings with their numbers in the whole diagnosis, the worst first."""
        return [
            (number, one)
            for number, one in enumerate(diagnosis.findings, 1)
            if self._is_wanted(one)
        ]

    def _is_wanted(self, finding: Finding) -> bool:
        if self.least is not None and finding.severity.rank > self.least.rank:
            return False
        return not self.rules or not {finding.rule, *finding.also}.isdisjoint(self.rules)


def screen_answer(
    diagnosis: Diagnosis, selection: Selection, language: Language, room: Room
) -> Answer:
    """The worst findings on one screen."""
    shown = selection.of(diagnosis)
    return _answer(diagnosis, shown, language, screen_blocks(diagnosis, shown, language, room))


def diagnosis_answer(
    diagnosis: Diagnosis,
    language: Language = Language.ENGLISH,
    selection: Selection | None = None,
) -> Answer:
    """Everything that was found and looked at."""
    shown = (selection or Selection()).of(diagnosis)
    return _answer(diagnosis, shown, language, whole_blocks(diagnosis, shown, language))


def explanation_answer(
    diagnosis: Diagnosis, named: str, language: Language = Language.ENGLISH
) -> Answer:
    """One finding in full, and what its rule is about.

    `named` is its number, its id, or the beginning of one id. Raises TargetNotFoundError for
    others, with near ones.
    """
    number, finding = _named(diagnosis, named)
    rules = {rule.id: rule for rule in RULES}
    blocks = [*finding_blocks(number, finding, language, dump=diagnosis.overview.path)]
    if finding.rule in rules:
        blocks += explained(rules[finding.rule], language)
    return _answer(diagnosis, [(number, finding)], language, blocks)


def _answer(
    diagnosis: Diagnosis, shown: Numbered, language: Language, blocks: Iterable[Block]
) -> Answer:
    findings = tuple(one for _, one in shown)
    return Answer(
        result=replace(diagnosis, findings=findings),
        table=Table(finding_columns(language), findings),
        blocks=tuple(blocks),
        findings=len(findings),
        language=language,
    )


def _named(diagnosis: Diagnosis, named: str) -> tuple[int, Finding]:
    numbered = list(enumerate(diagnosis.findings, 1))
    if named.isascii() and named.isdigit() and 1 <= int(named) <= len(numbered):
        return numbered[int(named) - 1]
    wanted: tuple[Callable[[str], bool], ...] = (
        lambda one: one == named,
        lambda one: one.startswith(named),
    )
    for is_it in wanted:
        found = [pair for pair in numbered if is_it(pair[1].id)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = "; ".join(f"{number}: {one.id}" for number, one in found[:_NEAR_NAMES])
            message = f"{len(found)} findings begin with {named}"
            raise UsageError(message, hint=f"name one by its number: {listed}")
    ids = [one.id for one in diagnosis.findings]
    near = difflib.get_close_matches(named, ids, _NEAR_NAMES, _LEAST_LIKENESS) or ids[:_NEAR_NAMES]
    message = f"no finding is called {named}"
    hint = f"there are: {', '.join(near)}" if near else "nothing was found in this dump"
    raise TargetNotFoundError(message, hint=hint)
