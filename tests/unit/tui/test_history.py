"""Histories keep everything there was, in as many columns as there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamew.tui.history import History

VALUES = st.lists(st.none() | st.integers(0, 1000).map(float), max_size=300)


def slow_columns(values: list[float | None], width: int) -> tuple[tuple[float | None, ...], int]:
    """The lowest of each group, by the definition."""
    group = 1
    while -(-len(values) // group) > width:
        group *= 2
    groups = [values[at : at + group] for at in range(0, len(values), group)]
    known = [[value for value in one if value is not None] for one in groups]
    return tuple(min(one) if one else None for one in known), group


@given(VALUES, st.integers(1, 50))
def test_columns_are_groups_of_equal_length(values: list[float | None], width: int) -> None:
    history = History(min)
    for value in values:
        history.add(value)
    columns = history.columns(width)

    assert (columns.values, columns.samples_each) == slow_columns(values, width)
    assert len(columns.values) <= width


def test_a_long_history_costs_bounded_memory_and_loses_no_low() -> None:
    history = History(min)
    for number in range(100_000):
        history.add(7.0 if number == 54_321 else 100.0 + number % 10)
    columns = history.columns(40)

    assert len(history._values) <= 1024
    assert min(value for value in columns.values if value is not None) == 7.0
    assert len(columns.values) * columns.samples_each >= 100_000


def test_means_are_of_what_is_known() -> None:
    history = History()
    for value in (1.0, None, 3.0, 5.0):
        history.add(value)

    assert history.columns(2).values == (1.0, 4.0)
    assert history.columns(1).values == (3.0,)


def test_nothing_yet_and_no_room() -> None:
    history = History()
    assert history.columns(10).values == ()
    history.add(None)
    assert history.columns(10).values == (None,)
    assert history.columns(0).values == (None,)
