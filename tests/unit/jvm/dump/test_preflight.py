"""What is said before a dump: where it goes, whether there is room, what else to mind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.errors import AccessRefusedError, NoRoomError, UsageError
from seamew.jvm.dump import (
    GO,
    GZ,
    RAW,
    REFUSE,
    STREAM,
    TIGHT,
    USE_GZ,
    USE_STREAM,
    DumpWish,
    costs,
    folders,
    rooms,
)
from seamew.jvm.dump.costs import DumpPreflight, preflight
from seamew.jvm.dump.folders import Folder
from support.fake_dumper import FakeDumper, fake_dumper

MB = 1 << 20
USED_KILOBYTES = 400 << 10
SECONDS = 10


@pytest.fixture
def jvm(tmp_path: Path) -> Iterator[FakeDumper]:
    """A JVM in a container, with 400 MB of its heap used."""
    with fake_dumper(tmp_path / "proc") as jvm:
        jvm.used_kilobytes = USED_KILOBYTES
        yield jvm


def asked(jvm: FakeDumper, wish: DumpWish) -> DumpPreflight:
    return preflight(jvm.client, wish, timeout_seconds=SECONDS)


def free(monkeypatch: pytest.MonkeyPatch, megabytes: int, kind: str = "ext4") -> None:
    """Let the JVM's folders have so much room."""
    monkeypatch.setattr(Folder, "free_bytes", property(lambda _: megabytes * MB))
    monkeypatch.setattr(Folder, "file_system", property(lambda _: kind))


def test_a_container_writes_to_its_tmp(jvm: FakeDumper, target: Path) -> None:
    found = asked(jvm, DumpWish(target))

    assert found.verdict == GO
    assert found.target == f"{target}.gz"
    assert found.via == "/tmp"  # noqa: S108
    through, here = found.rooms
    assert (through.path, through.jvm_path) == (str(jvm.fake.tmp), "/tmp")  # noqa: S108
    assert (here.path, here.jvm_path) == (str(target.parent), None)
    assert through.most_bytes == found.estimate.most_bytes
    assert here.most_bytes == found.estimate.most_packed_bytes
    assert found.heap.used_bytes == 400 * MB
    assert found.heap.java_version == "17.0.15"
    assert found.heap.collector == "G1"
    assert any("fetched from there" in warning for warning in found.warnings)
    assert {request[0] for request in jvm.requests} == {"jcmd", "printflag"}


def test_a_long_pause_may_cost_a_container_its_life(jvm: FakeDumper, target: Path) -> None:
    assert not any("liveness" in one for one in asked(jvm, DumpWish(target)).warnings)
    jvm.used_kilobytes *= 2
    assert any("liveness probe" in one for one in asked(jvm, DumpWish(target)).warnings)


def test_nothing_is_written(jvm: FakeDumper, target: Path) -> None:
    for method in (RAW, GZ, STREAM):
        asked(jvm, DumpWish(target, method=method))
    assert list(target.parent.iterdir()) == []
    assert [path.name for path in jvm.fake.tmp.iterdir()] == [".java_pid7"]


@pytest.mark.parametrize(
    ("megabytes", "java", "verdict"),
    [
        (820, "17.0.15", GO),
        (700, "17.0.15", TIGHT),
        (600, "17.0.15", USE_GZ),
        (100, "17.0.15", USE_STREAM),
        (600, "11.0.13", USE_STREAM),
        (1640, "25.0.3", GO),
        (1400, "25.0.3", TIGHT),
        (1200, "25.0.3", USE_GZ),
        (300, "25.0.3", REFUSE),
    ],
)
def test_verdicts(
    jvm: FakeDumper,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    megabytes: int,
    java: str,
    verdict: str,
) -> None:
    """400 MB used: 400 to 800 MB, likely 640; from Java 22 on twice as much for a while."""
    free(monkeypatch, megabytes)
    jvm.java = java
    found = asked(jvm, DumpWish(target))
    assert found.verdict == verdict
    if verdict == GO:
        assert found.reason == ""
    else:
        assert "free" in found.reason
        assert str(jvm.fake.tmp) in found.reason
    if verdict in {GO, TIGHT}:
        found.require_room()
    else:
        with pytest.raises(NoRoomError, match="needed") as caught:
            found.require_room()
        assert "--force" in caught.value.hint
        assert verdict == REFUSE or verdict in caught.value.hint


