"""`seamew ps` from files: with counters and without, hidden, ended; and how few files it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.jvm import discover
from seamew.jvm.collectors import G1, SERIAL
from seamew.jvm.summary import list_summaries
from seamew.report import text_lines
from seamew.report.jvm.ps import ps_answer
from support.fake_jvm import FakeJvm
from support.opened_files import opened_files
from unit.jvm.fake_proc import write_files
from unit.jvm.recorded import RECORDED

MB = 1 << 20
NAMES = {
    "java.property.java.version": "17.0.15",
    "java.rt.vmArgs": "-Xmx400m",
    "sun.rt.javaCommand": "com.acme.Main --port 80",
}
COUNTERS = {**NAMES, **RECORDED["17-g1"]}


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    return write_files(tmp_path, {"uptime": "1000.0 1.0\n", "1/maps": "", "1/comm": "init\n"})


def lines(folder: Path, width: int = 100) -> list[str]:
    rows = list_summaries(folder)
    return list(text_lines(ps_answer(rows, len(rows)), width, colour=False))


def test_a_jvm_with_counters(proc: Path) -> None:
    fake = FakeJvm(proc, start_ticks=400_00)
    fake.build()
    fake.write_counters(COUNTERS)

    (row,) = list_summaries(proc)

    assert (row.pid, row.namespace_pid, row.vm) == (4711, 7, "HotSpot")
    assert (row.version, row.collector, row.main) == ("17.0.15", G1, "com.acme.Main")
    assert row.uptime_seconds == 600
    assert (row.heap_used_bytes, row.heap_max_bytes) == (3167920, 400 * MB)
    assert (row.attach_obstacle, row.notes) == (None, ())


def test_few_files_are_opened_for_a_jvm(proc: Path) -> None:
    fake = FakeJvm(proc)
    fake.build()
    fake.write_counters(COUNTERS)
    (proc / "uptime").write_text("1000 1", encoding="utf-8")

    with opened_files() as paths:
        list_summaries(proc)
        own = [path for path in paths if path.startswith(str(fake.home))]

    assert sorted(Path(path).name for path in own) == [
        "7",  # the counters
        "7",  # and again, to see whether attaching is forbidden
        "cmdline",
        "cmdline",
        "environ",
        "maps",
        "maps",
        "maps",
        "stat",
        "status",
    ]
    assert len(paths) - len(own) <= 5, "uptime twice, the other process's maps and name, the users"


def test_a_jvm_without_counters_is_told_by_its_files(proc: Path) -> None:
    fake = FakeJvm(
        proc,
        namespace_pid=4711,
        library="/opt/jre/lib/amd64/server/libjvm.so",
        words=("java", "-Xmx1g", "-jar", "app.jar"),
    )
    fake.build()
    write_files(
        fake.home,
        {
            "root/opt/jre/release": 'IMPLEMENTOR="x"\nJAVA_VERSION="1.8.0_252"\n',
            "task/1/comm": "java\n",
            "task/2/comm": "VM Thread\n",
        },
    )

    (row,) = list_summaries(proc)

    assert (row.version, row.collector, row.main) == ("1.8.0_252", SERIAL, "app.jar")
    assert (row.heap_used_bytes, row.heap_max_bytes) == (None, 1 << 30)
    assert row.notes[0].startswith("has no counters")


def test_a_jvm_that_starts_and_one_with_a_broken_file(proc: Path) -> None:
    fake = FakeJvm(proc)
    fake.build()
    path = fake.write_counters(COUNTERS, accessible=0)
    assert list_summaries(proc)[0].notes == ("has no readable counters: the JVM is still starting",)

    path.write_bytes(b"nonsense")
    (row,) = list_summaries(proc)
    assert row.notes == ("has no readable counters: the file is cut off",)
    assert row.main == "Main"


def test_what_everybody_may_know_of_other_users_jvms(
    proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeJvm(proc, uid=4_000_000, words=("java", "-jar", "app.jar"))
    fake.build()
    write_files(fake.home, {"comm": "java\n"})

    def refuse(pid: int, _: Path) -> bytes:
        if pid == fake.pid:
            raise PermissionError
        return b"other mappings"

    monkeypatch.setattr(discover, "read_maps", refuse)

    (row,) = list_summaries(proc)

    assert (row.vm, row.version, row.user, row.main) == (None, None, None, "app.jar")
    assert row.attach_obstacle == "belongs to user 4000000"
    assert row.threads == 9


def test_zombies_named_java_are_shown_as_ended(proc: Path) -> None:
    fake = FakeJvm(proc)
    fake.build()
    FakeJvm(proc, state="Z (zombie)").write_status()
    write_files(fake.home, {"maps": "", "cmdline": "", "comm": "java\n"})
    write_files(proc, {"9/maps": "", "9/comm": "javac\n"})

    (row,) = list_summaries(proc)

    assert row.attach_obstacle == "has ended: only its exit code waits for its parent"
    assert (row.rss_bytes, row.main) == (None, None)


def test_the_table_says_what_it_cannot_tell(proc: Path) -> None:
    fake = FakeJvm(proc, pid=4711, namespace_pid=1, state="T (stopped)", start_ticks=0)
    fake.build()
    fake.write_counters({**NAMES, **RECORDED["25-parallel"]})
    FakeJvm(proc, pid=12, namespace_pid=12, start_ticks=0).build()

    shown = "\n".join(lines(proc))

    assert "inside" in shown
    assert "(3.14 MB)" in shown
    assert "In brackets: what the last collection left" in shown
    assert "4711  cannot be attached to: it is stopped (SIGSTOP or a debugger)" in shown
    assert "12    has no counters" in shown
    assert "16m40s" in shown


def test_no_jvm_at_all(proc: Path) -> None:
    assert lines(proc) == ["No JVM runs here, as far as this user may see; root sees all of them."]
