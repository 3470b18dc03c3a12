"""Taking the evidence of a running JVM into a folder: the cheap first, whatever comes of it."""

from .manifest import Manifest, StepRecord
from .run import CaptureProgress, Case, capture_case
from .settings import CaptureSettings
from .steps.heap_dump import HEAP_DUMP
from .steps.registry import STEPS, choose_steps

__all__ = [
    "HEAP_DUMP",
    "STEPS",
    "CaptureProgress",
    "CaptureSettings",
    "Case",
    "Manifest",
    "StepRecord",
    "capture_case",
    "choose_steps",
]
