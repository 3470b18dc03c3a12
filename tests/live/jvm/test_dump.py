"""`seamew dump`: whole dumps by every way, from JVMs in every place, and what goes wrong."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from live.jdks import Jdk
from live.places import (
    AS_NOBODY,
    IN_CONTAINER,
    IN_CONTAINER_AS_NOBODY,
    IN_USER_NAMESPACE,
    NOBODY,
    PlacedJvm,
    placed_jvm,
)
from live.running import RunningJvm, running_jvm, wait_until
from seamew.jvm import attach
from seamew.jvm.dump import GZ, STREAM, DumpWish, Watcher
from support.command import environment, result, seamew
from support.terminal import Terminal

pytestmark = pytest.mark.live

KEPT, KEPT_BYTES = 3000, 1000
MB = 1 << 20
GZ_SINCE = 17
STREAM_SINCE = 11
SEGMENTS_SINCE = 22


def dumped(pid: int, *options: str | Path) -> Any:  # noqa: ANN401 (JSON)
    return result("dump", str(pid), "--yes", *options)["dump"]


def ways(jdk: Jdk) -> list[list[str]]:
    """The ways to take a dump that a version knows."""
    since: list[tuple[list[str], int]] = [
        ([], 0),
        (["--stream"], STREAM_SINCE),
        (["--gz"], GZ_SINCE),
    ]
    return [way for way, major in since if jdk.major >= major]


def objects_of(path: Path | str) -> dict[str, int]:
    """Objects by class, dead ones included, as the engine reads the dump."""
    rows = result("histogram", Path(path), "--all")["rows"]
    return {row["label"]: row["objects"] for row in rows}


def left_by_us(jvm_tmp: Path = Path("/tmp")) -> list[str]:  # noqa: S108
    """Folders that a dump went through."""
    folders = (path.name for path in jvm_tmp.iterdir() if path.is_dir())
    return [name for name in folders if re.fullmatch(r"seamew-\d+-[0-9a-f]{6}(-gone)?", name)]


def require_streams(jdk: Jdk) -> None:
    """Skip where the JVM cannot write to a pipe."""
    if jdk.major < STREAM_SINCE:
        pytest.skip(f"Java {jdk.major} cannot write to a pipe")


@pytest.fixture
def full(jvm: RunningJvm) -> RunningJvm:
    """The JVM with arrays to be found in its dump, and what served its start collected."""
    jvm.tell(f"keep {KEPT} {KEPT_BYTES}")
    attach(jvm.pid).histogram(live=True)
    return jvm


@pytest.mark.parametrize("options", [[], ["--live"], ["--no-compress"]], ids=" ".join)
def test_the_dump_has_what_the_jvm_has(
    full: RunningJvm, tmp_path: Path, options: list[str]
) -> None:
    counted = attach(full.pid).histogram(live="--live" in options)

    dump = dumped(full.pid, "-o", tmp_path / "heap.hprof", *options)

    path = Path(dump["path"])
    suffix = "" if "--no-compress" in options else ".gz"
    assert path == tmp_path / f"heap.hprof{suffix}"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == os.geteuid()
    assert dump["file_bytes"] == path.stat().st_size
    content = path.read_bytes()
    assert dump["raw_bytes"] == len(gzip.decompress(content) if suffix else content)
    found = objects_of(path)
    wanted = {row.label: row.objects for row in counted.rows}
    for name in ("byte[]", "java.lang.String", "java.util.ArrayList", "java.lang.Thread"):
        assert found[name] == wanted[name], name
    assert found["byte[]"] >= KEPT
    assert seamew("info", path, "--no-index").returncode == 0


def test_the_jvm_is_as_before(full: RunningJvm, tmp_path: Path) -> None:
    def state() -> object:
        flags = sorted(attach(full.pid).jcmd("VM.flags -all").splitlines())
        tasks = {
            (task / "comm").read_text(encoding="utf-8").strip()
            for task in Path(f"/proc/{full.pid}/task").iterdir()
        }
        return flags, {name for name in tasks if not name.startswith("G1 ")}

    files = sorted(path.name for path in full.folder.iterdir())
    before = state()
    out = tmp_path / "out"
    out.mkdir()
    for way in ways(full.jdk):
        dumped(full.pid, "-o", out / f"{len(list(out.iterdir()))}.hprof", *way)
    assert state() == before
    assert sorted(path.name for path in full.folder.iterdir()) == sorted([*files, "out"])
    assert len(list(out.iterdir())) == len(ways(full.jdk))
    assert full.lines == ["READY", "DONE"]
    assert left_by_us() == []
    full.tell("keep 1 1")


@pytest.mark.parametrize("way", [GZ, STREAM])
def test_compressed_by_the_jvm_and_through_a_pipe(
    full: RunningJvm, tmp_path: Path, way: str
) -> None:
    path = tmp_path / "heap.hprof"
    if [f"--{way}"] not in ways(full.jdk):
        done = seamew("dump", str(full.pid), f"--{way}", "--yes", "-o", path)
        assert done.returncode == 2
        assert ("ignores --gz" if way == GZ else "cannot write a dump to a pipe") in done.stderr
        assert not list(tmp_path.glob("heap*"))
        return
    counted = {row.label: row.objects for row in attach(full.pid).histogram().rows}
    dump = dumped(full.pid, f"--{way}", "-o", path)
    assert dump["path"] == f"{path}.gz"
    assert dump["method"] == way
    assert objects_of(dump["path"])["byte[]"] == counted["byte[]"]
    assert left_by_us() == []


def test_a_stream_to_standard_output(full: RunningJvm) -> None:
    require_streams(full.jdk)
    command = [sys.executable, "-m", "seamew", "dump", str(full.pid), "--stream", "-o", "-", "-y"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment())
    raw = gzip.decompress(done.stdout)
    assert raw.startswith(b"JAVA PROFILE 1.0.2\0")
    assert raw[-9:-8] == b"\x2c"
    assert b"heap dump  standard output" in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "a b.hprof",
        "quotes ' and \" in it.hprof",
        "Wärme-内存.hprof",
        "percent%p.hprof",
        "no-text-\udcff.hprof",
        "-dash.hprof",
        "new\nline.hprof",
    ],
    ids=range(7),
)
def test_names_of_any_kind(full: RunningJvm, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "b l a n k"
    folder.mkdir()
    done = seamew("dump", str(full.pid), "--yes", "--no-compress", f"--output={name}", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == [name]
    assert objects_of(folder / name)["byte[]"] >= KEPT


def test_a_path_longer_than_a_request(full: RunningJvm, tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 1100:
        folder /= "x" * 200
    folder.mkdir(parents=True)
    dump = dumped(full.pid, "-o", folder, "--no-compress")
    path = Path(dump["path"])
    assert path.parent == folder
    assert path.name.startswith(f"{full.pid}-Idle-20")
    assert path.suffix == ".hprof"
    assert objects_of(path)["byte[]"] >= KEPT
    assert left_by_us() == []


def test_nothing_is_overwritten(full: RunningJvm, tmp_path: Path) -> None:
    path = tmp_path / "heap.hprof"
    for taken in ("heap.hprof", "heap.hprof.gz", "heap.hprof.part"):
        (tmp_path / taken).write_bytes(b"mine")
        done = seamew("dump", str(full.pid), "-o", path, "--yes")
        assert done.returncode == 2
        assert "nothing is overwritten" in done.stderr
        assert (tmp_path / taken).read_bytes() == b"mine"
        (tmp_path / taken).unlink()
    assert not list(tmp_path.glob("heap*"))


def test_it_asks_first(full: RunningJvm, tmp_path: Path) -> None:
    path = tmp_path / "heap.hprof"
    nobody = seamew("dump", str(full.pid), "-o", path)
    assert nobody.returncode == 2
    assert "--yes takes the dump, --dry-run says what it costs" in nobody.stderr
    with Terminal("dump", str(full.pid), "-o", path) as terminal:
        terminal.wait_for("Take the dump? [y/N]")
        assert "pause" in terminal.shown
        terminal.press("n\n")
        assert terminal.end() == 130
    assert not list(tmp_path.glob("heap*"))
    with Terminal("dump", str(full.pid), "-o", path) as terminal:
        terminal.wait_for("Take the dump? [y/N]")
        terminal.press("y\n")
        assert terminal.end() == 0
    assert [one.name for one in tmp_path.glob("heap*")] == ["heap.hprof.gz"]
    with Terminal("dump", str(full.pid), "-o", path, "--no-input") as terminal:
        assert terminal.end() == 2


def test_a_dry_run_costs_nothing(full: RunningJvm, tmp_path: Path) -> None:
    found = result("dump", str(full.pid), "--dry-run", "-o", tmp_path / "heap.hprof")
    estimate = found["estimate"]
    assert found["verdict"] == "go"
    assert estimate["least_bytes"] <= estimate["expected_bytes"] <= estimate["most_bytes"]
    assert found["heap"]["java_major"] == full.jdk.major
    assert found["heap"]["collector"]
    assert found["heap"]["used_bytes"] > KEPT * KEPT_BYTES
    room = found["rooms"][0]
    assert room["path"] == str(tmp_path)
    assert room["free_bytes"] > room["most_bytes"]
    assert not list(tmp_path.glob("heap*"))
    raw = dumped(full.pid, "-o", tmp_path / "heap.hprof", "--no-compress")["raw_bytes"]
    assert raw <= estimate["most_bytes"]
    assert "verdict" in seamew("dump", str(full.pid), "--dry-run").stdout


@contextmanager
def small_disk(path: Path, options: str) -> Iterator[Path]:
    """A file system in memory, mounted for a while."""
    if os.geteuid() != 0:
        pytest.skip("needs root: mounts a file system")
    path.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", options, "none", str(path)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount here: {mounted.stderr.decode()}")
    try:
        yield path
    finally:
        subprocess.run(["/bin/umount", str(path)], check=True)


def test_a_disk_that_is_too_small(full: RunningJvm, tmp_path: Path) -> None:
    full.tell(f"keep {2 * KEPT} {KEPT_BYTES}")
    with small_disk(tmp_path / "disk", "size=5m") as disk:
        path = disk / "heap.hprof"
        refused = seamew("dump", str(full.pid), "-o", path, "--yes")
        assert refused.returncode == 1
        assert "5.00 MB free" in refused.stderr
        assert "--force tries it in spite of that" in refused.stderr
        assert list(disk.iterdir()) == []

        tried = seamew("dump", str(full.pid), "-o", path, "--yes", "--force")
        assert tried.returncode == 1
        assert "could not write the dump to its end: No space left on device" in tried.stderr
        assert "were removed" in tried.stderr
        assert list(disk.iterdir()) == []

        kept = seamew("dump", str(full.pid), "-o", path, "--yes", "--force", "--keep-part")
        assert kept.returncode == 1
        assert f"are kept in {path}.part" in kept.stderr
        assert {one.name for one in disk.iterdir()} >= {"heap.hprof.part"}
        for one in disk.iterdir():
            one.unlink()

        if ["--stream"] in ways(full.jdk):
            dump = dumped(full.pid, "-o", path, "--stream", "--force")
            assert objects_of(dump["path"])["byte[]"] >= 3 * KEPT
    full.tell("keep 1 1")


def test_a_stream_to_a_disk_that_is_too_small(full: RunningJvm, tmp_path: Path) -> None:
    require_streams(full.jdk)
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        options = ["--stream", "--no-compress", "--yes", "--force", "-o", str(disk / "heap.hprof")]
        done = seamew("dump", str(full.pid), *options)
        assert done.returncode == 1
        assert "there is no room left" in done.stderr
        assert list(disk.iterdir()) == []
    full.tell("keep 1 1")
    assert full.jdk.version in attach(full.pid).jcmd("VM.version")
    assert left_by_us() == []


def test_a_place_that_is_read_only(full: RunningJvm, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "ro") as disk:
        done = seamew("dump", str(full.pid), "-o", disk / "heap.hprof", "--yes")
        assert done.returncode == 4
        assert "may not write to the folder" in done.stderr


PLACES = {
    "nobody": AS_NOBODY,
    "container": IN_CONTAINER,
    "nobody in a container": IN_CONTAINER_AS_NOBODY,
    "user namespace": IN_USER_NAMESPACE,
}


@contextmanager
def placed(jdk: Jdk, classes: Path, place: str) -> Iterator[PlacedJvm]:
    with placed_jvm(jdk, classes, PLACES[place]) as found:
        found.running.tell(f"keep {KEPT} {KEPT_BYTES}")
        yield found


@pytest.mark.parametrize("place", PLACES)
def test_a_jvm_of_another_user_or_in_a_container(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path, place: str
) -> None:
    with placed(jdk, zoo_classes, place) as found:
        its_tmp = attach(found.pid).process.root / "tmp"
        for number, way in enumerate([*ways(jdk), ["--no-compress"]]):
            whole = result(
                "dump", str(found.pid), "--yes", "-o", tmp_path / f"{number}.hprof", *way
            )
            path = Path(whole["dump"]["path"])
            # Where /tmp is memory, which the container is charged for, a disk is better.
            assert whole["preflight"]["via"] in {"/tmp", "/var/tmp"}  # noqa: S108
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.stat().st_uid == os.geteuid()
            assert objects_of(path)["byte[]"] >= KEPT
        assert left_by_us(its_tmp) == []
        assert [path.name for path in found.folder.iterdir()] == ["stderr.txt"]
        found.running.tell("keep 1 1")


def test_a_folder_that_the_jvm_has_not(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    with placed(jdk, zoo_classes, "container") as found:
        done = seamew("dump", str(found.pid), "--yes", "--via", "/missing", "-o", tmp_path / "x")
        assert done.returncode == 2
        assert "/missing: the JVM has no such folder" in done.stderr
        assert list(tmp_path.glob("x*")) == []


def test_a_folder_that_seems_writable_but_is_not(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    powerless = ("setpriv", "--bounding-set=-dac_override")
    with placed_jvm(jdk, zoo_classes, powerless) as found:
        target = tmp_path / "of nobody"
        target.mkdir()
        os.chown(target, NOBODY, NOBODY)
        whole = result("dump", str(found.pid), "--yes", "-o", target / "heap.hprof")
        assert whole["preflight"]["via"] is None
        assert [path.name for path in target.iterdir()] == ["heap.hprof.gz"]
        assert left_by_us() == []


KILLED_HEAP = ("-Xmx700m", "-XX:+UseSerialGC")
KILLED_OBJECTS = 3_000_000


@contextmanager
def dumping(pid: int, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """seamew while it takes a dump, and the file that grows."""
    path = folder / "heap.hprof"
    command = [sys.executable, "-m", "seamew", "dump", str(pid), "-o", str(path), "--yes"]
    with subprocess.Popen(
        [*command, *options], stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        yield process, path


def grows(path: Path) -> bool:
    """Whether a dump is being written there, its heap already."""
    segments = path.with_name(path.name + ".p0")
    found = [one.stat().st_size for one in (path, segments) if one.exists()]
    return sum(found) > 6 * MB


@pytest.mark.parametrize("way", [[], ["--stream"]], ids=["file", "stream"])
def test_a_jvm_that_is_killed_while_it_writes(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path, way: Sequence[str]
) -> None:
    if way:
        require_streams(jdk)
    with running_jvm(jdk, zoo_classes, tmp_path, options=KILLED_HEAP) as jvm:
        jvm.tell(f"keep {KILLED_OBJECTS} 16")
        attach(jvm.pid).jcmd("VM.version")
        if way and jdk.major >= SEGMENTS_SINCE:
            pytest.skip("sends nothing before its heap is in a segment")
        part = tmp_path / ("heap.hprof.gz.part" if way else "heap.hprof.part")
        with dumping(jvm.pid, tmp_path, *way) as (process, path):
            least = 100_000 if way else 6 * MB
            wait_until(lambda: written(part) > least, "a dump that grows")
            os.kill(jvm.pid, signal.SIGKILL)
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    assert f"JVM {jvm.pid} ended while it" in errors
    assert str(part) in errors
    assert sorted(one.name for one in tmp_path.glob("heap*")) == [part.name]
    assert part.stat().st_mode & 0o777 == 0o600
    assert not path.exists()
    done = seamew("info", part, "--json", "--no-index")
    # Cut between two records nothing tells how much is missing, but that the end is.
    assert done.returncode in {0, 5}
    whole = json.loads(done.stdout)
    assert whole["warnings"]
    found = whole["result"]
    assert found["object_count"] + found["unreachable_objects"] > 10_000


def test_a_container_that_ends_with_its_jvm_in_the_middle(
    jdk: Jdk, zoo_classes: Path, tmp_path: Path
) -> None:
    with placed_jvm(jdk, zoo_classes, IN_CONTAINER, options=KILLED_HEAP) as found:
        found.running.tell(f"keep {KILLED_OBJECTS} 16")
        attach(found.pid).jcmd("VM.version")
        its_tmp = attach(found.pid).process.root / "tmp"
        # A file system in memory, of which nothing is left without the container.
        with dumping(found.pid, tmp_path, "--via=/tmp") as (process, path):
            wait_until(
                lambda: sum(map(written, its_tmp.glob("seamew-*/heap.hprof"))) > 6 * MB,
                "a dump that grows in the container",
            )
            os.kill(found.pid, signal.SIGKILL)
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    part = path.with_name("heap.hprof.part")
    assert str(part) in errors
    assert [one.name for one in tmp_path.iterdir()] == [part.name]
    assert part.stat().st_size > 6 * MB
    heap = json.loads(seamew("info", part, "--json", "--no-index").stdout)["result"]
    assert heap["object_count"] + heap["unreachable_objects"] > 10_000


def written(path: Path) -> int:
    """The bytes of a file under way and of its segment."""
    both = (path, path.with_name(path.name + ".p0"))
    return sum(one.stat().st_size for one in both if one.exists())


def test_from_python(full: RunningJvm, tmp_path: Path) -> None:
    phases = []
    jvm = attach(full.pid)
    watcher = Watcher(on_progress=lambda phase, done, total: phases.append((phase, done, total)))
    dump = jvm.dump(tmp_path / "heap.hprof", compressed=False, watcher=watcher)
    assert dump.path == str(tmp_path / "heap.hprof")
    assert {phase for phase, _, _ in phases} == {"dump", "check"}
    assert jvm.dump_preflight(DumpWish(tmp_path / "other.hprof")).verdict == "go"
