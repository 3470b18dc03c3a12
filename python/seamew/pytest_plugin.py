"""The pytest plug-in: a fixture that checks heap dumps. pytest finds it where Seamew is installed.

def test_no_leak_after_load(heap_dump_check):
    heap_dump_check("after.hprof", max_retained={"com.acme.Cache#map": "50MB"})
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from seamew.model import Diagnosis

__all__ = ["heap_dump_check"]


@pytest.fixture
def heap_dump_check() -> Callable[..., Diagnosis]:
    """`seamew.assert_no_leak`, loaded only by tests that ask for it."""
    from seamew.assertions import assert_no_leak  # noqa: PLC0415

    return assert_no_leak
