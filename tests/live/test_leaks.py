"""Each leak of the lab, run in a JVM: `seamew diagnose --json` must name its field."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from . import jdks
from .combinations import matrix

ROOT = Path(__file__).parents[2]
LEAKS = ROOT / "lab" / "leaks"
NAMES = sorted(path.parent.name for path in LEAKS.glob("*/expected.json"))
JDK_MAJOR = 17
RUN_SECONDS = 240
DIAGNOSE_SECONDS = 60

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dumps of all leak programs, compiled once."""
    jdk = jdk_with_compiler()
    folder = tmp_path_factory.mktemp("leaks")
    environment = os.environ | {
        "JAVA_HOME": str(jdk.home),
        "TMPDIR": str(folder),
        "JAVA_TOOL_OPTIONS": "-XX:-UsePerfData",
    }
    command = [sys.executable, str(ROOT / "lab" / "run-leaks"), str(folder)]
    run(command, RUN_SECONDS, environment)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_suspect_names_the_field(dumps: Path, name: str) -> None:
    expected = json.loads((LEAKS / name / "expected.json").read_text(encoding="utf-8"))
    suspects = suspects_of(dumps / f"{name}.hprof")
    wanted = {
        expected[key] for key in ("owner_field", "container_field", "key_field") if key in expected
    }
    named = {suspect["owner_field"] for suspect in suspects}
    assert named & wanted, f"named {named}, wanted one of {wanted}"


@pytest.mark.parametrize("name", NAMES)
def test_a_suspect_names_the_class_of_the_elements(dumps: Path, name: str) -> None:
    expected = json.loads((LEAKS / name / "expected.json").read_text(encoding="utf-8"))
    suspects = suspects_of(dumps / f"{name}.hprof")
    assert expected["element_class"] in {suspect["element_class"] for suspect in suspects}


def jdk_with_compiler() -> jdks.Jdk:
    for jdk in matrix().found:
        if jdk.major == JDK_MAJOR and jdk.javac is not None:
            return jdk
    pytest.skip(f"no JDK {JDK_MAJOR} with javac is installed")


def suspects_of(dump: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "seamew", "diagnose", str(dump), "--json", "--no-index"]
    answer = json.loads(run(command, DIAGNOSE_SECONDS, dict(os.environ)))
    assert answer["schema"] == "seamew/1"
    suspects: list[dict[str, Any]] = answer["result"]["suspects"]
    return suspects


def run(command: list[str], seconds: int, environment: dict[str, str]) -> str:
    outcome = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, env=environment
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout
