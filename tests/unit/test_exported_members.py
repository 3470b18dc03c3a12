"""Public means seamew.X: the names are sorted, there, and load without the command line."""

from __future__ import annotations

import seamew


def test_all_is_sorted_and_true() -> None:
    assert seamew.__all__ == sorted(seamew.__all__)
    for name in seamew.__all__:
        assert getattr(seamew, name) is not None
