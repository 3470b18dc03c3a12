"""`seamew capture` of running JVMs: everything is there, and the JVM is as it was."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from live.combinations import majors
from live.conftest import jdk_of
from live.jdks import JdkUnavailableError
from live.places import IN_CONTAINER_AS_NOBODY, placed_jvm
from live.running import START_QUICKLY, RunningJvm, running_jvm, wait_until
from live.slim import slim_runtime
from seamew import jvm as live_jvms
from seamew.jvm.capture import CaptureSettings
from seamew.jvm.capture.steps.gc_log import outputs
from seamew.jvm.tasks import read_threads
from support.command import environment, result, seamew

pytestmark = pytest.mark.live

QUICKLY = ("--interval", "0.2", "--gc-log", "0.5", "--old-objects", "0.5")
LINGERING = ("--gc-log", "60", "--old-objects", "60")
TMP = Path("/tmp")  # noqa: S108 (where JVMs write)
# What stays in a JVM: the attach listener, and the Flight Recorder's once it has been used.
NEW_THREADS = ("Attach Listener", "JFR ")
COMING_AND_GOING = ("C1 ", "C2 ", "G1 ", "GC Thread")
OWN = " FlightRecorder "  # says whether it was ever used


@pytest.fixture
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where cases go: not into the JVM's own folder."""
    return tmp_path_factory.mktemp("cases")


def capture(pid: int, folder: Path, *arguments: str, code: int = 0) -> tuple[Path, dict[str, Any]]:
    """A case, and its manifest, whose hashes are checked."""
    found = result("capture", str(pid), "-o", folder, *arguments, code=code)
    return checked(Path(found["folder"]))


