"""The command line on real dumps, as a process: exit codes, streams, interruption, the index."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from seamew.testing import HeapBuilder
from support.arguments import ARGUMENTS, BEFORE_THE_DUMP, DUMP_COMMANDS
from support.big_dump import write_big_dump
from support.command import environment, result, seamew


def leftovers(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", DUMP_COMMANDS)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_every_command_answers(leak: Path, name: str, form: str) -> None:
    flags = [] if form == "table" else [f"--{form}"]
    done = seamew(name, *BEFORE_THE_DUMP.get(name, []), leak, *ARGUMENTS.get(name, []), *flags)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_leak_is_named(leak: Path) -> None:
    found = result("diagnose", leak)
    suspect = found["suspects"][0]
    assert suspect["owner_field"] == "com.acme.Registry#ALL"
    assert suspect["element_class"] == "com.acme.Session"
    assert suspect["accumulation_point"]["entries"] == 40
    assert found["overview"]["unreachable_objects"] == 2


def test_objects_are_named_in_three_ways(leak: Path) -> None:
    by_class = result("object", leak, "com.acme.Session#3")
    by_id = result("object", leak, f"@{by_class['object_index']}")
    by_address = result("object", leak, by_class["address"])
    assert by_class == by_id == by_address
    assert {field["name"]: field["value"] for field in by_class["fields"]}["id"] == 3


def test_first_pass_sees_the_dead_too(leak: Path) -> None:
    rows = {row["label"]: row for row in result("histogram", leak, "--all")["rows"]}
    kept = {row["label"]: row for row in result("histogram", leak)["rows"]}
    gone = {row["label"]: row for row in result("histogram", leak, "--unreachable")["rows"]}
    assert rows["com.acme.Session"]["objects"] == 41
    assert kept["com.acme.Session"]["objects"] == 40
    assert gone["com.acme.Session"]["objects"] == 1


def test_keeping_the_unreachable(leak: Path) -> None:
    rows = result("histogram", leak, "--keep-unreachable")["rows"]
    assert {row["label"]: row["objects"] for row in rows}["com.acme.Session"] == 41


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 1, "empty"),
        (b"<!DOCTYPE html><html>", 1, "HTML"),
        (b"JAVA PROF", 1, ""),
        (None, 3, "no such file"),
    ],
)
def test_what_is_no_dump(tmp_path: Path, content: bytes | None, code: int, words: str) -> None:
    path = tmp_path / "what.hprof"
    if content is not None:
        path.write_bytes(content)
    done = seamew("info", path)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_and_an_unknown_object(leak: Path) -> None:
    assert seamew("info", leak.parent).returncode == 1
    for name in ("0x1", "@99999999", "com.acme.Session#40", "no.such.Klass#0", "nonsense"):
        done = seamew("object", leak, name)
        assert done.returncode == 3, name
        assert done.stderr.startswith("error: ")


def test_a_cut_dump_is_read_in_part(leak: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.hprof"
    cut.write_bytes(leak.read_bytes()[:-20_000])
    done = seamew("info", cut, "--json")
    assert done.returncode == 5
    whole = json.loads(done.stdout)
    assert whole["result"]["read_in_part"] is True
    assert any(warning["partial"] for warning in whole["warnings"])
    assert "warning: " in done.stderr
    assert seamew("info", cut, "--quiet").stderr == ""
    strict = seamew("info", cut, "--strict", "--no-index")
    assert (strict.returncode, strict.stdout) == (1, "")


@pytest.mark.parametrize(
    ("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_compressed_dumps(leak: Path, suffix: str, pack: object) -> None:
    packed = leak.with_suffix(f".hprof.{suffix}")
    packed.write_bytes(pack(leak.read_bytes()))  # type: ignore[operator]
    assert result("histogram", packed) == result("histogram", leak)


def test_several_dumps_in_a_file(leak: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.hprof"
    second = HeapBuilder()
    second.root(second.string("second"))
    both.write_bytes(leak.read_bytes() + second.content())
    assert len(result("info", both, "--list-dumps")["rows"]) == 2
    first = result("info", both, "--dump", "0")
    last = result("info", both, "--dump", "1")
    assert first["object_count"] > last["object_count"]
    assert seamew("info", both, "--dump", "2").returncode in {1, 3}


def test_control_characters_are_escaped(builder: HeapBuilder, tmp_path: Path) -> None:
    kind = builder.klass("com.acme.\x1b[31m内存\u202e")
    builder.root(builder.instance(kind))
    dump = builder.write(tmp_path / "evil.hprof")
    for name in ("histogram", "objects", "dominators", "diagnose", "consumers"):
        for flags in ([], ["--csv"]):
            out = seamew(name, dump, *flags).stdout
            assert "\x1b" not in out, name
            assert "\u202e" not in out, name
    assert "内存" in seamew("histogram", dump, "--limit", "0").stdout


def test_objects_stream_survives_a_reader_that_leaves(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 300_000)
    done = subprocess.Popen(
        [sys.executable, "-m", "seamew", "objects", str(dump), "--csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert done.stdout is not None
    assert done.stderr is not None
    assert done.stdout.readline() == b"address,shallow_bytes,retained_bytes,class\n"
    done.stdout.close()
    assert done.stderr.read() == b""
    done.stderr.close()
    assert done.wait(60) == 0


def test_objects_are_all_there(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 200_000)
    out = seamew("objects", dump, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    small = [row for row in rows if row["class"] == "com.acme.Small"]
    assert len(small) == 200_000
    assert len({row["address"] for row in rows}) == len(rows)


@pytest.mark.slow
def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 12_000_000)
    command = [sys.executable, "-m", "seamew", "info", str(dump), "-v"]
    running = subprocess.Popen(
        # A CI job in the background hands SIGINT down ignored; a terminal does not.
        ["/usr/bin/env", "--default-signal=INT", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert running.stderr is not None
    assert running.stderr.readline()  # the work has begun
    running.send_signal(signal.SIGINT)
    sent = time.monotonic()
    out, _ = running.communicate(timeout=30)
    took = time.monotonic() - sent
    assert running.returncode == 130
    assert out == ""
    assert took < 1.5
    assert leftovers(tmp_path) == ["big.hprof"]


@pytest.mark.slow
def test_killed_while_it_works_leaves_nothing_harmful(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 4_000_000)
    command = [sys.executable, "-m", "seamew", "info", str(dump), "--json"]
    for seconds in (0.3, 0.5, 0.7):
        with suppress(subprocess.TimeoutExpired):  # run kills it then
            subprocess.run(
                command, stdout=subprocess.DEVNULL, timeout=seconds, check=False, env=environment()
            )
    assert result("info", dump)["object_count"] > 4_000_000


def test_two_at_once(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 500_000)
    command = [sys.executable, "-m", "seamew", "info", str(dump), "--json"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        for _ in range(2)
    ]
    outs = [running.communicate(timeout=60)[0] for running in both]
    assert [running.returncode for running in both] == [0, 0]
    counts = {json.loads(out)["result"]["object_count"] for out in outs}
    assert len(counts) == 1


def test_the_index_is_reused_and_replaced(leak: Path) -> None:
    assert result("info", leak)["index_reused"] is False
    again = result("info", leak)
    assert again["index_reused"] is True
    assert Path(again["index_path"]).exists()
    leak.write_bytes(HeapBuilder().content())
    assert result("info", leak)["index_reused"] is False


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty"])
def test_a_damaged_index_is_built_again(leak: Path, damage: str) -> None:
    path = Path(result("info", leak)["index_path"])
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    for file in files:
        content = file.read_bytes()
        damaged = {"cut": content[: len(content) // 2], "garbage": b"\xff" * len(content)}
        file.write_bytes(damaged.get(damage, b""))
    found = result("info", leak)
    assert found["index_reused"] is False
    assert found["object_count"] > 80


def test_no_index_leaves_nothing(leak: Path) -> None:
    assert result("info", leak, "--no-index")["index_path"] is None
    assert leftovers(leak.parent) == ["leak.hprof"]


def test_index_folder_of_ones_own(leak: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    info = result("info", leak, "--index-dir", elsewhere)
    assert Path(info["index_path"]).is_relative_to(elsewhere)
    assert result("info", leak, "--index-dir", elsewhere)["index_reused"] is True


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_folder_uses_the_cache_folder(leak: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    dump = Path(shutil.copy(leak, shut))
    shut.chmod(0o555)
    done = seamew("info", dump, "--json", XDG_CACHE_HOME=str(tmp_path / "cache"))
    shut.chmod(0o755)
    path = json.loads(done.stdout)["result"]["index_path"]
    assert Path(path).is_relative_to(tmp_path / "cache")


def test_little_memory_gives_the_same_numbers(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 500_000)
    free = result("histogram", dump, "--no-index")
    capped = result("histogram", dump, "--no-index", "--memory", "100MB")
    assert capped == free


def test_too_little_memory_is_refused_before_the_work(tmp_path: Path) -> None:
    dump = write_big_dump(tmp_path / "big.hprof", 1_000_000)
    done = seamew("info", dump, "--memory", "1KB")
    assert (done.returncode, done.stdout) == (1, "")
    assert "memory" in done.stderr
    assert leftovers(tmp_path) == ["big.hprof"]


def test_size_models_differ_only_in_sizes(leak: Path) -> None:
    gap = result("histogram", leak, "--size-model", "gap")["rows"]
    mat = result("histogram", leak, "--size-model", "mat")["rows"]
    counts = [{row["label"]: row["objects"] for row in rows} for rows in (gap, mat)]
    for found in counts:  # MAT adds a class loader of its own at address 0
        found.pop("java.lang.ClassLoader", None)
    assert counts[0] == counts[1]
