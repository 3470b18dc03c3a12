"""Histograms from the texts that JVMs of all versions print, whole, cut and within logs."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from seamew.errors import DumpNotFoundError, JvmCommandError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.histogram import (
    ClassCount,
    by_package,
    growth,
    java_class_name,
    parse_histogram,
    read_histogram,
    take_histogram,
)
from support.fake_attach import attach_server, says
from support.fake_jvm import FakeJvm

JAVA_8 = """\

 num     #instances         #bytes  class name
----------------------------------------------
   1:           464         552600  [I
   2:          1543          90960  [C
   3:            12            192  com.acme.Session
Total          2019         643752
"""
JAVA_17 = """\
 num     #instances         #bytes  class name (module)
-------------------------------------------------------
   1:           818         401392  [I (java.base@17.0.15)
   2:             9         593480  [Ljdk.internal.vm.FillerElement; (java.base@21.0.8)
   3:             2             80  [[Ljava.lang.String; (java.base@17.0.15)
   4:             1             16  com.acme.App$$Lambda$14/0x0000000800c03000
   5:             1             16  com.acme.App$$Lambda$14/0x0000000800c03218
Total           831         994984
"""


def test_java_8_knows_no_modules() -> None:
    found = parse_histogram(JAVA_8)

    assert found.rows == (
        ClassCount("int[]", None, 464, 552600),
        ClassCount("char[]", None, 1543, 90960),
        ClassCount("com.acme.Session", None, 12, 192),
    )
    assert (found.objects, found.shallow_bytes, found.losses) == (2019, 643752, ())


def test_modules_hidden_classes_and_fillers() -> None:
    found = parse_histogram(JAVA_17)

    assert [(row.label, row.module) for row in found.rows] == [
        ("int[]", "java.base@17.0.15"),
        ("jdk.internal.vm.FillerElement[]", "java.base@21.0.8"),
        ("java.lang.String[][]", "java.base@17.0.15"),
        ("com.acme.App$$Lambda$14+0x0000000800c03000", None),
        ("com.acme.App$$Lambda$14+0x0000000800c03218", None),
    ]
    assert found.filler_bytes == 593480
    assert found.losses == ()


@pytest.mark.parametrize(
    ("jvm", "java"),
    [
        ("[Z", "boolean[]"),
        ("[C", "char[]"),
        ("[F", "float[]"),
        ("[D", "double[]"),
        ("[B", "byte[]"),
        ("[S", "short[]"),
        ("[I", "int[]"),
        ("[[J", "long[][]"),
        ("[Lcom.acme.A$B;", "com.acme.A$B[]"),
        ("[LLam$$Lambda/0x0000000100000a08;", "Lam$$Lambda+0x0000000100000a08[]"),
        ("com.acme.A$B", "com.acme.A$B"),
        ("<methodKlass>", "<methodKlass>"),
        ("Kotlin name with blanks", "Kotlin name with blanks"),
        ("[Q", "[Q"),
    ],
)
def test_names_are_those_of_java_source(jvm: str, java: str) -> None:
    assert java_class_name(jvm) == java


def test_a_class_name_may_hold_blanks_before_its_module() -> None:
    (row,) = parse_histogram("   1:   2   32  a b$c d (my.module@1.0)\nTotal 2 32\n").rows
    assert row == ClassCount("a b$c d", "my.module@1.0", 2, 32)


def test_a_log_may_hold_several_of_which_the_last_counts() -> None:
    prefix = "[12.345s][info][gc,classhisto] GC(3) "
    lines = [prefix + line for line in (JAVA_17 + JAVA_8).splitlines()]
    assert parse_histogram("\n".join(lines)) == parse_histogram(JAVA_8)
    assert parse_histogram("4711:\n" + JAVA_8) == parse_histogram(JAVA_8)


def test_a_cut_text_says_so() -> None:
    whole = parse_histogram(JAVA_8)
    cut = parse_histogram(JAVA_8[: JAVA_8.index("Total")])
    assert cut.rows == whole.rows
    assert cut.losses == ("the end is missing: there is no line Total",)
    broken = parse_histogram(JAVA_8[: JAVA_8.index("192")])
    assert broken.rows == whole.rows[:2]
    assert broken.losses[0].startswith("a line makes no sense: 3:")
    without = parse_histogram(JAVA_8.replace("   2:          1543          90960  [C\n", ""))
    assert without.losses == ("1543 objects with 90960 bytes of the total are in no line",)


def test_what_the_jvm_could_not_count() -> None:
    warning = "WARNING: Ran out of C-heap; undercounted 17 total instances in data below\n"
    found = parse_histogram(warning + JAVA_8)
    assert found.losses == ("the JVM had no memory to count 17 objects",)
    assert len(found.rows) == 3


def test_random_histograms_come_back() -> None:
    chance = random.Random(5)  # noqa: S311 (no secrets)
    for _ in range(50):
        rows = [
            ClassCount(
                f"p{n % 3}.C{n}", chance.choice([None, "m@1"]), n + 1, chance.randrange(10**9)
            )
            for n in range(chance.randrange(1, 30))
        ]
        lines = [
            f"{n:>4}: {row.objects:>13} {row.shallow_bytes:>14}  {row.label}"
            + (f" ({row.module})" if row.module else "")
            for n, row in enumerate(rows, 1)
        ]
        objects, size = sum(row.objects for row in rows), sum(row.shallow_bytes for row in rows)
        found = parse_histogram("\n".join([*lines, f"Total {objects:>13} {size:>14}"]))
        assert (found.rows, found.losses) == (tuple(rows), ())
        packages = by_package(found.rows)
        assert sum(row.objects for row in packages) == objects
        assert sum(row.shallow_bytes for row in packages) == size
        assert [row.shallow_bytes for row in packages] == sorted(
            (row.shallow_bytes for row in packages), reverse=True
        )


def test_packages_are_those_of_the_elements() -> None:
    rows = [
        ClassCount("byte[]", None, 1, 10),
        ClassCount("Main", None, 2, 20),
        ClassCount("com.acme.A[][]", None, 3, 300),
        ClassCount("com.acme.B", "m", 4, 400),
    ]
    assert by_package(rows) == (
        ClassCount("com.acme", None, 7, 700),
        ClassCount("<default>", None, 3, 30),
    )


def test_growth_joins_what_has_one_name() -> None:
    before = [
        ClassCount("A", None, 1, 10),
        ClassCount("A", None, 2, 20),
        ClassCount("B", None, 9, 90),
    ]
    after = [
        ClassCount("A", None, 5, 50),
        ClassCount("B", None, 9, 90),
        ClassCount("C", None, 1, 8),
    ]

    rows = growth(before, after)

    assert [
        (row.label, row.objects, row.objects_grown, row.shallow_bytes_grown) for row in rows
    ] == [
        ("A", 5, 2, 20),
        ("C", 1, 1, 8),
    ]
    (gone,) = growth([ClassCount("D", None, 1, 8)], [])
    assert (gone.objects, gone.objects_grown, gone.shallow_bytes_grown) == (0, -1, -8)


def test_a_saved_histogram(tmp_path: Path) -> None:
    saved = tmp_path / "histogram.txt"
    saved.write_text(JAVA_8, encoding="utf-8")
    assert read_histogram(str(saved)) == parse_histogram(JAVA_8)
    saved.write_text("nothing of the kind", encoding="utf-8")
    with pytest.raises(DumpNotFoundError, match="no class histogram"):
        read_histogram(str(saved))
    with pytest.raises(DumpNotFoundError, match="no such file"):
        read_histogram(str(tmp_path / "missing.txt"))


def test_a_jvm_that_counts_nothing_is_quoted(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid())
    client = AttachClient(fake.build())
    answer = b"0\nERROR: Ran out of C-heap; histogram not generated\n"
    with attach_server(fake, says(answer), says(b"0\n" + JAVA_17.encode())) as server:
        with pytest.raises(JvmCommandError, match="Ran out of C-heap"):
            take_histogram(client)
        found = take_histogram(client, live=True)
    assert [request[1:3] for request in server.requests] == [
        ["inspectheap", "-all"],
        ["inspectheap", "-live"],
    ]
    assert found.is_live is True
    assert found.pause_seconds is None
