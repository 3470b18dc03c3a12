"""Taking the evidence of a running JVM into a folder: the cheap first, whatever comes of it."""

from .manifest import Manifest, StepRecord
from .run import CaptureProgress, Case, capture_case
from .settings import CaptureSettings
from .steps.registry import STEPS, choose_steps

__all__ = [
    "STEPS",
    "CaptureProgress",
    "CaptureSettings",
    "Case",
    "Manifest",
    "StepRecord",
    "capture_case",
    "choose_steps",
]
