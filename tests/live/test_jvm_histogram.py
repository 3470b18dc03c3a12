"""Class counts and sizes against the JVM's own histogram: JDK 11 to the newest, all collectors."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from seamew.heap import first_pass, open_heap

from . import jdks

PROGRAMS = Path(__file__).parent / "programs"
VIRTUAL_THREADS_SINCE = 21
MOST_WRONG_SHARE = 0.001
HISTOGRAM_LINE = re.compile(r"^\s*\d+:\s+(?P<objects>\d+)\s+(?P<bytes>\d+)\s+(?P<name>\S+)")
PRIMITIVES = {
    "Z": "boolean", "C": "char", "F": "float", "D": "double", "B": "byte", "S": "short",
    "I": "int", "J": "long",
}  # fmt: skip
COLLECTORS = ("g1", "parallel", "serial", "z", "shenandoah")

pytestmark = [
    pytest.mark.live,
]


@cache
def matrix() -> jdks.JdkMatrix:
    return jdks.find_jdks()


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = matrix().compiler()
    if compiler is None:
        pytest.skip("no javac for the test programs")
    folder = tmp_path_factory.mktemp("zoo")
    sources = sorted(str(path) for path in PROGRAMS.glob("*.java"))
    options = ["-nowarn", "-Xlint:-options", "--release", "8", "-d", str(folder)]
    subprocess.run([str(compiler), *options, *sources], check=True)
    return folder


@dataclass
class Zoo:
    """A running HeapZoo."""

    process: subprocess.Popen[str]
    folder: Path

    def tell(self, command: str, name: str) -> Path:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        path = self.folder / name
        self.process.stdin.write(f"{command} {path}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer in {"DUMPED", "WRITTEN"}, answer
        return path


@pytest.fixture(params=[11, 17, 21, 25])
def jdk(request: pytest.FixtureRequest) -> jdks.Jdk:
    wanted = int(request.param)
    found = matrix().by_major().get(wanted)
    if found is None:
        pytest.skip(f"no JDK {wanted}: {[one.reason for one in matrix().missing]}")
    return found


@pytest.fixture(params=COLLECTORS)
def zoo(
    request: pytest.FixtureRequest, jdk: jdks.Jdk, classes: Path, tmp_path: Path
) -> Iterator[Zoo]:
    collector = str(request.param)
    if collector not in jdks.supported_collectors(jdk):
        pytest.skip(f"JDK {jdk.version} has no {collector}")
    virtual = ["--virtual-threads", "20"] if jdk.major >= VIRTUAL_THREADS_SINCE else []
    command = [str(jdk.java), *jdks.COLLECTORS[collector], "-Xmx256m", "-cp", str(classes)]
    with subprocess.Popen(
        [*command, "HeapZoo", *virtual],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "READY"
            yield Zoo(process, tmp_path)
        finally:
            process.kill()


def histogram_of_jvm(path: Path) -> dict[str, tuple[int, int]]:
    """Class -> (objects, bytes); classes of one name from several loaders are added."""
    found: dict[str, tuple[int, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = HISTOGRAM_LINE.match(line)
        if match:
            name = source_name(match["name"])
            objects, size = found.get(name, (0, 0))
            found[name] = (objects + int(match["objects"]), size + int(match["bytes"]))
    return found


def source_name(name: str) -> str:
    """[Ljava.lang.Object; as java.lang.Object[]."""
    dimensions = len(name) - len(name.lstrip("["))
    if not dimensions:
        return name
    element = name[dimensions:]
    plain = PRIMITIVES.get(element) or element.removeprefix("L").removesuffix(";")
    return plain + "[]" * dimensions


def test_counts_and_sizes_are_those_of_the_jvm(zoo: Zoo) -> None:
    wanted = histogram_of_jvm(zoo.tell("histogram", "zoo.txt"))
    dump = zoo.tell("dump", "zoo.hprof")
    found: dict[str, tuple[int, int]] = {}
    for row in first_pass(dump).histogram:
        objects, size = found.get(row.label, (0, 0))
        found[row.label] = (objects + row.objects, size + row.shallow_bytes)
    wrong = {
        name: (figures, found.get(name))
        for name, figures in wanted.items()
        if figures != found.get(name)
    }
    assert len(wrong) <= len(wanted) * MOST_WRONG_SHARE, wrong


def test_a_dump_of_all_opens_and_diagnoses(zoo: Zoo) -> None:
    dump = zoo.tell("dumpall", "all.hprof")
    with open_heap(dump, use_index=False) as heap:
        assert heap.facts.object_count > 1000
        assert not heap.facts.read_in_part
        assert {row.name for row in heap.threads()} >= {"main"}
