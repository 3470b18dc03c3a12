"""jstat's lines from forged counters; tests/live/jvm compares with jstat itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from seamew.jvm.jstat import JSTAT_OPTIONS, JstatSample, sample_jstat
from seamew.jvm.perfdata import PerfData
from seamew.report.jvm.jstat import jstat_answer, jstat_header, jstat_line
from support.perfdata import perfdata_bytes

SECOND = 1_000_000_000


def sample(folder: Path, option: str, values: Mapping[str, int | str]) -> JstatSample:
    path = folder / "counters"
    path.write_bytes(perfdata_bytes({"sun.os.hrt.frequency": SECOND, **values}))
    with PerfData(path) as counters:
        return sample_jstat(counters, option)


def test_what_a_jvm_does_not_count_is_a_dash(tmp_path: Path) -> None:
    """As with Z on 11: no young generation and no counts of collections."""
    found = sample(
        tmp_path,
        "gcutil",
        {
            "sun.gc.generation.1.space.0.capacity": 8 << 20,
            "sun.gc.generation.1.space.0.used": 3 << 20,
            "sun.gc.metaspace.capacity": 0,
            "sun.gc.metaspace.used": 0,
        },
    )

    assert found.values["old_used_share"] == 0.375
    assert found.values["metaspace_used_share"] is None
    assert (found.values["young_collections"], found.values["total_seconds"]) == (None, 0)
    assert jstat_line(found).split() == [*"---", "37.50", *["-"] * 8, "0.000"]


def test_times_are_seconds_and_sums_take_what_there_is(tmp_path: Path) -> None:
    ticks = {"sun.gc.collector.0.time": 2 * SECOND, "sun.gc.collector.1.time": SECOND // 2}

    found = sample(tmp_path, "gcold", ticks)

    assert found.values["full_seconds"] == 0.5
    assert found.values["concurrent_seconds"] is None
    assert found.values["total_seconds"] == 2.5


def test_bytes_are_printed_as_kilobytes_and_texts_to_the_left(tmp_path: Path) -> None:
    values: dict[str, int | str] = {
        "java.cls.loadedClasses": 5,
        "java.cls.sharedLoadedClasses": 400,
        "sun.cls.loadedBytes": 1000,
        "sun.cls.sharedLoadedBytes": 536,
        "sun.ci.totalCompiles": 3,
        "sun.ci.lastMethod": "java/lang/String coder",
    }

    classes = sample(tmp_path, "class", values)
    compilation = sample(tmp_path, "printcompilation", values)

    assert (classes.values["loaded_classes"], classes.values["loaded_bytes"]) == (405, 1536)
    assert jstat_header("class") == "Loaded  Bytes  Unloaded  Bytes     Time"
    assert jstat_line(classes) == "   405     1.5        -       -          -"
    assert jstat_line(compilation) == "       3      -    - java/lang/String coder"


@pytest.mark.parametrize("option", JSTAT_OPTIONS)
def test_columns_have_names_of_their_own(option: str) -> None:
    columns = JSTAT_OPTIONS[option]

    assert len({column.name for column in columns}) == len(columns)
    assert jstat_header(option).split() == [column.title for column in columns]


def test_a_sample_in_its_three_forms(tmp_path: Path) -> None:
    answer = jstat_answer(sample(tmp_path, "gcold", {"sun.gc.metaspace.used": 2048}))

    assert isinstance(answer.result, dict)
    assert answer.result["option"] == "gcold"
    assert answer.result["metaspace_used_bytes"] == 2048
    assert [column.name for column in answer.table.columns][:2] == [
        "metaspace_capacity_bytes",
        "metaspace_used_bytes",
    ]
    assert answer.table.columns[1].of(answer.table.rows[0]) == 2048
