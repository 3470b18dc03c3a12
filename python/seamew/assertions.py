"""Checks on heap dumps for tests and for CI, with any test framework or none.

from seamew import assert_no_leak

assert_no_leak("after-load-test.hprof", max_retained={"com.acme.Cache#map": "50MB"})
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import nullcontext
from typing import TypeAlias

from seamew.diagnose import diagnose_heap, retained_by_field
from seamew.heap import Heap, open_heap
from seamew.model import Diagnosis, Severity
from seamew.report.diagnosis.finding import finding_text
from seamew.rules import RULES
from seamew.units import format_bytes, parse_bytes
from seamew.wording import Language

__all__ = ["assert_no_leak"]

Dump: TypeAlias = "str | os.PathLike[str] | Heap"


def assert_no_leak(
    dump: Dump,
    *,
    max_retained: Mapping[str, str | int] | None = None,
    severity: Severity | str = Severity.HIGH,
    ignore: Collection[str] = (),
    language: Language | str = Language.ENGLISH,
) -> Diagnosis:
    """The diagnosis of a heap dump (a path, or an opened heap), if nothing is wrong with it.

    Raises AssertionError with all that is known where a finding is at least as bad as `severity`,
    or where what a field keeps alive (`Class#field`, see `max_retained`, in bytes or as "50MB") is
    more than allowed, whether or not a rule finds fault with it. `ignore` are ids of rules, or of
    single findings. Reads a dump given by its path without an index.

    Raises ValueError for unknown severities, rules and amounts, SeamewError for dumps that cannot
    be read and for fields that are not there: a check that looks at nothing must not pass.
    """
    least, limits = Severity(severity), _limits(max_retained or {})
    _check_rules(ignore)
    opened = nullcontext(dump) if isinstance(dump, Heap) else open_heap(dump, use_index=False)
    with opened as heap:
        retained = {name: retained_by_field(heap, name) for name in limits}
        diagnosis = diagnose_heap(heap)
    lines = [
        f"{name} retains {format_bytes(size)}, more than {format_bytes(limits[name])}"
        for name, size in retained.items()
        if size > limits[name]
    ]
    lines += _findings(diagnosis, least, ignore, Language(language))
    if lines:
        raise AssertionError("\n".join([diagnosis.overview.path, *lines]))
    return diagnosis


def _limits(wanted: Mapping[str, str | int]) -> dict[str, int]:
    return {
        name: limit if isinstance(limit, int) else parse_bytes(limit)
        for name, limit in wanted.items()
    }


def _check_rules(ignore: Collection[str]) -> None:
    known = {rule.id for rule in RULES}
    unknown = [name for name in ignore if name.partition("/")[0] not in known]
    if unknown:
        message = f"no rule is called {', '.join(unknown)}; `seamew rules` lists them"
        raise ValueError(message)


def _findings(
    diagnosis: Diagnosis, least: Severity, ignore: Collection[str], language: Language
) -> Iterator[str]:
    for number, one in enumerate(diagnosis.findings, 1):
        if one.severity.rank <= least.rank and not {one.rule, one.id} & set(ignore):
            yield finding_text(number, one, language)
