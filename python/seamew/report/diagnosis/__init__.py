"""A diagnosis, told: on one screen, in full, one finding, as data."""

from .answers import Selection, diagnosis_answer, explanation_answer, screen_answer
from .paths import path_lines
from .screen import Room

__all__ = [
    "Room",
    "Selection",
    "diagnosis_answer",
    "explanation_answer",
    "path_lines",
    "screen_answer",
]
