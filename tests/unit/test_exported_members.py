"""Public means seamew.X: the names are sorted, there, and load without the command line."""

from __future__ import annotations

from importlib.util import find_spec
from types import ModuleType

import pytest

import seamew
import seamew.jvm

PACKAGES = (seamew, seamew.jvm)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_all_is_sorted_and_true(package: ModuleType) -> None:
    assert package.__all__ == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_no_module_takes_the_place_of_a_name(package: ModuleType) -> None:
    """A module, once imported, would hide what is loaded at its first use."""
    specs = {name: find_spec(f"{package.__name__}.{name}") for name in package.__all__}
    # A mere folder without modules has no origin.
    assert [name for name, spec in specs.items() if spec and spec.origin] == []
