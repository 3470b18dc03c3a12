"""Class counts and sizes against the JVM's own histogram: JDK 11 to the newest, all collectors."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from seamew.diagnose import diagnose_heap
from seamew.heap import first_pass, open_heap

from . import jdks

PROGRAMS = Path(__file__).parent / "programs"
VIRTUAL_THREADS_SINCE = 21
MOST_WRONG_SHARE = 0.001
# These leave holes between objects, which hide sizes where no other evidence is left.
WITH_HOLES = {("z", 11), ("z", 21)} | {("shenandoah", major) for major in (11, 17, 21, 25)}
MOST_WRONG_SHARE_WITH_HOLES = 0.03
MOVING_OBJECTS, MOVING_BYTES = 3, 256
FILLERS = {"int[]", "jdk.internal.vm.FillerElement[]"}
HISTOGRAM_LINE = re.compile(r"^\s*\d+:\s+(?P<objects>\d+)\s+(?P<bytes>\d+)\s+(?P<name>\S+)")
HIDDEN_ADDRESS = re.compile(r"[+/.]0x[0-9a-f]+")
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
    most_wrong_share: float

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
            holes = (collector, jdk.major) in WITH_HOLES
            share = MOST_WRONG_SHARE_WITH_HOLES if holes else MOST_WRONG_SHARE
            yield Zoo(process, tmp_path, share)
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
    """[Ljava.lang.Object; as java.lang.Object[]; hidden classes without their addresses."""
    dimensions = len(name) - len(name.lstrip("["))
    element = name[dimensions:]
    if dimensions:
        element = PRIMITIVES.get(element) or element.removeprefix("L").removesuffix(";")
    return HIDDEN_ADDRESS.sub("", element) + "[]" * dimensions


def histogram_of_dump(path: Path) -> dict[str, tuple[int, int]]:
    """Every object of the dump, by the name of its class."""
    found: dict[str, tuple[int, int]] = {}
    with open_heap(path, use_index=False, keep_unreachable=True) as heap:
        for row in heap.histogram():
            name = HIDDEN_ADDRESS.sub("", row.label)
            objects, size = found.get(name, (0, 0))
            found[name] = (objects + row.objects, size + row.shallow_bytes)
    return found


def differences(
    wanted: dict[str, tuple[int, int]], found: dict[str, tuple[int, int]]
) -> dict[str, tuple[tuple[int, int], tuple[int, int]]]:
    """Classes with other figures, but for what the two commands themselves hold.

    The JVM is asked twice, so a few strings and arrays of the commands differ. Filler arrays are
    left out: the JVM names them in its histogram, a dump calls them int[]. So are the mirrors of
    archived classes that are not loaded: the JVM counts them, and dumps them not.
    """
    wrong = {}
    for name in wanted.keys() - FILLERS:
        (objects, size), (count, total) = wanted[name], found.get(name, (0, 0))
        if name == "java.lang.Class" and count < objects:
            continue
        moved = abs(count - objects) > MOVING_OBJECTS
        if moved or (count == objects and abs(total - size) > MOVING_BYTES):
            wrong[name] = (wanted[name], (count, total))
    return wrong


def counts_of_first_pass(path: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in first_pass(path).histogram:
        name = HIDDEN_ADDRESS.sub("", row.label)
        found[name] = found.get(name, 0) + row.objects
    return {name: count for name, count in found.items() if count}


def test_a_running_jvm(zoo: Zoo) -> None:
    """Its own histogram, its dump of live objects, and its dump of all."""
    wanted = histogram_of_jvm(zoo.tell("histogram", "zoo.txt"))
    live = zoo.tell("dump", "zoo.hprof")
    everything = zoo.tell("dumpall", "all.hprof")

    found = histogram_of_dump(live)
    wrong = differences(wanted, found)
    assert len(wrong) <= len(wanted) * zoo.most_wrong_share, wrong
    counted = {name: count for name, (count, _) in found.items() if count}
    first = counts_of_first_pass(live)  # classes are no instances to it
    del first["java.lang.Class"], counted["java.lang.Class"]
    assert first == counted
    with open_heap(everything, use_index=False) as heap:
        assert not heap.facts.read_in_part
        assert {row.name for row in heap.threads()} >= {"main"}
        assert diagnose_heap(heap).verdict
