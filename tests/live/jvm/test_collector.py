"""The collector against running JVMs: with this Python, and with the oldest that can be had."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from live.combinations import everything
from live.jars import JarUnavailableError
from live.old_python import find_old_python
from live.running import RunningJvm
from seamew.collector.commands import COMMANDS
from seamew.version import VERSION
from support.command import environment, seamew
from support.scripts import script

pytestmark = pytest.mark.live

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

# What each command is given after the PID.
ARGUMENTS = {"jcmd": ["VM.version"], "capture": ["--plan"], "dump": ["--dry-run"]}


@pytest.fixture(scope="session")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collector."""
    path = tmp_path_factory.mktemp("collector") / "seamew-collector.pyz"
    path.write_bytes(script("build_collector").collector_bytes())
    return path


@pytest.fixture(params=["this-python", "old-python"])
def collector(request: pytest.FixtureRequest, pyz: Path) -> Run:
    """Runs the collector, with nothing but Python's own library."""
    if request.param == "old-python":
        try:
            python = find_old_python(fetch=everything())
        except JarUnavailableError as error:
            pytest.skip(str(error))
        return lambda *arguments: python.run(pyz, *arguments)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(pyz), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(),
        )

    return run


def shape(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """The keys of an answer, however deep; of a list those of its first row."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_command_answers_with_the_keys_of_seamew(
    collector: Run,
    jvm: RunningJvm,
    command: Any,  # noqa: ANN401
) -> None:
    words = [command.name, *([str(jvm.pid)] if command.target else [])]
    words += ARGUMENTS.get(command.name, [])

    ours, theirs = collector(*words, "--json"), seamew(*words, "--json")
    text = collector(*words)

    assert (ours.returncode, theirs.returncode) == (0, 0), ours.stderr + theirs.stderr
    assert shape(json.loads(ours.stdout)) == shape(json.loads(theirs.stdout))
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.strip()


def test_a_case_is_taken(collector: Run, jvm: RunningJvm, tmp_path_factory: Any) -> None:  # noqa: ANN401
    folder = tmp_path_factory.mktemp("cases")
    quickly = ("--interval", "0.1", "--gc-log", "0.3", "--old-objects", "0.3")
    arguments = ("-o", str(folder), "--dump", "--yes", "--tar", *quickly)
    done = collector("capture", str(jvm.pid), "--json", *arguments)
    assert done.returncode == 0, done.stderr
    manifest = json.loads(done.stdout)["result"]["manifest"]
    assert manifest["state"] == "complete"
    assert manifest["tool_version"] == VERSION
    (case,) = (path for path in folder.iterdir() if path.is_dir())
    for one in manifest["files"]:
        data = (case / one["name"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
    with gzip.open(case / "heap/heap.hprof.gz") as dump:
        assert dump.read(12) == b"JAVA PROFILE"
    assert str(jvm.pid) in done.stderr or "heap-dump: collected" in done.stderr


def test_a_dump_is_taken(collector: Run, jvm: RunningJvm, tmp_path: Path) -> None:
    target = tmp_path / "heap.hprof"
    taken = collector("dump", str(jvm.pid), "-o", str(target), "--no-compress", "--yes")
    assert taken.returncode == 0, taken.stderr
    assert target.read_bytes().startswith(b"JAVA PROFILE")
    again = collector("dump", str(jvm.pid), "-o", str(target), "--no-compress", "--yes")
    assert again.returncode == 2
    assert "nothing is overwritten" in again.stderr
    asked = collector("dump", str(jvm.pid), "-o", str(tmp_path / "other.hprof"))
    assert asked.returncode == 2
    assert "nobody is there to be asked" in asked.stderr


def test_views_of_threads_and_histograms(collector: Run, jvm: RunningJvm) -> None:
    pid = str(jvm.pid)
    views = (
        ("threads", pid, "--busy", "3"),
        ("threads", pid, "--by", "pool"),
        ("threads", pid, "--state", "runnable"),
        ("threads", pid, "--thread", "main"),
        ("threads", pid, "--blocking"),
        ("threads", pid, "--deadlocks"),
        ("threads", pid, "--raw"),
        ("histogram", pid, "--by", "package", "--limit", "3"),
        ("histogram", pid, "--diff", "0.1", "--live"),
        ("status", pid, "--jstat", "gcutil"),
        ("ps", "--limit", "1"),
    )
    for words in views:
        done = collector(*words)
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout.strip(), words
