"""What Seamew knows of leaks: one file for each rule, and the list of them."""

from .base import Page, Rule
from .examination import Examination
from .registry import RULES

__all__ = ["RULES", "Examination", "Page", "Rule"]
