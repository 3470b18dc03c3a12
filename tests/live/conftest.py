"""Compiled test programs, the JVM of a combination, and the table at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import jdks
from .combinations import Combination, matrix
from .zoo import Zoo, ZooRefusedError, compile_programs, running_zoo

TABLE_ROW = "parity"
"""Property of a test whose value is a line of the table."""


@pytest.fixture(scope="session")
def zoo_classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test programs, compiled."""
    compiler = matrix().compiler()
    if compiler is None:
        pytest.skip("no javac to compile the test programs with: install a JDK")
    folder = tmp_path_factory.mktemp("zoo-classes")
    compile_programs(compiler, folder)
    return folder


def jdk_of(major: int) -> jdks.Jdk:
    """The runtime of a version; skip the test where there is none."""
    found = matrix().by_major().get(major)
    if found is None:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in matrix().missing)
        pytest.skip(f"no Java {major} installed or in the cache ({reasons})")
    return found


@pytest.fixture
def zoo(combination: Combination, zoo_classes: Path, tmp_path: Path) -> Iterator[Zoo]:
    """HeapZoo in the JVM of the test's combination."""
    jdk = jdk_of(combination.major)
    try:
        with running_zoo(jdk, combination.options(), zoo_classes, tmp_path) as zoo:
            yield zoo
    except ZooRefusedError as refusal:
        pytest.skip(f"Java {jdk.version} does not start as {combination}: {refusal}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of combinations, passed ones included."""
    reports = (
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    )
    rows = [
        str(value)
        for report in reports
        for name, value in report.user_properties
        if name == TABLE_ROW and report.when == "call"
    ]
    if rows:
        terminalreporter.section("classes whose figures are those of the JVM")
        for row in rows:
            terminalreporter.write_line(row)
