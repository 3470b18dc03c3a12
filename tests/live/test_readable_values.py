"""The value of an object of each class that has one, as the program itself says it should be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap

from . import jdks
from .combinations import Combination, majors
from .conftest import jdk_of
from .zoo import ANSWER_SECONDS, java_command

SPECIMEN = "ReadableValues$Specimen"
FEWEST_VALUES = 100
COMPACT_STRINGS_SINCE = 9
# Java 8 writes negative fractions otherwise than all later versions.
DURATIONS_MENDED_IN = 9

pytestmark = pytest.mark.live


def run_program(jdk: jdks.Jdk, classes: Path, folder: Path, *options: str) -> Path:
    """The dump of ReadableValues; the texts are beside it."""
    dump = folder / "values.hprof"
    plain = Combination(jdk.major, "serial", "default").options()
    command = java_command(jdk, [*plain, *options], classes, folder)
    texts = folder / "texts.tsv"
    subprocess.run(
        [*command, "ReadableValues", str(texts), str(dump)],
        check=True,
        timeout=ANSWER_SECONDS,
        cwd=folder,
    )
    return dump


def wanted_texts(folder: Path) -> dict[str, str]:
    lines = (folder / "texts.tsv").read_text(encoding="utf-8").split("\n")
    return dict(line.split("\t", 1) for line in lines if line)


def read_values(heap: Heap) -> dict[str, str | None]:
    """The value of each specimen by its name."""
    found = {}
    for specimen in heap.instance_ids(SPECIMEN, limit=10_000):
        fields = {field.name: field.target for field in heap.object(specimen).fields}
        name, value = fields["name"], fields["value"]
        assert name is not None
        assert name.value is not None
        found[name.value] = value.value if value else None
    return found


@pytest.mark.parametrize("options", [(), ("-XX:-CompactStrings",)], ids=["compact", "wide"])
@pytest.mark.parametrize("major", majors())
def test_values_read_as_the_program_says(
    major: int, options: tuple[str, ...], zoo_classes: Path, tmp_path: Path
) -> None:
    if options and major < COMPACT_STRINGS_SINCE:
        pytest.skip(f"all strings are wide in Java {major}")
    dump = run_program(jdk_of(major), zoo_classes, tmp_path, *options)
    wanted = wanted_texts(tmp_path)
    with seamew.open(dump, use_index=False) as heap:
        found = read_values(heap)
    assert len(wanted) >= FEWEST_VALUES
    if major < DURATIONS_MENDED_IN:
        wanted = {
            name: text for name, text in wanted.items() if not name.startswith("duration PT-")
        }
    wrong = {
        name: (found.get(name), text) for name, text in wanted.items() if found.get(name) != text
    }
    assert not wrong
