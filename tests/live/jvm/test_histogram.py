"""`seamew histogram PID` beside the JDK's own jcmd."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from live.running import RunningJvm
from seamew.jvm import attach
from support.command import SECONDS, environment, result, seamew

pytestmark = pytest.mark.live

Counts = dict[str, tuple[int, int]]
KEPT, KEPT_BYTES = 5000, 2000


def jcmd(jvm: RunningJvm, *words: str) -> str:
    """What the JDK's own tool says."""
    tool = jvm.jdk.home / "bin" / "jcmd"
    if not tool.exists():
        pytest.skip(f"no jcmd in {jvm.jdk.home}")
    done = subprocess.run(
        [str(tool), str(jvm.pid), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout


def counts(text: str) -> tuple[Counts, tuple[int, int]]:
    """The rows by the JVM's own names, and the sums, by the simplest reading."""
    rows: Counts = {}
    total = (0, 0)
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and words[0].rstrip(":").isdigit():
            before = rows.get(words[3], (0, 0))
            rows[words[3]] = (before[0] + int(words[1]), before[1] + int(words[2]))
        elif words[:1] == ["Total"]:
            total = (int(words[1]), int(words[2]))
    return rows, total


@pytest.mark.parametrize(("flag", "option"), [("--all", "-all"), ("--live", "")])
def test_it_equals_the_histogram_of_jcmd(jvm: RunningJvm, flag: str, option: str) -> None:
    jvm.tell(f"keep {KEPT} {KEPT_BYTES}")
    jvm.tell("collect")
    jcmd(jvm, "GC.class_histogram")
    theirs, total = counts(jcmd(jvm, "GC.class_histogram", *([option] if option else [])))

    ours = result("histogram", str(jvm.pid), flag)

    assert ours["losses"] == []
    assert ours["is_live"] is (flag == "--live")
    assert (ours["total"]["objects"], ours["total"]["shallow_bytes"]) == total
    assert len(ours["rows"]) == ours["total"]["rows"] == len(theirs)
    rows = {row["label"]: (row["objects"], row["shallow_bytes"]) for row in ours["rows"]}
    for jvm_name, java_name in (
        ("[B", "byte[]"),
        ("[I", "int[]"),
        ("java.lang.String", "java.lang.String"),
        ("[Ljava.lang.Object;", "java.lang.Object[]"),
    ):
        assert rows[java_name] == theirs[jvm_name]
    assert sorted(rows.values()) == sorted(theirs.values())
    assert rows["byte[]"][0] >= KEPT
    assert ours["pause_seconds"] > 0


def test_packages_sum_up_and_rows_are_sorted_and_cut(jvm: RunningJvm) -> None:
    attach(jvm.pid).histogram(live=True)  # what has served the start goes with the first collection
    classes = result("histogram", str(jvm.pid), "--live")
    packages = result("histogram", str(jvm.pid), "--live", "--by", "package", "--sort", "name")
    # Two histograms are two requests, whose own few objects come and go.
    grown = packages["total"]["shallow_bytes"] - classes["total"]["shallow_bytes"]
    assert abs(grown) < 4_096
    names = [row["label"] for row in packages["rows"]]
    assert names == sorted(names)
    assert "java.util.concurrent" in names
    few = result("histogram", str(jvm.pid), "--sort", "objects", "--limit", "3")
    assert len(few["rows"]) == 3
    assert few["rows"][0]["objects"] >= few["rows"][1]["objects"] >= few["rows"][2]["objects"]
    text = seamew("histogram", str(jvm.pid), "--limit", "2").stdout
    assert "more rows" in text
    assert "dead objects included; the JVM stood still for" in text


def test_growth_since_a_saved_histogram_and_in_some_seconds(
    jvm: RunningJvm, tmp_path: Path
) -> None:
    saved = tmp_path / "before.txt"
    saved.write_text(jcmd(jvm, "GC.class_histogram"), encoding="utf-8")
    jvm.tell(f"keep {KEPT} {KEPT_BYTES}")
    grown = result("histogram", str(jvm.pid), "--live", "--compare", saved)["rows"]
    assert_the_kept_arrays_lead(grown)

    command = [sys.executable, "-m", "seamew", "histogram", str(jvm.pid), "--live", "--json"]
    with subprocess.Popen(
        [*command, "--diff", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stderr is not None
        assert any("counted once" in line for line in process.stderr)
        jvm.tell(f"keep {KEPT} {KEPT_BYTES}")
        out, _ = process.communicate(timeout=SECONDS)
    assert_the_kept_arrays_lead(json.loads(out)["result"]["rows"])


def assert_the_kept_arrays_lead(rows: list[dict[str, Any]]) -> None:
    first = rows[0]
    assert first["label"] == "byte[]"
    assert KEPT <= first["objects_grown"] <= KEPT + 100
    assert first["shallow_bytes_grown"] >= KEPT * KEPT_BYTES


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--no-index"], "--no-index is for dumps"),
        (["--keep-unreachable"], "--keep-unreachable is for dumps"),
        (["com.acme.Session"], "WHAT and its options are for dumps"),
        (["--subclasses"], "WHAT and its options are for dumps"),
        (["--exact"], "knows no retained sizes"),
        (["--by", "loader"], "by class or package"),
        (["--sort", "retained"], "knows no retained sizes"),
        (["--unreachable"], "knows no retained sizes"),
        (["--all", "--live"], "--all and --live exclude each other"),
        (["--compare", "x", "--diff", "1"], "--compare and --diff exclude each other"),
    ],
)
def test_what_only_a_dump_can_tell_is_a_usage_error(options: list[str], words: str) -> None:
    done = seamew("histogram", "4711", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_it_leaves_nothing_behind(jvm: RunningJvm) -> None:
    before = sorted(path.name for path in jvm.folder.iterdir())
    histogram = attach(jvm.pid).histogram()
    assert histogram.is_live is False
    assert seamew("histogram", str(jvm.pid), "--live").returncode == 0
    assert sorted(path.name for path in jvm.folder.iterdir()) == before
    assert jvm.lines == ["READY"]
