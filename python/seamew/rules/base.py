"""What a rule is. The list of them is in `registry`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from seamew.model import Finding, Healthy, Topic, WasteRow
from seamew.wording import Text

from .examination import Examination

__all__ = ["Page", "Rule", "RuleAnswer"]

RuleAnswer: TypeAlias = Finding | Healthy | WasteRow
"""What a rule may say."""


@dataclass(frozen=True, slots=True)
class Page:
    """What people read about a rule: `seamew rules ID`, and its page in the documentation.

    `example` is code (or a configuration) that leaks, `fixed` the same without the leak.
    `references` are titles, or identifiers of papers, JEPs and JDK files: no addresses to fetch.
    """

    finds: Text
    why: Text
    fix: Text
    false_alarms: Text
    example: str = ""
    fixed: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it is called, what it looks at, and how it finds.

    `id` names the pattern, not the cure, and never changes its meaning. `catalogue` are its marks
    in the catalogue of leak rules (T1). `classes`: it looks at heaps that have instances of one of
    these classes or of their subclasses; none: at all heaps. `general` rules know no library:
    where a rule that knows the library finds the same memory, that one speaks.

    `find` must cost little: bulk questions over the heap, single objects by the hundred.
    """

    id: str
    catalogue: tuple[str, ...]
    topic: Topic
    title: Text
    page: Page
    find: Callable[[Examination], Iterable[RuleAnswer]]
    classes: tuple[str, ...] = ()
    general: bool = False

    def applies_to(self, heap: Examination) -> bool:
        """Whether the heap has what the rule looks at."""
        return not self.classes or any(heap.has(name) for name in self.classes)
