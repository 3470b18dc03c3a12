"""What the diagnosis says, as a page holds it."""

from __future__ import annotations

from typing import Any

from seamew.model import Diagnosis, Finding, Healthy, PathStep, WasteRow
from seamew.rules import RULES
from seamew.wording import Language, Text

from .names import Names, Values, shortened
from .tables import object_data

__all__ = ["findings_data"]

_STEPS = 60
_TEXT_CHARACTERS = 4_000
_WASTE_ROWS = 500


def findings_data(diagnosis: Diagnosis, names: Names, values: Values) -> dict[str, Any]:
    """Verdict, findings, and what the diagnosis leaves out."""
    rules = diagnosis.rules
    return {
        "verdict": _both(diagnosis.verdict),
        "findings": [_finding(one, names, values) for one in diagnosis.findings],
        "healthy": [_healthy(one, names, values) for one in diagnosis.healthy],
        "waste": [_waste(row, names) for row in diagnosis.waste[:_WASTE_ROWS]],
        "rules": {
            "looked": rules.looked,
            "notApplicable": rules.not_applicable,
            "failed": [(rule, shortened(reason)) for rule, reason in rules.failed],
            "titles": {rule.id: _both(rule.title) for rule in RULES},
        },
        "notAnalysed": [_both(line) for line in diagnosis.not_analysed],
    }


def _both(text: Text) -> str | dict[str, str]:
    """A text in both languages; once, where they are the same."""
    english, chinese = (
        shortened(text.in_language(language), _TEXT_CHARACTERS)
        for language in (Language.ENGLISH, Language.CHINESE)
    )
    return english if english == chinese else {"en": english, "zh": chinese}


def _finding(finding: Finding, names: Names, values: Values) -> dict[str, Any]:
    held = finding.object
    return {
        "id": finding.id,
        "rule": finding.rule,
        "topic": finding.topic,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "title": _both(finding.title),
        "summary": _both(finding.summary),
        "owner": shortened(finding.owner) if finding.owner else None,
        "ownerKind": finding.owner_kind,
        "owners": [
            {
                "name": shortened(owner.name),
                "kind": owner.kind,
                "instances": owner.instances,
                "retained": owner.retained_bytes,
            }
            for owner in finding.owners
        ],
        "elementClass": shortened(finding.element_class) if finding.element_class else None,
        "instances": finding.instances,
        "retained": finding.retained_bytes,
        "share": finding.share,
        "object": object_data(held, names, values) if held else None,
        "path": _path(finding.path, names, values),
        "evidence": [{"text": _both(one.text), "command": one.command} for one in finding.evidence],
        "advice": [_both(line) for line in finding.advice],
        "doubts": [_both(line) for line in finding.doubts],
        "also": finding.also,
    }


def _healthy(healthy: Healthy, names: Names, values: Values) -> dict[str, Any]:
    return {
        "rule": healthy.rule,
        "owner": shortened(healthy.owner) if healthy.owner else None,
        "object": object_data(healthy.object, names, values),
        "because": _both(healthy.because),
    }


def _waste(row: WasteRow, names: Names) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "owner": shortened(row.owner) if row.owner else None,
        "class": names.number(row.class_name),
        "instances": row.instances,
        "wasted": row.wasted_bytes,
    }


def _path(steps: tuple[PathStep, ...], names: Names, values: Values) -> list[dict[str, Any]]:
    """The steps of a path, the root first; of a long one the middle is left out, and counted."""
    half = _STEPS // 2
    left_out = steps[half:-half] if len(steps) > _STEPS else ()
    shown = (*steps[:half], *steps[-half:]) if left_out else steps
    rows = []
    for number, step in enumerate(shown):
        skipped = step.skipped_steps
        if left_out and number == half:
            skipped += len(left_out) + sum(one.skipped_steps for one in left_out)
        rows.append(
            {
                **object_data(step, names, values),
                "field": shortened(step.field),
                "roots": step.root_types,
                "skipped": skipped,
            }
        )
    return rows
