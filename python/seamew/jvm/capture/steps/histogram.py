"""Class histograms some seconds apart: what fills the heap, and what grows."""

from __future__ import annotations

from seamew.jvm.capture.settings import CaptureSettings
from seamew.jvm.capture.step import Evidence, Step

__all__ = ["STEP"]

_COUNT = 2
_INTERVALS = 2
_PATIENCE = 4.0


def run(evidence: Evidence) -> None:
    """Dead objects are counted too: without them each histogram would cost a full collection."""
    for number in range(1, _COUNT + 1):
        if number > 1:
            evidence.pause(_wait(evidence.settings))
        text = evidence.ask("inspectheap", "-all", patience=_PATIENCE)
        evidence.save(f"heap/histogram-{number}.txt", text)


def _wait(settings: CaptureSettings) -> float:
    return _INTERVALS * settings.interval_seconds


STEP = Step(
    "histogram",
    "instances and bytes by class, dead objects included, twice",
    "stops all threads while it walks the heap: 0.5-3 s a GB, twice",
    run,
    wait=_wait,
)