def checked(case: Path) -> tuple[Path, dict[str, Any]]:
    manifest = json.loads((case / "manifest.json").read_text())
    named = {one["name"] for one in manifest["files"]}
    there = {str(path.relative_to(case)) for path in case.rglob("*") if path.is_file()}
    assert named == there - {"manifest.json"}
    for one in manifest["files"]:
        data = (case / one["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
    for path in [case, *case.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    return case, manifest


def outcomes(manifest: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in manifest["steps"]}


def problems(manifest: dict[str, Any]) -> dict[str, list[str]]:
    return {one["name"]: one["problems"] for one in manifest["steps"] if one["problems"]}


def left_in_tmp(pid: int) -> set[str]:
    """What a JVM of that number, or somebody for it, has put into /tmp."""
    number = str(pid)
    return {path.name for path in TMP.iterdir() if number in path.name}


def thread_names(pid: int) -> set[str]:
    names = {one.name for one in read_threads(pid, pid)}
    return {name for name in names if not name.startswith((*NEW_THREADS, *COMING_AND_GOING))}


def state_of(pid: int) -> dict[str, object]:
    """What must be the same before and after."""
    jvm = live_jvms.attach(pid)
    return {
        "flags": [line for line in jvm.jcmd("VM.flags -all").splitlines() if OWN not in line],
        "log": outputs(jvm.jcmd("VM.log list")) if jvm_logs(pid) else None,
        "folder": sorted(path.name for path in Path(f"/proc/{pid}/cwd").iterdir()),
        "tmp": left_in_tmp(pid),
        "threads": thread_names(pid),
    }


def jvm_logs(pid: int) -> bool:
    return "VM.log" in live_jvms.attach(pid).jcmd("help")


def test_everything_is_there_and_the_jvm_is_as_it_was(jvm: RunningJvm, cases: Path) -> None:
    before = state_of(jvm.pid)
    case, manifest = capture(jvm.pid, cases, *QUICKLY)

    assert state_of(jvm.pid) == before
    assert jvm.lines == ["READY"]
    found = outcomes(manifest)
    absent = {name for name, outcome in found.items() if outcome == "not_available"}
    assert set(found.values()) <= {"collected", "not_available", "not_asked"}, problems(manifest)
    assert absent <= ABSENT.get(jvm.jdk.major, set()) | {"native-memory"}
    assert found["heap-dump"] == "not_asked"
    assert manifest["state"] == "complete"
    assert manifest["jvm"]["pid"] == jvm.pid
    assert case.name.startswith(f"case-Idle-{jvm.pid}-")
    assert jvm.jdk.version.removeprefix("1.8.0_") in (case / "jvm/version.txt").read_text()
    assert "main" in (case / "threads/threads-3.txt").read_text()
    assert "java.lang.String" in (case / "heap/histogram-2.txt").read_text()


# Before 17 there are no VM.events; Java 8 knows little of all this, and has no VM.log.
ABSENT = {
    8: {"events", "metaspace", "code-cache", "vm-info", "gc-log", "old-objects", "heap"},
    11: {"events"},
}


def test_the_flight_recorder_can_be_used_again(jvm: RunningJvm, cases: Path) -> None:
    if jvm.jdk.major < 11:
        pytest.skip("Java 8 has no such recorder")
    for _ in range(2):
        case, manifest = capture(jvm.pid, cases, *QUICKLY, "--only", "old-objects")
        assert outcomes(manifest)["old-objects"] == "collected"
        assert (case / "heap/old-objects.jfr").read_bytes().startswith(b"FLR\0")
    assert "No available recordings" in live_jvms.attach(jvm.pid).jcmd("JFR.check")


@pytest.fixture(scope="module", params=[17, 25])
def slim_jvm(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningJvm]:
    """A JVM with nothing but java.base."""
    folder = tmp_path_factory.mktemp("slim")
    try:
        slim = slim_runtime(jdk_of(request.param), folder / "runtime")
    except JdkUnavailableError as error:
        pytest.skip(str(error))
    with running_jvm(slim, zoo_classes, folder) as running:
        yield running


def test_what_a_slim_runtime_lacks_is_said(slim_jvm: RunningJvm, cases: Path) -> None:
    before = state_of(slim_jvm.pid)
    _, manifest = capture(slim_jvm.pid, cases, *QUICKLY, "--skip", "counters")
    found = outcomes(manifest)
    assert found["old-objects"] == "not_available"
    assert "jdk.jfr" in problems(manifest)["old-objects"][0]
    assert {found[name] for name in ("gc-log", "threads", "histogram", "vm-info")} == {"collected"}
    assert state_of(slim_jvm.pid) == before


@contextmanager
def capturing(pid: int, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A capture that is still at it."""
    with subprocess.Popen(
        [sys.executable, "-m", "seamew", "capture", str(pid), "-o", str(folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def logging(pid: int) -> bool:
    return any(path.name.startswith(f"seamew-{pid}-") for path in TMP.glob("seamew-*-gc.log"))


def recording(pid: int) -> bool:
    return "seamew-" in live_jvms.attach(pid).jcmd("JFR.check")


def only_case(folder: Path) -> Path:
    (case,) = folder.iterdir()
    return case


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_capture_that_is_broken_off_puts_the_log_back(
    jvm: RunningJvm, cases: Path, number: signal.Signals
) -> None:
    live_jvms.attach(jvm.pid).jcmd("help")
    if not jvm_logs(jvm.pid):
        pytest.skip("Java 8 has no such log")
    before = state_of(jvm.pid)
    steps = ("--only", "heap", "--only", "gc-log", "--only", "old-objects")
    with capturing(jvm.pid, cases, *steps, *LINGERING) as process:
        wait_until(lambda: logging(jvm.pid), "the GC log is on")
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    _, manifest = checked(only_case(cases))
    assert manifest["state"] == "interrupted"
    assert outcomes(manifest)["heap"] == "collected"
    assert outcomes(manifest)["gc-log"] == "interrupted"
    assert problems(manifest)["old-objects"] == ["interrupted before"]
    assert state_of(jvm.pid) == before
    assert jvm.lines == ["READY"]


def test_a_recording_that_is_broken_off_is_stopped(jvm: RunningJvm, cases: Path) -> None:
    if jvm.jdk.major < 11:
        pytest.skip("Java 8 has no such recorder")
    with capturing(jvm.pid, cases, "--only", "old-objects", *LINGERING) as process:
        wait_until(lambda: recording(jvm.pid), "the recording runs")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert not recording(jvm.pid)
    assert not any(TMP.glob(f"seamew-{jvm.pid}-*"))


def test_a_jvm_that_is_killed_leaves_a_valid_case(jvm: RunningJvm, cases: Path) -> None:
    if not jvm_logs(jvm.pid):
        pytest.skip("Java 8 has no such log")
    steps = ("--only", "heap", "--only", "gc-log", "--only", "old-objects")
    with capturing(jvm.pid, cases, *steps, *LINGERING) as process:
        wait_until(lambda: logging(jvm.pid), "the GC log is on")
        os.kill(jvm.pid, signal.SIGKILL)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 5, said
    _, manifest = checked(only_case(cases))
    assert manifest["state"] == "jvm_ended"
    assert outcomes(manifest)["heap"] == "collected"
    assert problems(manifest)["old-objects"] == ["the JVM had ended before"]
    assert not any(TMP.glob(f"seamew-{jvm.pid}-*"))


def test_a_stopped_jvm_gives_what_files_say_at_once(jvm: RunningJvm, cases: Path) -> None:
    os.kill(jvm.pid, signal.SIGSTOP)
    try:
        case, manifest = capture(jvm.pid, cases, *QUICKLY, code=5)
    finally:
        os.kill(jvm.pid, signal.SIGCONT)
    found = outcomes(manifest)
    assert {found[name] for name in ("process", "counters", "network")} == {"collected"}
    assert found["threads"] == "in_part"
    assert found["histogram"] == found["vm-info"] == "failed"
    assert "stopped" in problems(manifest)["commands"][0]
    took = (manifest["finished_at_ms"] - manifest["started_at_ms"]) / 1000
    assert took < 12  # the counters alone take four
    assert "main" not in (case / "threads/cpu-1.csv").read_text().splitlines()[0]
    assert live_jvms.attach(jvm.pid).jcmd("VM.version")
    assert jvm.lines == ["READY"]


def test_a_jvm_that_lets_nobody_attach_is_not_disturbed(
    jvm_options: RunningJvm, cases: Path
) -> None:
    _, manifest = capture(jvm_options.pid, cases, *QUICKLY, code=5)
    assert outcomes(manifest)["process"] == "collected"
    assert "DisableAttachMechanism" in problems(manifest)["commands"][0]
    assert jvm_options.lines == ["READY"]


@pytest.fixture(params=majors(), ids=lambda major: f"java-{major}")
def jvm_options(
    request: pytest.FixtureRequest, zoo_classes: Path, tmp_path: Path
) -> Iterator[RunningJvm]:
    """A JVM that lets nobody attach."""
    options = (*START_QUICKLY, "-XX:+DisableAttachMechanism")
    with running_jvm(jdk_of(request.param), zoo_classes, tmp_path, options=options) as running:
        yield running


@pytest.mark.parametrize("major", [17, 25])
def test_the_logs_of_the_jvms_own_user_stay_on(
    major: int, zoo_classes: Path, tmp_path: Path, cases: Path
) -> None:
    own = ("-Xlog:gc*=debug:file=own.log:uptime,tags:filecount=2", "-Xlog:safepoint=info:stderr")
    options = (*START_QUICKLY, *own, "-Ddb.password=hunter2")
    with running_jvm(jdk_of(major), zoo_classes, tmp_path, options=options) as running:
        before = outputs(live_jvms.attach(running.pid).jcmd("VM.log list"))
        case, manifest = capture(running.pid, cases, *QUICKLY)
        assert outputs(live_jvms.attach(running.pid).jcmd("VM.log list")) == before
    assert any("own.log" in line for line in before)
    assert outcomes(manifest)["gc-log"] == "collected"
    for path in case.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes(), path


@pytest.mark.parametrize("major", majors())
def test_a_jvm_of_another_user_in_a_container(major: int, zoo_classes: Path, cases: Path) -> None:
    with placed_jvm(jdk_of(major), zoo_classes, IN_CONTAINER_AS_NOBODY) as placed:
        inside = Path(f"/proc/{placed.pid}/root/tmp")
        live_jvms.attach(placed.pid).jcmd("help")
        before = sorted(path.name for path in inside.iterdir())
        _, manifest = capture(placed.pid, cases, *QUICKLY, "--skip", "counters")
        assert sorted(path.name for path in inside.iterdir()) == before
    found = {name: one for name, one in outcomes(manifest).items() if one != "not_available"}
    assert set(found.values()) == {"collected", "not_asked"}, problems(manifest)
    assert manifest["jvm"]["namespace_pid"] != placed.pid


def test_a_heap_dump_comes_last_and_is_part_of_the_case(jvm: RunningJvm, cases: Path) -> None:
    arguments = ("--dump", "--yes", "--only", "heap", "--tar")
    case, manifest = capture(jvm.pid, cases, *arguments)
    assert [one["name"] for one in manifest["files"]] == ["jvm/heap.txt", "heap/heap.hprof.gz"]
    with gzip.open(case / "heap/heap.hprof.gz") as dump:
        assert dump.read(12) == b"JAVA PROFILE"
    assert case.with_name(case.name + ".tar.gz").exists()


def test_nothing_of_the_content_goes_to_the_terminal(jvm: RunningJvm, cases: Path) -> None:
    done = seamew("capture", str(jvm.pid), "-o", cases, *QUICKLY, "--skip", "counters")
    assert done.returncode == 0
    for content in ("java.lang.String", '"main"', "Idle.main", "-Xmx64m"):
        assert content not in done.stdout + done.stderr
    plan = seamew("capture", str(jvm.pid), "--plan", "-o", cases / "none")
    assert plan.returncode == 0
    assert not (cases / "none").exists()


def test_a_terminal_that_goes_away_ends_no_capture(jvm: RunningJvm, cases: Path) -> None:
    steps = ("--only", "heap", "--only", "threads", "--interval", "0.3", "--json")
    with capturing(jvm.pid, cases, *steps) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.stdout is not None
        found = json.loads(process.stdout.read())["result"]
        # 120 is Python's own word for a stderr that it could not flush at its end.
        assert process.wait(timeout=30) in {0, 120}
    _, manifest = checked(Path(found["folder"]))
    assert manifest["state"] == "complete"


def test_python_takes_a_case_too(jvm: RunningJvm, cases: Path) -> None:
    seen: list[str] = []
    settings = CaptureSettings(steps=("heap", "threads"), thread_dumps=2, interval_seconds=0)
    case = live_jvms.attach(jvm.pid).capture(
        cases, settings, on_progress=lambda one: seen.append(one.step.name)
    )
    assert seen == ["heap", "heap", "threads", "threads"]
    assert [one.name for one in case.manifest.files] == [
        "jvm/heap.txt",
        "threads/cpu-1.csv",
        "threads/threads-1.txt",
        "threads/cpu-2.csv",
        "threads/threads-2.txt",
    ]
