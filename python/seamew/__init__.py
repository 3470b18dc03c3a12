"""Seamew finds memory leaks in Java heap dumps: what leaks, who holds it, by which field."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assertions import assert_no_leak
    from .diagnose import diagnose_heap
    from .errors import SeamewError
    from .heap import Column, Heap, ObjectView, first_pass, list_dumps, memory_plan
    from .heap import open_heap as open  # noqa: A004
    from .model import Diagnosis, Finding, Severity
    from .query import QueryResult
    from .suspects import SuspectSettings
    from .wording import Language

__all__ = [
    "Column",
    "Diagnosis",
    "Finding",
    "Heap",
    "Language",
    "ObjectView",
    "QueryResult",
    "SeamewError",
    "Severity",
    "SuspectSettings",
    "assert_no_leak",
    "diagnose_heap",
    "first_pass",
    "list_dumps",
    "memory_plan",
    "open",
]

_HOMES = {
    "Column": ("heap", "Column"),
    "Diagnosis": ("model", "Diagnosis"),
    "Finding": ("model", "Finding"),
    "Heap": ("heap", "Heap"),
    "Language": ("wording", "Language"),
    "ObjectView": ("heap", "ObjectView"),
    "QueryResult": ("query", "QueryResult"),
    "SeamewError": ("errors", "SeamewError"),
    "Severity": ("model", "Severity"),
    "SuspectSettings": ("suspects", "SuspectSettings"),
    "assert_no_leak": ("assertions", "assert_no_leak"),
    "diagnose_heap": ("diagnose", "diagnose_heap"),
    "first_pass": ("heap", "first_pass"),
    "list_dumps": ("heap", "list_dumps"),
    "memory_plan": ("heap", "memory_plan"),
    "open": ("heap", "open_heap"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (what the name stands for)
    """Load a public name at its first use: `seamew --help` needs none of them."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _HOMES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
