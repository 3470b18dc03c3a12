"""Leak suspects by Eclipse MAT's algorithm, each with its owner, its point and a path."""

from .candidates import SuspectSettings
from .suspects import find_suspects

__all__ = ["SuspectSettings", "find_suspects"]
