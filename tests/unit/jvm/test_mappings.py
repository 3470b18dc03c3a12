"""Which file is the JVM's own, among files of the same name."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.jvm.mappings import HOTSPOT, OPENJ9, read_mappings
from unit.jvm.fake_proc import write_files

PID = 4711
LIBRARY = (
    "7fa3f8c51000-7fa3f99a4000 r-xp 00251000 fe:00 315152     /opt/my jre/lib/server/libjvm.so"
)
COUNTERS = "7fa3f9e27000-7fa3f9e2f000 rw-s 00000000 fe:00 99     /tmp/hsperfdata_app/1"
OTHER = "7fa3f9d27000-7fa3f9d2f000 rw-p 00000000 00:00 0\n"


def proc_with(folder: Path, *lines: str) -> Path:
    maps = OTHER + "".join(line + "\n" for line in lines) + OTHER
    return write_files(folder, {f"{PID}/maps": maps})


def test_the_counters_are_those_that_are_mapped(tmp_path: Path) -> None:
    proc = proc_with(tmp_path, LIBRARY, COUNTERS)
    own = proc / str(PID) / "root/tmp/hsperfdata_app/1"
    for path in (own, own.parent.parent / "hsperfdata_aaa/1"):
        path.parent.mkdir(parents=True)
        path.touch()

    found = read_mappings(PID, proc)

    assert found is not None
    assert (found.vm, found.library) == (HOTSPOT, "/opt/my jre/lib/server/libjvm.so")
    assert found.counters == own


@pytest.mark.parametrize("line", [COUNTERS, COUNTERS + " (deleted)"])
def test_a_file_that_is_gone_or_of_a_later_jvm_is_read_through_the_mapping(
    tmp_path: Path, line: str
) -> None:
    """Two containers with one /tmp: each JVM is number 1, and the later one's file is there."""
    proc = proc_with(tmp_path, LIBRARY + " (deleted)", line)
    if line != COUNTERS:
        write_files(proc, {f"{PID}/root/tmp/hsperfdata_app/1": "of another"})

    found = read_mappings(PID, proc)

    assert found is not None
    assert found.library == "/opt/my jre/lib/server/libjvm.so"
    assert found.counters == proc / str(PID) / "map_files/7fa3f9e27000-7fa3f9e2f000"


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    proc = proc_with(tmp_path, LIBRARY, COUNTERS)
    link = proc / str(PID) / "root/tmp/hsperfdata_app/1"
    link.parent.mkdir(parents=True)
    link.symlink_to("/dev/null")

    found = read_mappings(PID, proc)

    assert found is not None
    assert found.counters == proc / str(PID) / "map_files/7fa3f9e27000-7fa3f9e2f000"


def test_jvms_without_counters_and_others(tmp_path: Path) -> None:
    found = read_mappings(PID, proc_with(tmp_path, LIBRARY))
    assert found is not None
    assert found.counters is None

    found = read_mappings(PID, proc_with(tmp_path, LIBRARY.replace("libjvm", "libj9vm29")))
    assert found is not None
    assert found.vm == OPENJ9

    assert read_mappings(PID, proc_with(tmp_path, COUNTERS)) is None
    with pytest.raises(FileNotFoundError):
        read_mappings(PID + 1, tmp_path)
