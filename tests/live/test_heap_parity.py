"""Objects and shallow bytes of each class, as the JVM's own histogram has them at that moment.

Prints a table of all combinations at the end; ``SEAMEW_LIVE=all`` runs every one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .allowances import allowances
from .combinations import Combination, combinations
from .conftest import TABLE_ROW
from .parity import Comparison, compare, figures_of_dump, figures_of_jvm
from .zoo import Zoo

MOST_WRONG_SHARE = 0.001
FEWEST_CLASSES = 500

pytestmark = pytest.mark.live


@pytest.mark.parametrize("combination", combinations(), ids=str)
def test_figures_of_each_class_are_those_of_the_jvm(
    combination: Combination, zoo: Zoo, record_property: Callable[[str, object], None]
) -> None:
    found = {
        "live": compare_pair(combination, zoo, is_live=True),
        "all": compare_pair(combination, zoo, is_live=False),
    }
    for objects, comparison in found.items():
        record_property(TABLE_ROW, table_row(combination, objects, comparison))
    for objects, comparison in found.items():
        assert comparison.classes >= FEWEST_CLASSES
        assert comparison.wrong_share <= MOST_WRONG_SHARE, f"{objects}: {comparison.wrong}"


def compare_pair(combination: Combination, zoo: Zoo, *, is_live: bool) -> Comparison:
    pair = zoo.pair(live=is_live)
    foreseen = allowances(
        histogram_bytes=len(pair.histogram),
        is_live=is_live,
        has_archive=combination.has_archive,
    )
    of_jvm = figures_of_jvm(pair.histogram, combination.major)
    return compare(of_jvm, figures_of_dump(pair.dump), foreseen)


def table_row(combination: Combination, objects: str, found: Comparison) -> str:
    wrong = ", ".join(
        f"{name} {of_jvm[0]}/{of_jvm[1]} <> {of_dump[0]}/{of_dump[1]}"
        for name, (of_jvm, of_dump) in found.wrong.items()
    )
    return (
        f"{combination!s:32} {objects:4} {found.equal:4} equal + {len(found.excused)} foreseen"
        f" of {found.classes}, {len(found.wrong)} wrong {wrong}"
    ).rstrip()
