"""What one rule says of a heap that is built for the purpose, and opened by the real engine."""

from __future__ import annotations

from pathlib import Path

from seamew.heap import open_heap
from seamew.model import Finding, Healthy
from seamew.rules import Examination, Rule
from seamew.rules.base import RuleAnswer
from seamew.testing import HeapBuilder


def answers(rule: Rule, builder: HeapBuilder, folder: Path) -> list[RuleAnswer]:
    """All that the rule says; nothing where it does not look at such heaps."""
    dump = folder / "heap.hprof"
    builder.write(dump)
    with open_heap(dump, use_index=False) as heap:
        examined = Examination(heap)
        return list(rule.find(examined)) if rule.applies_to(examined) else []


def findings(rule: Rule, builder: HeapBuilder, folder: Path) -> list[Finding]:
    """What the rule finds wrong."""
    return [one for one in answers(rule, builder, folder) if isinstance(one, Finding)]


def healthy(rule: Rule, builder: HeapBuilder, folder: Path) -> list[Healthy]:
    """What the rule finds right."""
    return [one for one in answers(rule, builder, folder) if isinstance(one, Healthy)]
