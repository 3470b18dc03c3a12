"""The programs of the lab, run in a JVM: leaks are found, healthy look-alikes are left alone.

With `SEAMEW_LIVE=all` on two JDKs, else on one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import seamew
from seamew.errors import ObjectNotFoundError
from seamew.heap import ObjectSet
from seamew.rules.registry import RULES

from . import jdks
from .combinations import everything, matrix

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "lab" / "leaks"
LEAKS = sorted(path.parent.name for path in PROGRAMS.glob("*/Leak.java"))
LOOK_ALIKES = sorted(path.parent.name for path in PROGRAMS.glob("*/LookAlike.java"))
JDK_MAJORS = (17, 25) if everything() else (17,)
RUN_SECONDS = 240
DIAGNOSE_SECONDS = 60
DIAGNOSES_AT_ONCE = 2

# The first finding must be the true one, also where size alone ranks another first.
FIRST_FINDING = {
    "constant_string",
    "interned_strings",
    "local_list",
    "queue_without_consumer",
    "static_map",
}
# A general rule looks at every collection, so it proves nothing without the owner's name.
TELLING_RULES = {rule.id: {rule.id, *rule.catalogue} for rule in RULES if not rule.general}
# What owns the objects may leave a few to others: the newest one, the one at work.
LEAST_HELD = 0.95

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Dumps:
    """Where the dumps are, of which Java version, and what went wrong with others."""

    folder: Path
    jdk_major: int
    errors: str

    def require(self, name: str) -> Path:
        """The dump of a program; skip the test where it cannot run, or leaks on older JDKs only."""
        last = expectation(name).get("last_jdk", self.jdk_major)
        if self.jdk_major > last:
            pytest.skip(f"{name} leaks up to JDK {last} only")
        skipped = self.folder / f"{name}.skipped"
        if skipped.exists():
            pytest.skip(skipped.read_text(encoding="utf-8"))
        dump = self.folder / f"{name}.hprof"
        assert dump.exists(), self.errors
        return dump


@pytest.fixture(scope="module")
def diagnoses(dumps: Dumps) -> Iterator[dict[str, Future[str]]]:
    """What `seamew diagnose --json` says of each dump; two are at work at a time."""
    with ThreadPoolExecutor(DIAGNOSES_AT_ONCE) as pool:
        found = sorted(dumps.folder.glob("*.hprof"))
        yield {dump.stem: pool.submit(diagnose, dump) for dump in found}
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module", params=JDK_MAJORS)
def dumps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dumps:
    """The dumps of all programs, compiled and run once."""
    jdk = jdk_with_compiler(request.param)
    folder = tmp_path_factory.mktemp("leaks")
    environment = os.environ | {
        "JAVA_HOME": str(jdk.home),
        "TMPDIR": str(folder),
        "JAVA_TOOL_OPTIONS": "-XX:-UsePerfData",
    }
    command = [sys.executable, str(ROOT / "lab" / "run-leaks"), str(folder)]
    outcome = run(command, RUN_SECONDS, environment)
    return Dumps(folder, jdk.major, outcome.stderr)


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(dumps: Dumps, diagnoses: dict[str, Future[str]], name: str) -> None:
    dumps.require(name)
    expected = expectation(name)
    findings = findings_in(diagnoses[name].result())
    claimed = findings[:1] if name in FIRST_FINDING else findings

    assert any(tells(finding, expected) for finding in claimed), [brief(one) for one in findings]


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_nothing_is_claimed_of_a_look_alike(
    dumps: Dumps, diagnoses: dict[str, Future[str]], name: str
) -> None:
    dumps.require(name)
    findings = findings_in(diagnoses[name].result())

    assert [brief(one) for one in findings if one["severity"] in {"high", "medium"}] == []


@pytest.mark.parametrize("name", LEAKS)
def test_what_is_expected_is_in_the_dump(dumps: Dumps, name: str) -> None:
    """The count of the objects is true, and it is the expected fields that hold them."""
    expected = expectation(name)
    elements, objects = expected["elements"], expected.get("objects", expected["elements"])
    with seamew.open(dumps.require(name), use_index=False) as heap:
        members = heap.select(expected["element_class"])
        reached = count_reached(heap, members, [])
        left = count_reached(heap, members, known_fields(heap, owner_fields(expected)))

    if expected["element_class"].startswith("lab."):
        assert reached == objects
    else:
        # The JVM may have some of its own.
        assert reached >= objects
    if not {"held_elsewhere", "owner_frame"} & expected.keys():
        assert reached - left >= LEAST_HELD * min(elements, objects)


def jdk_with_compiler(major: int) -> jdks.Jdk:
    for jdk in matrix().found:
        if jdk.major == major and jdk.javac is not None:
            return jdk
    pytest.skip(f"no JDK {major} with javac is installed")


def expectation(name: str) -> dict[str, Any]:
    text = (PROGRAMS / name / "expected.json").read_text(encoding="utf-8")
    expected: dict[str, Any] = json.loads(text)
    return expected


def diagnose(dump: Path) -> str:
    command = [sys.executable, "-m", "seamew", "diagnose", str(dump), "--json", "--no-index"]
    outcome = run(command, DIAGNOSE_SECONDS, dict(os.environ))
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def findings_in(answer: str) -> list[dict[str, Any]]:
    parsed = json.loads(answer)
    assert parsed["schema"] == "seamew/1"
    findings: list[dict[str, Any]] = parsed["result"]["findings"]
    return findings


def tells(finding: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether the finding is of a rule that is expected, or names an owner and the elements."""
    if TELLING_RULES.get(finding["rule"], set()) & set(expected["rules"]):
        return True
    owners = {finding["owner"], *(owner["name"] for owner in finding["owners"])} - {None}
    frame = expected.get("owner_frame")
    by_frame = frame is not None and any(owner.startswith(frame) for owner in owners)
    named = by_frame or bool(owners & owner_fields(expected))
    return named and expected["element_class"] in json.dumps(finding, ensure_ascii=False)


def brief(finding: dict[str, Any]) -> str:
    return f"{finding['severity']} {finding['rule']} {finding['owner']}: {finding['title']}"


def owner_fields(expected: dict[str, Any]) -> set[str]:
    keys = ("owner_field", "container_field", "key_field")
    return {expected[key] for key in keys if key in expected} | set(
        expected.get("other_owner_fields", [])
    )


def known_fields(heap: seamew.Heap, fields: set[str]) -> Iterator[str]:
    """Those that this JDK has: some names differ between versions."""
    nothing = heap.no_objects()
    for field in sorted(fields):
        try:
            heap.merged_paths(nothing, excludes=[field])
        except ObjectNotFoundError:
            continue
        yield field


def count_reached(heap: seamew.Heap, members: ObjectSet, excludes: Iterable[str]) -> int:
    """How many objects are alive without the fields; soft references and finalizers keep alive."""
    found = heap.merged_paths(
        members, excludes=["weak", "phantom", *excludes], children=1, levels=1
    )
    return found.objects - found.without_path


def run(
    command: list[str], seconds: int, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, env=environment
    )
