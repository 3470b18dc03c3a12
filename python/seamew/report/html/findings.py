"""What the diagnosis says, as a page holds it."""

from __future__ import annotations

from typing import Any

from seamew.model import Diagnosis, PathStep, Suspect

from .names import Names, shortened, shown_value
from .tables import object_data

__all__ = ["findings_data"]

_STEPS = 60


def findings_data(diagnosis: Diagnosis, names: Names, *, show_values: bool) -> dict[str, Any]:
    """Verdict, findings, and what the diagnosis leaves out."""
    return {
        "verdict": shortened(diagnosis.verdict),
        "findings": [
            _finding(number, suspect, names, show_values=show_values)
            for number, suspect in enumerate(diagnosis.suspects, 1)
        ],
        "healthy": [],
        "waste": [],
        "rules": {"looked": [], "notApplicable": [], "failed": []},
        "notAnalysed": [shortened(line) for line in diagnosis.not_analysed],
    }


def _finding(number: int, suspect: Suspect, names: Names, *, show_values: bool) -> dict[str, Any]:
    point = suspect.accumulation_point
    held = point.object if point is not None else suspect.object
    return {
        "id": f"suspect:{number}",
        "rule": "suspect",
        "topic": "memory",
        "severity": "medium",
        "confidence": "possible",
        "title": shortened(suspect.title),
        "summary": shortened(suspect.explanation, 2_000),
        "owner": shortened(suspect.owner.name) if suspect.owner else None,
        "ownerKind": suspect.owner.kind if suspect.owner else None,
        "owners": [],
        "elementClass": shortened(suspect.element_class) if suspect.element_class else None,
        "instances": (point.entries if point else None) or suspect.objects,
        "retained": suspect.retained_bytes,
        "share": suspect.share,
        "object": object_data(held, names, show_values=show_values) if held else None,
        "path": _path(suspect.path, names, show_values=show_values),
        "evidence": [{"text": shortened(line, 2_000), "command": None} for line in suspect.evidence],
        "advice": [],
        "doubts": [shortened(line, 2_000) for line in suspect.doubt],
        "also": [],
    }


def _path(steps: tuple[PathStep, ...], names: Names, *, show_values: bool) -> list[dict[str, Any]]:
    """The steps of a path, the root first; of a long one the middle is left out, and counted."""
    half = _STEPS // 2
    shown = steps if len(steps) <= _STEPS else (*steps[:half], *steps[-half:])
    rows = []
    for number, step in enumerate(shown):
        skipped = step.skipped_steps
        if number == half and len(steps) > _STEPS:
            skipped += sum(one.skipped_steps for one in steps[half : -half]) + len(steps) - _STEPS
        rows.append(
            {
                **object_data(step, names, show_values=show_values),
                "field": shortened(step.field),
                "roots": list(step.root_types),
                "skipped": skipped,
            }
        )
    return rows
