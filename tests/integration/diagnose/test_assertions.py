"""assert_no_leak, and the pytest plug-in, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import seamew
from seamew.errors import ObjectNotFoundError, UsageError
from seamew.testing import HeapBuilder
from support.command import environment

OWNER = "com.acme.Registry#ALL"
# By its module, also where the package was installed before it had the plug-in.
PLUG_IN = ("-p", "no:seamew", "-p", "seamew.pytest_plugin")


def test_a_leak_fails_with_all_that_is_known(two_leaks: Path) -> None:
    with pytest.raises(AssertionError) as raised:
        seamew.assert_no_leak(two_leaks)
    message = str(raised.value)
    assert message.startswith(str(two_leaks))
    for part in ("1  HIGH, likely", OWNER, "400 x com.acme.Session", "advice", ".ALL -> "):
        assert part in message
    assert "com.acme.Reporter" not in message


def test_what_is_known_may_be_ignored(two_leaks: Path) -> None:
    assert seamew.assert_no_leak(two_leaks, ignore=["accumulation"]).findings
    with pytest.raises(AssertionError, match=r"2  MEDIUM"):
        seamew.assert_no_leak(two_leaks, severity="medium", ignore=[f"accumulation/{OWNER}"])


def test_a_field_that_retains_too_much_fails_though_no_rule_minds(two_leaks: Path) -> None:
    limits: dict[str, str | int] = {OWNER: "15MB"}
    with pytest.raises(AssertionError, match=r"#ALL retains 15\.3 MB, more than 15\.0 MB"):
        seamew.assert_no_leak(two_leaks, max_retained=limits, ignore=["accumulation"])
    seamew.assert_no_leak(two_leaks, max_retained={OWNER: "16MB"}, ignore=["accumulation"])


@pytest.mark.parametrize("name", ["com.acme.Session#data", OWNER])
def test_fields_of_instances_and_of_classes(two_leaks: Path, name: str) -> None:
    with seamew.open(two_leaks, use_index=False) as heap:
        with pytest.raises(AssertionError, match="retains"):
            seamew.assert_no_leak(heap, max_retained={name: 1_000}, ignore=["accumulation"])
        diagnosis = seamew.assert_no_leak(heap, max_retained={name: "1GB"}, ignore=["accumulation"])
    assert diagnosis.overview.heap_bytes > 5_000_000


def test_a_check_that_looks_at_nothing_does_not_pass(two_leaks: Path) -> None:
    with pytest.raises(ObjectNotFoundError, match=r"no class is named com\.acme\.Cache"):
        seamew.assert_no_leak(two_leaks, max_retained={"com.acme.Cache#map": "1MB"})
    with pytest.raises(ObjectNotFoundError, match="has no field SOME"):
        seamew.assert_no_leak(two_leaks, max_retained={"com.acme.Registry#SOME": "1MB"})
    with pytest.raises(UsageError, match="names no field"):
        seamew.assert_no_leak(two_leaks, max_retained={"com.acme.Registry": "1MB"})
    with pytest.raises(ValueError, match="no rule is called acumulation"):
        seamew.assert_no_leak(two_leaks, ignore=["acumulation"])
    with pytest.raises(ValueError, match="grave"):
        seamew.assert_no_leak(two_leaks, severity="grave")


def test_the_plug_in(two_leaks: Path, tmp_path: Path) -> None:
    healthy = HeapBuilder()
    healthy.root(healthy.string("a text"))
    written = healthy.write(tmp_path / "healthy.hprof")
    (tmp_path / "test_dumps.py").write_text(
        f"""
def test_healthy(heap_dump_check):
    heap_dump_check({str(written)!r})

def test_leaking(heap_dump_check):
    heap_dump_check({str(two_leaks)!r})
"""
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *PLUG_IN, "-W", "error"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment(),
        timeout=120,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert f"accumulation/{OWNER}" in done.stdout


def test_the_plug_in_loads_nothing_of_seamew_by_itself() -> None:
    code = (
        "import sys, seamew.pytest_plugin;"
        "print(*sorted(name for name in sys.modules if name.startswith('seamew')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment()
    )
    assert done.stdout.split() == ["seamew", "seamew.pytest_plugin"]