def test_gz_and_stream_have_needs_of_their_own(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 300)
    assert asked(jvm, DumpWish(target, method=GZ)).verdict == TIGHT
    free(monkeypatch, 1)
    assert asked(jvm, DumpWish(target, method=GZ)).verdict == USE_STREAM
    streamed = asked(jvm, DumpWish(target, method=STREAM))
    assert streamed.verdict == GO
    assert streamed.rooms[0].most_bytes == 0
    assert any("as long as the stream is read" in warning for warning in streamed.warnings)
    jvm.java = "25.0.3"
    newer = asked(jvm, DumpWish(target, method=STREAM))
    assert newer.verdict == REFUSE
    assert newer.rooms[0].most_bytes == newer.estimate.most_bytes


def test_memory_is_charged_to_the_container_and_never_risked(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 10_000, "tmpfs")
    found = asked(jvm, DumpWish(target))
    assert found.verdict == GO
    assert any("is memory (tmpfs)" in warning for warning in found.warnings)
    monkeypatch.setattr(
        costs, "_limits", lambda _: rooms.Limits(file_bytes=None, memory_bytes=700 * MB)
    )
    found = asked(jvm, DumpWish(target))
    assert found.rooms[0].free_bytes == 700 * MB
    assert found.verdict == USE_STREAM


def test_a_limit_of_file_sizes_counts_as_room(jvm: FakeDumper, target: Path) -> None:
    limits = f"{'Limit':<26}Soft\n{'Max file size':<26}{300 * MB} {300 * MB} bytes\n"
    (jvm.fake.home / "limits").write_text(limits, encoding="utf-8")
    found = asked(jvm, DumpWish(target))
    assert found.rooms[0].free_bytes == 300 * MB
    assert found.verdict == USE_GZ


def test_the_folder_that_operators_have_set_up_comes_first(
    jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 10_000)
    dumps = jvm.fake.home / "root" / "dumps"
    dumps.mkdir()
    for flag in ("/dumps", "/dumps/java.hprof"):
        jvm.dump_path_flag = flag
        assert asked(jvm, DumpWish(target)).via == "/dumps"
    jvm.dump_path_flag = "relative"
    assert asked(jvm, DumpWish(target)).via == "/tmp"  # noqa: S108


def test_a_named_folder(jvm: FakeDumper, target: Path) -> None:
    (jvm.fake.home / "root" / "volume").mkdir()
    assert asked(jvm, DumpWish(target, via="/volume")).via == "/volume"
    with pytest.raises(UsageError, match="no such folder"):
        asked(jvm, DumpWish(target, via="/missing"))


def test_nowhere_to_write(jvm: FakeDumper, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders._Walk, "may", lambda *_: False)
    with pytest.raises(AccessRefusedError, match="may not write") as caught:
        asked(jvm, DumpWish(target))
    assert "--via" in caught.value.hint


@pytest.mark.parametrize(
    ("made", "wish", "words"),
    [
        ("heap.hprof", {}, "exists already"),
        ("heap.hprof.gz", {}, "exists already"),
        ("heap.hprof.part", {}, "exists already"),
        ("heap.hprof.gz.part", {}, "exists already"),
        ("", {"method": GZ, "is_compressed": False}, "cannot stay uncompressed"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_jvm_is_asked(
    jvm: FakeDumper, target: Path, made: str, wish: dict[str, str], words: str
) -> None:
    if made:
        (target.parent / made).write_bytes(b"")
    with pytest.raises(UsageError, match=words):
        asked(jvm, DumpWish(target, **wish))  # type: ignore[arg-type]
    assert jvm.requests == []


def test_names_and_folders_of_the_target(jvm: FakeDumper, target: Path) -> None:
    packed = target.with_name("heap.hprof.gz")
    assert DumpWish(packed).final_path == DumpWish(target).final_path == packed
    assert DumpWish(packed).first_path == target
    assert DumpWish(target, method=GZ).first_path == packed
    assert DumpWish(target, is_compressed=False).final_path == target
    with pytest.raises(UsageError, match=r"should not end in \.gz"):
        asked(jvm, DumpWish(packed, is_compressed=False))
    with pytest.raises(UsageError, match="no such folder"):
        asked(jvm, DumpWish(target.parent / "missing" / "heap.hprof"))


@pytest.mark.parametrize(("java", "method"), [("11.0.13", GZ)])
def test_what_a_jvm_has_not_learnt(jvm: FakeDumper, target: Path, java: str, method: str) -> None:
    jvm.java = java
    with pytest.raises(UsageError, match="ignores --gz"):
        asked(jvm, DumpWish(target, method=method))
