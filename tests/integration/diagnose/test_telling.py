"""What `seamew diagnose` says of two leaks, in each of its forms."""

from __future__ import annotations

import csv
import io
import re
import shlex
import stat
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from seamew.report.text import cell_width
from support.in_process import Command

OWNER = "com.acme.Registry#ALL"
ID = f"accumulation/{OWNER}"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
def test_the_worst_fit_on_one_screen(
    two_leaks: Path,
    run: Command,
    monkeypatch: pytest.MonkeyPatch,
    lang: str,
    size: tuple[int, int],
) -> None:
    columns, lines = size
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    shown = run("diagnose", two_leaks, "--no-index", "--lang", lang).out.splitlines()

    assert len(shown) < lines
    assert max(map(cell_width, shown)) <= columns
    assert shown[0].startswith({"en": "2 findings", "zh": "2 项发现"}[lang])
    assert any(line.startswith({"en": "1  HIGH", "zh": "1  严重"}[lang]) for line in shown)
    assert any(line.strip().endswith(ID) for line in shown)


def test_severity_has_a_colour_where_there_are_colours(
    two_leaks: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run("diagnose", two_leaks, "--no-index").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("diagnose", two_leaks, "--no-index").out
    assert "\x1b" not in plain
    assert "\x1b[1m\x1b[31m1  HIGH" in coloured
    assert "\x1b[1m\x1b[33m2  MEDIUM" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_what_does_not_fit_is_counted(
    two_leaks: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "15")
    out = run("diagnose", two_leaks, "--no-index").out
    assert "And 1 more finding." in out
    assert "--explain 1" in out


def test_everything_is_told_in_both_languages(two_leaks: Path, run: Command) -> None:
    english = run("diagnose", two_leaks, "--no-index", "--all").out
    chinese = run("diagnose", two_leaks, "--no-index", "--all", "--lang", "zh").out
    for said, chinese_word in (
        ("Biggest retainers", "保留内存最多的对象"),
        ("Threads that keep most alive", "保持存活内存最多的线程"),
        ("Path from the root", "从根出发的路径"),
        ("looked", "已检查"),
        ("advice", "建议"),
        ("doubt", "疑点"),
    ):
        assert said in english
        assert chinese_word in chinese
        assert said not in chinese
    for out in (english, chinese):
        assert OWNER in out
        assert "com.acme.Reporter.write(Reporter.java:10)" in out


@pytest.mark.parametrize("named", ["1", ID, "accumulation/com.acme.Reg"])
def test_one_finding_is_explained(two_leaks: Path, run: Command, named: str) -> None:
    done = run("diagnose", two_leaks, "--no-index", "--explain", named)
    assert done.code == 0
    assert done.out.startswith("1  HIGH")
    assert "Path from the root" in done.out
    assert "seamew rules accumulation" in done.out
    assert "com.acme.Report" not in done.out


@pytest.mark.parametrize("number", ["1", "2"])
@pytest.mark.parametrize("name", ["two_leaks", "sample"])
def test_the_commands_of_an_explanation_work(
    request: pytest.FixtureRequest, root: Path, run: Command, name: str, number: str
) -> None:
    sample = root / "lab/demo/sample.hprof.gz"
    dump = sample if name == "sample" else request.getfixturevalue(name)
    out = run("diagnose", dump, "--no-index", "--explain", number).out
    commands = re.findall(r"^ +\$ seamew (.+)$", out, re.MULTILINE)
    assert len(commands) >= 2
    for line in commands:
        done = run(*shlex.split(line), "--no-index")
        assert (done.code, done.err) == (0, ""), line
        assert done.out


@pytest.mark.parametrize(
    ("named", "code", "words"),
    [
        ("accumulation/com.acme.Registry#AL2", 3, f"hint: there are: {ID}"),
        ("accumulation/", 2, "2 findings begin with"),
        ("17", 3, "no finding is called 17"),
    ],
)
def test_unknown_findings_and_near_ones(
    two_leaks: Path, run: Command, named: str, code: int, words: str
) -> None:
    done = run("diagnose", two_leaks, "--no-index", "--explain", named)
    assert (done.code, done.out) == (code, "")
    assert words in done.err


def test_findings_are_chosen(two_leaks: Path, run: Command) -> None:
    def found(*options: str) -> list[str]:
        done = run("diagnose", two_leaks, "--no-index", "--json", *options)
        return [one["severity"] for one in done.result["findings"]]

    assert found() == ["high", "medium"]
    assert found("--severity", "high") == ["high"]
    assert found("--rule", "timer-per-call") == []
    assert found("--rule", "accumulation") == ["high", "medium"]
    assert found("--explain", "2") == ["medium"]
    wrong = run("diagnose", two_leaks, "--rule", "timer-per-cal")
    assert wrong.code == 2
    assert "timer-per-call" in wrong.err


def test_nothing_found_says_what_was_looked_at(leak: Path, run: Command) -> None:
    out = run("diagnose", leak, "--no-index", "--threshold", "100").out
    assert out.startswith("Nothing found that looks like a leak")
    assert "Looked with" in out
    assert "accumulation" in out


@pytest.mark.parametrize(
    ("level", "code"), [("high", 10), ("medium", 10), ("info", 10), ("suspects", 10)]
)
def test_fail_on(two_leaks: Path, run: Command, level: str, code: int) -> None:
    options = ("diagnose", two_leaks, "--no-index", "--fail-on", level)
    assert run(*options).code == code
    assert "None of the findings" in run(*options, "--rule", "timer-per-call").out
    assert run(*options, "--rule", "timer-per-call").code == (10 if level == "suspects" else 0)


def test_fail_on_takes_a_finding_of_that_level(leak: Path, run: Command) -> None:
    assert run("diagnose", leak, "--no-index", "--fail-on", "high").code == 0
    assert run("diagnose", leak, "--no-index", "--fail-on", "info").code == 10


def test_junit(two_leaks: Path, run: Command, tmp_path: Path) -> None:
    written = tmp_path / "leaks.xml"
    for level, failures in (("high", 1), ("medium", 2)):
        run("diagnose", two_leaks, "--no-index", "--junit", written, "--fail-on", level)
        suite = ET.parse(written).getroot()  # noqa: S314 (our own)
        cases = {case.get("name"): case for case in suite}
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == "1"
        assert len(cases["accumulation"].findall("failure")) == failures
        assert OWNER in str(cases["accumulation"][0].get("message"))
        assert cases["timer-per-call"].find("skipped") is not None


def test_junit_does_not_replace_a_device(two_leaks: Path, run: Command) -> None:
    done = run("diagnose", two_leaks, "--no-index", "--junit", "/dev/null")
    assert done.code == 2
    assert Path("/dev/null").is_char_device()


def test_markdown_for_a_ticket(two_leaks: Path, run: Command) -> None:
    out = run("diagnose", two_leaks, "--no-index", "--markdown").out
    lines = out.splitlines()
    assert lines[0].startswith("## 2 findings")
    assert any(line.startswith("### 1  HIGH, likely") for line in lines)
    assert "| number | severity |" in out
    assert any(line.startswith("      .ALL -> java.util.ArrayList") for line in lines)


def test_csv_has_a_row_for_each_finding(two_leaks: Path, run: Command) -> None:
    out = run("diagnose", two_leaks, "--no-index", "--csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["severity"], row["rule"]) for row in rows] == [
        ("high", "accumulation"),
        ("medium", "accumulation"),
    ]
    assert rows[0]["id"] == ID


def test_the_locale_chooses_for_people_and_not_for_programs(
    two_leaks: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    command = ("diagnose", two_leaks, "--no-index")
    assert "项发现" in run(*command).out
    assert "项发现" in run(*command, "--markdown").out
    assert run(*command, "--json").result["verdict"].startswith("2 findings")
    assert "项发现" in run(*command, "--json", "--lang", "zh").result["verdict"]
    assert run(*command, "--lang", "en").out.startswith("2 findings")


def test_the_same_heap_gives_the_same_bytes(two_leaks: Path, run: Command) -> None:
    for form in ("--all", "--json", "--markdown", "--csv"):
        first, second = (run("diagnose", two_leaks, "--no-index", form).out for _ in range(2))
        assert first == second


def test_threads_are_told_with_what_their_stack_holds(two_leaks: Path, run: Command) -> None:
    (thread,) = run("diagnose", two_leaks, "--no-index", "--json").result["threads"]
    assert thread["name"] == "reporter"
    assert thread["retained_bytes"] > 200 * 17_000
    assert thread["frame"].startswith("com.acme.Reporter.write")
    assert thread["local"]["class"] == "java.util.ArrayList"


def test_suspects_by_the_algorithm_of_mat_are_data_too(leak: Path, run: Command) -> None:
    found = run("diagnose", leak, "--no-index", "--json").result
    assert {"verdict", "overview", "consumers", "findings", "rules", "not_analysed"} <= set(found)
    suspect = found["suspects"][0]
    assert suspect["kind"] == "class"
    assert suspect["owner_field"] == "com.acme.Registry#ALL"
    assert suspect["element_class"] == "com.acme.Session"
    assert suspect["path"][0]["address"].startswith("0x")


def test_the_threshold_is_that_of_suspects(leak: Path, run: Command) -> None:
    options = ("diagnose", leak, "--no-index", "--fail-on", "suspects")
    assert run(*options).code == 10
    assert run(*options, "--threshold", "100").code == 0
